"""A stand-in for Telegram that costs next to nothing: it sends updates and counts what comes back.

It checks nothing (that is the simulator's work) and answers every call after a fixed delay, so that what is
measured is the bot. Addresses and forms are those of the Bot API.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, cast

TOKEN = "123456789:benchmark"  # noqa: S105 (of no bot)
SECRET = "benchmark"  # noqa: S105 (of no server)
ANSWERS = frozenset({"sendMessage", "answerInlineQuery"})
"""The methods that answer an update."""
BATCH = 100
"""Updates that one getUpdates returns."""
LONG_POLL = 0.2
UNANSWERED = 200
"""Updates sent and not answered, at most."""
_BOT = {
    "id": 123456789,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}


@dataclass(slots=True)
class Telegram:
    """What the stand-in knows: its delay, the webhook, the updates that wait for polling."""

    delay: float = 0.0
    """Seconds from a call to its result."""
    answered: int = 0
    """Updates answered so far, in a response or by a call."""
    calls: Counter[str] = field(default_factory=Counter)
    webhook: dict[str, Any] = field(default_factory=dict)
    waiting: deque[bytes] = field(default_factory=deque)
    """Updates for getUpdates, as JSON."""
    port: int = 0
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNANSWERED))
    """For updates whose answer is still to come: a bot may take what it does not answer for long."""
    _message: int = 0

    async def start(self) -> asyncio.Server:
        """Listen on a free port of this machine."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def count(self) -> None:
        """Note that an update was answered."""
        self.answered += 1
        self.room.release()

    def result(self, method: str, body: bytes) -> bytes:
        """Return the JSON of a call's result."""
        self.calls[method] += 1
        if method in ANSWERS:
            self.count()
        if method in ("sendMessage", "editMessageText", "sendPhoto"):
            self._message += 1
            message = {
                "message_id": self._message,
                "date": 1,
                "chat": {"id": 1, "type": "private"},
                "text": "x",
            }
            return json.dumps(message).encode()
        if method == "getUpdates":
            taken = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
            return b"[" + b",".join(taken) + b"]"
        if method == "getMe":
            return json.dumps(_BOT).encode()
        if method in ("getMyDescription", "getMyShortDescription"):
            return b'{"description":"x","short_description":"x"}'
        if method == "setWebhook":
            self.webhook = _arguments(body)
        if method == "getWebhookInfo":
            return json.dumps(
                {
                    "url": self.webhook.get("url", ""),
                    "has_custom_certificate": False,
                    "pending_update_count": 0,
                    "max_connections": int(self.webhook.get("max_connections", 40)),
                    "allowed_updates": json.loads(self.webhook.get("allowed_updates", "[]")),
                }
            ).encode()
        return b"true"


def _arguments(body: bytes) -> dict[str, str]:
    """Read a form, as httpx and aiohttp send it."""
    from urllib.parse import parse_qsl  # noqa: PLC0415 (only at the start of a run)

    return dict(parse_qsl(body.decode()))


class _Connection(asyncio.Protocol):
    """One HTTP/1.1 connection of the bot to the stand-in."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _content_length(head)
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
            delay = self._telegram.delay
            if method == "getUpdates" and not self._telegram.waiting:
                delay = max(delay, LONG_POLL)
            if delay:
                asyncio.get_running_loop().call_later(delay, self._answer, method, body)
            else:
                self._answer(method, body)

    def _answer(self, method: str, body: bytes) -> None:
        if self._transport.is_closing():
            return
        payload = b'{"ok":true,"result":%s}' % self._telegram.result(method, body)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(payload), payload)
        )


def _content_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


class Sender:
    """One of Telegram's connections to a webhook: sends an update, waits for the response."""

    def __init__(self, telegram: Telegram, port: int, path: str) -> None:
        self._telegram = telegram
        self._port = port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def send(self, update: bytes) -> float:
        """Send one update; returns the seconds until its response."""
        begin = time.perf_counter()
        if self._reader.at_eof():
            # Idle for so long that the server has hung up.
            self.close()
            await self.open()
        self._writer.write(self._head + b"%d\r\n\r\n%s" % (len(update), update))
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
        length = _content_length(head)
        body = await self._reader.readexactly(length) if length else b""
        if body.startswith(b"{"):
            method = json.loads(body)["method"]
            self._telegram.calls[f"{method} in response"] += 1
            if method in ANSWERS:
                self._telegram.count()
        return time.perf_counter() - begin

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def message(number: int, text: str, person: int) -> bytes:
    """Return an update: someone writes in private."""
    someone = {"id": person, "is_bot": False, "first_name": "Camille", "language_code": "fr"}
    chat = {"id": person, "type": "private", "first_name": "Camille"}
    written = {"message_id": number, "date": int(time.time()), "chat": chat, "from": someone, "text": text}
    return json.dumps({"update_id": number, "message": written}).encode()


def inline_query(number: int, text: str, person: int) -> bytes:
    """Return an update: someone types after the bot's name."""
    someone = {"id": person, "is_bot": False, "first_name": "Camille", "language_code": "fr"}
    query = {"id": str(number), "from": someone, "query": text, "offset": "", "chat_type": "group"}
    return json.dumps({"update_id": number, "inline_query": query}).encode()
