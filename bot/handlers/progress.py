"""How far deliveries are, shown in the messages that began them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.answers import followup_texts as f
from bot.answers.html import Html, join
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.followups import chats, outbox
from bot.followups.database import is_outage
from bot.handlers.sending import edit

if TYPE_CHECKING:
    from telegram import Bot

    from bot.followups.database import Store as Database

PLACE = "progress"
"""Where, within a message's data: chat and message."""
CANCEL = "c:"
"""The button that stops a delivery; followed by the number of what is delivered."""
EVERY = 2.0
"""Seconds between two edits."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Edits the messages of those who publish, for as long as something changes."""

    database: Database
    bot: Bot
    shown: dict[int, Html] = field(default_factory=dict)

    async def follow(self) -> None:
        """Show all progress until there is none any more."""
        while await self.show():  # noqa: ASYNC110 - other processes change it too
            await asyncio.sleep(EVERY)

    async def show(self) -> bool:
        """Show how far each delivery is now; False once nothing will change any more."""
        try:
            watched = await outbox.watched(self.database, PLACE)
            # All of them, whatever becomes of one.
            return any([not await self._show(message) for message in watched])
        except Exception as error:
            if not is_outage(error):
                raise
            return True

    async def _show(self, message: outbox.Message) -> bool:
        """Show how far one is; True if that was the last time."""
        chat_id, place = message.data[PLACE]
        progress = await outbox.progress(self.database, message.id)
        language = (await chats.settings(self.database, chat_id)).language or DEFAULT_LANGUAGE
        text = texts(language)
        heading = f.PROGRESS_UNDER_WAY
        if progress.done:
            heading = f.PROGRESS_CANCELLED if progress.cancelled else f.PROGRESS_DONE
        counts = text(f.PROGRESS, sent=progress.sent, failed=progress.failed, left=progress.left)
        html = join("\n", [text(heading), counts])
        if html != self.shown.get(message.id):
            button = InlineKeyboardButton(
                text.plain(f.CANCEL_DELIVERY), callback_data=f"{CANCEL}{message.id}"
            )
            keyboard = None if progress.done else InlineKeyboardMarkup([[button]])
            try:
                await edit(self.bot, chat_id, place, html, keyboard)
            except TelegramError:
                # Shown a little later, or when the next numbers are.
                return False
            self.shown[message.id] = html
        if not progress.done:
            return False
        # What is no longer needed is the administrator's chat.
        await outbox.unwatch(self.database, message.id, PLACE)
        self.shown.pop(message.id, None)
        return True
