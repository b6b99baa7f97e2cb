"""Private chats: every text is a question."""

from __future__ import annotations

import base64
import binascii
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from telegram.constants import ChatType, InlineQueryResultsButtonLimit
from telegram.ext import MessageHandler, filters

from bot.answers import Reply, card
from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.command_names import command_name
from bot.answers.pages import event_page, measures_page, origins_page, welcome_page
from bot.answers.texts import texts
from bot.handlers.commands import command
from bot.handlers.conversation import Conversation
from bot.handlers.filtering import FROM_PEOPLE, WORDS
from bot.handlers.keyboard import ASK, markup
from bot.handlers.menu import PRIVATE_ONLY_EXCLUDES
from bot.handlers.replying import respond

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Update

    from bot.handlers.pictures import Pictures
    from bot.handlers.services import App, Context, Services
    from bot.kb import KnowledgeBase

QUESTION = "q-"
"""Opens a deep link that carries a question."""
ALBUMS = 100
"""Remembered for the seconds in which their pictures come."""
MAX_QUESTION_BYTES = (InlineQueryResultsButtonLimit.MAX_START_PARAMETER_LENGTH - len(QUESTION)) * 3 // 4
"""So that the prefix and the question in base64 fit a deep link."""


@dataclass(frozen=True, slots=True)
class Private:
    """What the bot does in a chat with one person, and what it says of itself anywhere."""

    services: Services
    conversation: Conversation
    pictures: Pictures
    albums: deque[str] = field(default_factory=lambda: deque(maxlen=ALBUMS))
    """The last that something was said about; where another process is asked too, it is said again."""

    def register(self, application: App) -> None:
        """Add the handlers; commands of other modules must have been added before."""
        here = filters.ChatType.PRIVATE & FROM_PEOPLE & filters.UpdateType.MESSAGE
        application.add_handler(command(("start",), self.start))
        application.add_handler(command(("aide", "help"), self.help))
        application.add_handler(MessageHandler(here & filters.COMMAND, self.unknown_command))
        application.add_handler(MessageHandler(here & filters.TEXT, self.question))
        application.add_handler(
            MessageHandler(here & ~filters.StatusUpdate.ALL & ~filters.TEXT, self.not_text)
        )
        application.add_handler(
            MessageHandler(
                filters.UpdateType.EDITED_MESSAGE & FROM_PEOPLE & WORDS,
                self.conversation.answer_edited,
            )
        )

    async def start(self, update: Update, context: Context) -> None:
        """Greet, or open what a deep link points to."""
        payload = context.args[0] if context.args else ""
        opened = {"aide": self.help, "carte": self.pictures.cities, "chiffres": self.pictures.figures}
        # The card of an entry of that name comes first: its link is what was pressed.
        if payload in opened and payload not in self.services.kb.entries:
            await opened[payload](update, context)
            return
        message = update.effective_message
        if message is None:
            return
        if question := decode_question(payload):
            await self.conversation.answer(message, context, question)
            return
        if not await self.conversation.may_ask(message, context):
            return
        language = await self.services.language_for(message)
        if payload in self.services.kb.entries:
            reply = card(self.services.kb, payload, language)
            await self.conversation.say(message, context, reply)
            return
        if payload == "evenement":
            await self.conversation.say(message, context, event_page(self.services.kb, language))
            return
        page = _PAGES.get(payload, welcome_page)(self.services.kb, language)
        keyboard = markup(page, language, show=ASK)
        await respond(context.bot, message, page.html, keyboard)

    async def help(self, update: Update, context: Context) -> None:
        """Say what the bot can do."""
        message = update.effective_message
        if message is None or not await self.conversation.may_ask(message, context):
            return
        text = texts(await self.services.language_for(message))
        commands = t.COMMANDS | (f.COMMANDS if self.services.follows else {})
        elsewhere = PRIVATE_ONLY_EXCLUDES if message.chat.type == ChatType.PRIVATE else ()
        lines = "\n".join(
            f"/{command_name(name, text.language)} — {text.plain(said)}"
            for name, said in commands.items()
            if name != "aide" and name not in elsewhere
        )
        html = text(
            t.HELP,
            commands=lines,
            hashtag=self.services.hashtag,
            bot=f"@{context.bot.username}",
        )
        await self.conversation.say(message, context, Reply(html=html))

    async def question(self, update: Update, context: Context) -> None:
        """Answer any text."""
        message = update.effective_message
        if message and message.text:
            # Somebody used to groups names the bot here too.
            asked = self.conversation.question_of(message, context.bot.username)
            await self.conversation.answer(message, context, asked or message.text)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Say that there is no such command."""
        await self._line(update, context, t.UNKNOWN_COMMAND)

    async def not_text(self, update: Update, context: Context) -> None:
        """Say that only text is understood; a caption is text."""
        message = update.effective_message
        if message is None:
            return
        # An album comes as a message for each of its pictures.
        album = message.media_group_id
        is_known = album is not None and album in self.albums
        if album and not is_known:
            self.albums.append(album)
        if message.caption:
            await self.conversation.answer(message, context, message.caption)
        elif not is_known:
            await self._line(update, context, t.ONLY_TEXT)

    async def _line(self, update: Update, context: Context, line: str) -> None:
        message = update.effective_message
        if message and await self.conversation.may_ask(message, context):
            reply = Reply(html=texts(await self.services.language_for(message))(line))
            await self.conversation.say(message, context, reply)


_PAGES: dict[str, Callable[[KnowledgeBase, str], Reply]] = {
    "mesures": measures_page,
    "villes": partial(origins_page, groups=False),
    "groupes": partial(origins_page, groups=True),
}
"""Deep links to what is no entry."""


def encode_question(question: str) -> str:
    """Return a deep-link payload that carries a question, cut between words where it is too long."""
    kept = question
    while len(kept.encode()) > MAX_QUESTION_BYTES:
        kept = kept[:-1].rpartition(" ")[0] or kept[:-1]
    return QUESTION + base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")


def decode_question(payload: str) -> str | None:
    """Return the question of a payload, None if it carries none."""
    if not payload.startswith(QUESTION):
        return None
    coded = payload.removeprefix(QUESTION)
    padded = coded + "=" * (-len(coded) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
