"""What a question came to: the result of matching, and all that a reply needs to know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.matching.references import Numbered

OutcomeKind = Literal["answer", "list", "suggest", "unknown", "silent"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry of the ranking."""

    id: str
    confidence: float
    """Estimated probability that the entry answers the question, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one question."""

    question: str
    kind: OutcomeKind
    facet: str
    """What was asked for: 'what' where the question does not say."""
    ranking: tuple[Ranked, ...]
    """Best first, five at most, whatever the decision."""
    shown: tuple[str, ...] = ()
    """Ids to show: the answer, the list, or up to three suggestions."""
    related: str | None = None
    """With 'unknown': the entry that is about the subject but does not hold what was asked."""
    understood: tuple[tuple[str, str], ...] = ()
    """Typed words that were taken for others, with these, where the match rests on them."""
    no_such_number: int | None = None
    """A number that the question refers to and that no measure or group has."""
    number_of: Numbered = "measure"
    elsewhere: bool = False
    """Whether the question is for what comes from a place that no measure comes from."""
    numbers: tuple[int, ...] = ()
    """With a list: the measures of it that were asked for; empty: the list itself."""

    @property
    def best(self) -> Ranked | None:
        """The first of the ranking."""
        return self.ranking[0] if self.ranking else None

    def about(self, entry_id: str | None) -> Outcome:
        """Return the outcome where people were talking of an entry: if it is the likeliest, it is meant."""
        if self.kind != "suggest" or entry_id is None or self.shown[0] != entry_id:
            return self
        return replace(self, kind="answer", shown=(entry_id,))
