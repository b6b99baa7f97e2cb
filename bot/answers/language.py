"""Which of the bot's languages a text is written in."""

from __future__ import annotations

from functools import lru_cache

from bot.language import load_pack, normalise, tokenise

UNSEEN = 3.0
"""Zipf frequency of a word that the list of a language does not have."""
CLEAR = 1.2
"""From this difference on, the words of one question decide."""
OPENER = 2.0
"""What a question word at the beginning weighs beyond its frequency: 'who is Laure de la Raudière'."""
SURE, FEWEST_WORDS = 2.5, 3
"""From this difference in so many words on, the chat is spoken to in that language from now on."""
REMEMBERED = 2000
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


@lru_cache(maxsize=REMEMBERED)
def _weighed(text: str) -> tuple[int, float]:
    """Return how many words there are, and by how much they are more English (or, below 0, French)."""
    words = [word for word in tokenise(normalise(text)) if word.isalpha()]
    french, english = load_pack("fr").words, load_pack("en").words
    lead = sum(english.get(word, UNSEEN) - french.get(word, UNSEEN) for word in words)
    asks = bool(words) and words[0] in load_pack("en").question_openers
    return len(words), lead + OPENER * asks


def _of(lead: float) -> str:
    return "en" if lead > 0 else "fr"
