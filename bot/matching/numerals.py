"""Numbers as people write them: in digits, words and Roman numerals, misspelt, and as ordinals."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA, JaroWinkler

from bot.language import LanguagePack

ARTICLES = frozenset({"un", "une", "one"})
"""Numbers too, but seldom."""


def sequence_at(
    tokens: list[str], start: int, values: Mapping[tuple[str, ...], int]
) -> tuple[int, int] | None:
    """Return the value of the longest sequence of words that begins there, and its length."""
    for length in range(min(3, len(tokens) - start), 0, -1):
        value = values.get(tuple(tokens[start : start + length]))
        if value is not None:
            return value, length
    return None


def number_at(
    tokens: list[str], start: int, numbers: Mapping[tuple[str, ...], int], *, fuzzy: bool = False
) -> tuple[int, int] | None:
    """Return a number written in digits or words, and how many tokens it takes.

    ``fuzzy`` admits misspelt words and Roman numerals: only beside a noun that announces a number.
    """
    if start >= len(tokens):
        return None
    if tokens[start].isdecimal():
        return int(tokens[start]), 1
    found = sequence_at(tokens, start, numbers)
    if found is not None:
        return found
    if fuzzy:
        value = _roman(tokens[start]) or _misspelt(tokens[start], numbers)
        return (value, 1) if value is not None else None
    return None


def _misspelt(word: str, numbers: Mapping[tuple[str, ...], int]) -> int | None:
    """Return the number that a misspelt word means: 'treise', 'troizieme'."""
    if len(word) < _MIN_FUZZY_NUMBER:
        return None
    near = [
        # Jaro-Winkler breaks ties by the beginning: 'troizieme' is the third, not the thirteenth.
        (OSA.normalized_similarity(word, words[0]), JaroWinkler.similarity(word, words[0]), value)
        for words, value in numbers.items()
        if len(words) == 1 and words[0][0] == word[0]
    ]
    similarity, _, value = max(near, default=(0.0, 0.0, 0))
    return value if similarity >= _NUMBER_SIMILARITY else None


_MIN_FUZZY_NUMBER = 5
_NUMBER_SIMILARITY = 0.8
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}


def _roman(word: str) -> int | None:
    """Return the value of a Roman numeral below forty, or None."""
    if not word or not _ROMAN.fullmatch(word):
        return None
    values = [_ROMAN_DIGITS[letter] for letter in word]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def ordinal_at(
    tokens: list[str], start: int, pack: LanguagePack, *, fuzzy: bool = False
) -> tuple[int, int] | None:
    """Return a place in an order ('13e', 'treizième'), and how many tokens it takes."""
    found = sequence_at(tokens, start, pack.ordinals)
    if found is not None:
        return found
    if start + 1 < len(tokens) and tokens[start].isdecimal() and tokens[start + 1] in _ORDINAL_ENDINGS:
        return int(tokens[start]), 2
    value = _misspelt(tokens[start], pack.ordinals) if fuzzy else None
    return (value, 1) if value is not None else None


_ORDINAL_ENDINGS = frozenset({"e", "eme", "ere", "er", "ieme", "th", "st", "nd", "rd"})
