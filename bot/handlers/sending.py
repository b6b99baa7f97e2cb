"""Calls to Telegram that may fail for reasons that are nobody's fault, told apart from faults."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultsButton,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.answers import truncate_html
from bot.handlers.slot import MESSAGE, SLOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

logger = logging.getLogger(__name__)

MAX_WAIT = 30.0
"""Telegram may ask to wait; longer than this and the answer is no longer wanted."""
PAUSES = (0.2, 1.0)
"""Seconds before a call is made again that met a broken connection or a failing server."""
UNCHANGED = "message is not modified"
_GONE = (
    "query is too old",
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message to be replied not found",
    "message_id_invalid",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "chat not found",
    "peer_id_invalid",
)
"""How Telegram says that a message, a chat, a right or a button press is gone."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_PREVIEW_JSON = _NO_PREVIEW.to_dict()

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way, or there."""

    message_id: int | None
    """None where Telegram does not tell: the message goes in the response to an update."""


def is_unchanged(error: Exception) -> bool:
    """Whether an edit failed because there was nothing to change."""
    return isinstance(error, BadRequest) and UNCHANGED in error.message.lower()


def is_gone(error: Exception) -> bool:
    """Whether a call failed because what it was about is no longer there."""
    if isinstance(error, Forbidden):
        return True
    return isinstance(error, BadRequest) and any(sign in error.message.lower() for sign in _GONE)


def asked_wait(error: RetryAfter) -> float:
    """Return the seconds for which Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


async def attempt(call: Callable[[], Awaitable[Result]]) -> Result | None:
    """Make a call; None where its object is gone. Waits once where Telegram asks for a short wait."""
    try:
        try:
            return await _insist(call)
        except RetryAfter as error:
            seconds = asked_wait(error)
            if seconds > MAX_WAIT:
                logger.warning("Telegram asks to wait %.0f s: a message is dropped", seconds)
                return None
            await asyncio.sleep(seconds)
            return await _insist(call)
    except (BadRequest, Forbidden) as error:
        if is_gone(error):
            logger.info("not delivered: %s", error.message)
            return None
        raise


async def _insist(call: Callable[[], Awaitable[Result]]) -> Result:
    """Make a call again where it broke: an answer that comes twice is better than none.

    Not after a timeout: Telegram is slow then, and has probably done what it was told.
    """
    for pause in PAUSES:
        try:
            return await call()
        except (BadRequest, TimedOut):
            # Kinds of NetworkError, for PTB.
            raise
        except NetworkError:
            await asyncio.sleep(pause)
    return await call()


async def send(
    bot: Bot,
    chat_id: int,
    html: str,
    keyboard: InlineKeyboardMarkup | None = None,
    *,
    reply_to: int | None = None,
    thread_id: int | None = None,
) -> Sent | None:
    """Send a message; None where the chat is closed to the bot."""
    html = truncate_html(html, MessageLimit.MAX_TEXT_LENGTH)
    slot = SLOT.get()
    markup = {"reply_markup": _written(keyboard)} if keyboard else {}

    async def call(target: int) -> Message:
        return await bot.send_message(
            target,
            html,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
            message_thread_id=thread_id,
            reply_parameters=(
                ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
            ),
        )

    async def over_network() -> Sent | None:
        try:
            message = await attempt(lambda: call(chat_id))
        except ChatMigrated as error:
            new = error.new_chat_id
            message = await attempt(lambda: call(new))
        return Sent(message.message_id) if message else None

    if slot is not None and slot.take(MESSAGE, _arguments(chat_id, html, reply_to, thread_id), **markup):
        slot.otherwise = over_network
        return Sent(None)
    return await over_network()


def _arguments(chat_id: int, html: str, reply_to: int | None, thread_id: int | None) -> dict[str, object]:
    """Return a message without its keyboard as the Bot API has it."""
    arguments: dict[str, object] = {
        "chat_id": chat_id,
        "text": html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": _NO_PREVIEW_JSON,
    }
    if reply_to:
        arguments["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    if thread_id:
        arguments["message_thread_id"] = thread_id
    return arguments


@lru_cache(maxsize=1000)
def _written(keyboard: InlineKeyboardMarkup) -> str:
    # To write the same keyboards down again takes longer than to write the rest of a message.
    return keyboard.to_json()


async def answer_inline_query(  # noqa: PLR0913 (Telegram's own arguments)
    bot: Bot,
    query_id: str,
    results: Sequence[InlineQueryResult],
    *,
    json: str,
    next_offset: str,
    button: InlineQueryResultsButton | None,
    cache_time: int,
    is_personal: bool,
) -> None:
    """Answer an inline query; ``json`` are the results written down."""
    slot = SLOT.get()
    arguments: dict[str, object] = {
        "inline_query_id": query_id,
        "next_offset": next_offset,
        "cache_time": cache_time,
        "is_personal": is_personal,
    }
    if button:
        arguments["button"] = button.to_dict()
    if slot is None or not slot.take("answerInlineQuery", arguments, results=json):
        await bot.answer_inline_query(
            query_id,
            results,
            next_offset=next_offset,
            button=button,
            cache_time=cache_time,
            is_personal=is_personal,
        )


async def edit(
    bot: Bot, chat_id: int, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None = None
) -> bool:
    """Change a message; False where it is gone, True where it already was so."""

    async def call() -> Message | bool:
        return await bot.edit_message_text(
            truncate_html(html, MessageLimit.MAX_TEXT_LENGTH),
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
        )

    try:
        return await attempt(call) is not None
    except BadRequest as error:
        if is_unchanged(error):
            return True
        raise
