"""What the database is asked about; apart, because who remembers without a database speaks of the same."""

from dataclasses import dataclass
from enum import Enum

#: Seconds for which "and who carries it?" is understood to be about the last entry shown.
CONTEXT_LIFE = 1800.0


class Claim(Enum):
    """What came of claiming an update."""

    OURS = "ours"
    """Nobody has handled it: it is to be handled now."""
    HANDLED = "handled"
    """It is done; nothing is left to do."""
    TAKEN = "taken"
    """Somebody is at it, or was killed at it a short while ago: it should come again later."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What there is to know before somebody's question is answered."""

    hits: int
    """Messages of the one who asks in the running minute, this one included."""
    entry: str | None = None
    """The entry that the chat saw last, if that was not long ago."""
    language: str | None = None
    """That the chat has chosen by writing in it, if any."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A message of ours that answers one of a chat."""

    message_id: int | None
    """None where Telegram did not tell it."""
    others: tuple[str, ...] = ()
    """The entries that came next in the ranking."""
