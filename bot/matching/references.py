"""Direct references: 'mesure 13', '#4', 'la douzième', 'groupe 2' — only where a reader sees one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import OSA, JaroWinkler

from bot.language import LanguagePack, tokenise

EVERYDAY = 5000
"""Words whose likeness to the nouns of references is remembered."""


Numbered = Literal["measure", "group"]
"""What has a number."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of measures, which may not exist."""

    first: int
    """Below nought it counts from the end: -3 to the end are the last three."""
    last: int | None
    """None: to the end."""
    named: bool = False
    """Whether a noun says that measures are meant: then none but those that exist are."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that names a measure or a group; it may not exist."""

    kind: Numbered
    number: int
    bare: bool
    """Whether the text says nothing else, so that the reference is all there is to match."""
    ordinal: bool = False
    """Whether it counts from the start ('la deuxième'), so that an origin may narrow it."""
    last: bool = False
    """'La dernière': ``number`` is then how many come after it."""
    plain: bool = False
    """Whether it is a number and no more ('13'): then one out of range may mean something else."""


def find_reference(normalised: str, pack: LanguagePack) -> Reference | None:
    """Return the first reference of a normalised text, or None.

    A noun for a measure beside a number is always one ('mesure 13', 'la 4e proposition', 'm7'). A sign, an
    ordinal or a bare number is one only when nothing else is said ('#4', 'la douzième', '13 ?'): ordinals of
    ordinary speech, channels, years and school classes are not references.
    """
    # The tokeniser drops huge numbers; 'mesure 9999999999' is still a reference, to none that exists.
    normalised = _TOO_LONG.sub("", normalised)
    tokens = _tokens(normalised)
    # Few questions name a measure: the others need not be looked through for numbers.
    named = [(kind, nouns) for kind, nouns in _nouns(pack) if any(_names(token, nouns) for token in tokens)]
    for start in range(len(tokens)):
        for kind, nouns in named:
            found = _beside_noun(tokens, start, nouns, pack)
            if found is not None:
                number, used, ordinal, last = found
                written = f"-{number}" in normalised and _is_negated(normalised, number)
                if written or not pack.negative_words.isdisjoint(tokens[start : start + used]):
                    number = -number
                bare = _only_fillers(tokens[:start] + tokens[start + used :], pack)
                if tokens[start].endswith("s") and not bare:
                    continue  # 'combien de mesures, 20 ?' counts them
                return Reference(kind, number, bare, ordinal=ordinal, last=last)
    return _bare(tokens, pack)


def _tokens(normalised: str) -> list[str]:
    return [sign for sign in tokenise(normalised) if sign != "?"]


def find_span(normalised: str, pack: LanguagePack) -> Span | None:
    """Return the range that a text names, if it says no more.

    'De la 7 à la 9', 'mesures 1, 2 et 3', 'les trois premières'; of numbers that are listed, from the
    least to the greatest.
    """
    tokens = _tokens(normalised)
    listed = any(token in pack.reference_nouns for token in tokens)
    # 'Mesures 1,2' is no decimal number.
    tokens = [
        part
        for before, token in pairwise(["", *tokens])
        for part in (token.split(".") if before in pack.reference_nouns else [token])
    ]
    counted = not (pack.first_words | pack.final_words).isdisjoint(tokens)
    if not listed and not counted and pack.range_words.isdisjoint(tokens):
        return None
    ends: list[int | None] = []
    joined = False
    start = 0
    while start < len(tokens):
        if counted and (found := _counted_at(tokens, start, pack)) is not None:
            (first, last), used = found
            rest = tokens[:start] + tokens[start + used :]
            return Span(first, last, listed) if all(_is_beside(token, pack) for token in rest) else None
        end = _end_at(tokens, start, pack)
        if end is not None:
            number, used = end
            ends.append(number)
            start += used
        elif _is_beside(tokens[start], pack):
            joined = joined or (len(ends) == 1 and tokens[start] in pack.range_words)
            start += 1
        else:
            return None
    match ends:
        case [int(first), last] if joined:
            return Span(first, last, listed)
        case [int(), int(), *_] if listed:
            # 'Mesures 3 et 4': what holds them all.
            numbers = [end for end in ends if end is not None]
            return Span(min(numbers), max(numbers), listed)
    return None


