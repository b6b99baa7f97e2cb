"""Which language to answer in: that of the question where it shows, else the chat's, else the app's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from telegram.constants import ChatType

from bot.answers.texts import DEFAULT_LANGUAGE
from bot.language import load_pack, normalise, tokenise

if TYPE_CHECKING:
    from telegram import Chat, Message, User

    from bot.handlers.memory import Store

UNSEEN = 3.0
"""Zipf frequency of a word that the list of a language does not have."""
CLEAR = 1.2
"""From this difference on, the words of one question decide."""
AGAINST_HABIT = 2.0
"""The same where the chat has another habit: a name such as 'Nantes' says little."""
SURE, FEWEST_WORDS = 2.5, 3
"""From this difference in so many words on, the chat is spoken to in that language from now on."""
REMEMBERED = 1000
"""Texts of which the language is kept: each is looked at twice, and many ask the same."""


def language_of(text: str, usual: str, clear: float = CLEAR) -> str:
    """Return 'fr' or 'en' for a question in a chat whose language usually is another, or the same."""
    _, lead = _weighed(text)
    if abs(lead) >= clear:
        return _of(lead)
    return usual


def chosen_by(text: str) -> str | None:
    """Return the language that somebody who writes this wants; None where it is too short to tell."""
    count, lead = _weighed(text)
    return _of(lead) if count >= FEWEST_WORDS and abs(lead) >= SURE else None


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


@lru_cache(maxsize=REMEMBERED)
def _weighed(text: str) -> tuple[int, float]:
    """Return how many words there are, and by how much they are more English (or, below 0, French)."""
    words = [word for word in tokenise(normalise(text)) if word.isalpha()]
    french, english = load_pack("fr").words, load_pack("en").words
    return len(words), sum(english.get(word, UNSEEN) - french.get(word, UNSEEN) for word in words)


def _of(lead: float) -> str:
    return "en" if lead > 0 else "fr"
