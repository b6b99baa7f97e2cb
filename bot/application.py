"""The Telegram application, put together; and run by long polling."""

from __future__ import annotations

import logging
import time

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import Application, Defaults
from telegram.request import BaseRequest

from bot.errors import SettingsError
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Lookup
from bot.handlers.conversation import Conversation
from bot.handlers.failures import on_error
from bot.handlers.groups import Groups
from bot.handlers.inline import Inline
from bot.handlers.logs import configure_logging
from bot.handlers.memory import MemoryStore, Store
from bot.handlers.menu import publish_commands
from bot.handlers.ordering import OrderlyProcessor
from bot.handlers.private import Private
from bot.handlers.services import App, Services
from bot.kb import KnowledgeBase
from bot.matching import Matcher
from bot.settings import HASHTAG, Settings

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


def build_application(
    settings: Settings,
    kb: KnowledgeBase,
    *,
    store: Store | None = None,
    matcher: Matcher | None = None,
    request: BaseRequest | None = None,
) -> App:
    """Return the application with all its handlers; nothing is sent yet.

    Raises:
        SettingsError: there is no token.

    """
    if settings.telegram_token is None:
        raise SettingsError("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    services = Services(kb, matcher or Matcher(kb), store or MemoryStore(), HASHTAG)
    builder = (
        Application.builder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_base_url}/bot")
        .base_file_url(f"{settings.telegram_api_base_url}/file/bot")
        .concurrent_updates(OrderlyProcessor())
    )
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    application: App = builder.build()
    conversation = Conversation(services)
    Lookup(services, conversation).register(application)
    Groups(services, conversation).register(application)
    Private(services, conversation).register(application)
    Buttons(services).register(application)
    Inline(services).register(application)
    application.add_error_handler(on_error)
    return application
