"""A typed word to the words of the knowledge base that it may stand for."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from rapidfuzz.distance import OSA

from bot.language import LanguagePack
from bot.matching.bigrams import MIN_FUZZY_LENGTH, BigramTable, bigrams, long_enough

MAX_FUZZY_LENGTH = 40
"""Longer than any word that can be meant, and not worth the memory of being remembered."""
MIN_SIMILARITY = 0.68
"""Of OSA (edits with transposition) normalised by length: two errors in a word of seven letters."""
SOUND_DISCOUNT = 0.95
"""Words that sound alike are a little less alike than words spelt alike."""
SWAPPED = 0.96
"""Of two neighbouring letters typed in the wrong order: 'interent' is rather 'internet' than 'interet', which
sounds alike."""
MIN_PREFIX_LENGTH = 3
PREFIX_SIMILARITY = 0.9
"""A half-typed word is nearly as good as the whole one; 0.1 keeps exact matches ahead."""
MAX_CANDIDATES = 40
"""Words compared letter by letter, after the bigram filter."""
MAX_READINGS = 4
"""Different words that one typed word may stand for."""
MAX_PREFIX_READINGS = 8
REMEMBERED = 5000
"""Words that were looked for: most errors are made again."""
_LAST_LETTER = chr(sys.maxunicode)
"""Sorts behind all letters."""


class Reading(NamedTuple):
    """A word of the vocabulary, and how sure it is that the typed word stands for it."""

    word: str
    similarity: float
    """In (0, 1]; 1 is the word itself."""


class Vocabulary:
    """All words of an index; finds those near a typed word in time independent of their number.

    Candidates share letter bigrams of the word or of its phonetic key; the best by Dice's
    coefficient are compared with OSA from rapidfuzz.
    """

    def __init__(self, table: BigramTable, pack: LanguagePack) -> None:
        self._pack = pack
        self._words = table.words
        self._known = frozenset(table.words)
        self._spelt = long_enough(table.words)
        self._sounds = dict(zip(self._spelt, table.sounds, strict=True))
        self._bigram_counts = table.counts
        ends = pairwise(table.start.tolist())
        self._by_bigram = {
            bigram: table.holders[a:b] for bigram, (a, b) in zip(table.bigrams, ends, strict=True)
        }
        self._remembered_near = lru_cache(maxsize=REMEMBERED)(self._near)

    @classmethod
    def of(cls, words: Iterable[str], pack: LanguagePack) -> Self:
        """Return the vocabulary of these words."""
        return cls(BigramTable.of(words, pack), pack)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def __len__(self) -> int:
        return len(self._words)

    def completions(self, prefix: str) -> list[Reading]:
        """Words that begin with a half-typed one, shortest first."""
        if len(prefix) < MIN_PREFIX_LENGTH:
            return []
        begin, end = bisect_left(self._words, prefix), bisect_left(self._words, prefix + _LAST_LETTER)
        found = sorted((word for word in self._words[begin:end] if word != prefix), key=len)
        return [Reading(word, PREFIX_SIMILARITY) for word in found[:MAX_PREFIX_READINGS]]

    def split(self, word: str) -> tuple[str, ...] | None:
        """Known words typed without the spaces between them, as few as can be, or None.

        Short ones count between long ones ('statut*du*teletravail'); at either end only where two others
        speak for it ('*kit*numeriqueentreprise').
        """
        if len(word) > MAX_FUZZY_LENGTH:
            return None
        fewest: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(MIN_PREFIX_LENGTH, len(word) + 1):
            for start, before in list(fewest.items()):
                part = word[start:end]
                if part not in self._known or not _joins(part, before, is_last=end == len(word)):
                    continue
                known = fewest.get(end)
                if known is None or len(before) + 1 < len(known):
                    fewest[end] = (*before, part)
        parts = fewest.get(len(word), ())
        if len(parts) == 2 and min(map(len, parts)) < MIN_FUZZY_LENGTH:  # noqa: PLR2004 (two words)
            return None
        return parts if len(parts) > 1 else None

    def near(self, word: str) -> tuple[Reading, ...]:
        """Words within typing errors of an unknown one, best first; () where there are none."""
        if len(word) == MIN_FUZZY_LENGTH - 1:
            return self._swapped(word)
        return self._remembered_near(word) if MIN_FUZZY_LENGTH <= len(word) <= MAX_FUZZY_LENGTH else ()

    def _swapped(self, word: str) -> tuple[Reading, ...]:
        """Words of the same letters, two neighbours exchanged: of so few, any other error leaves too many."""
        others = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
        return tuple(Reading(other, SWAPPED) for other in others if other in self._known)

    def _near(self, word: str) -> tuple[Reading, ...]:
        sound = self._pack.sound(word)
        grams = bigrams(word) | bigrams(sound)
        found = [self._by_bigram[gram] for gram in grams if gram in self._by_bigram]
        if not found:
            return ()
        shared = np.bincount(np.concatenate(found), minlength=len(self._spelt))
        dice = shared / (self._bigram_counts + len(grams))
        size = min(MAX_CANDIDATES, len(dice))
        letters = sorted(word)
        candidates = [self._spelt[i] for i in np.argpartition(-dice, size - 1)[:size]]
        readings = []
        for candidate in candidates:
            spelt = OSA.normalized_similarity(word, candidate)
            heard = OSA.normalized_similarity(sound, self._sounds[candidate]) * SOUND_DISCOUNT
            # Both count: one that only sounds alike ('compte', 'conte') is not the same word.
            similarity = max(spelt, (spelt + heard) / 2 if spelt < MIN_SIMILARITY else heard)
            if similarity >= MIN_SIMILARITY:
                if sorted(candidate) == letters and OSA.distance(word, candidate) == 1:
                    similarity = max(similarity, SWAPPED)
                readings.append(Reading(candidate, similarity))
        # Of two as near, the commoner: the other may be the misspelling of a phrase.
        common = self._pack.words
        readings.sort(key=lambda found: (-found.similarity, -common.get(found.word, 0.0), found.word))
        return tuple(readings[:MAX_READINGS])


def _joins(part: str, before: tuple[str, ...], *, is_last: bool) -> bool:
    """Whether a word is long enough to stand where it does in a row."""
    if before and not is_last and len(before[-1]) >= MIN_FUZZY_LENGTH:
        return True
    return len(part) >= (MIN_FUZZY_LENGTH if before and not is_last else MIN_PREFIX_LENGTH)
