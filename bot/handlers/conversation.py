"""Question and answer in a chat: flood limit, subject, sending, and what an edit changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.answers import Reply
from bot.answers import texts as t
from bot.answers.texts import texts
from bot.followups.values import Answered
from bot.handlers.filtering import is_anonymous_admin, somebody_above, words_of
from bot.handlers.keyboard import entry_of
from bot.handlers.language import language_for_answer
from bot.handlers.replying import forum_topic, quotes, respond
from bot.handlers.sending import edit
from bot.handlers.services import Answer, Context, Services

if TYPE_CHECKING:
    from telegram import CallbackQuery, InlineKeyboardButton, Message, Update

    from bot.followups.values import Visit

QUESTIONS_PER_MINUTE = 20
_COMMAND = re.compile(r"^/(\w+)(?:@\w+)?")
"""'/mesure@bot 4' asks for 'mesure 4'."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The part of talking that private chats and groups share."""

    services: Services

    async def answer(self, message: Message, context: Context, text: str) -> None:
        """Answer a question, unless its writer asks too many."""
        visit = await self.services.store.visit(_asking(message), message.chat_id)
        if await self._are_too_many(visit.hits, message, context):
            return
        language = await language_for_answer(self.services.store, message, text, visit.language)
        answer = self.services.ask(text, language, self._subject(message, visit))
        await self.reply(message, context, answer, language=language)

    async def answer_edited(self, update: Update, context: Context) -> None:
        """Bring the answer to an edited question up to date, where it can still be edited."""
        message = update.edited_message
        if message is None or not words_of(message):
            return
        store = self.services.store
        former = await store.answer_to(message.chat_id, message.message_id)
        text = _COMMAND.sub(r"\1", self.question_of(message, context.bot.username))
        if former is None or not text:
            return
        visit = await store.visit(_asking(message), message.chat_id)
        if await self._are_too_many(visit.hits, message, context):
            return
        language = await language_for_answer(store, message, text, visit.language)
        answer = self.services.ask(text, language, self._subject(message, visit))
        # Its writer mends an error: what has an answer was asked once.
        button = await self._noted(message, answer, language) if _has_none(answer) else None
        keyboard = self._keyboard(answer, language, button)
        # What is to be tied to its question must be sent as a reply to it.
        editable = former.message_id if quotes(message) or not self._is_tied(answer) else None
        if editable and await edit(context.bot, message.chat_id, editable, answer.reply.html, keyboard):
            self.remember(message, editable, answer)
        else:
            await self._send(message, context, answer, keyboard)

    def question_of(self, message: Message, username: str) -> str:
        """Return what a message asks: with politeness at most beside the bot's name, what it replies to."""
        text, above = without_mention(words_of(message), username).strip(), somebody_above(message)
        return text if above is None or self.says_something(text) else words_of(above)

    def says_something(self, text: str) -> bool:
        """Whether a text is more than politeness beside the bot's name."""
        question = self.services.matcher.analyse(text)
        return bool(question.terms or question.reference or self.services.points(text))

    async def reply(self, message: Message, context: Context, answer: Answer, *, language: str) -> None:
        """Send an answer to a message and remember it as such."""
        button = await self._noted(message, answer, language)
        await self._send(message, context, answer, self._keyboard(answer, language, button))

    async def _noted(self, message: Message, answer: Answer, language: str) -> InlineKeyboardButton | None:
        """Note a question; returns a button for who wants to be told of an answer, if it got none."""
        notebook = self.services.notebook
        return await notebook.take(message, answer, language) if notebook else None

    def _keyboard(
        self, answer: Answer, language: str, button: InlineKeyboardButton | None
    ) -> InlineKeyboardMarkup | None:
        keyboard = self.services.keyboard(answer.reply, language)
        if button is None:
            return keyboard
        return InlineKeyboardMarkup([*(keyboard.inline_keyboard if keyboard else ()), [button]])

    def _is_tied(self, answer: Answer) -> bool:
        """Whether 'none of these' must find the question again, in the message that it answers."""
        suggests = answer.outcome is not None and answer.outcome.kind == "suggest"
        return suggests and self.services.notebook is not None

    async def _send(
        self, message: Message, context: Context, answer: Answer, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        tied = True if self._is_tied(answer) else None
        sent = await respond(context.bot, message, answer.reply.html, keyboard, quote=tied)
        if sent:
            self.remember(message, sent.message_id, answer)

    async def say(self, message: Message, context: Context, reply: Reply) -> None:
        """Send a reply that answers no question: a page, a polite line."""
        await self.reply(message, context, Answer(reply), language=await self.services.language_for(message))

    async def may_ask(self, message: Message, context: Context) -> bool:
        """Count a question of its writer; when it is the first too many, say so."""
        hits = await self.services.store.hits(_asking(message))
        return not await self._are_too_many(hits, message, context)

    async def _are_too_many(self, hits: int, message: Message, context: Context) -> bool:
        if hits == QUESTIONS_PER_MINUTE + 1:
            slow = texts(await self.services.language_for(message))(t.SLOW_DOWN)
            await respond(context.bot, message, slow, quote=True)
        return hits > QUESTIONS_PER_MINUTE

    async def may_press(self, query: CallbackQuery) -> bool:
        """Count a button that is answered with a new message, as the question that it stands for."""
        return await self.services.store.hits(f"user:{query.from_user.id}") <= QUESTIONS_PER_MINUTE

    def _subject(self, message: Message, visit: Visit) -> str | None:
        """Return the entry that a message is about if it does not say: replied to, or shown last."""
        # What was shown last in a forum may have been in another of its topics.
        shown = None if quotes(message) and forum_topic(message) else visit.entry
        return entry_of(self.services.kb, message.reply_to_message) or shown

    def remember(self, message: Message, answer_id: int | None, answer: Answer) -> None:
        """Note which message answered which, and what it is about."""
        store = self.services.store
        store.save_answer(message.chat_id, message.message_id, Answered(answer_id, answer.others))
        if answer.reply.entry:
            store.show_entry(message.chat_id, answer.reply.entry)


def _asking(message: Message) -> str:
    """Return the key under which questions of a message's writer are counted."""
    if is_anonymous_admin(message):
        # To Telegram, all of them in all groups are one user.
        return f"admins:{message.chat_id}"
    return f"user:{message.from_user.id if message.from_user else message.chat_id}"


def _has_none(answer: Answer) -> bool:
    """Whether a question got no answer."""
    return answer.outcome is not None and answer.outcome.kind == "unknown"


def without_mention(text: str, username: str) -> str:
    """Return a text without the bot's name."""
    words = text.split(" ")
    return " ".join(w for w in words if w.casefold().rstrip(",:") != f"@{username}".casefold())
