"""Deliveries through Telegram: what each kind of message looks like, what each error means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.answers import card, notices, truncate_html
from bot.answers import followup_texts as f
from bot.answers.cards import shortened
from bot.answers.language import language_of
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.answers.topics import topic_label, topic_of
from bot.followups import outbox, sending
from bot.handlers.keyboard import ASK, answer_markup
from bot.handlers.sending import asked_wait
from bot.handlers.topic_buttons import SUBSCRIPTIONS
from bot.kb.followups import topics

if TYPE_CHECKING:
    from bot.answers.notices import News
    from bot.kb import KnowledgeBase

_LEFT = ("chat not found", "peer_id_invalid", "group chat was deactivated", "user_deactivated")
"""How Telegram says with a 400 that a chat is no more."""


@dataclass(slots=True)
class TelegramSender:
    """Sends what is in the outbox, once, and says in the follow-ups' terms why it could not."""

    bot: Bot
    kb: KnowledgeBase
    """What topics are called; replaced when the knowledge base is read again."""

    async def send(self, chat_id: int, message: outbox.Message, language: str | None) -> None:
        """Return once the message has arrived, in the language of the chat where that is known."""
        html, keyboard = rendered(self.kb, message, language)
        try:
            await self.bot.send_message(
                chat_id,
                truncate_html(html, MessageLimit.MAX_TEXT_LENGTH),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except RetryAfter as error:
            raise sending.RetryAfter(asked_wait(error)) from error
        except ChatMigrated as error:
            raise sending.Migrated(error.new_chat_id) from error
        except Forbidden as error:
            raise sending.Blocked from error
        except BadRequest as error:
            gone = any(sign in error.message.lower() for sign in _LEFT)
            raise (sending.Blocked if gone else sending.Refused) from error
        except NetworkError as error:
            raise sending.TemporaryFailure from error


def rendered(
    kb: KnowledgeBase, message: outbox.Message, language: str | None
) -> tuple[str, InlineKeyboardMarkup | None]:
    """Return the text and the buttons of a message; a digest was written for its one reader."""
    # Another process may know another knowledge base.
    if message.kind == outbox.ANSWER and (entry := message.data["entry"]) in kb.entries:
        question = message.data["question"]
        html = notices.late_answer(kb, question, entry, language) if language else message.text
        spoken = language or language_of(question, DEFAULT_LANGUAGE)
        # Also what tells what a reply to it is about.
        return html, answer_markup(kb, card(kb, entry, spoken), spoken, topic_of(kb, entry))
    if message.kind != outbox.FOLLOWUP:
        return message.text, None
    text = texts(language or DEFAULT_LANGUAGE)
    named = tuple(message.data["topics"])
    rows = [
        [
            InlineKeyboardButton(
                shortened(text.plain(f.SEE_ENTRY, topic=topic_label(kb, topic, text))),
                callback_data=ASK + topic,
            )
        ]
        for topic in named
        if topic in topics(kb) and topic in kb.entries
    ]
    rows.append([InlineKeyboardButton(text.plain(f.MY_SUBSCRIPTIONS), callback_data=SUBSCRIPTIONS)])
    return notices.notice(kb, named, news_of(message), text.language), InlineKeyboardMarkup(rows)


def news_of(message: outbox.Message) -> News:
    """Return date, text and source of a published follow-up."""
    return message.data["date"], message.text, message.source
