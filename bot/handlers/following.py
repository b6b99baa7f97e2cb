"""Following: /suivre, the follow button, /abonnements, /suivi, /stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.cards import shortened
from bot.answers.html import Html, join
from bot.answers.notices import day, timeline
from bot.answers.texts import texts
from bot.answers.topics import topic_label, topic_named, topic_of
from bot.followups import chats, outbox, subscriptions
from bot.followups.digest import PARIS, WEEK
from bot.handlers.commands import command
from bot.handlers.keyboard import FOLLOW, UNFOLLOW, follow_button
from bot.handlers.replying import acknowledge, respond
from bot.handlers.sending import attempt, edit, is_unchanged
from bot.handlers.telegram_sender import news_of
from bot.handlers.topic_buttons import SUBSCRIPTIONS, is_measure, topic_menu, turned
from bot.kb import ListEntry
from bot.kb.followups import EVENT, topics

if TYPE_CHECKING:
    from bot.handlers.hub import Hub
    from bot.handlers.services import App, Context
    from bot.matching import Outcome

DROP = "k:"
"""End a subscription from the list of them."""
PAUSE = "p:"
WEEKLY = "d:"
MOST_SHOWN = 40
_TOPIC = r"[A-Za-z0-9][A-Za-z0-9_-]*\Z"
"""Also one that the knowledge base no longer has: who follows it must be able to end that."""


@dataclass(frozen=True, slots=True)
class Following:
    """Who follows what, decided by who follows."""

    hub: Hub

    def register(self, application: App) -> None:
        """Add the handlers."""
        application.add_handler(command(("suivre", "follow"), self.follow))
        application.add_handler(command(("abonnements", "subscriptions"), self.subscriptions))
        application.add_handler(command(("suivi", "timeline"), self.timeline))
        application.add_handler(command(("stop",), self.stop))
        for pattern, action in (
            (f"^{FOLLOW}", self.pressed_follow),
            (f"^{UNFOLLOW}{_TOPIC}", self.pressed_unfollow),
            (f"^(?:{SUBSCRIPTIONS}$|{DROP}{_TOPIC}|{PAUSE}|{WEEKLY})", self.pressed_list),
        ):
            application.add_handler(CallbackQueryHandler(action, pattern))

    async def follow(self, update: Update, context: Context) -> None:
        """Follow what is named, or offer all that can be."""
        message = update.effective_message
        if message is None or not await self.hub.may_manage(message, context):
            return
        kb, language = self.hub.services.kb, await self.hub.services.language_for(message)
        text, said = texts(language), " ".join(context.args or ())
        topic = topic_named(kb, said)
        found: tuple[str, ...] = ()
        if said and not topic:
            outcome = self.hub.services.matcher.match(said)
            found = self._topics_of(outcome)
            if len(found) == 1 and outcome.kind in ("answer", "list"):
                (topic,) = found
        if topic:
            line, _ = await self._follow(message.chat_id, topic, language)
            await respond(context.bot, message, line)
            return
        followed = await subscriptions.topics_of(self.hub.database, message.chat_id)
        if found:
            rows = [[_follow_button(topic_label(kb, one, text), one)] for one in found[:MOST_SHOWN]]
            await respond(context.bot, message, text(f.FOLLOW_WHICH), InlineKeyboardMarkup(rows))
            return
        line = text(f.NO_TOPIC if said else f.FOLLOW_WHAT)
        await respond(context.bot, message, line, topic_menu(kb, language, followed))

    def _topics_of(self, outcome: Outcome) -> tuple[str, ...]:
        """Return what a question is about, as topics.

        The whole event is one only for who asks for all measures: who names a figure asks for less than that.
        """
        kb = self.hub.services.kb
        about = tuple(kb.measures[number].id for number in outcome.numbers)
        about = about or outcome.shown or ((outcome.related,) if outcome.related else ())
        wanted = [
            one for one in about if topic_of(kb, one) != EVENT or isinstance(kb.entries[one], ListEntry)
        ]
        return tuple(dict.fromkeys(topic_of(kb, one) for one in wanted))

    async def _follow(self, chat_id: int, topic: str, language: str) -> tuple[Html, bool]:
        """Return what to say, and whether the topic is followed now."""
        text, database = texts(language), self.hub.database
        try:
            new = await subscriptions.follow(database, chat_id, topic, now=self.hub.clock())
        except ValueError:
            return text(f.TOO_MANY_TOPICS), False
        await self.hub.will_write_in(chat_id, language)
        label = topic_label(self.hub.services.kb, topic, text)
        return text(f.NOW_FOLLOWED if new else f.ALREADY_FOLLOWED, topic=label), True

    async def pressed_follow(self, update: Update, context: Context) -> None:
        """Follow a topic."""
        await self._pressed(update, context, FOLLOW)

    async def pressed_unfollow(self, update: Update, context: Context) -> None:
        """End a subscription."""
        await self._pressed(update, context, UNFOLLOW)

    async def _pressed(self, update: Update, context: Context, prefix: str) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        kb, language = self.hub.services.kb, await self.hub.services.language_for_press(query)
        text, chat_id = texts(language), query.message.chat.id
        topic = str(query.data).removeprefix(prefix)
        if prefix == FOLLOW and topic not in topics(kb):
            said = text(t.OLD_BUTTON)
        elif not await self.hub.may_press(query):
            said = text(f.ADMINS_MANAGE)
        else:
            if prefix == FOLLOW:
                said, followed = await self._follow(chat_id, topic, language)
            else:
                await subscriptions.unfollow(self.hub.database, chat_id, topic)
                said, followed = text(f.NO_LONGER_FOLLOWED, topic=topic_label(kb, topic, text)), False
            await _turn(query, context, topic, followed=followed)
        await acknowledge(query, said)

    async def subscriptions(self, update: Update, context: Context) -> None:
        """Show what is followed, with buttons that end it."""
        message = update.effective_message
        if message and await self.hub.may_manage(message, context):
            html, keyboard = await self._list(message.chat_id, await self.hub.services.language_for(message))
            await respond(context.bot, message, html, keyboard)

    async def pressed_list(self, update: Update, context: Context) -> None:
        """Do what a button of the list says, and bring the list up to date."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        language = await self.hub.services.language_for_press(query)
        if not await self.hub.may_press(query):
            await acknowledge(query, texts(language)(f.ADMINS_MANAGE))
            return
        chat_id, data = query.message.chat.id, str(query.data)
        if data == SUBSCRIPTIONS and not await self.hub.conversation.may_press(query):
            await acknowledge(query, texts(language)(t.SLOW_DOWN))
            return
        await self._change(chat_id, data)
        if data == f"{WEEKLY}on":
            await self.hub.will_write_in(chat_id, language)
        html, keyboard = await self._list(chat_id, language)
        place = query.message.message_id
        if data == SUBSCRIPTIONS or not await edit(context.bot, chat_id, place, html, keyboard):
            await respond(context.bot, query.message, html, keyboard, quote=False)
        await acknowledge(query)

    async def _change(self, chat_id: int, data: str) -> None:
        database, now = self.hub.database, self.hub.clock()
        if data.startswith(DROP):
            await subscriptions.unfollow(database, chat_id, data.removeprefix(DROP))
        elif data.startswith(WEEKLY):
            await chats.set_weekly(database, chat_id, on=data == f"{WEEKLY}on")
        elif data == f"{PAUSE}week":
            await subscriptions.pause(database, chat_id, until=now + WEEK)
        elif data == f"{PAUSE}on":
            await subscriptions.pause(database, chat_id)
        elif data == f"{PAUSE}off":
            await subscriptions.resume(database, chat_id)

    async def _list(self, chat_id: int, language: str) -> tuple[Html, InlineKeyboardMarkup]:
        kb, database, text = self.hub.services.kb, self.hub.database, texts(language)
        followed = await subscriptions.topics_of(database, chat_id)
        until = await subscriptions.paused_until(database, chat_id, now=self.hub.clock())
        weekly = (await chats.settings(database, chat_id)).weekly
        lines = [text(f.SUBSCRIPTIONS) if followed else text(f.NO_SUBSCRIPTIONS)]
        if len(followed) > MOST_SHOWN:
            lines.append(text.count(f.OTHER_TOPICS, len(followed) - MOST_SHOWN))
        if until == subscriptions.FOREVER:
            lines.append(text(f.PAUSED))
        elif until is not None:
            end = datetime.fromtimestamp(until, PARIS)
            date = day(end.date().isoformat(), text)
            lines.append(text(f.PAUSED_UNTIL, date=date, hour=end.hour, minute=f"{end:%M}"))
        rows = [
            [(shortened(text.plain(f.DROP, topic=topic_label(kb, topic, text))), f"{DROP}{topic}")]
            for topic in followed[:MOST_SHOWN]
        ]
        if until is not None:
            rows.append([(text.plain(f.RESUME), f"{PAUSE}off")])
        elif followed or weekly:
            rows.append([(text.plain(f.PAUSE_WEEK), f"{PAUSE}week"), (text.plain(f.PAUSE), f"{PAUSE}on")])
        label, switch = (f.WEEKLY_ON, "off") if weekly else (f.WEEKLY_OFF, "on")
        rows.append([(text.plain(label), f"{WEEKLY}{switch}")])
        keyboard = [[InlineKeyboardButton(said, callback_data=data) for said, data in row] for row in rows]
        return join("\n\n", lines), InlineKeyboardMarkup(keyboard)

    async def stop(self, update: Update, context: Context) -> None:
        """End all that the chat gets unasked."""
        message = update.effective_message
        if message and await self.hub.may_manage(message, context):
            ended = await subscriptions.stop(self.hub.database, message.chat_id, now=self.hub.clock())
            line = texts(await self.hub.services.language_for(message)).count(f.STOPPED, ended)
            await respond(context.bot, message, line)

    async def timeline(self, update: Update, context: Context) -> None:
        """Show what became of a measure, a city, or everything."""
        message = update.effective_message
        if message is None or not await self.hub.conversation.may_ask(message, context):
            return
        language = await self.hub.services.language_for(message)
        topic = self._timeline_topic(" ".join(context.args or ()))
        if topic is None:
            line = texts(language)(f.TIMELINE_WHICH)
            await respond(context.bot, message, line)
            return
        kb = self.hub.services.kb
        published = await outbox.timeline(self.hub.database, [topic])
        html = timeline(kb, topic, [news_of(one) for one in published], language)
        keyboard = InlineKeyboardMarkup([[follow_button(topic, texts(language))]])
        await respond(context.bot, message, html, keyboard)

    def _timeline_topic(self, said: str) -> str | None:
        topic = topic_named(self.hub.services.kb, said)
        if topic or not said:
            return topic
        found = self._topics_of(self.hub.services.matcher.match(said))
        measures = [one for one in found if is_measure(self.hub.services.kb, one)]
        return measures[0] if len(measures) == 1 else None


def _follow_button(label: str, topic: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(shortened(label), callback_data=FOLLOW + topic)


async def _turn(query: CallbackQuery, context: Context, topic: str, *, followed: bool) -> None:
    """Make the button of a topic say what can be done about it now."""
    message = query.message
    keyboard = (
        turned(message.reply_markup, topic, followed=followed) if isinstance(message, Message) else None
    )
    if message is None or keyboard is None:
        return
    try:
        await attempt(
            lambda: context.bot.edit_message_reply_markup(
                chat_id=message.chat.id, message_id=message.message_id, reply_markup=keyboard
            )
        )
    except Exception as error:
        if not is_unchanged(error):
            raise
