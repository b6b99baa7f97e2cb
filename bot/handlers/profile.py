"""What Telegram shows of the bot before anyone has spoken to it: the command menu, and what it is for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram.constants import BotDescriptionLimit
from telegram.error import TelegramError

from bot.answers import texts as t
from bot.answers.content import title_of
from bot.answers.texts import texts
from bot.handlers.menu import publish_commands

if TYPE_CHECKING:
    from telegram import Bot

    from bot.kb import KnowledgeBase

logger = logging.getLogger(__name__)

_LANGUAGES = (("fr", None), ("en", "en"))
"""The bot's language and Telegram's code for whom it is shown to; None: to all others."""


async def publish_profile(bot: Bot, kb: KnowledgeBase, *, follows: bool = False) -> None:
    """Set the menu, and the descriptions where the owner has written none."""
    await publish_commands(bot, kb, follows=follows)
    try:
        if not (await bot.get_my_description()).description:
            for language, code in _LANGUAGES:
                said = _about(kb, t.DESCRIPTION, language, BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)
                await bot.set_my_description(said, language_code=code)
        if not (await bot.get_my_short_description()).short_description:
            for language, code in _LANGUAGES:
                said = _about(
                    kb, t.SHORT_DESCRIPTION, language, BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
                )
                await bot.set_my_short_description(said, language_code=code)
    except TelegramError as error:
        logger.warning("the bot's description could not be set: %s", type(error).__name__)


def _about(kb: KnowledgeBase, line: str, language: str, limit: int) -> str:
    text = texts(language)
    return text.plain(line, title=title_of(kb, text))[:limit]
