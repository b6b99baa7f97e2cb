"""The Telegram application, put together."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.answers import card
from bot.answers.faults import faults
from bot.errors import SettingsError
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Lookup
from bot.handlers.conversation import Conversation
from bot.handlers.failures import on_error
from bot.handlers.groups import Groups
from bot.handlers.inline import Inline
from bot.handlers.memory import MemoryStore, Store
from bot.handlers.menu import available, publish_commands
from bot.handlers.ordering import OrderlyProcessor, Register
from bot.handlers.pictures import MemoryPictureCache, PictureCache, Pictures
from bot.handlers.private import Private
from bot.handlers.sending import send
from bot.handlers.services import FOLLOWUPS, SERVICES, App, Services
from bot.matching import Matcher
from bot.readable_updates import ReadableUpdates
from bot.reloading import Knowledge, Reloader
from bot.request import AiohttpRequest
from bot.settings import HASHTAG, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

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
RELOADER = "reloader"
"""Where an application keeps what reads its knowledge base again."""


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


class _Forgetful(Application[Any, Any, Any, Any, Any, Any]):
    """An application that notes nobody.

    PTB's keeps the id of everyone who ever wrote, for data that something else may persist: without that,
    they are never read, and never dropped.
    """

    __slots__ = ()

    def _mark_for_persistence_update(self, **_about: object) -> None:
        """Note nothing."""


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
        .application_class(_Forgetful)
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_base_url}/bot")
        .base_file_url(f"{settings.telegram_api_base_url}/file/bot")
        .concurrent_updates(OrderlyProcessor(_register(followups)))
    )
    request = request or AiohttpRequest()
    application: App = builder.request(request).get_updates_request(ReadableUpdates(request)).build()
    pictures: PictureCache = MemoryPictureCache()
    if followups is not None:
        from bot.handlers.database_store import DatabasePictures, DatabaseStore  # noqa: PLC0415 (an extra)

        store = store or DatabaseStore(followups.database, followups.clock)
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
        # First, for no other handler passes an inline query over as quickly as this one does all else.
        Inline(services).register(application)
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
