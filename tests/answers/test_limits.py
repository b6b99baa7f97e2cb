"""Limits of Telegram that packages hold themselves, since they must not import it."""

from __future__ import annotations

import re

from telegram.constants import (
    BotCommandLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    InlineQueryLimit,
    InlineQueryResultsButtonLimit,
    MessageLimit,
)

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.cards import MAX_QUERY
from bot.answers.command_names import command_name
from bot.answers.reply import MAX_CALLBACK_BYTES
from bot.answers.texts import LANGUAGES, texts
from bot.followups.pacing import Limits
from bot.handlers import keyboard
from bot.kb.followups import MAX_TEXT
from bot.kb.models import Entry

LONGEST_ID = "a" * 48


def test_the_limits_are_telegrams() -> None:
    assert MAX_CALLBACK_BYTES == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert MAX_QUERY == InlineQueryLimit.MAX_QUERY_LENGTH


def test_ids_fit_what_carries_them() -> None:
    assert Entry(id=LONGEST_ID, title="T", answer="A").id == LONGEST_ID
    codes = [value for value in vars(keyboard).values() if isinstance(value, str) and value.endswith(":")]
    assert len(codes) >= 5
    for code in codes:
        assert len(code + LONGEST_ID) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert len(LONGEST_ID) <= InlineQueryResultsButtonLimit.MAX_START_PARAMETER_LENGTH


def test_deliveries_are_no_faster_than_telegram_allows() -> None:
    limits = Limits()
    assert limits.per_second < FloodLimit.MESSAGES_PER_SECOND
    assert limits.chat_interval >= 1 / FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    assert limits.group_interval >= 60 / FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP


def test_what_is_published_fits_a_message_with_its_heading_and_source() -> None:
    assert MAX_TEXT <= MessageLimit.MAX_TEXT_LENGTH - 1000


def test_the_command_menu_is_one_that_telegram_takes() -> None:
    commands = t.COMMANDS | f.COMMANDS
    assert len(commands) <= BotCommandLimit.MAX_COMMAND_NUMBER
    for name, said in commands.items():
        assert re.fullmatch(rf"[a-z0-9_]{{1,{BotCommandLimit.MAX_COMMAND}}}", name)
        for language in LANGUAGES:
            assert re.fullmatch(r"[a-z0-9_]+", command_name(name, language))
            described = texts(language).plain(said)
            assert BotCommandLimit.MIN_DESCRIPTION <= len(described) <= BotCommandLimit.MAX_DESCRIPTION
