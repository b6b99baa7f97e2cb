"""Personal data: what is held, shown and erased."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.texts import texts
from bot.followups import privacy
from bot.handlers.commands import command
from bot.handlers.replying import acknowledge, forum_topic, is_withdrawn, respond
from bot.handlers.sending import attempt, edit

if TYPE_CHECKING:
    from bot.handlers.hub import Hub
    from bot.handlers.services import App, Context

FORGET = "forget:"
DOCUMENT = "nocrise.json"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What people are owed."""

    hub: Hub

    def register(self, application: App) -> None:
        """Add the handlers."""
        application.add_handler(command(("confidentialite", "privacy"), self.notice))
        application.add_handler(command(("mesdonnees", "mydata"), self.export))
        application.add_handler(command(("oublier", "forget"), self.ask))
        application.add_handler(CallbackQueryHandler(self.pressed, f"^{FORGET}(?:yes|no)$"))

    async def notice(self, update: Update, context: Context) -> None:
        """Say what is held and for how long."""
        message = update.effective_message
        if message and await self.hub.conversation.may_ask(message, context):
            text = texts(await self.hub.services.language_for(message))
            await respond(context.bot, message, text(f.PRIVACY_NOTICE))

    async def export(self, update: Update, context: Context) -> None:
        """Send all that is held about the caller."""
        message = update.effective_message
        if message is None or not await self.hub.conversation.may_ask(message, context):
            return
        text, chat_id = texts(await self.hub.services.language_for(message)), message.chat_id
        if message.chat.type != ChatType.PRIVATE:
            await respond(context.bot, message, text(f.DATA_IN_PRIVATE))
            return
        held = await privacy.export(self.hub.database, chat_id)
        document = json.dumps(held, ensure_ascii=False, indent=2).encode()
        await attempt(
            lambda: context.bot.send_document(
                chat_id,
                InputFile(io.BytesIO(document), DOCUMENT),
                caption=text.plain(f.DATA_CAPTION),
                message_thread_id=forum_topic(message),
            )
        )

    async def ask(self, update: Update, context: Context) -> None:
        """Ask whether to erase all."""
        message = update.effective_message
        if message is None or not await self.hub.may_manage(message, context):
            return
        text = texts(await self.hub.services.language_for(message))
        buttons = [
            InlineKeyboardButton(text.plain(label), callback_data=FORGET + answer)
            for label, answer in ((f.FORGET_YES, "yes"), (f.FORGET_NO, "no"))
        ]
        await respond(context.bot, message, text(f.FORGET_SURE), InlineKeyboardMarkup([buttons]))

    async def pressed(self, update: Update, context: Context) -> None:
        """Erase all, or nothing."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        text = texts(await self.hub.services.language_for_press(query))
        if not await self.hub.may_press(query):
            await acknowledge(query, text(f.ADMINS_MANAGE))
            return
        if is_withdrawn(query):
            # Of what was erased, it must not be said that nothing was.
            await acknowledge(query, text(t.OLD_BUTTON))
            return
        chat_id, line = query.message.chat.id, f.NOT_FORGOTTEN
        if query.data == f"{FORGET}yes":
            await privacy.erase(self.hub.database, chat_id, now=self.hub.clock())
            line = f.FORGOTTEN
        await edit(context.bot, chat_id, query.message.message_id, text(line))
        await acknowledge(query)
