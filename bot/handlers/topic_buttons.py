"""Buttons that follow and unfollow a topic; pressed, each turns into the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardMarkupLimit

from bot.answers import followup_texts as f
from bot.answers.cards import NUMBERS_IN_A_ROW
from bot.answers.reply import in_rows
from bot.answers.texts import LANGUAGES, texts
from bot.answers.topics import topic_label
from bot.handlers.keyboard import FOLLOW, UNFOLLOW
from bot.kb import Measure
from bot.kb.followups import EVENT

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.kb import KnowledgeBase

SUBSCRIPTIONS = "subs"
"""Show what the chat follows."""
MARK = "✓ "
CITIES_IN_A_ROW = 2
MOST_ORIGINS = 20
MOST_NUMBERS = InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER - MOST_ORIGINS - 1
"""Whoever follows a measure beyond these names it."""


def topic_menu(kb: KnowledgeBase, language: str, followed: Collection[str]) -> InlineKeyboardMarkup:
    """Return buttons for all that can be followed, with a mark on what is."""
    text = texts(language)

    def button(topic: str, label: str) -> InlineKeyboardButton:
        if topic in followed:
            return InlineKeyboardButton(MARK + label, callback_data=UNFOLLOW + topic)
        return InlineKeyboardButton(label, callback_data=FOLLOW + topic)

    origins = [button(one, topic_label(kb, one, text)) for one in kb.origins if one != EVENT]
    numbers = [
        button(measure.id, str(number)) for number, measure in list(kb.measures.items())[:MOST_NUMBERS]
    ]
    return InlineKeyboardMarkup(
        [
            [button(EVENT, text.plain(f.THE_EVENT))],
            *in_rows(origins[:MOST_ORIGINS], CITIES_IN_A_ROW),
            *in_rows(numbers, NUMBERS_IN_A_ROW),
        ]
    )


def turned(markup: InlineKeyboardMarkup | None, topic: str, *, followed: bool) -> InlineKeyboardMarkup | None:
    """Return a keyboard whose button for a topic says what it does now; None where none changes."""
    if markup is None:
        return None
    old, new = (FOLLOW, UNFOLLOW) if followed else (UNFOLLOW, FOLLOW)
    rows = [
        [
            InlineKeyboardButton(_turned(one.text, followed=followed), callback_data=new + topic)
            if one.callback_data == old + topic
            else one
            for one in row
        ]
        for row in markup.inline_keyboard
    ]
    changed = InlineKeyboardMarkup(rows)
    return None if changed == markup else changed


def _turned(label: str, *, followed: bool) -> str:
    # The message may have been written for another reader than who presses.
    for text in map(texts, LANGUAGES):
        for pair in ((f.FOLLOW, f.FOLLOWED), (f.FOLLOW_EVENT, f.FOLLOWED_EVENT)):
            if label in map(text.plain, pair):
                return text.plain(pair[followed])
    bare = label.removeprefix(MARK)
    return MARK + bare if followed else bare


def is_measure(kb: KnowledgeBase, topic: str) -> bool:
    """Whether a topic is one measure."""
    return isinstance(kb.entries.get(topic), Measure)
