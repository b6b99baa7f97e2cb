"""Telegram takes one method call in the response to an update: a round trip that need not be made.

A response has no result. So an inline answer and the end of a button's waiting sign go there whenever there
is room; a message, whose id is of use (an edited question edits its answer), does only while messages come
faster than calls can be made at leisure. The first such call of an update fills the slot; all else, and all
that comes after, goes over the network.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

WITHOUT_RESULT = frozenset({"answerInlineQuery", "answerCallbackQuery"})
"""Methods that return nothing but True."""
MESSAGE = "sendMessage"
AT_LEISURE = 20.0
"""Messages a second whose id is worth a round trip; a call costs a millisecond of processor time."""


class Leisure:
    """Whether messages may go over the network: a bucket of a second's worth, filled evenly.

    All messages draw on it: while more come than flow in, none has leisure, for those that had would have
    the rest wait; a second after, they have it again.
    """

    def __init__(self, rate: float = AT_LEISURE, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._left = rate
        self._at = clock()

    def take(self) -> bool:
        """Count a message; return whether it has leisure."""
        now = self._clock()
        left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._left, self._at = max(left - 1, -self._rate), now
        return left >= 1


class Slot:
    """Room for one call in the response to one update."""

    def __init__(self, leisure: Leisure) -> None:
        self._leisure = leisure
        self.call: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        """The call, as the response's JSON; None once the update is processed and there was none."""
        self.method = ""
        """Of the call that was taken."""
        self.otherwise: Callable[[], Awaitable[object]] | None = None
        """Makes that call over the network, where nobody waits for the response; None if it is no loss."""

    def take(self, method: str, arguments: Mapping[str, object], **raw: str) -> bool:
        """Take a call, if there is room and it may go here; ``raw`` are arguments that are JSON already."""
        if self.call.done() or not self._may(method):
            return False
        body = json.dumps({"method": method, **arguments})
        for name, value in raw.items():
            body = f'{body[:-1]}, "{name}": {value}}}'
        self.method = method
        self.call.set_result(body)
        return True

    def close(self) -> None:
        """Take nothing any more: the response is on its way."""
        if not self.call.done():
            self.call.set_result(None)

    def _may(self, method: str) -> bool:
        return method in WITHOUT_RESULT or (method == MESSAGE and not self._leisure.take())


SLOT: ContextVar[Slot | None] = ContextVar("SLOT", default=None)
"""The slot of the update that the current task processes."""
