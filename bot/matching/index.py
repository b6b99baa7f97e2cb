"""Inverted index over the phrases of a knowledge base, scored with numpy.

Two signals over the same features:

- phrase likeness: the cosine of idf-weighted features between the question and each phrase, of which an entry
  keeps its best (Salton & Buckley 1988);
- entry likelihood: multinomial naive Bayes over all phrases of an entry, on idf-weighted counts with additive
  smoothing (Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes text classifiers").

The first knows that words occur together in one phrase; the second pools the phrases of an entry. Both
touch only the postings of the question's features, so the time of a question hardly depends on the number of
phrases.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

from bot.language import HashedMap, hashes
from bot.matching.postings import Floats, Postings

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Scores:
    """Signals for every entry, in the order of the index; shape (entries,)."""

    likeness: Floats
    """Best cosine of a phrase, in [0, 1]."""
    likelihood: Floats
    """Mean log-likelihood ratio a unit of question weight against the average entry; unbounded."""


class Index:
    """Features of all phrases; scores a question's features against every entry."""

    def __init__(self, postings: Postings) -> None:
        self.size = len(postings.phrases_of)
        self.phrases_of: list[int] = postings.phrases_of.tolist()
        """For each entry, the number of its phrases."""
        self.features_of = _features_by_entry(postings)
        """For each entry, its words and notions with their summed weight over its phrases."""
        names = postings.names
        self._ids: HashedMap[int] = HashedMap(hashes(names), np.arange(len(names), dtype=np.int32))
        # What is read one by one is in no numpy array, that makes an object of its own for each number.
        self._start = array("i", postings.start.tobytes())
        self._spread = array("i", postings.spread.tobytes())
        self._idf = array("f", postings.idf.tobytes())
        # In the types that bincount works on: a profile had half of a question's time in conversions.
        self._targets = postings.targets.astype(np.intp)
        self._values = postings.values
        self._norms, self._log_totals = postings.norms, postings.log_totals
        self._owners, self._first = postings.owners, postings.first
        self._phrase_count = len(postings.norms)

    def __contains__(self, feature: str) -> bool:
        return feature in self._ids

    def weight(self, feature: str) -> float:
        """Inverse document frequency over entries, in (0, 1]; 1 for a feature of one entry."""
        number = self._ids.get(feature, UNKNOWN)
        return self._idf[number] if number != UNKNOWN else 1.0

    def spread(self, feature: str) -> int:
        """Return the number of entries that have a feature."""
        number = self._ids.get(feature, UNKNOWN)
        return self._spread[number] if number != UNKNOWN else 0

    def score(self, question: Mapping[str, float]) -> Scores:
        """Score the features of a question; unknown features are ignored."""
        numbered = [(self._ids.get(f, UNKNOWN), w) for f, w in question.items()]
        weighted = [(f, w * self._idf[f]) for f, w in numbered if f != UNKNOWN]
        norm = sqrt(sum(w * w for _, w in weighted)) or 1.0
        sums = self._sums(weighted)
        cosines = sums[: self._phrase_count] / (self._norms * norm)
        likeness = np.zeros(self.size, dtype=np.float32)
        if self._phrase_count:
            likeness[self._owners] = np.maximum.reduceat(cosines, self._first)
        total = sum(w for _, w in weighted) or 1.0
        likelihood = sums[self._phrase_count :] / total - self._log_totals
        return Scores(likeness, likelihood)

    def _sums(self, weighted: Sequence[tuple[int, float]]) -> Floats:
        """Sum value times weight by target, over the features of a question; shape (phrases + entries,)."""
        size = self._phrase_count + self.size
        if not weighted:
            return np.zeros(size, dtype=np.float32)
        slices = [slice(self._start[feature], self._start[feature + 1]) for feature, _ in weighted]
        targets = np.concatenate([self._targets[one] for one in slices])
        values = np.concatenate([self._values[one] for one in slices])
        weights = np.asarray([weight for _, weight in weighted])
        values *= weights.repeat([one.stop - one.start for one in slices])
        return np.bincount(targets, values, minlength=size).astype(np.float32)

    def neighbours(self, pairs: Sequence[str]) -> npt.NDArray[np.intp]:
        """Count for each entry how many of these pairs its phrases have; shape (entries,)."""
        numbers = [number for pair in pairs if (number := self._ids.get(pair, UNKNOWN)) != UNKNOWN]
        if not numbers:
            return np.zeros(self.size, dtype=np.intp)
        # Among what a feature is posted to, entries stand last.
        ends = [self._start[number + 1] for number in numbers]
        slices = [slice(end - self._spread[number], end) for number, end in zip(numbers, ends, strict=True)]
        entries = np.concatenate([self._targets[one] for one in slices]) - self._phrase_count
        return np.bincount(entries, minlength=self.size)


def _features_by_entry(postings: Postings) -> list[dict[str, float]]:
    names = postings.names
    # A few hundred different weights: one object for each is enough.
    distinct, at = np.unique(postings.word_weights, return_inverse=True)
    shared = distinct.tolist()
    words = [names[feature] for feature in postings.words.tolist()]
    weights = [shared[weight] for weight in at.tolist()]
    return [
        dict(zip(words[a:b], weights[a:b], strict=True)) for a, b in pairwise(postings.words_start.tolist())
    ]
