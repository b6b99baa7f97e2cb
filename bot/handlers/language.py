"""Which language to answer in: that of the question where it shows, else the chat's, else the app's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.constants import ChatType

from bot.answers.language import CLEAR, chosen_by, language_of
from bot.answers.texts import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from telegram import Chat, Message, User

    from bot.handlers.memory import Store

AGAINST_HABIT = 2.0
"""The difference that decides where the chat has another habit: a name such as 'Nantes' says little."""


def app_language(language_code: str | None) -> str:
    """Return the language for someone who has written nothing: the knowledge base's, or English."""
    return "en" if (language_code or "").lower().startswith("en") else DEFAULT_LANGUAGE


async def language_in(store: Store, chat: Chat | None, user: User | None) -> str:
    """Return the language for somebody in a chat; in private it is the one they wrote in last."""
    habit = await store.language(chat.id) if chat and chat.type == ChatType.PRIVATE else None
    return habit or app_language(user.language_code if user else None)


async def language_for_answer(store: Store, message: Message, text: str, habit: str | None) -> str:
    """Return the language in which to answer a text; ``habit`` is a private chat's, a change is kept."""
    app = app_language(message.from_user.language_code if message.from_user else None)
    if message.chat.type != ChatType.PRIVATE:
        return language_of(text, app)
    chosen = chosen_by(text)
    if chosen and chosen != (habit or app):
        await store.set_language(message.chat_id, None if chosen == app == DEFAULT_LANGUAGE else chosen)
    return language_of(text, habit or app, AGAINST_HABIT if habit else CLEAR)


async def language_of_lookup(store: Store, user: User, text: str) -> str:
    """Return the language in which to offer results to who types in any chat, often but a name."""
    usual = await store.language(user.id) or app_language(user.language_code)
    return language_of(text, usual, AGAINST_HABIT)
