"""What went wrong: logged without token and without what people wrote; the user is told once."""

from __future__ import annotations

import logging
import traceback

from telegram import Chat, Message, Update
from telegram.error import NetworkError, TelegramError

from bot.answers import texts as t
from bot.answers.texts import texts
from bot.handlers.filtering import is_addressed
from bot.handlers.language import app_language
from bot.handlers.sending import is_gone, send
from bot.handlers.services import Context

logger = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Log an error of a handler, and apologise to who was waiting for an answer."""
    error = context.error
    if error is None or is_gone(error):
        return
    # The message of an exception may quote what the user wrote: its kind and place are enough.
    trace = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s while handling %s\n%s", type(error).__name__, _kind(update), trace)
    if not isinstance(update, Update):
        return
    try:
        await _apologise(update, context)
    except TelegramError as second:
        logger.warning("no apology could be sent: %s", type(second).__name__)


async def _apologise(update: Update, context: Context) -> None:
    message, user = update.effective_message, update.effective_user
    apology = texts(app_language(user.language_code if user else None)).plain(t.APOLOGY)
    if update.callback_query:
        await update.callback_query.answer(apology, show_alert=True)
    elif message and _waits(message, context):
        await send(context.bot, message.chat_id, apology, reply_to=message.message_id)


def _waits(message: Message, context: Context) -> bool:
    """Whether the writer expects the bot to say something."""
    return (
        message.chat.type == Chat.PRIVATE
        or (message.text or "").startswith("/")
        or is_addressed(message, context.bot.id, context.bot.username)
    )


def on_polling_error(error: TelegramError) -> None:
    """Say in one line that Telegram cannot be reached; the updater retries by itself."""
    if isinstance(error, NetworkError):
        logger.warning("Telegram cannot be reached (%s): retrying", type(error).__name__)
    else:
        logger.error("Telegram refused the request for updates: %s", type(error).__name__)


def _kind(update: object) -> str:
    if not isinstance(update, Update):
        return "no update"
    names = [name for name in update.to_dict() if name != "update_id"]
    return names[0] if names else "an empty update"
