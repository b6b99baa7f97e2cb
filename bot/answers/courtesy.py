"""Greetings and thanks: one polite line, so that 'merci' does not read as a failed question."""

from __future__ import annotations

from bot.answers import texts as t
from bot.answers.reply import Reply
from bot.answers.texts import texts
from bot.language import load_pack, normalise, tokenise

MAX_WORDS = 5
_FILLERS = frozenset(
    [
        "beaucoup",
        "bien",
        "cher",
        "infiniment",
        "much",
        "so",
        "very",
        "good",
        "a",
        "the",
        "to",
        "you",
        "bot",
        "everyone",
        "tous",
    ]
)


def courtesy(text: str, language: str) -> Reply | None:
    """Return a polite line if the text is courtesy and nothing else, or says nothing at all."""
    if not any(character.isalnum() for character in text):
        return Reply(html=texts(language)(t.YOUR_QUESTION))
    words = tokenise(normalise(text))
    if not 0 < len(words) <= MAX_WORDS or "?" in words:
        return None
    ignored = load_pack("fr").stopwords | _FILLERS
    for known, answer in (
        (t.GRATITUDE, t.THANKS),
        (t.FAREWELLS, t.GOODBYE),
        (t.GREETINGS, t.HELLO),
    ):
        rest = [word for word in words if word not in known]
        if len(rest) < len(words) and all(word in ignored for word in rest):
            return Reply(html=texts(language)(answer))
    return None
