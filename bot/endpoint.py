"""The routes of the webhook server: updates from Telegram and nobody else, and what a platform looks at."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import time
from typing import TYPE_CHECKING, cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from bot.handlers.ordering import TakenError
from bot.handlers.slot import SLOT, Leisure, Slot
from bot.metrics import CONTENT_TYPE_LATEST, Metrics
from bot.updates import Parser

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from telegram import Update

    from bot.followups.database import Store as Database
    from bot.handlers.services import App
    from bot.webhook import Webhook

logger = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
_SECRET_HEADER = SECRET_HEADER.lower().encode()
MAX_BODY = 1024 * 1024
PING = 2.0
"""Seconds for the database to show that it is there."""


class _Bare:
    """An endpoint that Starlette takes for an application: nothing is put around it."""

    def __init__(self, respond: Callable[[Request], Awaitable[Response]]) -> None:
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Who hangs up in the middle of an update waits for no response.
        with contextlib.suppress(ClientDisconnect):
            response = await self._respond(Request(scope, receive))
            await response(scope, receive, send)


class Endpoint:
    """The routes."""

    def __init__(self, secret: str, metrics: Metrics, *, in_response: bool) -> None:
        self.open = False
        """Whether updates are taken; before that, Telegram is asked to repeat them."""
        self._secret = secret.encode()
        self._metrics = metrics
        self._served: tuple[App, Webhook, Parser] | None = None
        self._database: Database | None = None
        self._tasks: set[asyncio.Task[bool]] = set()
        self._leisure = Leisure() if in_response else None

    def serves(self, application: App, webhook: Webhook, database: Database | None) -> None:
        """Say what updates are for, once that is known."""
        self._served, self._database = (application, webhook, Parser(application.bot)), database

    def app(self) -> ASGIApp:
        """Return the ASGI application."""
        # Bare, and before all routes, for what Starlette puts around them takes longer than all that is here.
        telegram = _Bare(self.telegram)
        router = Router(
            routes=[
                Route(PATH, telegram, methods=["POST"]),
                Route("/healthz", self.health),
                Route("/readyz", self.ready),
                Route("/metrics", self.metrics),
            ]
        )

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            updates = scope["type"] == "http" and (scope["method"], scope["path"]) == ("POST", PATH)
            await (telegram if updates else router)(scope, receive, send)

        return app

    async def finish(self, seconds: float) -> None:
        """Wait for updates under way; those that take longer are given up."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                logger.warning("%s updates were not finished in time", len(late))
                await asyncio.wait(late)

    async def telegram(self, request: Request) -> Response:
        """Take one update; the response comes once it is processed, so that none is lost."""
        body = await self._admit(request)
        if isinstance(body, int):
            return self._refuse(body)
        if self._served is None or not self.open:
            return self._refuse(503)
        application, _, parser = self._served
        parsed = parser.parse(body)
        if parsed is None:
            return self._refuse(400)
        kind, update = parsed
        slot = Slot(self._leisure) if self._leisure else None
        task = asyncio.create_task(self._process(application, update, kind, slot))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if slot is None:
            await asyncio.wait((task,))
        else:
            task.add_done_callback(lambda _: slot.close())
            # No longer than until it is filled: Telegram does not wait for the rest of the processing.
            call = await slot.call
            if call is not None and slot.otherwise and _has_gone(request.receive):
                # The update is handled and comes no more: what would be lost is the answer.
                await slot.otherwise()
                return Response()
            if call is not None:
                self._metrics.call_in_response(slot.method)
                return Response(call, media_type="application/json")
        return self._refuse(503) if task.cancelled() or not task.result() else Response()

    async def health(self, _request: Request) -> Response:
        """Say that the process lives."""
        return PlainTextResponse("ok")

    async def ready(self, _request: Request) -> Response:
        """Say whether the bot can answer."""
        webhook = self._served is not None and self._served[1].is_set
        checks = {"knowledge": True, "webhook": webhook and self.open}
        if self._database is not None:
            checks["database"] = await _is_there(self._database)
        ready = all(checks.values())
        return JSONResponse({"ready": ready, **checks}, status_code=200 if ready else 503)

    async def metrics(self, _request: Request) -> Response:
        """Return the numbers."""
        return Response(self._metrics.exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _admit(self, request: Request) -> bytes | int:
        """Return what the request holds, or the status with which it is refused."""
        # As they came: Starlette's mapping of them takes longer.
        headers = dict(request.scope["headers"])
        if not hmac.compare_digest(headers.get(_SECRET_HEADER, b""), self._secret):
            if self._served:
                self._served[1].doubt()
            return 403
        body = await _read(request, headers.get(b"content-length", b""))
        return 413 if body is None else body

    async def _process(self, application: App, update: Update, kind: str, slot: Slot | None) -> bool:
        """Process an update; False where it should come again."""
        begin = time.perf_counter()
        SLOT.set(slot)
        try:
            # Past the limit of PTB, which counts the updates that wait for their chat too.
            await application.update_processor.do_process_update(update, application.process_update(update))
        except TakenError:
            return False
        except Exception as error:  # noqa: BLE001 (sent again it would fail again, for ever)
            self._metrics.error(error)
            logger.error("an update could not be processed (%s)", type(error).__name__)  # noqa: TRY400
        self._metrics.update(kind, time.perf_counter() - begin)
        return True

    def _refuse(self, status: int) -> Response:
        self._metrics.refused(status)
        return Response(status_code=status)


def _has_gone(receive: Receive) -> bool:
    """Whether who sent an update waits for its response no longer, as far as is known by now."""
    # One step by hand: to begin to wait for what need not come, and to be cancelled, takes ten times as long.
    waiting = cast("Coroutine[None, None, Message]", receive())
    try:
        waiting.send(None)
    except StopIteration as at_once:
        return bool(at_once.value["type"] == "http.disconnect")
    waiting.close()
    return False


async def _read(request: Request, announced: bytes) -> bytes | None:
    """Return the body, None where it is too long, whether it says so or not."""
    body = bytearray()
    if announced.isdigit() and (len(announced) > len(str(MAX_BODY)) or int(announced) > MAX_BODY):
        return None
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


async def _is_there(database: Database) -> bool:
    try:
        async with asyncio.timeout(PING):
            await database.ping()
    except Exception:  # noqa: BLE001 (whatever is the matter, the bot is not ready)
        return False
    return True
