"""A picture yet to be drawn, with what goes beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answers import Reply

DESIGN = 2
"""To be raised when pictures are drawn differently, so that copies kept elsewhere are not used."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows, in words, and how to draw it."""

    page: Reply
    """The caption, which says the same as the picture, and the buttons below."""
    key: str
    """The same as long as the picture would be."""
    draw: Callable[[], bytes]
    """Returns a PNG; takes about a second and holds no lock of its own.

    Raises:
        ImportError: matplotlib is not installed.

    """


def key_of(name: str, language: str, shown: object) -> str:
    """Return a key for all that a picture shows."""
    return f"{name}-{language}-{sha256(f'{DESIGN}{shown!r}'.encode()).hexdigest()[:16]}"
