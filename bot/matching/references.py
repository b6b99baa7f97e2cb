"""Direct references: 'mesure 13', '#4', 'la douzième', 'groupe 2' — only where a reader sees one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from bot.language import AVAILABLE, LanguagePack, load_pack, tokenise
from bot.matching.numerals import ARTICLES, number_at, ordinal_at, sequence_at

EVERYDAY = 2000
"""Words whose likeness to the nouns of references is remembered."""


Numbered = Literal["measure", "group"]
"""What has a number."""


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
    """Whether it is a number or a place and no more ('13', 'la dernière'): then it may be of anything."""


def find_reference(normalised: str, pack: LanguagePack) -> Reference | None:
    """Return the first reference of a normalised text, or None.

    A noun for a measure beside a number is always one ('mesure 13', 'la 4e proposition', 'm7'). A sign, an
    ordinal or a bare number is one only when nothing else is said ('#4', 'la douzième', '13 ?'): ordinals of
    ordinary speech, channels, years and school classes are not references.
    """
    tokens = words_and_numbers(normalised)
    # Few questions name a measure: the others need not be looked through for numbers.
    named = [(kind, nouns) for kind, nouns in _nouns(pack) if _name_one(tokens, nouns)]
    for start in range(len(tokens)):
        for kind, nouns in named:
            found = _beside_noun(tokens, start, nouns, pack)
            if found is not None:
                number, used, ordinal, last = found
                written = f"-{number}" in normalised and _is_negated(normalised, number)
                if written or not pack.negative_words.isdisjoint(tokens[start : start + used]):
                    number = -number
                bare = only_fillers(tokens[:start] + tokens[start + used :], pack)
                if tokens[start].endswith("s") and not bare:
                    continue  # 'combien de mesures, 20 ?' counts them
                return Reference(kind, number, bare, ordinal=ordinal, last=last)
    return _bare(tokens, pack)


def words_and_numbers(normalised: str) -> list[str]:
    """Return the tokens of a text among which numbers are looked for."""
    # The tokeniser drops huge numbers; 'mesure 9999999999' is still a reference, to none that exists.
    return [sign for sign in tokenise(_TOO_LONG.sub("", normalised)) if sign != "?"]


_TOO_LONG = re.compile(r"(?<=\d{9})\d+")


def _nouns(pack: LanguagePack) -> tuple[tuple[Numbered, frozenset[str]], ...]:
    return ("measure", pack.reference_nouns), ("group", pack.group_nouns)


# A profile had a third of a question's time in comparing the same everyday words with the same few nouns.
@lru_cache(maxsize=EVERYDAY)
def _is_noun(word: str, nouns: frozenset[str]) -> bool:
    """Whether a token is one of the nouns, or one misspelt: 'mezure', 'propositoin'."""
    return word in nouns or (
        len(word) >= _MIN_FUZZY_NOUN
        # 'On propose 10 euros', 'membre 7': a word of its own is no misspelt other.
        and not any(word in load_pack(code).words for code in AVAILABLE)
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
        number = number_at(tokens, after, pack.numbers, fuzzy=True)
        sure = token in nouns or tokens[after : after + 1] not in (["un"], ["une"], ["one"])
        if tokens[after : after + 1] == ["i"] and not only_fillers(tokens[after + 1 :], pack):
            # 'The measure I need'.
            number = None
        if number is not None and sure and not _counts(tokens, after + number[1], nouns):
            return number[0], after + number[1] - start, False, False
    glued = _glued(token, nouns)
    if (glued,) in pack.numbers:
        return pack.numbers[(glued,)], 1, False, False
    return None if _is_blocked(tokens, start, pack) else _before_noun(tokens, start, nouns, pack)


def _before_noun(
    tokens: list[str], start: int, nouns: frozenset[str], pack: LanguagePack
) -> tuple[int, int, bool, bool] | None:
    """The same of an ordinal and its noun: 'la treizième mesure', 'the last measure'."""
    # Misspelt ordinals are looked for only where a noun follows: comparing letters takes time.
    follows = start + 1 < len(tokens) and _is_noun(tokens[start + 1], nouns)
    if not follows and not _opens_number(tokens[start], pack):
        return None
    from_end = sequence_at(tokens, start, pack.last_words)
    for found in (from_end, ordinal_at(tokens, start, pack, fuzzy=follows)):
        if found is not None:
            value, used = found
            if start + used < len(tokens) and _is_noun(tokens[start + used], nouns):
                return value, used + 1, True, found is from_end
    return None


@lru_cache(maxsize=EVERYDAY)
def _glued(token: str, nouns: frozenset[str]) -> str:
    """Return what follows a noun in one token with it ('mesure13'); empty where nothing does."""
    for noun in nouns:
        if len(noun) > 1 and token.startswith(noun):
            return token.removeprefix(noun)
    return ""


def _name_one(tokens: list[str], nouns: frozenset[str]) -> bool:
    """Whether any token is one of the nouns, alone or in one with a number; both begin as the noun does."""
    initials = _initials(nouns)
    return any(token[0] in initials and _names(token, nouns) for token in tokens)


@lru_cache(maxsize=8)
def _initials(nouns: frozenset[str]) -> frozenset[str]:
    return frozenset(noun[0] for noun in nouns)


@lru_cache(maxsize=EVERYDAY)
def _names(token: str, nouns: frozenset[str]) -> bool:
    return _is_noun(token, nouns) or _glued(token, nouns) != ""


def _opens_number(token: str, pack: LanguagePack) -> bool:
    return token in pack.number_openers or token.isdecimal()


_MAX_SIGNS = 2
_UNITS = frozenset({"%", "pourcent", "fois", "millions", "million", "ans", "mois", "h"})


def _counts(tokens: list[str], after: int, nouns: frozenset[str]) -> bool:
    """Whether the number counts something: 'mesure 3 fois', 'les mesures, 20 % des foyers'."""
    return after < len(tokens) and (
        tokens[after] in _UNITS or tokens[after] in nouns or tokens[after : after + 2] == ["pour", "cent"]
    )


def _bare(tokens: list[str], pack: LanguagePack) -> Reference | None:
    for start, token in enumerate(tokens):
        if not _opens_number(token, pack):
            continue
        from_end = sequence_at(tokens, start, pack.last_words)
        if from_end is not None and not _is_blocked(tokens, start, pack):
            value, used = from_end
            # 'La dernière des 19' says how many there are, and no more.
            rest = [token for token in tokens[:start] + tokens[start + used :] if not token.isdecimal()]
            if only_fillers(rest, pack):
                return Reference("measure", value, bare=True, ordinal=True, last=True, plain=True)
        found = ordinal_at(tokens, start, pack)
        if found is None and token not in ARTICLES:
            found = number_at(tokens, start, pack.numbers)
        if found is not None:
            value, used = found
            if _is_blocked(tokens, start, pack) or _is_count(tokens, start + used, pack):
                return None
            rest = tokens[:start] + tokens[start + used :]
            if not only_fillers(rest, pack):
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


def only_fillers(tokens: list[str], pack: LanguagePack) -> bool:
    """Whether words add nothing to the number that they stand beside."""
    return all(
        token in pack.stopwords or token in pack.reference_fillers or token in pack.number_signs
        or token in pack.elisions
        for token in tokens
    )  # fmt: skip


def _is_negated(normalised: str, number: int) -> bool:
    position = normalised.find(str(number))
    before = normalised[:position].rstrip() if position >= 0 else ""
    return before.endswith("-") and (len(before) < 2 or before[-2].isspace())  # noqa: PLR2004
