"""The webhook server: updates in by HTTP, from Telegram and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import math
import socket
import time
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.application import (
    ALLOWED_UPDATES,
    FIRST_WAIT,
    LONGEST_WAIT,
    Followups,
    beside,
    build_application,
    close,
    connect,
    stop_event,
)
from bot.errors import SettingsError
from bot.handlers.logs import configure_logging
from bot.handlers.ordering import TakenError
from bot.handlers.profile import publishing_profile
from bot.handlers.slot import SLOT, Leisure, Slot
from bot.in_response import InResponseRequest
from bot.metrics import CONTENT_TYPE_LATEST, MeteredRequest, Metrics
from bot.request import AiohttpRequest
from bot.storage import opened
from bot.updates import Parser

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send
    from telegram import Update, WebhookInfo
    from telegram.request import BaseRequest

    from bot.followups.database import Store as Database
    from bot.handlers.services import App, Context
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

logger = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
_SECRET_HEADER = SECRET_HEADER.lower().encode()
MAX_BODY = 1024 * 1024
MAX_CONNECTIONS = 100
"""Updates that Telegram may have under way at once: the most that it allows."""
CHECK_EVERY = 60.0
"""Seconds between looks at the webhook, which another program may have taken away."""
CHECK_AGAIN = 10.0
"""Seconds at least between looks that wrong secrets cause."""
FINISH_RESPONSES, FINISH_UPDATES = 6, 2.0
"""Seconds at the end: for requests under way, then for what outlives its request."""
GIVE_BACK = 0.5
"""Seconds to tell the database of an update that could not be finished."""
KEEP_ALIVE = 75
"""Seconds for which an idle connection is kept: Telegram and proxies use theirs again."""
PING = 2.0
"""Seconds for the database to show that it is there."""


def run_webhook(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...] = ()) -> None:
    """Serve the webhook until SIGTERM or SIGINT.

    Raises:
        SettingsError: the token, the address or the secret is missing or refused, or the port is taken.

    """
    required_settings(settings)
    configure_logging(settings.log_level, settings.telegram_token, settings.webhook_secret)
    with listen(settings.port) as listener, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_stopped(settings, matcher, committed, listener))


async def _until_stopped(
    settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...], listener: socket.socket
) -> None:
    await serve(settings, matcher, listener, stop_event(), committed=committed)


def required_settings(settings: Settings) -> tuple[str, str]:
    """Return the address of the webhook and its secret.

    Raises:
        SettingsError: one line for each that is missing.

    """
    url, secret = settings.webhook_url, settings.webhook_secret
    missing = []
    if settings.telegram_token is None:
        missing.append("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    if url is None:
        missing.append("WEBHOOK_URL: is not set; it is the public https address of this server")
    if secret is None:
        missing.append("WEBHOOK_SECRET: is not set; any long random word that nobody else knows")
    if url is None or secret is None or missing:
        raise SettingsError("\n".join(missing))
    return url.removesuffix(PATH) + PATH, secret.get_secret_value()


def listen(port: int) -> socket.socket:
    """Return a socket that waits for connections, from other machines too.

    Raises:
        SettingsError: another program has the port, or it is not ours to take.

    """
    # With the protocol named, for without it asyncio leaves Nagle's algorithm on: 40 ms a response.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("0.0.0.0", port))  # noqa: S104 (a platform's router is another machine)
    except OSError as error:
        listener.close()
        raise SettingsError(f"PORT: {port} cannot be used ({error.strerror})") from None
    return listener


async def serve(
    settings: Settings,
    matcher: Matcher,
    listener: socket.socket,
    stop: asyncio.Event,
    *,
    committed: tuple[FollowUp, ...] = (),
) -> None:
    """Serve until the event is set, and finish what was begun."""
    url, secret = required_settings(settings)
    metrics = Metrics()
    endpoint = Endpoint(secret, metrics, in_response=settings.answer_in_response)
    server = _Server(_uvicorn_config(endpoint.app()))
    serving = asyncio.create_task(server.serve(sockets=[listener]))

    async def finish() -> None:
        server.should_exit = True
        await serving
        await endpoint.finish(FINISH_UPDATES)

    request: BaseRequest = MeteredRequest(AiohttpRequest(), metrics)
    if settings.answer_in_response:
        request = InResponseRequest(request)
    try:
        async with opened(settings.database_url, stop) as database:
            if stop.is_set():
                return
            application = build_application(
                settings,
                matcher.kb,
                matcher=matcher,
                request=request,
                observe=metrics.outcome,
                followups=Followups(database, committed, alone=False) if database else None,
            )
            application.add_error_handler(_counter(metrics))
            webhook = Webhook(application, url, secret)
            endpoint.serves(application, webhook, database)
            try:
                if await connect(application, stop) and await webhook.set(stop):
                    await _answer(application, webhook, endpoint, stop)
            finally:
                await finish()
                await close(application)
    finally:
        await finish()


async def _answer(application: App, webhook: Webhook, endpoint: Endpoint, stop: asyncio.Event) -> None:
    """Take updates until told to stop."""
    await application.start()
    endpoint.open = True
    logger.info("@%s answers at the webhook", application.bot.username)
    watching = asyncio.create_task(webhook.watch())
    try:
        async with beside(application), publishing_profile(application):
            await stop.wait()
    finally:
        watching.cancel()


def _counter(metrics: Metrics) -> Callable[[object, Context], Any]:
    async def count(_update: object, context: Context) -> None:
        if context.error is not None:
            metrics.error(context.error)

    return count


class Webhook:
    """What Telegram knows of this server, and that it stays right."""

    def __init__(self, application: App, url: str, secret: str) -> None:
        self._application = application
        self._url = url
        self._secret = secret
        self._doubt = asyncio.Event()
        self._set_at = -math.inf
        self.is_set = False
        """Whether Telegram sends its updates here, as far as is known."""

    def doubt(self) -> None:
        """Have a look soon: somebody used another secret."""
        self._doubt.set()

    async def set(self, stop: asyncio.Event) -> bool:
        """Have the webhook set; False when told to stop before.

        Raises:
            SettingsError: Telegram refuses the address.

        """
        wait, told = FIRST_WAIT, False
        while not stop.is_set():
            try:
                await self.ensure()
            except BadRequest as error:
                raise SettingsError(f"WEBHOOK_URL: Telegram refuses it ({error.message})") from None
            except TelegramError as error:
                if not told:
                    told = True
                    logger.warning("the webhook cannot be set yet (%s)", type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), max(wait, _asked_wait(error)))
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                return True
        return False

    async def watch(self) -> None:
        """Look after the webhook for ever; one line in the log a change."""
        told = False
        while True:
            await asyncio.sleep(CHECK_AGAIN)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._doubt.wait(), CHECK_EVERY - CHECK_AGAIN)
            self._doubt.clear()
            try:
                if await self.ensure():
                    logger.warning("the webhook was no longer as it should be: it is set again")
                told = False
            except TelegramError as error:
                if not told:
                    logger.warning("the webhook cannot be checked (%s)", type(error).__name__)
                told = True

    async def ensure(self) -> bool:
        """Set the webhook unless it is right already; return whether that was needed."""
        bot = self._application.bot
        info = await bot.get_webhook_info()
        if self._is_right(info):
            self.is_set = True
            return False
        self.is_set = False
        await bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
        )
        self._set_at = time.time()
        self.is_set = True
        return True

    def _is_right(self, info: WebhookInfo) -> bool:
        """Compare all that Telegram tells; of the secret, only whether we refused it since."""
        failed = info.last_error_date.timestamp() if info.last_error_date else -math.inf
        refused = failed > self._set_at and "403" in (info.last_error_message or "")
        return (
            info.url == self._url
            and set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
            and info.max_connections == MAX_CONNECTIONS
            and not refused
        )


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
        except asyncio.CancelledError:
            await self._give_back(update)
            raise
        except TakenError:
            return False
        except Exception as error:  # noqa: BLE001 (sent again it would fail again, for ever)
            self._metrics.error(error)
            logger.error("an update could not be processed (%s)", type(error).__name__)  # noqa: TRY400
        self._metrics.update(kind, time.perf_counter() - begin)
        return True

    async def _give_back(self, update: Update) -> None:
        """Let the next process take an update that this one could not finish."""
        if self._database is None:
            return
        from bot.followups.updates import give_back  # noqa: PLC0415 (an extra)

        try:
            async with asyncio.timeout(GIVE_BACK):
                await give_back(self._database, update.update_id)
        except Exception as error:  # noqa: BLE001 (the process ends, whatever is the matter)
            logger.warning("an update could not be given back (%s)", type(error).__name__)

    def _refuse(self, status: int) -> Response:
        self._metrics.refused(status)
        return Response(status_code=status)


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


def _asked_wait(error: TelegramError) -> float:
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


class _Server(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _uvicorn_config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=FINISH_RESPONSES,
        timeout_keep_alive=KEEP_ALIVE,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's, where there is one."""
    try:
        import uvloop  # noqa: PLC0415 (not on every platform)
    except ImportError:
        return None
    return uvloop.new_event_loop
