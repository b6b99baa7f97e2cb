"""To what of the card shown last a text may point, each kind a type of its own."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = "what"
"""The facet of what asks for no part: to be told more."""
TREND = "trend"
"""The part of a figure that says how it changes."""


@dataclass(frozen=True, slots=True)
class Turn:
    """To the neighbour of the card: 'et la suivante ?'."""

    by: int
    """1 to the next, -1 to the previous."""


@dataclass(frozen=True, slots=True)
class Place:
    """To a row of the list: 'la deuxième'."""

    number: int
    """From 1; below 0 from the end."""


@dataclass(frozen=True, slots=True)
class Siblings:
    """To the list that the card stands in: 'et les autres ?'."""

    city: bool
    """Whether that of its city is meant, where it comes from a group."""


@dataclass(frozen=True, slots=True)
class OtherGroup:
    """To the list of another group: 'et le 3 ?'."""

    number: int


@dataclass(frozen=True, slots=True)
class News:
    """To what comes next: 'préviens-moi s'il y a du nouveau'."""


@dataclass(frozen=True, slots=True)
class Part:
    """To a part of the card: 'pourquoi ?'."""

    facet: str
    complete: bool = False
    """Whether it is a question too where there is no card: 'combien de mesures ?'"""


Pointer = Turn | Place | Siblings | OtherGroup | News | Part
