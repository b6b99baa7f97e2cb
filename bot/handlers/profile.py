"""What Telegram shows of the bot before anyone has spoken to it: the command menu, and what it is for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram.constants import BotDescriptionLimit
from telegram.error import TelegramError

from bot.answers import texts as t
from bot.answers.content import title_of
from bot.answers.texts import DEFAULT_LANGUAGE, texts
from bot.handlers.menu import publish_commands

if TYPE_CHECKING:
    from telegram import Bot

    from bot.kb import KnowledgeBase

logger = logging.getLogger(__name__)

_LANGUAGES = (("en", "en"), ("fr", None))
"""The bot's language, and Telegram's code for whom it is shown to; None: to all others.

Those come last: what they are shown tells whether all has been written.
"""


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
    """Return what is to be written where a text is shown: nothing if it is right, or the owner's own."""
    opening = texts(DEFAULT_LANGUAGE).plain(line, title="\0").partition("\0")[0]
    said = {language: _about(kb, line, language)[:limit] for language, _ in _LANGUAGES}
    if shown == said[DEFAULT_LANGUAGE] or (shown and not shown.startswith(opening)):
        return []
    return [(said[language], code) for language, code in _LANGUAGES]


def _about(kb: KnowledgeBase, line: str, language: str) -> str:
    text = texts(language)
    return text.plain(line, title=title_of(kb, text))
