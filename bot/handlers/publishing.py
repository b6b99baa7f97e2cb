"""Publishing: /publier with a preview, /annuler, /stats; for those in ADMIN_IDS."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import MessageLimit
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.html import Html, join, to_plain, utf16_length
from bot.answers.notices import notice
from bot.answers.texts import LANGUAGES, texts
from bot.answers.topics import topic_named, touched
from bot.followups import outbox, statistics
from bot.followups.digest import PARIS
from bot.handlers.commands import Handle
from bot.handlers.filtering import FROM_PEOPLE
from bot.handlers.progress import CANCEL, PLACE
from bot.handlers.replying import acknowledge, is_withdrawn, respond
from bot.handlers.sending import edit
from bot.kb.followups import MAX_TEXT

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.handlers.hub import Hub
    from bot.handlers.services import App, Context

CONFIRM = "pub:"
"""Publish; followed by a fingerprint of what the preview showed."""
DISCARD = "nopub"
HEADING = 60
"""Characters that the preview has beyond what is sent."""
_SOURCE = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class News:
    """What a command wants published."""

    topic: str
    text: str
    source: str

    @property
    def fingerprint(self) -> str:
        """Tells whether it is still what the preview showed."""
        return hashlib.sha256(repr((self.topic, self.text, self.source)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Publishing:
    """What administrators of the bot do with follow-ups."""

    hub: Hub

    def register(self, application: App) -> None:
        """Add the handlers; to others, these commands do not exist."""
        admins = filters.User(self.hub.admin_ids) & filters.ChatType.PRIVATE
        allowed = FROM_PEOPLE & filters.UpdateType.MESSAGE & admins
        commands: dict[tuple[str, ...], Handle] = {
            ("publier", "publish"): self.preview,
            ("annuler", "cancel"): self.cancel,
            ("stats",): self.stats,
        }
        for names, action in commands.items():
            application.add_handler(CommandHandler(names, action, allowed))
        ours = rf"^(?:{CONFIRM}|{DISCARD}$|{CANCEL}\d{{1,18}}$)"
        application.add_handler(CallbackQueryHandler(self.pressed, ours))

    async def preview(self, update: Update, context: Context) -> None:
        """Show what would be sent, and to how many."""
        message = update.effective_message
        if message is None:
            return
        text, kb = texts(await self.hub.services.language_for(message)), self.hub.services.kb
        news = self._read(message)
        if news is None or not self._fits(news):
            line = text(f.PUBLISH_TOO_LONG, limit=MAX_TEXT) if news else text(f.PUBLISH_HOW)
            await respond(context.bot, message, line)
            return
        count = await outbox.count_recipients(
            self.hub.database, touched(kb, news.topic), now=self.hub.clock()
        )
        shown = notice(kb, [news.topic], (self._today(), news.text, news.source), text.language)
        buttons = [
            InlineKeyboardButton(text.plain(f.CONFIRM_PUBLISH), callback_data=CONFIRM + news.fingerprint),
            InlineKeyboardButton(text.plain(f.DISCARD), callback_data=DISCARD),
        ]
        # A reply: the command is where the confirmation finds the text again, also after a restart.
        html = join("\n\n", [text.count(f.PREVIEW, count), shown])
        await respond(context.bot, message, html, InlineKeyboardMarkup([buttons]), quote=True)

    def _read(self, message: Message | None) -> News | None:
        # PostgreSQL takes no NUL within a text.
        match ((message and message.text) or "").replace("\0", " ").split(maxsplit=2):
            case [_, named, rest]:
                topic = topic_named(self.hub.services.kb, named)
            case _:
                return None
        # Not one pattern for all: on a text of blanks that takes the cube of its length.
        match rest.rsplit(maxsplit=1):
            case [text, source] if topic and _SOURCE.fullmatch(source):
                return News(topic, text, source)
        return None

    def _fits(self, news: News) -> bool:
        """Whether nothing of it is cut: neither in the preview nor, with its source at the end, elsewhere."""
        told = (self._today(), news.text, news.source)
        written = [notice(self.hub.services.kb, [news.topic], told, language) for language in LANGUAGES]
        longest = max(utf16_length(to_plain(one)) for one in written)
        return len(news.text) <= MAX_TEXT and longest + HEADING <= MessageLimit.MAX_TEXT_LENGTH

    def _today(self) -> str:
        return datetime.fromtimestamp(self.hub.clock(), PARIS).date().isoformat()

    async def pressed(self, update: Update, context: Context) -> None:
        """Publish, discard or cancel."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        data, text = str(query.data), texts(await self.hub.services.language_for_press(query))
        # What was discarded must not go out after all, nor what is out be said to be discarded.
        if query.from_user.id not in self.hub.admin_ids or is_withdrawn(query):
            await acknowledge(query, text(t.OLD_BUTTON))
            return
        if data.startswith(CANCEL):
            spared = await self._cancel(int(data.removeprefix(CANCEL)))
            said = text(f.NOTHING_UNDER_WAY) if spared is None else text.count(f.CANCELLED, spared)
            await acknowledge(query, said)
            return
        done = Html()
        if data == DISCARD:
            await edit(context.bot, query.message.chat.id, query.message.message_id, text(f.DISCARDED))
        elif await self._confirmed(query, context, data.removeprefix(CONFIRM)):
            # Told at once: the message itself is changed by whoever delivers.
            done = text(f.PROGRESS_UNDER_WAY)
        await acknowledge(query, done)

    async def _confirmed(self, query: CallbackQuery, context: Context, fingerprint: str) -> bool:
        """Publish what the preview showed; False where that is gone."""
        message = query.message
        command = message.reply_to_message if isinstance(message, Message) else None
        news = self._read(command)
        if message is None or command is None or news is None or news.fingerprint != fingerprint:
            if message is not None:
                line = texts(await self.hub.services.language_for_press(query))(f.DRAFT_GONE)
                await edit(context.bot, message.chat.id, message.message_id, line)
            return False
        draft = outbox.Draft(
            # Of one command, so that a second press publishes nothing again.
            key=_key(message.chat.id, command.message_id, fingerprint),
            text=news.text,
            source=news.source,
            data={
                "topics": [news.topic],
                "date": self._today(),
                PLACE: [message.chat.id, message.message_id],
            },
        )
        # The progress is shown unasked, by whoever delivers.
        await self.hub.will_write_in(message.chat.id, await self.hub.services.language_for_press(query))
        await outbox.publish(
            self.hub.database, draft, touched(self.hub.services.kb, news.topic), now=self.hub.clock()
        )
        await self.hub.dispatch.request()
        return True

    async def cancel(self, update: Update, context: Context) -> None:
        """Stop the delivery that began last."""
        message = update.effective_message
        if message is None:
            return
        text = texts(await self.hub.services.language_for(message))
        under_way = [one for one in await outbox.under_way(self.hub.database) if one.kind == outbox.FOLLOWUP]
        spared = await self._cancel(under_way[0].id) if under_way else None
        line = text(f.NOTHING_UNDER_WAY) if spared is None else text.count(f.CANCELLED, spared)
        await respond(context.bot, message, line)

    async def _cancel(self, message_id: int) -> int | None:
        """Stop a delivery; None where it was over."""
        if (await outbox.progress(self.hub.database, message_id)).done:
            return None
        spared = await outbox.cancel(self.hub.database, message_id, now=self.hub.clock())
        await self.hub.dispatch.request()
        return spared

    async def stats(self, update: Update, context: Context) -> None:
        """Show how many follow, wait and ask."""
        message = update.effective_message
        if message is None:
            return
        found = await statistics.gather(self.hub.database, now=self.hub.clock())
        line = texts(await self.hub.services.language_for(message))(f.STATISTICS, **found)
        await respond(context.bot, message, line)


def _key(chat_id: int, command_id: int, fingerprint: str) -> str:
    """Return the key of a publication, which is kept for ever: not so the chat of who published it."""
    whole = hashlib.sha256(f"{chat_id}:{command_id}:{fingerprint}".encode())
    return f"publier:{whole.hexdigest()[:32]}"
