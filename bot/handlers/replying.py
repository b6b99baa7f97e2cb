"""Where what the bot says goes: into the chat and the topic of what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Message
from telegram.constants import CallbackQueryLimit, ChatType

from bot.answers.cards import shortened
from bot.answers.html import to_plain
from bot.handlers.sending import Sent, attempt, send

if TYPE_CHECKING:
    from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage


async def respond(
    bot: Bot,
    message: MaybeInaccessibleMessage,
    html: str,
    keyboard: InlineKeyboardMarkup | None = None,
    *,
    quote: bool | None = None,
) -> Sent | None:
    """Send a message below another; None where the chat is closed to the bot.

    ``quote`` ties the two together; unless it is said, this is done where several people talk.
    """
    tied = quotes(message) if quote is None else quote
    return await send(
        bot,
        message.chat.id,
        html,
        keyboard,
        reply_to=message.message_id if tied else None,
        thread_id=forum_topic(message),
    )


def quotes(message: MaybeInaccessibleMessage) -> bool:
    """Whether an answer must show what it answers."""
    return message.chat.type != ChatType.PRIVATE


def forum_topic(message: MaybeInaccessibleMessage) -> int | None:
    """Return the topic of a forum in which a message is; None elsewhere, and in its general topic."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def is_withdrawn(query: CallbackQuery) -> bool:
    """Whether a message has the pressed button no more: an app that was offline still shows it."""
    message = query.message
    if not isinstance(message, Message):
        return False
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return all(button.callback_data != query.data for row in rows for button in row)


async def acknowledge(query: CallbackQuery, html: str = "") -> None:
    """Stop the waiting sign of a pressed button, with a line that shows for a moment, if any."""
    line = shortened(to_plain(html), CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
    await attempt(lambda: query.answer(line or None))
