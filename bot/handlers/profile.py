"""What Telegram shows of the bot before anyone has spoken to it: the command menu, and what it is for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from telegram.constants import BotDescriptionLimit
from telegram.error import TelegramError

from bot.answers import texts as t
from bot.answers.content import title_of
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.handlers.menu import SHOWN_TO, publish_commands
from bot.handlers.services import FOLLOWUPS, SERVICES, App

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.kb import KnowledgeBase

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def publishing_profile(application: App) -> AsyncIterator[None]:
    """Publish beside the work, of which nothing need wait for it: neither an answer nor the end."""
    kb, follows = application.bot_data[SERVICES].kb, FOLLOWUPS in application.bot_data
    publishing = asyncio.create_task(publish_profile(application.bot, kb, follows=follows))
    try:
        yield
    finally:
        publishing.cancel()
        await asyncio.wait((publishing,))


async def publish_profile(bot: Bot, kb: KnowledgeBase, *, follows: bool = False) -> None:
    """Set the menu, and the descriptions unless the owner wrote others."""
    await publish_commands(bot, kb, follows=follows)
    longest, shortest = (
        BotDescriptionLimit.MAX_DESCRIPTION_LENGTH,
        BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH,
    )
    try:
        shown = (await bot.get_my_description()).description
        for said, code in _due(kb, t.DESCRIPTION, shown, longest):
            await bot.set_my_description(said, language_code=code)
        shown = (await bot.get_my_short_description()).short_description
        for said, code in _due(kb, t.SHORT_DESCRIPTION, shown, shortest):
            await bot.set_my_short_description(said, language_code=code)
    except TelegramError as error:
        logger.warning("the bot's description could not be set: %s", type(error).__name__)


def _due(kb: KnowledgeBase, line: str, shown: str, limit: int) -> list[tuple[str, str | None]]:
    """Return what is to be written where a text is shown: nothing if it is right, or the owner's own.

    What is shown to all others is written last: it tells that all has been written.
    """
    opening = texts(DEFAULT_LANGUAGE).plain(line, title="\0").partition("\0")[0]
    due = []
    for language, code in reversed(SHOWN_TO):
        text = texts(language)
        due.append((text.plain(line, title=title_of(kb, text))[:limit], code))
    is_right = shown == due[-1][0]
    return [] if is_right or (shown and not shown.startswith(opening)) else due
