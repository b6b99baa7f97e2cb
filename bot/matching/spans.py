"""Several measures at once: 'de la 7 à la 9', 'mesures 1, 2 et 5', 'les trois premières'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.language import LanguagePack
from bot.matching.numerals import ARTICLES, number_at, ordinal_at, sequence_at
from bot.matching.references import only_fillers, words_and_numbers

LONGEST = 100
"""Numbers that a range within a list is laid out to: '1 à 3 et 5'."""


@dataclass(frozen=True, slots=True)
class Span:
    """Measures that a text names, which may not exist."""

    first: int
    """Below nought it counts from the end: -3 to the end are the last three."""
    last: int | None
    """None: to the end."""
    some: tuple[int, ...] = ()
    """Those from the first to the last that are meant; empty: all of them."""
    named: bool = False
    """Whether a noun says that measures are meant: then none but those that exist are."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a text; None is the last one there is."""

    value: int | None
    start: int
    after: int


def find_span(normalised: str, pack: LanguagePack) -> Span | None:
    """Return the measures that a text names, if they are several and it says no more."""
    tokens = words_and_numbers(normalised)
    named = any(token in pack.reference_nouns for token in tokens)
    if named:
        # The tokeniser drops dashes. Without a noun they are those of dates and telephone numbers.
        until = f" {min(pack.range_words, default='')} "
        tokens = list(_apart(words_and_numbers(_DASH.sub(until, normalised)), pack))
    counted = _counted(tokens, pack)
    if counted is not None:
        return Span(*counted, named=named)
    if named or not pack.range_words.isdisjoint(tokens):
        return _listed(tokens, pack, named=named)
    return None


_DASH = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d)")


def _listed(tokens: list[str], pack: LanguagePack, *, named: bool) -> Span | None:
    """Return what numbers beside each other span; without a noun they must be the ends of a range."""
    numbers = list(_numbers(tokens, pack))
    between = [tokens[left.after : right.start] for left, right in pairwise(numbers)]
    if not between or not _says_no_more(tokens, numbers, between, pack):
        return None
    ranges = [not pack.range_words.isdisjoint(words) for words in between]
    match [number.value for number in numbers]:
        case [int(first), int(last)] if ranges[0]:
            return Span(min(first, last), max(first, last), named=named)
        case [int(first), None] if ranges[0]:
            return Span(first, None, named=named)
        case values if named and None not in values:
            some = _laid_out([value for value in values if value is not None], ranges)
            return Span(some[0], some[-1], some, named=True)
    return None


def _says_no_more(
    tokens: list[str], numbers: list[_Number], between: list[list[str]], pack: LanguagePack
) -> bool:
    """Whether nothing but joiners stands between the numbers: '4 mesures sur 67' names one, and a fact."""
    joiners = pack.joiners | pack.range_words | pack.number_signs | pack.reference_nouns
    outside = tokens[: numbers[0].start] + tokens[numbers[-1].after :]
    return all(map(joiners.issuperset, between)) and all(_is_beside(token, pack) for token in outside)


def _apart(tokens: list[str], pack: LanguagePack) -> Iterator[str]:
    """Take numbers apart that are listed after a noun: in 'mesures 1,2' is no decimal number."""
    listing = False
    for token in tokens:
        is_number = token[0].isdigit()
        listing = token in pack.reference_nouns or (listing and (is_number or token in pack.number_signs))
        yield from token.split(".") if listing and is_number else [token]


def _laid_out(numbers: list[int], ranges: list[bool]) -> tuple[int, ...]:
    """Return the numbers in order; ``ranges`` says of each but the first whether all up to it are meant."""
    found = set(numbers)
    for (first, last), all_between in zip(pairwise(numbers), ranges, strict=True):
        if all_between and first < last <= first + LONGEST:
            found.update(range(first, last))
    return tuple(sorted(found))


def _numbers(tokens: list[str], pack: LanguagePack) -> Iterator[_Number]:
    start = 0
    while start < len(tokens):
        found = _number(tokens, start, pack)
        if found is None:
            start += 1
            continue
        value, used = found
        yield _Number(value, start, start + used)
        start += used


def _number(tokens: list[str], start: int, pack: LanguagePack) -> tuple[int | None, int] | None:
    """Return a number or the place of the last one, and how many tokens it takes."""
    from_end = sequence_at(tokens, start, pack.last_words)
    if from_end is not None and from_end[0] == 0:
        return None, from_end[1]
    if tokens[start] in ARTICLES and (not start or tokens[start - 1] not in pack.reference_nouns):
        return None
    return ordinal_at(tokens, start, pack) or number_at(tokens, start, pack.numbers)


def _counted(tokens: list[str], pack: LanguagePack) -> tuple[int, int | None] | None:
    """Return the ends of 'les trois premières' or 'the last two', if nothing else is said."""
    ends = pack.first_words | pack.final_words
    if ends.isdisjoint(tokens):
        return None
    for start, token in enumerate(tokens):
        before = token in ends
        number = number_at(tokens, start + before, pack.numbers)
        if number is None:
            continue
        count, used = number
        after = start + used
        word = token if before else "".join(tokens[after : after + 1])
        if count > 1 and word in ends:
            rest = tokens[:start] + tokens[after + 1 :]
            if not all(_is_beside(other, pack) for other in rest):
                return None
            return (1, count) if word in pack.first_words else (-count, None)
    return None


def _is_beside(token: str, pack: LanguagePack) -> bool:
    """Whether a word may stand before or after the numbers."""
    return token in pack.list_all_words or token in pack.reference_nouns or only_fillers([token], pack)