def _is_beside(token: str, pack: LanguagePack) -> bool:
    """Whether a word may stand beside the numbers of a range."""
    return token in pack.list_all_words or token in pack.reference_nouns or _only_fillers([token], pack)


def _counted_at(
    tokens: list[str], start: int, pack: LanguagePack
) -> tuple[tuple[int, int | None], int] | None:
    """Return what a number beside 'premières' or 'dernières' spans, and how many tokens that takes."""
    before = tokens[start] in pack.first_words | pack.final_words
    number = _number_at(tokens, start + before, pack.numbers)
    if number is None:
        return None
    count, used = number
    word = tokens[start] if before else "".join(tokens[start + used : start + used + 1])
    if count > 1 and word in pack.first_words:
        return (1, count), used + 1
    if count > 1 and word in pack.final_words:
        return (-count, None), used + 1
    return None


def _end_at(tokens: list[str], start: int, pack: LanguagePack) -> tuple[int | None, int] | None:
    """Return the number at which a range may begin or end, None for the last one, and its length."""
    from_end = _sequence_at(tokens, start, pack.last_words)
    if from_end is not None and from_end[0] == 0:
        return None, from_end[1]
    if tokens[start] in _ARTICLES:
        return None
    return _ordinal_at(tokens, start, pack) or _number_at(tokens, start, pack.numbers)


_ARTICLES = frozenset({"un", "une", "one"})
"""Numbers too, but seldom."""


_TOO_LONG = re.compile(r"(?<=\d{9})\d+")


def _nouns(pack: LanguagePack) -> tuple[tuple[Numbered, frozenset[str]], ...]:
    return ("measure", pack.reference_nouns), ("group", pack.group_nouns)


# A profile had a third of a question's time in comparing the same everyday words with the same few nouns.
@lru_cache(maxsize=EVERYDAY)
def _is_noun(word: str, nouns: frozenset[str]) -> bool:
    """Whether a token is one of the nouns, or one misspelt: 'mezure', 'propositoin'."""
    return word in nouns or (
        len(word) >= _MIN_FUZZY_NOUN
        and any(
            len(noun) > _MIN_FUZZY_NOUN
            and noun[0] == word[0]
            and OSA.normalized_similarity(word, noun) >= _NOUN_SIMILARITY
            for noun in nouns
        )
    )


_MIN_FUZZY_NOUN = 4
_NOUN_SIMILARITY = 0.66


def _beside_noun(
    tokens: list[str], start: int, nouns: frozenset[str], pack: LanguagePack
) -> tuple[int, int, bool, bool] | None:
    """Return the number, how many tokens it takes with its noun, and how it is put."""
    token = tokens[start]
    if _is_noun(token, nouns):
        after = start + 1
        signs = pack.number_signs | pack.negative_words
        while after - start <= _MAX_SIGNS and tokens[after : after + 1] and tokens[after] in signs:
            after += 1
        number = _number_at(tokens, after, pack.numbers, fuzzy=True)
        sure = token in nouns or tokens[after : after + 1] not in (["un"], ["une"], ["one"])
        if number is not None and sure and not _counts(tokens, after + number[1], nouns):
            return number[0], after + number[1] - start, False, False
    glued = _glued(token, nouns)
    if (glued,) in pack.numbers:
        return pack.numbers[(glued,)], 1, False, False
    if _is_blocked(tokens, start, pack):
        return None
    from_end = _sequence_at(tokens, start, pack.last_words)
    if from_end is not None:
        value, used = from_end
        if start + used < len(tokens) and _is_noun(tokens[start + used], nouns):
            return value, used + 1, True, True
    # Misspelt ordinals are looked for only where a noun follows: comparing letters takes time.
    before_noun = start + 1 < len(tokens) and _is_noun(tokens[start + 1], nouns)
    ordinal = _ordinal_at(tokens, start, pack, fuzzy=before_noun)
    if ordinal is not None:
        value, used = ordinal
        if start + used < len(tokens) and _is_noun(tokens[start + used], nouns):
            return value, used + 1, True, False
    return None


@lru_cache(maxsize=EVERYDAY)
def _glued(token: str, nouns: frozenset[str]) -> str:
    """Return what follows a noun in one token with it ('mesure13'); empty where nothing does."""
    for noun in nouns:
        if len(noun) > 1 and token.startswith(noun):
            return token.removeprefix(noun)
    return ""


