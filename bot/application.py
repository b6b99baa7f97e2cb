"""The Telegram application, put together; and run by long polling."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application

from bot.answers import card
from bot.answers.faults import faults
from bot.collector import settle
from bot.errors import SettingsError
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Lookup
from bot.handlers.conversation import Conversation
from bot.handlers.failures import PollingErrors, on_error
from bot.handlers.groups import Groups
from bot.handlers.inline import Inline
from bot.handlers.logs import configure_logging
from bot.handlers.memory import MemoryStore, Store
from bot.handlers.menu import available, publish_commands
from bot.handlers.ordering import OrderlyProcessor, Register
from bot.handlers.pictures import MemoryPictureCache, PictureCache, Pictures
from bot.handlers.private import Private
from bot.handlers.profile import publishing_profile
from bot.handlers.sending import send
from bot.handlers.services import FOLLOWUPS, SERVICES, App, Services
from bot.matching import Matcher
from bot.reloading import Knowledge, Reloader, heed_hangup
from bot.request import AiohttpRequest
from bot.settings import HASHTAG, Settings
from bot.storage import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from telegram.request import BaseRequest

    from bot.errors import Problem
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
RELOADER = "reloader"
"""Where an application keeps what reads its knowledge base again."""
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
    database. Where the settings name the directory of the knowledge base, that is read again when it
    changes. For both, `beside` must run while the application does.

    Raises:
        SettingsError: there is no token.

    """
    if settings.telegram_token is None:
        raise SettingsError("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    builder = (
        Application.builder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_base_url}/bot")
        .base_file_url(f"{settings.telegram_api_base_url}/file/bot")
        .concurrent_updates(OrderlyProcessor(_register(followups)))
    )
    request = request or AiohttpRequest()
    application: App = builder.request(request).get_updates_request(request).build()
    pictures: PictureCache = MemoryPictureCache()
    if followups is not None:
        from bot.handlers.database_store import DatabasePictures, DatabaseStore  # noqa: PLC0415 (an extra)

        store = store or DatabaseStore(followups.database)
        pictures = DatabasePictures(followups.database)
    equipment = Equipment(
        application, store or MemoryStore(), observe, followups, settings.admin_ids, pictures
    )
    equipment.fit(Knowledge(matcher or Matcher(kb), followups.committed if followups else ()))
    application.add_error_handler(on_error)
    if settings.knowledge_dir is not None:
        application.bot_data[RELOADER] = Reloader(
            settings.knowledge_dir, kb.digest, renew=equipment.renew, tell=equipment.tell
        )
    return application


def _register(followups: Followups | None) -> Register | None:
    if followups is None:
        return None
    from bot.handlers.database_store import DatabaseRegister  # noqa: PLC0415 (an extra)

    return DatabaseRegister(followups.database, followups.clock, alone=followups.alone)


@dataclass(frozen=True, slots=True)
class Equipment:
    """All that handlers are made of but the knowledge base, so that they can be made for another one."""

    application: App
    store: Store
    observe: Callable[[str], None] | None
    followups: Followups | None
    admin_ids: frozenset[int]
    pictures: PictureCache

    def fit(self, knowledge: Knowledge) -> None:
        """Give the application its handlers, all at once; updates under way keep those that they have."""
        application = self.application
        former, application.handlers = application.handlers, {}
        try:
            self._register(knowledge)
        except BaseException:
            application.handlers = former
            raise

    def _register(self, knowledge: Knowledge) -> None:
        application, matcher = self.application, knowledge.matcher
        services = Services(matcher.kb, matcher, self.store, HASHTAG, self.observe)
        if self.followups is not None:
            from bot.handlers.delivering import attach, attach_again  # noqa: PLC0415 (an extra)

            if FOLLOWUPS in application.bot_data:
                services = attach_again(application, services, knowledge.committed)
            else:
                services = attach(
                    application,
                    services,
                    self.followups.database,
                    admin_ids=self.admin_ids,
                    committed=knowledge.committed,
                    clock=self.followups.clock,
                )
        # First, for no other handler passes an inline query over as quickly as this one does all else.
        Inline(services).register(application)
        conversation = Conversation(services)
        Lookup(services, conversation).register(application)
        pictures = Pictures(services, conversation, self.pictures)
        pictures.register(application)
        Groups(services, conversation).register(application)
        Private(services, conversation, pictures).register(application)
        Buttons(services, conversation).register(application)
        application.bot_data[SERVICES] = services

    async def renew(self, knowledge: Knowledge) -> None:
        """Use another knowledge base from now on, and tell those who waited for what is new in it."""
        former: Services = self.application.bot_data[SERVICES]
        self.fit(knowledge)
        # The former knowledge base goes with its cards.
        card.cache_clear()
        if self.followups is not None:
            from bot.handlers.delivering import catch_up  # noqa: PLC0415 (an extra)

            hub = self.application.bot_data[FOLLOWUPS]
            hub.spawn(catch_up(hub))
        kb, follows = knowledge.matcher.kb, self.followups is not None
        if available(kb, follows=follows) != available(former.kb, follows=follows):
            await publish_commands(self.application.bot, kb, follows=follows)

    async def tell(self, digest: str, problems: list[Problem]) -> None:
        """Tell the administrators of faults in changed files."""
        html = faults(problems)
        if self.followups is not None:
            from bot.handlers.delivering import tell_administrators  # noqa: PLC0415 (an extra)

            hub = self.application.bot_data[FOLLOWUPS]
            # Each process of a deployment finds the same faults.
            hub.spawn(tell_administrators(hub, f"fault:{digest}", html))
            return
        for admin in sorted(self.admin_ids):
            try:
                await send(self.application.bot, admin, html)
            except TelegramError as error:
                logger.warning("an administrator was not told: %s", type(error).__name__)


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
        await poll(application, stop)


@contextlib.asynccontextmanager
async def beside(application: App) -> AsyncIterator[None]:
    """Deliver follow-ups and watch the knowledge base, as far as the application does so."""
    async with contextlib.AsyncExitStack() as stack:
        if FOLLOWUPS in application.bot_data:
            from bot.handlers.delivering import delivering  # noqa: PLC0415 (an extra)

            await stack.enter_async_context(delivering(application))
        if RELOADER in application.bot_data:
            await stack.enter_async_context(application.bot_data[RELOADER].running())
        # The start is over: what lives until now lives for ever.
        settle()
        yield


def stop_event() -> asyncio.Event:
    """Return an event of the running loop that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there Ctrl+C still raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(wanted, stop.set)
    # Until the bot can read its files again, there is nothing to do: it will find what has changed.
    heed_hangup(lambda: None)
    return stop


async def poll(application: App, stop: asyncio.Event) -> None:
    """Connect, poll until the event is set, and finish what was begun."""
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    try:
        if not await connect(application, stop):
            return
        await application.start()
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=PollingErrors()
        )
        logger.info("@%s answers", application.bot.username)
        async with beside(application), publishing_profile(application):
            await _watch(application, stop)
    finally:
        if updater.running:
            # Its own polling has died of the same.
            with contextlib.suppress(InvalidToken):
                await updater.stop()
        await close(application)


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


async def close(application: App) -> None:
    """Stop an application and close its connections, however far it came."""
    if application.running:
        await application.stop()
    await application.shutdown()
    # That does nothing where Telegram never answered; the connections are there all the same.
    await application.bot.shutdown()


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
