"""The webhook server: a process that takes updates by HTTP until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING, Any

import uvicorn

from bot.application import Followups, build_application
from bot.endpoint import PATH, Endpoint
from bot.errors import SettingsError
from bot.handlers.logs import configure_logging
from bot.handlers.profile import publishing_profile
from bot.in_response import InResponseRequest
from bot.lifecycle import beside, close, connect, stop_event
from bot.metrics import MeteredRequest, Metrics
from bot.request import AiohttpRequest
from bot.storage import opened
from bot.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp
    from telegram.request import BaseRequest

    from bot.handlers.services import App, Context
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

logger = logging.getLogger(__name__)

FINISH_RESPONSES, FINISH_UPDATES = 6, 2.0
"""Seconds at the end: for requests under way, then for what outlives its request."""
KEEP_ALIVE = 75
"""Seconds for which an idle connection is kept: Telegram and proxies use theirs again."""


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

    finishing: asyncio.Task[None] | None = None

    def finish() -> asyncio.Task[None]:
        nonlocal finishing

        async def work() -> None:
            server.should_exit = True
            await serving
            await endpoint.finish(FINISH_UPDATES)

        endpoint.open = False
        finishing = finishing or asyncio.create_task(work())
        return finishing

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
                    await _answer(application, webhook, endpoint, stop, finish)
            finally:
                await finish()
                await close(application)
    finally:
        await finish()


async def _answer(
    application: App,
    webhook: Webhook,
    endpoint: Endpoint,
    stop: asyncio.Event,
    finish: Callable[[], object],
) -> None:
    """Take updates until told to stop; ``finish`` begins to end what is under way."""
    await application.start()
    endpoint.open = True
    logger.info("@%s answers at the webhook", application.bot.username)
    watching = asyncio.create_task(webhook.watch())
    try:
        async with beside(application), publishing_profile(application):
            await stop.wait()
            # Beside the deliveries: one after the other they could take longer than a platform waits.
            finish()
    finally:
        watching.cancel()


def _counter(metrics: Metrics) -> Callable[[object, Context], Any]:
    async def count(_update: object, context: Context) -> None:
        if context.error is not None:
            metrics.error(context.error)

    return count


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