def _names(token: str, nouns: frozenset[str]) -> bool:
    return _is_noun(token, nouns) or _glued(token, nouns) != ""


_MAX_SIGNS = 2
_UNITS = frozenset({"%", "pourcent", "fois", "millions", "million", "ans", "mois", "h"})


def _counts(tokens: list[str], after: int, nouns: frozenset[str]) -> bool:
    """Whether the number counts something: 'mesure 3 fois', 'les mesures, 20 % des foyers'."""
    return after < len(tokens) and (
        tokens[after] in _UNITS or tokens[after] in nouns or tokens[after : after + 2] == ["pour", "cent"]
    )


def _sequence_at(
    tokens: list[str], start: int, values: Mapping[tuple[str, ...], int]
) -> tuple[int, int] | None:
    """Return the value of the longest sequence of words that begins there, and its length."""
    for length in (3, 2, 1):
        value = values.get(tuple(tokens[start : start + length]))
        if value is not None:
            return value, length
    return None


def _number_at(
    tokens: list[str], start: int, numbers: Mapping[tuple[str, ...], int], *, fuzzy: bool = False
) -> tuple[int, int] | None:
    """Return a number written in digits or words, and how many tokens it takes.

    ``fuzzy`` admits misspelt words and Roman numerals: only beside a noun that announces a number.
    """
    if start >= len(tokens):
        return None
    if tokens[start].isdecimal():
        return int(tokens[start]), 1
    found = _sequence_at(tokens, start, numbers)
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


def _ordinal_at(
    tokens: list[str], start: int, pack: LanguagePack, *, fuzzy: bool = False
) -> tuple[int, int] | None:
    found = _sequence_at(tokens, start, pack.ordinals)
    if found is not None:
        return found
    if start + 1 < len(tokens) and tokens[start].isdecimal() and tokens[start + 1] in _ORDINAL_ENDINGS:
        return int(tokens[start]), 2
    value = _misspelt(tokens[start], pack.ordinals) if fuzzy else None
    return (value, 1) if value is not None else None


_ORDINAL_ENDINGS = frozenset({"e", "eme", "ere", "er", "ieme", "th", "st", "nd", "rd"})


def _bare(tokens: list[str], pack: LanguagePack) -> Reference | None:
    for start in range(len(tokens)):
        from_end = _sequence_at(tokens, start, pack.last_words)
        if from_end is not None and not _is_blocked(tokens, start, pack):
            value, used = from_end
            # 'La dernière des 19' says how many there are, and no more.
            rest = [token for token in tokens[:start] + tokens[start + used :] if not token.isdecimal()]
            if _only_fillers(rest, pack):
                return Reference("measure", value, bare=True, ordinal=True, last=True)
        found = _ordinal_at(tokens, start, pack)
        if found is None and tokens[start] not in _ARTICLES:
            found = _number_at(tokens, start, pack.numbers)
        if found is not None:
            value, used = found
            if _is_blocked(tokens, start, pack) or _is_count(tokens, start + used, pack):
                return None
            rest = tokens[:start] + tokens[start + used :]
            if not _only_fillers(rest, pack):
                return None
            signed = any(token in ("#", "n°", "numero", "number") for token in rest)
            return Reference("measure", value, bare=True, plain=not signed)
    return None


def _is_blocked(tokens: list[str], start: int, pack: LanguagePack) -> bool:
    """Whether the word before makes a number something else: 'en troisième', 'l'avant-dernière'."""
    return start > 0 and tokens[start - 1] in pack.reference_blockers


def _is_count(tokens: list[str], after: int, pack: LanguagePack) -> bool:
    """Whether a plural follows, so that the number counts: 'les 19 mesures'."""
    return after < len(tokens) and _is_plural(tokens[after], pack)


def _is_plural(token: str, pack: LanguagePack) -> bool:
    return token in pack.reference_nouns and token.endswith("s")


def _only_fillers(tokens: list[str], pack: LanguagePack) -> bool:
    return all(
        token in pack.stopwords or token in pack.reference_fillers or token in pack.number_signs
        or token in pack.elisions
        for token in tokens
    )  # fmt: skip


def _is_negated(normalised: str, number: int) -> bool:
    position = normalised.find(str(number))
    before = normalised[:position].rstrip() if position >= 0 else ""
    return before.endswith("-") and (len(before) < 2 or before[-2].isspace())  # noqa: PLR2004
