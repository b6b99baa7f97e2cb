"""A stand-in for Telegram over HTTP that counts what arrives, and fails when told to."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

#: A status, and the body that goes with it; or None to break the connection.
Fault = tuple[int, dict[str, object]] | None
OK: Fault = (200, {})


@dataclass
class StandIn:
    """Takes `POST /` of `{"chat_id": ..., "key": ...}`."""

    decide: Callable[[int, int], Fault] = lambda _chat, _attempt: OK
    """Given a chat and how often it was tried before: what to answer."""
    on_arrival: Callable[[int], Awaitable[None]] | None = None
    delay: float = 0.0
    """Seconds that each answer takes."""
    arrived: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often a chat got a message."""
    attempts: Counter[int] = field(default_factory=Counter)
    busiest: int = 0
    """The most requests that were being answered at the same time."""
    _busy: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}/"

    @property
    def chats(self) -> set[int]:
        return {chat for chat, _ in self.arrived}

    @property
    def doubled(self) -> int:
        """How many messages too many arrived."""
        return self.arrived.total() - len(self.arrived)

    async def wait_for(self, count: int, seconds: float = 20) -> None:
        """Return once `count` messages have arrived."""
        async with asyncio.timeout(seconds):
            while self.arrived.total() < count:  # noqa: ASYNC110 - a test may poll
                await asyncio.sleep(0.005)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that was killed
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        sent = json.loads(await reader.readexactly(length))
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            chat = sent["chat_id"]
            fault = self.decide(chat, self.attempts[chat])
            self.attempts[chat] += 1
            if fault == OK:
                self.arrived[chat, sent["key"]] += 1
                if self.on_arrival:
                    await self.on_arrival(chat)
            if self.delay:
                await asyncio.sleep(self.delay)
        finally:
            self._busy -= 1
        if fault is None:
            writer.transport.abort()
            return False
        status, answer = fault
        body = json.dumps(answer).encode()
        writer.write(
            b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )
        await writer.drain()
        return True
