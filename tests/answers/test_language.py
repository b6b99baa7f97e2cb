"""The language of a text; a name has none."""

from __future__ import annotations

import pytest

from bot.answers.language import chosen_by, language_of

ENGLISH = "what is the digital kit?"
FRENCH = "quelle est la mesure sur le télétravail ?"


@pytest.mark.parametrize(
    ("text", "usual", "language"),
    [
        (ENGLISH, "fr", "en"),
        ("measure 20", "fr", "en"),
        ("c'est quoi le kit ?", "en", "fr"),
        ("why?", "fr", "en"),
        ("who is Laure de la Raudière", "fr", "en"),
        ("pourquoi ?", "en", "fr"),
        ("télétravail", "en", "en"),
        ("télétravail", "fr", "fr"),
        ("13", "en", "en"),
        ("", "fr", "fr"),
    ],
)
def test_words_decide_where_they_are_clear(text: str, usual: str, language: str) -> None:
    assert language_of(text, usual) == language


def test_a_name_does_not_speak_against_a_habit() -> None:
    assert language_of("Nantes?", "en") == "fr"
    assert language_of("Nantes?", "en", 2.0) == "en"
    assert language_of("pourquoi ?", "en", 2.0) == "fr"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        ("why a barometer?", "en"),
        ("the next one", "en"),
        (FRENCH, "fr"),
        ("et la suivante ?", "fr"),
        ("why?", None),
        ("pourquoi ?", None),
        ("Nantes", None),
        ("digital innovation barometer", None),
        ("ok", None),
        ("", None),
    ],
)
def test_what_is_too_short_to_tell_chooses_no_language(text: str, language: str | None) -> None:
    assert chosen_by(text) == language
