"""Connections to PostgreSQL that are given up when the server hangs.

A server that is away refuses or breaks connections. One that hangs, as a frozen machine does or one behind a
network that swallows everything, says nothing at all, and the driver would wait for it for ever. To cancel a
statement, or to undo a transaction, would be to ask the very server that does not answer: who has waited long
enough hangs up instead, and sees what they would see of a server that went away.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from psycopg import AsyncConnection, Error, OperationalError
from psycopg.abc import PQGen

T = TypeVar("T")

#: What the system itself watches over a connection, whoever waits for it and however long they may. A machine
#: that is gone shows after some 15 seconds; of one that answers, only the server may still hang.
CONNECTING = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    # Milliseconds without an acknowledgement of what was sent.
    "tcp_user_timeout": 10_000,
}

_DEADLINE: ContextVar[float | None] = ContextVar("_DEADLINE", default=None)
"""When the current task hangs up, by the clock of its loop."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Hang up on a server that still lets the current task wait after so many seconds."""
    token = _DEADLINE.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


class Connection(AsyncConnection[Any]):
    """A connection that observes `within`."""

    @classmethod
    async def connect(cls, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 (the driver's own)
        """Connect; raise `TimeoutError` at the deadline."""
        async with asyncio.timeout_at(_DEADLINE.get()):
            return await super().connect(*args, **kwargs)

    async def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 (the driver's own)
        """Wait for the server, for whatever it is; break the connection at the deadline."""
        deadline = _DEADLINE.get()
        if deadline is None:
            return await super().wait(gen, *args, **kwargs)
        loop = asyncio.get_running_loop()
        hanging_up = loop.call_at(deadline, self._hang_up)
        try:
            return await super().wait(gen, *args, **kwargs)
        except OperationalError as error:
            if self.closed and loop.time() >= deadline:
                raise OperationalError("the server does not answer") from error
            raise
        finally:
            hanging_up.cancel()

    def _hang_up(self) -> None:
        """End the connection here: whoever waits for it reads the end at once."""
        with suppress(OSError, Error):
            ended = socket.socket(fileno=self.pgconn.socket)
            try:
                ended.shutdown(socket.SHUT_RDWR)
            finally:
                # The driver closes it.
                ended.detach()
