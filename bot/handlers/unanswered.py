"""Questions without an answer: kept, announced when there is one, summed up by /bilan."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from telegram import InlineKeyboardButton, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import CallbackQueryHandler

from bot.answers import followup_texts as f
from bot.answers import notices
from bot.answers import texts as t
from bot.answers.html import Html
from bot.answers.language import language_of
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.followups import digest, questions
from bot.followups.database import is_outage
from bot.followups.outbox import Draft
from bot.handlers.commands import command
from bot.handlers.replying import acknowledge, respond
from bot.handlers.telegram_sender import news_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Bot

    from bot.followups.database import Store as Database
    from bot.handlers.hub import Hub
    from bot.handlers.services import Answer, App, Context
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher

logger = logging.getLogger(__name__)

Value = TypeVar("Value")

WAIT = "w:"
"""Tell this chat once the question has an answer."""


@dataclass(frozen=True, slots=True)
class Notebook:
    """Counts what is asked for, and keeps what got no answer; never who asked."""

    database: Database
    clock: Callable[[], float]

    async def take(self, message: Message, answer: Answer, language: str) -> InlineKeyboardButton | None:
        """Note what was asked and return a button for who wants to be told, if there was no answer."""
        outcome = answer.outcome
        if outcome is None or outcome.no_such_number is not None or outcome.elsewhere:
            return None
        group = message.chat_id if message.chat.type != ChatType.PRIVATE else None
        if outcome.kind in ("unknown", "silent"):
            return await self.keep(outcome.question, group, language)
        if outcome.kind in ("answer", "list"):
            questions.count_asked(self.database, outcome.shown[0], now=self.clock(), group=group)
        return None

    async def keep(self, question: str, group: int | None, language: str) -> InlineKeyboardButton | None:
        """Keep a question that got no answer; returns a button for who wants to be told."""
        kept = await _unless_away(questions.remember(self.database, question, now=self.clock(), group=group))
        if kept is None:
            return None
        return InlineKeyboardButton(texts(language).plain(f.TELL_ME), callback_data=f"{WAIT}{kept}")


async def _unless_away(noting: Awaitable[Value]) -> Value | None:
    """Await an operation; None where the database is away: an answer matters more than a note of it."""
    try:
        return await noting
    except Exception as error:
        if not is_outage(error):
            raise
        logger.warning("The database is away (%s): a question is not noted", type(error).__name__)
        return None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What people do about questions without an answer."""

    hub: Hub

    def register(self, application: App) -> None:
        """Add the handlers."""
        application.add_handler(CallbackQueryHandler(self.pressed, rf"^{WAIT}\d{{1,18}}$"))
        application.add_handler(command(("bilan", "report"), self.report))

    async def pressed(self, update: Update, context: Context) -> None:
        """Remember who wants to be told: the presser, in private, where a group asked."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        kept = int(str(query.data).removeprefix(WAIT))
        person, language = query.from_user.id, await self.hub.services.language_for_press(query)
        in_group = query.message.chat.type != ChatType.PRIVATE
        if in_group and not await _may_write_to(context.bot, person):
            await acknowledge(query, texts(language)(f.OPEN_FIRST))
            return
        found = await questions.wait(self.hub.database, kept, person, now=self.hub.clock())
        if found:
            await self.hub.will_write_in(person, language)
        line, text = f.WILL_TELL if found else f.QUESTION_FORGOTTEN, texts(language)
        await acknowledge(query, text(line))

    async def report(self, update: Update, context: Context) -> None:
        """Sum up the week of a group."""
        message = update.effective_message
        if message is None or not await self.hub.conversation.may_ask(message, context):
            return
        language = await self.hub.services.language_for(message)
        text = texts(language)
        if message.chat.type == ChatType.PRIVATE:
            line = text(t.GROUPS_ONLY)
        else:
            since = self.hub.clock() - digest.WEEK
            found = await digest.gather(self.hub.database, message.chat_id, since=since)
            line = written(self.hub.services.kb, found, language) or text(f.REPORT_EMPTY)
        await respond(context.bot, message, line)


async def _may_write_to(bot: Bot, person: int) -> bool:
    """Whether somebody has opened a conversation with the bot: Telegram lets it begin none."""
    try:
        await bot.send_chat_action(person, ChatAction.TYPING)
    except (Forbidden, BadRequest):
        return False
    except TelegramError:
        # Not now, which says nothing of later.
        return True
    return True


def written(kb: KnowledgeBase, found: digest.Digest, language: str) -> Html:
    """Write a digest; empty where there is nothing to say."""
    return notices.digest(
        kb,
        [news_of(one) for one in found.followups],
        found.most_asked,
        [(one.text, one.count) for one in found.unanswered],
        language,
    )


async def answer_waiting(
    database: Database, kb: KnowledgeBase, matcher: Matcher, clock: Callable[[], float]
) -> int:
    """Tell those who wait for an answer that the knowledge base has by now; returns how many questions."""
    told = 0
    for waiting in await questions.waiting(database):
        # There may be thousands, of a millisecond each: updates come first.
        await asyncio.sleep(0)
        outcome = matcher.match(waiting.text)
        if outcome.kind not in ("answer", "list") or not outcome.shown:
            continue
        # For chats of which no language is known: that of the question.
        usual = language_of(waiting.text, DEFAULT_LANGUAGE)
        html = notices.late_answer(kb, waiting.text, outcome.shown[0], usual)
        data = {"entry": outcome.shown[0], "question": waiting.text}
        draft = Draft(key=f"answer:{waiting.id}", text=html, data=data)
        told += await questions.answer(database, waiting.id, draft, now=clock()) is not None
    return told
