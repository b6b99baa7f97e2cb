"""Maps from words to numbers that do without the words."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

N = TypeVar("N", int, float)
Hashes = npt.NDArray[np.int64]


def hashes(words: Collection[str]) -> Hashes:
    """Return the hash of each word; another process has others."""
    return np.fromiter(map(hash, words), np.int64, len(words))


class HashedMap(Generic[N]):
    """A number for each word, known by its hash: 16 bytes each, where a dictionary takes some 100.

    A word of fifty thousand has the hash of another once in ten billion maps; it would then be taken for it,
    as a typing error is.
    """

    __slots__ = ("_hashes", "_numbers")

    def __init__(self, hashed: Hashes, numbers: npt.NDArray[np.int32] | npt.NDArray[np.float64]) -> None:
        """Take over the numbers of different words, beside what ``hashes`` gives for these."""
        order = np.argsort(hashed)
        self._hashes = array("q", hashed[order].tobytes())
        self._numbers: array[N] = array(numbers.dtype.char, numbers[order].tobytes())

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, word: object) -> bool:
        return self._place(word) is not None

    def get(self, word: str, default: N) -> N:
        """Return the number of a word, or ``default``."""
        place = self._place(word)
        return default if place is None else self._numbers[place]

    def _place(self, word: object) -> int | None:
        code = hash(word)
        place = bisect_left(self._hashes, code)
        return place if place < len(self._hashes) and self._hashes[place] == code else None
