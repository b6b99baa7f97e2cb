"""Texts that are made to take long: the work on them is bounded, whatever their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.language import language_of
from bot.handlers.inline import Inline
from bot.language import normalise, tokenise
from bot.language.normalise import MAX_CHARACTERS, fold
from bot.matching.analysis import MAX_WORDS

if TYPE_CHECKING:
    from bot.matching import Matcher

LONG = 10_000
PIECES = (
    *("a", "a ", "a-", "a.", "x1", "é", "e\u0301\u0301", "+", "#", "@a ", "www. ", "http://"),
    *("9", "9 ", "9,", "1 000 ", "n°", "%", "? ", "\n", "  ", "<b>&", "ﷺ", "㍍", "Aa Bb ", "'", "qu'l'"),
    *("d ou ", "vien ", "et à ", "mesure ", "mesure 1 ", "xxviii ", "numeriqe entreprize ", "kit mdr "),
)


class Counting(str):
    """A text that tells how far it was read."""

    __slots__ = ()
    read = 0

    def __getitem__(self, key: object) -> str:
        assert isinstance(key, slice), "read letter by letter"
        Counting.read = max(Counting.read, key.stop or len(self))
        return str.__getitem__(self, key)


@pytest.mark.parametrize("piece", PIECES)
def test_beyond_a_length_nothing_is_looked_at(shipped_matcher: Matcher, piece: str) -> None:
    text = (piece * LONG)[:LONG]
    start = text[:MAX_CHARACTERS]
    tail = " pourquoi un baromètre de la numérisation des entreprises ?"
    assert normalise(text + tail) == normalise(start)
    assert tokenise(normalise(text + tail)) == tokenise(normalise(start))
    matcher = shipped_matcher
    for ambient in (False, True):
        long, short = (matcher.match(one, ambient=ambient) for one in (text + tail, start))
        assert (long.kind, long.ranking, long.facet) == (short.kind, short.ranking, short.facet)
    assert language_of(text + tail, "fr") == language_of(start, "fr")


@pytest.mark.parametrize("piece", PIECES)
def test_no_character_grows_into_many(piece: str) -> None:
    folded = fold((piece * LONG)[:LONG])
    # Decomposed, a character has at most four parts that are kept.
    assert len(folded) <= 4 * MAX_CHARACTERS


def test_only_so_many_words_are_compared(shipped_matcher: Matcher) -> None:
    words = " ".join(f"mot{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    assert len(shipped_matcher.analyse(words).terms) <= MAX_WORDS


def test_endless_words_are_not_remembered(shipped_matcher: Matcher) -> None:
    analyser, vocabulary = shipped_matcher.analyser, shipped_matcher.vocabulary
    shipped_matcher.match("pourquoi")
    before = len(analyser._words), vocabulary._remembered_near.cache_info().currsize
    for number in range(20):
        shipped_matcher.match(f"{chr(97 + number) * 50}{'xyz' * 500}")
    assert (len(analyser._words), vocabulary._remembered_near.cache_info().currsize) == before


def test_the_slice_comes_before_all_else() -> None:
    Counting.read = 0
    fold(Counting("a" * LONG))
    assert Counting.read == MAX_CHARACTERS


def test_links_asked_for_in_one_line_are_few(shipped_matcher: Matcher) -> None:
    """Each +word+ is a question of its own; Telegram cuts an inline query at 256 characters."""
    asked: list[str] = []

    class Noting:
        calibration = shipped_matcher.calibration

        def match(self, words: str) -> object:
            asked.append(words)
            return shipped_matcher.match(words)

    class Services:
        matcher = Noting()

    inline = Inline(Services())  # type: ignore[arg-type]
    for said in ("+" * 256, "+ab" * 85, "+a+ " * 64, "+ab+ " * 51, "+" + "a" * 255):
        asked.clear()
        inline._linked(said, "nocrise_bot", "fr")
        assert len(asked) <= 64
        assert sum(map(len, asked)) <= 256
