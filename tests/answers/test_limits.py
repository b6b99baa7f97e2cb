"""Limits that answers hold themselves, since they must not import Telegram."""

from __future__ import annotations

from telegram.constants import InlineKeyboardButtonLimit, InlineQueryLimit

from bot.answers.cards import MAX_QUERY
from bot.answers.reply import MAX_CALLBACK_BYTES


def test_the_limits_are_telegrams() -> None:
    assert MAX_CALLBACK_BYTES == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert MAX_QUERY == InlineQueryLimit.MAX_QUERY_LENGTH
