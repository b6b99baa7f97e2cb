"""What the bot says, in a form that Telegram, a terminal and the simulator can all show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.answers.html import to_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = TypeVar("Kind")
MAX_CALLBACK_BYTES = 64
"""Telegram's limit, which ``telegram.constants`` holds too; answers must not import it."""


@dataclass(frozen=True, slots=True)
class Show:
    """Open the card of an entry."""

    id: str


@dataclass(frozen=True, slots=True)
class Callback:
    """Anything else that pressing the button tells the bot."""

    data: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.data.encode()) <= MAX_CALLBACK_BYTES:
            raise ValueError(f"callback data must take 1 to {MAX_CALLBACK_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class SwitchInline:
    """Let the user choose a chat, and write ``@bot query`` there."""

    query: str


Action = Show | Callback | SwitchInline


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message."""

    text: str
    action: Action


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message."""

    html: str
    """In Telegram's HTML; empty when the bot keeps silent."""
    buttons: Buttons = ()
    entry: str | None = None
    """The entry whose card this is, so that a follow-up question can be about it."""
    short: str | None = None
    """A shorter version, for groups that did not address the bot."""
    picture: str | None = None
    """Name of a picture that goes with the text."""

    @property
    def plain(self) -> str:
        """The same, as readable text."""
        return to_plain(self.html)

    def __bool__(self) -> bool:
        return bool(self.html)


def in_rows(buttons: Sequence[Kind], width: int) -> tuple[tuple[Kind, ...], ...]:
    """Cut buttons of any kind into rows."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
