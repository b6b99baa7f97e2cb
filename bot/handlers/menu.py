"""The command menu: French for everyone, English for whose app is in English; by kind of chat."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.command_names import command_name
from bot.answers.texts import texts
from bot.pictures import map_picture

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase

logger = logging.getLogger(__name__)

SHOWN_TO = (("fr", None), ("en", "en"))
"""The bot's languages, and Telegram's code for whom each is shown to; None: to all others."""
IN_GROUPS = ("mesures", "mesure", "chiffres", "discret", *f.IN_GROUPS, "aide")
"""A short menu: it lies over everybody's conversation."""
PRIVATE_ONLY_EXCLUDES = ("discret", *f.ONLY_IN_GROUPS)


def available(kb: KnowledgeBase, *, follows: bool) -> list[str]:
    """Return the commands of which a knowledge base holds what they show."""
    return [name for name in t.COMMANDS | (f.COMMANDS if follows else {}) if _has(kb, name)]


async def publish_commands(bot: Bot, kb: KnowledgeBase, *, follows: bool = False) -> None:
    """Tell Telegram the commands; a bot without a menu still answers, so a failure is but logged."""
    said = t.COMMANDS | (f.COMMANDS if follows else {})
    names = available(kb, follows=follows)
    scopes = (
        (
            BotCommandScopeAllPrivateChats(),
            [name for name in names if name not in PRIVATE_ONLY_EXCLUDES],
        ),
        (BotCommandScopeAllGroupChats(), [name for name in names if name in IN_GROUPS]),
    )
    try:
        for scope, shown in scopes:
            for language, code in SHOWN_TO:
                text = texts(language)
                commands = [
                    BotCommand(command_name(name, language), text.plain(said[name])) for name in shown
                ]
                await bot.set_my_commands(commands, scope=scope, language_code=code)
    except TelegramError as error:
        logger.warning("the command menu could not be set: %s", type(error).__name__)


def _has(kb: KnowledgeBase, name: str) -> bool:
    """Whether the knowledge base holds what a command shows."""
    needed = {
        "mesures": bool(kb.measures),
        "mesure": bool(kb.measures),
        "chiffres": bool(kb.figures),
        "chiffre": bool(kb.figures),
        "carte": map_picture(kb, "fr") is not None,
        "ville": any(entry.origin for entry in kb.lists),
        "groupe": bool(kb.groups),
    }
    return needed.get(name, True)
