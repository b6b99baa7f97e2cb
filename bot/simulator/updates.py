"""How updates reach the bot: by long polling, or by webhook with the secret header and repeats."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bot.simulator.arguments import Arguments
from bot.simulator.errors import (
    CONFLICT_OTHER_GET_UPDATES,
    CONFLICT_SET_WEBHOOK,
    CONFLICT_WEBHOOK_ACTIVE,
    RESTARTING,
    ApiError,
    bad_request,
)

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Json
    from bot.simulator.queue import Update
    from bot.simulator.state import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_MAX_POLL = 50
_DEFAULT_CONNECTIONS = 40
_MAX_CONNECTIONS = 100
_MAX_SECRET = 256
_CONNECTED = 0.1
"""Seconds within which a connection on this machine stands, or is refused."""
_MAX_DELAY = 30.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = frozenset({None, 80, 88, 443, 8443})

Obey = Callable[[str, Arguments], Awaitable[None]]
"""Runs a call that came as the answer to an update."""


class UpdateDelivery:
    """The two ways out of the queue; a bot uses one at a time."""

    def __init__(self, world: World, obey: Obey) -> None:
        self.world = world
        self.url = ""
        self.last_poll = 0.0
        """When the bot last asked for updates, in Unix time."""
        self._obey = obey
        self._secret = ""
        self._connections = _DEFAULT_CONNECTIONS
        self._last_error: Json = {}
        self._poll: asyncio.Future[ApiError] | None = None
        self._pump: asyncio.Task[None] | None = None

    # Long polling

    async def get_updates(self, arguments: Arguments, disconnected: asyncio.Future[None]) -> list[Json]:
        """Wait for updates; a second caller ends the first, one that hangs up frees its place."""
        if self.url:
            raise CONFLICT_WEBHOOK_ACTIVE
        self.last_poll = time.time()
        limit = arguments.integer("limit", 100, 1, 100)
        timeout = arguments.integer("timeout", 0, 0, _MAX_POLL)
        self._read_allowed(arguments)
        self._end_poll(CONFLICT_OTHER_GET_UPDATES)
        self.world.queue.confirm(arguments.integer("offset"))
        loop = asyncio.get_running_loop()
        self._poll = ended = loop.create_future()
        deadline = loop.time() + timeout
        try:
            while not (batch := self.world.queue.fetch(limit)) and loop.time() < deadline:
                await self._wait(ended, disconnected, deadline - loop.time())
                if ended.done():
                    raise ended.result()
                if disconnected.done():
                    return []
            return [update.to_json() for update in batch]
        finally:
            if self._poll is ended:
                self._poll = None

    async def _wait(
        self, ended: asyncio.Future[ApiError], disconnected: asyncio.Future[None], seconds: float
    ) -> None:
        changed = asyncio.ensure_future(self.world.queue.wait())
        try:
            waited: list[asyncio.Future[Any]] = [changed, ended, disconnected]
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()

    def _end_poll(self, reason: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    def _read_allowed(self, arguments: Arguments) -> None:
        kinds = arguments.structure("allowed_updates", "Can't parse allowed updates JSON object")
        if kinds is None:
            return
        if not isinstance(kinds, list):
            raise bad_request("Expected an Array of String as allowed updates")
        self.world.queue.allowed = [str(kind) for kind in kinds]

    # Webhook

    async def set_webhook(self, arguments: Arguments) -> bool:
        """Point the updates at a URL; an empty one stops that."""
        url = arguments.text("url")
        if not url:
            return await self.delete_webhook(arguments)
        secret = arguments.text("secret_token")
        _check_url(url)
        if len(secret) > _MAX_SECRET:
            raise bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        self._read_allowed(arguments)
        if arguments.boolean("drop_pending_updates"):
            self.world.queue.clear()
        self._end_poll(CONFLICT_SET_WEBHOOK)
        await self.stop()
        self.url, self._secret, self._last_error = url, secret, {}
        self._connections = arguments.integer("max_connections", _DEFAULT_CONNECTIONS, 1, _MAX_CONNECTIONS)
        self._pump = asyncio.create_task(self._deliver_all())
        return True

    async def delete_webhook(self, arguments: Arguments) -> bool:
        """Go back to polling."""
        if arguments.boolean("drop_pending_updates"):
            self.world.queue.clear()
        await self.stop()
        self.url = self._secret = ""
        return True

    def webhook_info(self) -> Json:
        """Return how the deliveries go."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.queue.pending),
        }
        if self.url:
            info |= {
                "max_connections": self._connections,
                "ip_address": "127.0.0.1",
                **self._last_error,
            }
        if self.world.queue.allowed:
            info["allowed_updates"] = self.world.queue.allowed
        return info

    async def close(self) -> None:
        """Let nobody wait any longer: the server is about to end."""
        self._end_poll(RESTARTING)
        await self.stop()

    async def stop(self) -> None:
        """End deliveries; what was not accepted stays in the queue."""
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
            self._pump = None

    async def _deliver_all(self) -> None:
        """Deliver in order within a chat, and side by side between chats, as Telegram does."""
        lanes: dict[int, asyncio.Task[None]] = {}
        timeout = httpx.Timeout(self.world.config.webhook_timeout)
        async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
            try:
                while True:
                    for update in self.world.queue.pending:
                        if len(lanes) >= self._connections:
                            break
                        if update.lane not in lanes:
                            task = asyncio.create_task(self._deliver(client, update))
                            lanes[update.lane] = task
                            task.add_done_callback(functools.partial(self._free, lanes, update.lane))
                    await self.world.queue.wait_for_change()
            finally:
                # Before the client, and not while they connect: cancelled there, httpx leaves a socket open.
                ending = list(lanes.values())
                if ending:
                    await asyncio.wait(ending, timeout=_CONNECTED)
                for task in ending:
                    task.cancel()
                await asyncio.gather(*ending, return_exceptions=True)

    def _free(self, lanes: dict[int, asyncio.Task[None]], lane: int, _done: asyncio.Task[None]) -> None:
        lanes.pop(lane, None)
        self.world.queue.wake()

    async def _deliver(self, client: httpx.AsyncClient, update: Update) -> None:
        """Repeat one delivery until it is accepted or nobody wants it any more."""
        delay = self.world.config.webhook_retry_delay
        while self.world.queue.holds(update):
            response = await self._post(client, update)
            if response is not None and response.is_success:
                self.world.queue.remove(update)
                await self._run_reply(response)
                return
            pause = delay
            if response is not None and response.headers.get("Retry-After", "").isdecimal():
                pause = float(response.headers["Retry-After"])
            await asyncio.sleep(min(pause, _MAX_DELAY))
            delay = min(delay * 2, _MAX_DELAY)

    async def _post(self, client: httpx.AsyncClient, update: Update) -> httpx.Response | None:
        if self.world.faults.webhook_unreachable:
            self._failed("Connection refused")
            return None
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        try:
            response = await client.post(self.url, json=update.to_json(), headers=headers)
        except httpx.TimeoutException:
            self._failed("Read timeout expired")
        except httpx.ConnectError:
            self._failed("Connection refused")
        except httpx.TransportError:
            self._failed("Connection reset by peer")
        else:
            if not response.is_success:
                status = f"{response.status_code} {response.reason_phrase}"
                self._failed(f"Wrong response from the webhook: {status}")
            return response
        return None

    def _failed(self, reason: str) -> None:
        self._last_error = {"last_error_date": self.world.now(), "last_error_message": reason}

    async def _run_reply(self, response: httpx.Response) -> None:
        """Run the call that a response may carry; its result goes nowhere, as in Telegram."""
        if "json" not in response.headers.get("Content-Type", ""):
            return
        with contextlib.suppress(ValueError):
            body = response.json()
            if isinstance(body, dict) and isinstance(body.get("method"), str):
                method = body.pop("method")
                await self._obey(method, Arguments.of(body))


def _check_url(url: str) -> None:
    """Refuse what Telegram refuses; only a loopback address needs no HTTPS and no known port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: Failed to resolve host: Name or service not known")
