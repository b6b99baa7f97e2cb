"""What the handlers of follow-ups share: the database, the courier, the clock, tasks beside updates."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answers import followup_texts as f
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.handlers.deciding import decides, writer_decides
from bot.handlers.replying import respond

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram import Bot, CallbackQuery, Message

    from bot.followups.database import Store as Database
    from bot.followups.delivery import Courier
    from bot.handlers.conversation import Conversation
    from bot.handlers.dispatching import Dispatch
    from bot.handlers.progress import Progress
    from bot.handlers.services import Context, Services
    from bot.handlers.telegram_sender import TelegramSender
    from bot.kb.followups import FollowUp

logger = logging.getLogger(__name__)

CLOSE_WITHIN = 2.0
"""Seconds for tasks to end."""


@dataclass(frozen=True, slots=True)
class Hub:
    """All that the handlers of follow-ups are given."""

    services: Services
    conversation: Conversation
    database: Database
    sender: TelegramSender
    courier: Courier
    progress: Progress
    dispatch: Dispatch
    bot: Bot
    admin_ids: frozenset[int] = frozenset()
    committed: tuple[FollowUp, ...] = ()
    """The follow-ups of ``suivi.yaml``."""
    clock: Callable[[], float] = time.time
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run something beside the updates, until it is done or the process ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task broke off: %s", type(error).__name__)

    async def close(self) -> None:
        """End what runs beside the updates; a transaction that is cut off needs the loop to be undone."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_WITHIN)

    async def will_write_in(self, chat_id: int, language: str) -> None:
        """Note the language of what a chat is to get unasked, where it has not chosen one by writing."""
        store = self.services.store
        known = await store.language(chat_id)
        # A group chooses by its administrator's last word: nothing else is kept of how it speaks.
        if language != (known or DEFAULT_LANGUAGE) and (known is None or chat_id < 0):
            await store.set_language(chat_id, language)

    async def may_manage(self, message: Message, context: Context) -> bool:
        """Count a command, and whether its writer decides for the chat; says so where not."""
        if not await self.conversation.may_ask(message, context):
            return False
        if await writer_decides(self.bot, message):
            return True
        line = texts(await self.services.language_for(message))(f.ADMINS_MANAGE)
        await respond(context.bot, message, line, quote=True)
        return False

    async def may_press(self, query: CallbackQuery) -> bool:
        """Whether who pressed a button decides for the chat that it stands in."""
        return query.message is not None and await decides(self.bot, query.message.chat, query.from_user.id)
