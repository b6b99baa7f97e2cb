"""The arguments of a call, whatever way they came.

The real server treats every argument as a string, JSON inside where the value is an object: so do
we, because that is what decides which malformed call is refused and which is let through.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.simulator.errors import bad_request

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Unchecked


@dataclass
class Upload:
    """A file in a multipart body."""

    name: str
    content_type: str
    data: bytes


@dataclass
class Arguments:
    """Strings and uploads by name."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    @classmethod
    def of(cls, values: dict[str, Any]) -> Arguments:
        """Make arguments of JSON values."""
        return cls({name: as_text(value) for name, value in values.items() if value is not None})

    def text(self, name: str) -> str:
        """Return the argument, empty where it is missing."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0, low: int = -(2**62), high: int = 2**62) -> int:
        """Return a number; what is no number counts as 0, and the range is enforced silently."""
        raw = self.text(name).strip()
        if not raw:
            return default
        try:
            value = int(raw)
        except ValueError:
            value = 0
        return min(max(value, low), high)

    def boolean(self, name: str) -> bool:
        """Return a flag."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def structure(self, name: str, error: str) -> Unchecked:
        """Return a JSON argument, None where it is missing; ``error`` is Telegram's complaint."""
        raw = self.text(name)
        return read_json(raw, error) if raw else None


def read_json(raw: str | bytes, error: str = "can't parse JSON object") -> Unchecked:
    """Return a JSON value that can be written again, or refuse it.

    Half of a surrogate pair is no text, and what is nested too deeply is no value: kept, it would come back
    to the bot and to the page with all that is beside it.
    """
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad_request(error) from None
    return value


def as_text(value: Unchecked) -> str:
    """Return a JSON value as the server keeps it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
