"""Buttons to Telegram's markup and back; the codes of callback data are all here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.constants import InlineKeyboardMarkupLimit

from bot.answers import Button, Callback, Reply, Show, SwitchInline
from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.subjects import subject_of
from bot.answers.texts import texts
from bot.kb import ListEntry
from bot.kb.followups import EVENT

if TYPE_CHECKING:
    from bot.answers.texts import Texts
    from bot.kb import KnowledgeBase

Rows = list[list[InlineKeyboardButton]]

SHOW = "s:"
"""Turn the message into the card of an entry."""
BROWSE = "v:"
"""The same, with the way back."""
ASK = "x:"
"""Answer with a new message, as if the question on the button had been typed."""
UP = "up:"
DOWN = "down:"
FOLLOW = "f:"
"""Follow a topic."""
UNFOLLOW = "u:"
MEASURES_PAGE = "@mesures"
FIGURES_PAGE = "@chiffres"
"""Pages that are no entries: no id starts like this."""
_START = re.compile(r"[?&]start=([A-Za-z0-9_-]+)")


# PTB's objects are slow to make, and the same few cards are sent again and again.
@lru_cache(maxsize=1000)
def markup(
    reply: Reply,
    language: str,
    *,
    thumbs: bool = False,
    browse: str | None = None,
    show: str = SHOW,
    follow: str | None = None,
) -> InlineKeyboardMarkup | None:
    """Return the keyboard of a reply.

    ``browse`` names the page that 'back' leads to: then buttons stay within the browsing. Otherwise they open
    entries as the code ``show`` says. ``thumbs`` adds the two thumbs, which also tell later which entry the
    message shows. ``follow`` is the topic that a button follows.
    """
    text = texts(language)
    prefix = show if browse is None else BROWSE
    *rows, last = [[_button(button, prefix) for button in row] for row in reply.buttons] or [[]]
    following = [follow_button(follow, text)] if follow else []
    if follow and follow != EVENT and len(last) == 1 and last[0].switch_inline_query:
        # Two short buttons share a row; the one that names the event needs it all.
        last, following = [*last, *following], []
    controls = [last]
    if thumbs and reply.entry:
        controls.append(
            [
                InlineKeyboardButton(text.plain(t.USEFUL), callback_data=f"{UP}{reply.entry}"),
                InlineKeyboardButton(text.plain(t.NOT_USEFUL), callback_data=f"{DOWN}{reply.entry}"),
            ]
        )
    controls.append(following)
    if browse:
        controls.append([InlineKeyboardButton(text.plain(t.BACK), callback_data=f"{BROWSE}{browse}")])
    kept = [row for row in (*_fitting(rows, controls), *controls) if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _fitting(rows: Rows, controls: Rows) -> Rows:
    """Return the rows that find room beside the controls; what finds none stands in the text."""
    room = InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER - sum(map(len, controls))
    kept = []
    for row in rows:
        kept.append(row[: max(room, 0)])
        room -= len(row)
    return kept


def follow_button(topic: str, text: Texts) -> InlineKeyboardButton:
    """Return the button that follows what a card is about; what has no news of its own: the event."""
    label = text.plain(f.FOLLOW_EVENT if topic == EVENT else f.FOLLOW)
    return InlineKeyboardButton(label, callback_data=FOLLOW + topic)


def deep_link(username: str, payload: str) -> str:
    """Return the address that opens the private chat with the bot at a payload."""
    return f"https://t.me/{username}?start={payload}"


def answer_markup(
    kb: KnowledgeBase, reply: Reply, language: str, follow: str | None
) -> InlineKeyboardMarkup | None:
    """Return the buttons of an answer: a list is browsed, a card can be judged."""
    if reply.entry is None:
        return markup(reply, language)
    if isinstance(kb.entries.get(reply.entry), ListEntry):
        return markup(reply, language, browse=MEASURES_PAGE, follow=follow)
    return markup(reply, language, thumbs=True, follow=follow)


def link_markup(text: str, url: str) -> InlineKeyboardMarkup:
    """Return a keyboard of one link."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, url=url)]])


def entry_of(kb: KnowledgeBase, message: Message | None) -> str | None:
    """Return the entry that a message of the bot shows: its buttons say so, whoever sent it."""
    if message is None or message.reply_markup is None:
        return None
    offered = []
    for button in (button for row in message.reply_markup.inline_keyboard for button in row):
        if link := _START.search(button.url or ""):
            return link.group(1)
        data = button.callback_data if isinstance(button.callback_data, str) else ""
        code, colon, entry_id = data.partition(":")
        if code + colon == UP:
            return entry_id
        if entry_id in kb.entries:
            if code + colon in (FOLLOW, UNFOLLOW):
                return entry_id
            offered.append(entry_id)
    return subject_of(kb, offered) or (offered[0] if len(set(offered)) == 1 else None)


def _button(button: Button, prefix: str) -> InlineKeyboardButton:
    match button.action:
        case Show(id=entry_id):
            return InlineKeyboardButton(button.text, callback_data=prefix + entry_id)
        case Callback(data=data):
            return InlineKeyboardButton(button.text, callback_data=data)
        case SwitchInline(query=query):
            return InlineKeyboardButton(button.text, switch_inline_query=query)
