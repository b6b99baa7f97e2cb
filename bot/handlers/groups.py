"""Groups: silence is the rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.answers import Reply
from bot.answers import texts as t
from bot.answers.content import title_of
from bot.answers.html import join
from bot.answers.language import language_of
from bot.answers.texts import texts
from bot.handlers.commands import command
from bot.handlers.conversation import Conversation
from bot.handlers.deciding import writer_decides
from bot.handlers.filtering import (
    FROM_PEOPLE,
    WORDS,
    carries,
    is_addressed,
    is_anonymous_admin,
    mentions,
    words_of,
)
from bot.handlers.keyboard import deep_link, link_markup
from bot.handlers.language import app_language
from bot.handlers.replying import respond
from bot.handlers.sending import edit, send

if TYPE_CHECKING:
    from bot.handlers.services import App, Context, Services

AMBIENT_PER_MINUTE = 3
"""Answers that nobody asked the bot for, in one group."""
_INSIDE = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Groups:
    """What the bot does where many people talk."""

    services: Services
    conversation: Conversation

    def register(self, application: App) -> None:
        """Add the handlers."""
        here = filters.ChatType.GROUPS & FROM_PEOPLE & filters.UpdateType.MESSAGE
        application.add_handler(command(("discret", "quiet"), self.discreet))
        application.add_handler(MessageHandler(here & WORDS & ~filters.COMMAND, self.message))
        edited = filters.ChatType.GROUPS & FROM_PEOPLE & filters.UpdateType.EDITED_MESSAGE & WORDS
        application.add_handler(MessageHandler(edited, self.edited))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated))
        application.add_handler(ChatMemberHandler(self.membership, ChatMemberHandler.MY_CHAT_MEMBER))

    async def message(self, update: Update, context: Context) -> None:
        """Answer who speaks to the bot; overhear the hashtag; else keep silent."""
        message, bot = update.effective_message, context.bot
        if message is None or not (said := words_of(message)):
            return
        if is_addressed(message, bot.id, bot.username):
            await self._addressed(message, context)
        elif carries(message, self.services.hashtag) and not is_anonymous_admin(message):
            await self._overheard(message, context, said)

    async def _addressed(self, message: Message, context: Context) -> None:
        bot = context.bot
        text = self.conversation.question_of(message, bot.username)
        if not text:
            await self.conversation.say(
                message, context, Reply(texts(await self.services.language_for(message))(t.ASK_ME))
            )
        elif mentions(message, bot.id, bot.username) or self._is_question(text):
            await self.conversation.answer(message, context, text)

    def _is_question(self, text: str) -> bool:
        """Whether a reply to the bot wants an answer: people also reply 'mdr'."""
        matcher = self.services.matcher
        return (
            matcher.analyse(text).asks
            or matcher.match(text).kind in ("answer", "list")
            or self.services.points(text)
        )

    async def edited(self, update: Update, context: Context) -> None:
        """Bring the answer to an edited message up to date, in the way in which it was given."""
        message, bot = update.edited_message, context.bot
        if message is None or not (said := words_of(message)):
            return
        if is_addressed(message, bot.id, bot.username) or said.startswith("/"):
            await self.conversation.answer_edited(update, context)
        elif carries(message, self.services.hashtag) and not is_anonymous_admin(message):
            former = await self.services.store.answer_to(message.chat_id, message.message_id)
            if former and former.message_id:
                await self._overheard(message, context, said, former.message_id)

    async def _overheard(
        self, message: Message, context: Context, said: str, former: int | None = None
    ) -> None:
        """Answer what plainly asks; where a former answer is to be changed, nothing less sure replaces it."""
        store, chat_id = self.services.store, message.chat_id
        if not await store.ambient(chat_id):
            return
        text = re.sub(re.escape(self.services.hashtag) + r"\b", " ", said, flags=re.IGNORECASE)
        language = language_of(text, await self.services.language_for(message))
        answer = self.services.overhear(text, language)
        asks = answer.reply or self.services.matcher.analyse(text).wonders
        if self.services.notebook and asks and former is None:
            await self.services.notebook.take(message, answer, language)
        reply = answer.reply
        if not reply or not reply.entry:
            return
        if await store.hits(f"ambient:{chat_id}") > AMBIENT_PER_MINUTE:
            return
        html = reply.short or reply.html
        link = link_markup(
            texts(language).plain(t.OPEN_PRIVATE), deep_link(context.bot.username, reply.entry)
        )
        if former is None:
            sent = await respond(context.bot, message, html, link)
            if sent:
                self.conversation.remember(message, sent.message_id, answer)
        elif await edit(context.bot, chat_id, former, html, link):
            self.conversation.remember(message, former, answer)

    async def discreet(self, update: Update, context: Context) -> None:
        """Let administrators switch the overhearing off and on."""
        message = update.effective_message
        if message is None or not await self.conversation.may_ask(message, context):
            return
        text, store = texts(await self.services.language_for(message)), self.services.store
        if message.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            line = text(t.GROUPS_ONLY)
        elif not await writer_decides(context.bot, message):
            line = text(t.ADMINS_ONLY)
        else:
            on = not await store.ambient(message.chat_id)
            await store.set_ambient(message.chat_id, on=on)
            line = text(t.TALKATIVE if on else t.DISCREET, hashtag=self.services.hashtag)
        await respond(context.bot, message, line, quote=True)

    async def membership(self, update: Update, context: Context) -> None:
        """Introduce the bot to a group that it was added to."""
        change = update.my_chat_member
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return
        before, after = change.old_chat_member.status, change.new_chat_member.status
        if before in _INSIDE or after not in _INSIDE:
            return
        text = texts(app_language(change.from_user.language_code))
        said = text(
            t.ADDED,
            title=title_of(self.services.kb, text),
            bot=f"@{context.bot.username}",
            hashtag=self.services.hashtag,
        )
        # Asked anew: privacy mode may have been changed since the bot started.
        me = await context.bot.get_me()
        if after != ChatMember.ADMINISTRATOR and not me.can_read_all_group_messages:
            said = join("\n\n", [said, text(t.PRIVACY, hashtag=self.services.hashtag)])
        await send(context.bot, change.chat.id, said)

    async def migrated(self, update: Update, context: Context) -> None:
        """Keep what is known of a group that became a supergroup.

        Both groups are told; whichever hears it first, what is said in the new one comes after.
        """
        del context
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await self.services.store.migrate(message.chat_id, message.migrate_to_chat_id)
        elif message and message.migrate_from_chat_id:
            await self.services.store.migrate(message.migrate_from_chat_id, message.chat_id)
