"""Words by the bigrams of their letters and of their sounds: what a vocabulary looks for likeness in."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.language import LanguagePack

MIN_FUZZY_LENGTH = 4
"""Shorter words have too many neighbours: 'rsa', 'pib' and 'cci' must be typed right."""


@dataclass(frozen=True, slots=True)
class BigramTable:
    """Words, and which of them have which bigram; of short ones, nothing but themselves."""

    words: list[str]
    """All of them, sorted."""
    sounds: list[str]
    """The phonetic key of each that is long enough, in the same order."""
    bigrams: list[str]
    start: npt.NDArray[np.int32]
    """Where the holders of each bigram begin, and the last ones end; shape (bigrams + 1,)."""
    holders: npt.NDArray[np.int32]
    """Numbers of words among those that are long enough."""
    counts: npt.NDArray[np.float32]
    """How many bigrams each of those has."""

    @classmethod
    def of(cls, words: Iterable[str], pack: LanguagePack) -> BigramTable:
        """Lay out words; the sounds are those of the language."""
        ordered = sorted(set(words))
        spelt = long_enough(ordered)
        sounds = pack.sound("\n".join(spelt)).split("\n") if spelt else []
        counts = array("f")
        holders: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        # One word after another: the sets of all would take more memory than the rest of the start.
        for number, (word, sound) in enumerate(zip(spelt, sounds, strict=True)):
            grams = bigrams(word) | bigrams(sound)
            counts.append(len(grams))
            for gram in grams:
                holders[gram].append(number)
        start = np.cumsum([0, *map(len, holders.values())], dtype=np.int32)
        laid = array("i")
        for some in holders.values():
            laid.extend(some)
        return cls(ordered, sounds, list(holders), start, np.asarray(laid), np.asarray(counts))


def long_enough(words: Iterable[str]) -> list[str]:
    """Return the words that a misspelt one may stand for."""
    return [word for word in words if len(word) >= MIN_FUZZY_LENGTH]


def bigrams(word: str) -> set[str]:
    """Return each two letters side by side; the ends count as letters."""
    padded = f"^{word}$"
    return {padded[i : i + 2] for i in range(len(padded) - 1)}
