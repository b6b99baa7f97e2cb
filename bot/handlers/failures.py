"""What went wrong: logged without token and without what people wrote; the user is told once."""

from __future__ import annotations

import logging
import math
import sys
import time
import traceback
from typing import TYPE_CHECKING

from telegram import Chat, Message, Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError

from bot.answers import texts as t
from bot.answers.texts import texts
from bot.handlers.filtering import is_addressed
from bot.handlers.language import app_language, language_in
from bot.handlers.replying import respond
from bot.handlers.sending import is_gone
from bot.handlers.services import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.handlers.services import Context, Services

logger = logging.getLogger(__name__)

QUIET = 300.0
"""Seconds for which an outage is not mentioned again."""


async def on_error(update: object, context: Context) -> None:
    """Log an error of a handler, and apologise to who was waiting for an answer."""
    error = context.error
    if error is None or is_gone(error):
        return
    # The message of an exception may quote what the user wrote: its kind and place are enough.
    if _is_of_database(error):
        logger.warning("The database is away (%s) while handling %s", type(error).__name__, _kind(update))
    elif _is_outage(error):
        # No place in the code is at fault, and in an outage there is one for each update.
        logger.warning("%s while handling %s", type(error).__name__, _kind(update))
    else:
        trace = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s while handling %s\n%s", type(error).__name__, _kind(update), trace)
    if not isinstance(update, Update):
        return
    try:
        await _apologise(update, context)
    except TelegramError as second:
        logger.warning("no apology could be sent: %s", type(second).__name__)


def _is_outage(error: Exception) -> bool:
    """Whether Telegram cannot be reached or has no time; PTB takes a refused call for a kind of the first."""
    return isinstance(error, (NetworkError, RetryAfter)) and not isinstance(error, BadRequest)


def broke_off(name: str, error: Exception) -> None:
    """Log where a job met what: in the words of an exception may be what was to be sent, and to whom."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s broke off: %s\n%s", name, type(error).__name__, trace)


def _is_of_database(error: Exception) -> bool:
    """Whether the database is away, where there is one."""
    # An extra: not imported where nothing else has.
    database = sys.modules.get("bot.followups.database")
    return database is not None and not isinstance(error, TelegramError) and database.is_outage(error)


async def _apologise(update: Update, context: Context) -> None:
    message = update.effective_message
    apology = texts(await _language(update, context)).plain(t.APOLOGY)
    if update.callback_query:
        await update.callback_query.answer(apology, show_alert=True)
    elif message and _waits(message, context):
        await respond(context.bot, message, apology, quote=True)


async def _language(update: Update, context: Context) -> str:
    """Return the language in which somebody is spoken to, or that of their app where nothing else works."""
    services: Services = context.application.bot_data[SERVICES]
    try:
        return await language_in(services.store, update.effective_chat, update.effective_user)
    except Exception:  # noqa: BLE001 (it may be what failed in the first place)
        return app_language(update.effective_user.language_code if update.effective_user else None)


def _waits(message: Message, context: Context) -> bool:
    """Whether the writer expects the bot to say something."""
    return (
        message.chat.type == Chat.PRIVATE
        or (message.text or "").startswith("/")
        or is_addressed(message, context.bot.id, context.bot.username)
    )


class PollingErrors:
    """Says in one line that updates cannot be fetched, and not again at each retry."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._silent_until = -math.inf

    def __call__(self, error: TelegramError) -> None:
        """Take note of an error; the updater retries by itself."""
        if self._clock() < self._silent_until:
            return
        self._silent_until = self._clock() + QUIET
        reason = (
            "another process polls with this token"
            if isinstance(error, Conflict)
            else ("it cannot be reached")
        )
        logger.warning("no updates from Telegram: %s (%s)", reason, type(error).__name__)


def _kind(update: object) -> str:
    if not isinstance(update, Update):
        return "no update"
    names = [name for name in update.to_dict() if name != "update_id"]
    return names[0] if names else "an empty update"
