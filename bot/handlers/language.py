"""Which language to answer in: that of the question where it shows, else that of the app."""

from __future__ import annotations

from bot.answers.texts import DEFAULT_LANGUAGE
from bot.language import load_pack, normalise, tokenise

UNSEEN = 3.0
"""Zipf frequency of a word that the list of a language does not have."""
CLEAR = 1.2
"""From this difference on, the words decide."""


def language_of(text: str, language_code: str | None) -> str:
    """Return 'fr' or 'en' for a question by someone whose Telegram is in a language."""
    words = [word for word in tokenise(normalise(text)) if word.isalpha()]
    french, english = load_pack("fr").words, load_pack("en").words
    lead = sum(english.get(word, UNSEEN) - french.get(word, UNSEEN) for word in words)
    if abs(lead) >= CLEAR:
        return "en" if lead > 0 else "fr"
    return app_language(language_code)


def app_language(language_code: str | None) -> str:
    """Return the language for someone who has written nothing: the knowledge base's, or English."""
    return "en" if (language_code or "").lower().startswith("en") else DEFAULT_LANGUAGE
