"""What can come of claiming an update; apart, because it needs no database."""

from enum import Enum


class Claim(Enum):
    """What came of claiming an update."""

    OURS = "ours"
    """Nobody has handled it: it is to be handled now."""
    HANDLED = "handled"
    """It is done; nothing is left to do."""
    TAKEN = "taken"
    """Somebody is at it, or was killed at it a short while ago: it should come again later."""
