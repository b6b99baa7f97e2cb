"""What can go wrong between a bot and Telegram, on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = frozenset({"429", "500", "502", "reset", "lost", "slow"})
ANY_METHOD = "*"


@dataclass
class Fault:
    """One kind of trouble for the next calls of one method.

    ``reset`` cuts the connection before the call has an effect, ``lost`` after it; ``slow`` delays
    the answer and then lets it through.
    """

    kind: str
    method: str = ANY_METHOD
    times: int = 1
    retry_after: int = 1
    delay: float = 1.0
    skip: int = 0
    """Calls of that method to let through first."""

    @classmethod
    def of(cls, values: dict[str, Any]) -> Fault:
        """Make a fault of JSON, refusing what is unknown: a test with a typo must not pass."""
        fault = cls(**values)
        if fault.kind not in KINDS:
            msg = f"unknown fault {fault.kind!r}; known: {', '.join(sorted(KINDS))}"
            raise ValueError(msg)
        fault.method = fault.method.lower()
        return fault


@dataclass
class Faults:
    """The faults still to come."""

    planned: list[Fault] = field(default_factory=list)
    webhook_unreachable: bool = False

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, using it up."""
        for fault in self.planned:
            if fault.method not in (ANY_METHOD, method) or fault.times <= 0:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            return fault
        return None
