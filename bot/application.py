"""The Telegram application, put together; and run by long polling."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application

from bot.errors import SettingsError
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Lookup
from bot.handlers.conversation import Conversation
from bot.handlers.failures import PollingErrors, on_error
from bot.handlers.groups import Groups
from bot.handlers.inline import Inline
from bot.handlers.logs import configure_logging
from bot.handlers.memory import MemoryStore, Store
from bot.handlers.menu import publish_commands
from bot.handlers.ordering import OrderlyProcessor, Register
from bot.handlers.pictures import Pictures
from bot.handlers.private import Private
from bot.handlers.services import FOLLOWUPS, App, Services
from bot.matching import Matcher
from bot.settings import HASHTAG, Settings
from bot.storage import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram.request import BaseRequest

    from bot.followups.database import Store as Database
    from bot.kb import KnowledgeBase
    from bot.kb.followups import FollowUp

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
    Update.MY_CHAT_MEMBER,
]
"""What the handlers are for; Telegram need not send the rest."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between attempts to reach Telegram at the start."""
HEARTBEAT = 60.0
"""Seconds between checks that the token is still good."""
REFUSED = "TELEGRAM_TOKEN: Telegram does not accept this token"


@dataclass(frozen=True, slots=True)
class Followups:
    """What an application needs to remember, to follow and to deliver."""

    database: Database
    """Opened and migrated."""
    committed: tuple[FollowUp, ...] = ()
    """What ``suivi.yaml`` holds."""
    clock: Callable[[], float] = time.time
    alone: bool = True
    """Whether no other process handles updates: to Telegram, only one can poll."""


def build_application(
    settings: Settings,
    kb: KnowledgeBase,
    *,
    store: Store | None = None,
    matcher: Matcher | None = None,
    request: BaseRequest | None = None,
    observe: Callable[[str], None] | None = None,
    followups: Followups | None = None,
) -> App:
    """Return the application with all its handlers; nothing is sent yet.

    ``observe`` is told what came of each question. With ``followups``, all that is remembered is in its
    database, and `beside` must run while the application does.

    Raises:
        SettingsError: there is no token.

    """
    if settings.telegram_token is None:
        raise SettingsError("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    services = Services(kb, matcher or Matcher(kb), store or MemoryStore(), HASHTAG, observe)
    builder = (
        Application.builder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_base_url}/bot")
        .base_file_url(f"{settings.telegram_api_base_url}/file/bot")
        .concurrent_updates(OrderlyProcessor(_register(followups)))
    )
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    application: App = builder.build()
    if followups is not None:
        from bot.handlers.database_store import DatabaseStore  # noqa: PLC0415 (an extra)
        from bot.handlers.delivering import attach  # noqa: PLC0415

        services = replace(services, store=store or DatabaseStore(followups.database))
        services = attach(
            application,
            services,
            followups.database,
            admin_ids=settings.admin_ids,
            committed=followups.committed,
            clock=followups.clock,
        )
    conversation = Conversation(services)
    Lookup(services, conversation).register(application)
    Pictures(services, conversation).register(application)
    Groups(services, conversation).register(application)
    Private(services, conversation).register(application)
    Buttons(services).register(application)
    Inline(services).register(application)
    application.add_error_handler(on_error)
    return application


def _register(followups: Followups | None) -> Register | None:
    if followups is None:
        return None
    from bot.handlers.database_store import DatabaseRegister  # noqa: PLC0415 (an extra)

    return DatabaseRegister(followups.database, followups.clock, alone=followups.alone)


def run_polling(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...] = ()) -> None:
    """Run the bot until SIGTERM, SIGINT or the end of the token's life.

    Raises:
        SettingsError: there is no token, or Telegram refuses it.

    """
    configure_logging(settings.log_level, settings.telegram_token)
    asyncio.run(_until_stopped(settings, matcher, committed))


async def _until_stopped(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...]) -> None:
    stop = stop_event()
    if settings.telegram_token is None:
        raise SettingsError("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    async with opened(settings.database_url, stop) as database:
        if stop.is_set():
            return
        followups = Followups(database, committed) if database else None
        application = build_application(settings, matcher.kb, matcher=matcher, followups=followups)
        await poll(application, matcher.kb, stop)


def beside(application: App) -> contextlib.AbstractAsyncContextManager[None]:
    """Return the context in which follow-ups are delivered; of an application without, it does nothing."""
    if FOLLOWUPS not in application.bot_data:
        return contextlib.nullcontext()
    from bot.handlers.delivering import delivering  # noqa: PLC0415 (an extra)

    return delivering(application)


def stop_event() -> asyncio.Event:
    """Return an event of the running loop that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there Ctrl+C still raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(wanted, stop.set)
    return stop


async def poll(application: App, kb: KnowledgeBase, stop: asyncio.Event) -> None:
    """Connect, poll until the event is set, and finish what was begun."""
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    try:
        if not await connect(application, stop):
            return
        await publish_commands(application.bot, kb, follows=FOLLOWUPS in application.bot_data)
        await application.start()
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=PollingErrors()
        )
        logger.info("@%s answers", application.bot.username)
        async with beside(application):
            await _watch(application, stop)
    finally:
        if updater.running:
            # Its own polling has died of the same.
            with contextlib.suppress(InvalidToken):
                await updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


async def _watch(application: App, stop: asyncio.Event) -> None:
    """Wait until told to stop, or until the token is revoked: the updater alone would then idle."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), HEARTBEAT)
            return
        try:
            await application.bot.get_me()
        except InvalidToken:
            raise SettingsError(REFUSED) from None
        except TelegramError:
            # The polling says what is the matter.
            continue


async def connect(application: App, stop: asyncio.Event) -> bool:
    """Wait until Telegram can be reached; False when told to stop before."""
    wait, told = FIRST_WAIT, False
    while not stop.is_set():
        try:
            await application.initialize()
        except InvalidToken:
            # The message of this error holds the token.
            raise SettingsError(REFUSED) from None
        except NetworkError as error:
            if not told:
                told = True
                logger.warning(
                    "Telegram cannot be reached (%s): trying again until it can",
                    type(error).__name__,
                )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            return True
    return False
