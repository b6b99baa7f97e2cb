"""Pressed buttons: each is answered, whatever becomes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.answers import NONE_OF_THESE, Reply, card, suggest
from bot.answers import texts as t
from bot.answers.pages import figures_page, measures_page
from bot.answers.texts import texts
from bot.followups.values import Answered
from bot.handlers import keyboard
from bot.handlers.conversation import without_mention
from bot.handlers.filtering import somebody_above, words_of
from bot.handlers.private import decode_question
from bot.handlers.replying import acknowledge, respond
from bot.handlers.sending import edit
from bot.kb import Figure, Measure
from bot.kb.derive import list_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.handlers.conversation import Conversation
    from bot.handlers.services import App, Context, Services

MAX_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Buttons:
    """What each button does."""

    services: Services
    conversation: Conversation

    def register(self, application: App) -> None:
        """Add the one handler."""
        application.add_handler(CallbackQueryHandler(self.pressed))

    async def pressed(self, update: Update, context: Context) -> None:
        """Find what the button's data stands for, do it, and stop the waiting sign."""
        query = update.callback_query
        if query is None:
            return
        language = await self.services.language_for_press(query)
        data = query.data if isinstance(query.data, str) else ""
        said = await self._act(query, context, data, language)
        await acknowledge(query, texts(language)(said) if said else "")

    async def _act(self, query: CallbackQuery, context: Context, data: str, language: str) -> str | None:
        """Do what was pressed; return a line to show, if any."""
        actions: dict[str, Callable[[CallbackQuery, Context, str, str], Awaitable[str | None]]] = {
            keyboard.SHOW: self._show,
            keyboard.BROWSE: self._browse,
            keyboard.ASK: self._asked,
            keyboard.UP: self._up,
            keyboard.DOWN: self._down,
        }
        if data == NONE_OF_THESE:
            await self._none(query, context, language)
            return None
        prefix, colon, rest = data.partition(":")
        action = actions.get(prefix + colon)
        known = rest in self.services.kb.entries or (prefix + colon == keyboard.BROWSE and rest in _PAGES)
        if action is None or not known:
            return t.OLD_BUTTON
        if prefix + colon in _SENDING and not await self.conversation.may_press(query):
            return t.SLOW_DOWN
        return await action(query, context, rest, language)

    async def _show(self, query: CallbackQuery, context: Context, entry_id: str, language: str) -> None:
        """Turn the message into the card of an entry."""
        reply = card(self.services.kb, entry_id, language)
        await self._put(query, context, reply, self.services.keyboard(reply, language))

    async def _asked(self, query: CallbackQuery, context: Context, entry_id: str, language: str) -> None:
        """Send the card of an entry below the message."""
        if query.message is None:
            return
        reply = card(self.services.kb, entry_id, language)
        markup = self.services.keyboard(reply, language)
        await respond(context.bot, query.message, reply.html, markup, quote=False)
        self.services.store.show_entry(query.message.chat.id, entry_id)

    async def _browse(self, query: CallbackQuery, context: Context, place: str, language: str) -> None:
        """Turn the message into a page or an entry, and keep the way back."""
        kb = self.services.kb
        page = _PAGES.get(place)
        reply = page(kb, language) if page else card(kb, place, language)
        back = "" if page else self._above(place)
        markup = keyboard.markup(reply, language, browse=back, follow=self.services.topic(reply))
        await self._put(query, context, reply, markup)

    async def _up(self, query: CallbackQuery, context: Context, entry_id: str, language: str) -> str:
        """Count a thumb up."""
        del query, context, language
        await self.services.store.count("up", entry_id)
        return t.THANKS_UP

    async def _down(self, query: CallbackQuery, context: Context, entry_id: str, language: str) -> str:
        """Count a thumb down, and offer what came next."""
        store, message = self.services.store, query.message
        await store.count("down", entry_id)
        # A finger taps twice, and in a group several press: one offer below a card is enough.
        if message is None or await store.answer_to(message.chat.id, message.message_id):
            return t.THANKS_DOWN
        others = await store.others_of(message.chat.id, message.message_id)
        if not others:
            ranking = self.services.matcher.match(self.services.kb.entries[entry_id].title).ranking
            others = tuple(ranked.id for ranked in ranking)
        entries = self.services.kb.entries
        # What was remembered may be of a former knowledge base.
        wanted = tuple(one for one in others if one != entry_id and one in entries)[:MAX_OTHERS]
        if not wanted:
            return t.THANKS_DOWN
        reply = suggest(self.services.kb, wanted, language, t.PERHAPS)
        markup = keyboard.markup(reply, language)
        sent = await respond(context.bot, message, reply.html, markup, quote=True)
        if sent:
            store.save_answer(message.chat.id, message.message_id, Answered(sent.message_id, others))
        return t.THANKS_DOWN

    async def _none(self, query: CallbackQuery, context: Context, language: str) -> None:
        """Admit that there is no answer, and offer to tell once there is."""
        message, notebook = query.message, self.services.notebook
        said = question_above(message, context.bot.username)
        group = message.chat.id if message and message.chat.type != ChatType.PRIVATE else None
        # A bare "@bot please" asks what the message above it asks, and that is not to be seen from here.
        asks = notebook is not None and self.conversation.says_something(said)
        button = await notebook.keep(said, group, language) if notebook and asks else None
        markup = InlineKeyboardMarkup([[button]]) if button else None
        await self._put(query, context, Reply(html=texts(language)(t.SORRY_NONE)), markup)

    async def _put(
        self,
        query: CallbackQuery,
        context: Context,
        reply: Reply,
        markup: InlineKeyboardMarkup | None,
    ) -> None:
        """Edit the message under the button; where that is too old, send a new one."""
        message = query.message
        if message is None:
            return
        chat_id = message.chat.id
        edited = isinstance(message, Message) and await edit(
            context.bot, chat_id, message.message_id, reply.html, markup
        )
        if not edited:
            await respond(context.bot, message, reply.html, markup, quote=False)
        if reply.entry:
            self.services.store.show_entry(chat_id, reply.entry)

    def _above(self, entry_id: str) -> str:
        """Return the page one level up: of a measure its city's list, of a list all cities."""
        kb = self.services.kb
        entry = kb.entries[entry_id]
        if isinstance(entry, Measure):
            return list_id(kb.city_of(entry).id)
        return keyboard.FIGURES_PAGE if isinstance(entry, Figure) else keyboard.MEASURES_PAGE


def question_above(message: MaybeInaccessibleMessage | None, username: str) -> str:
    """Return the question that a message of the bot answers, bare of command and mention; '' if none."""
    above = somebody_above(message) if isinstance(message, Message) else None
    if above is None:
        return ""
    said = words_of(above)
    asked = without_mention(_COMMAND.sub("", said), username).strip()
    # A deep link carries the question in its own writing.
    return (decode_question(asked) if _START.match(said) else None) or asked


_COMMAND = re.compile(r"^/\S+\s*")
_START = re.compile(r"/start\b")
_SENDING = (keyboard.ASK, keyboard.DOWN)
"""What is answered with a new message: it counts like a question."""
_PAGES = {
    keyboard.MEASURES_PAGE: measures_page,
    keyboard.FIGURES_PAGE: figures_page,
}
