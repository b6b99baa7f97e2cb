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
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from bot.language import HashedMap, hashes
from bot.matching.phrases import Doubles, FeatureTable, Ints

Floats = npt.NDArray[np.float32]

_Posted = tuple[Ints, Ints, Doubles]
"""Features, their targets and values, side by side."""

PAIR_SIGN = " "
"""Stands between the two words of a pair, and in no other feature."""
UNKNOWN = -1
SMOOTHING = 0.2
"""Additive smoothing of naive Bayes; 0.1 to 0.3 is best on held-out phrases, and flat between."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Signals for every entry, in the order of the index; shape (entries,)."""

    likeness: Floats
    """Best cosine of a phrase, in [0, 1]."""
    likelihood: Floats
    """Mean log-likelihood ratio a unit of question weight against the average entry; unbounded."""


@dataclass(frozen=True, slots=True)
class _Postings:
    """For each feature, targets (the phrases, and after them the entries) and values, one after another.

    Both kinds in one, because numpy takes longer to be called than to sum what a question touches.
    """

    start: array[int]
    targets: npt.NDArray[np.intp]
    values: Doubles
    """Both in the types that bincount works on: a profile had half of a question's time in conversions."""

    def sums(self, weighted: Sequence[tuple[int, float]], size: int) -> Floats:
        """Sum value times weight by target, over the features of a question; shape (size,)."""
        if not weighted:
            return np.zeros(size, dtype=np.float32)
        slices = [slice(self.start[feature], self.start[feature + 1]) for feature, _ in weighted]
        targets = np.concatenate([self.targets[one] for one in slices])
        values = np.concatenate([self.values[one] for one in slices])
        weights = np.asarray([weight for _, weight in weighted])
        values *= weights.repeat([one.stop - one.start for one in slices])
        return np.bincount(targets, values, minlength=size).astype(np.float32)


class Index:
    """Features of all phrases; scores a question's features against every entry."""

    def __init__(self, table: FeatureTable, size: int) -> None:
        """Index the phrases of ``size`` entries."""
        self.size = size
        names, features, weights, owners = table.names, table.features, table.weights, table.owners
        self._ids: HashedMap[int] = HashedMap(hashes(names), np.arange(len(names), dtype=np.int32))
        self._phrase_count = len(owners)
        self.phrases_of = np.bincount(owners, minlength=size).tolist()
        """For each entry, the number of its phrases."""
        entries = self._pool(owners.repeat(table.lengths), features, weights)
        self.features_of = self._by_entry(names, *entries)
        """For each entry, its words and notions with their summed weight over its phrases."""
        spread = np.bincount(entries[1], minlength=len(names))
        self._spread = array("i", spread.astype(np.int32).tobytes())
        """For each feature, the number of entries that have it."""
        idf = self._rarity(spread)
        self._idf = array("f", idf.tobytes())
        """For each feature, its inverse document frequency; read one by one, and so no numpy array."""
        # The phrases of an entry stand side by side, so that its best is the maximum of one slice.
        order = np.argsort(owners, kind="stable")
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        self._owners, self._first = np.unique(owners[order], return_index=True)
        self._postings = self._sorted(
            self._post_phrases(place.repeat(table.lengths), features, weights, idf),
            self._post_entries(*entries, idf),
        )

    def __contains__(self, feature: str) -> bool:
        return feature in self._ids

    def weight(self, feature: str) -> float:
        """Inverse document frequency over entries, in (0, 1]; 1 for a feature of one entry."""
        number = self._ids.get(feature, UNKNOWN)
        return self._idf[number] if number != UNKNOWN else 1.0

    def score(self, question: Mapping[str, float]) -> Scores:
        """Score the features of a question; unknown features are ignored."""
        numbered = [(self._ids.get(f, UNKNOWN), w) for f, w in question.items()]
        weighted = [(f, w * self._idf[f]) for f, w in numbered if f != UNKNOWN]
        norm = sqrt(sum(w * w for _, w in weighted)) or 1.0
        sums = self._postings.sums(weighted, self._phrase_count + self.size)
        cosines = sums[: self._phrase_count] / (self._norms * norm)
        likeness = np.zeros(self.size, dtype=np.float32)
        if self._phrase_count:
            likeness[self._owners] = np.maximum.reduceat(cosines, self._first)
        total = sum(w for _, w in weighted) or 1.0
        likelihood = sums[self._phrase_count :] / total - self._log_totals
        return Scores(likeness, likelihood)

    def neighbours(self, pairs: Sequence[str]) -> npt.NDArray[np.intp]:
        """Count for each entry how many of these pairs its phrases have; shape (entries,)."""
        numbers = [number for pair in pairs if (number := self._ids.get(pair, UNKNOWN)) != UNKNOWN]
        if not numbers:
            return np.zeros(self.size, dtype=np.intp)
        # Among what a feature is posted to, entries stand last.
        ends = [self._postings.start[number + 1] for number in numbers]
        slices = [slice(end - self._spread[number], end) for number, end in zip(numbers, ends, strict=True)]
        entries = np.concatenate([self._postings.targets[one] for one in slices]) - self._phrase_count
        return np.bincount(entries, minlength=self.size)

    def _pool(self, owners: Ints, features: Ints, weights: Doubles) -> tuple[Ints, Ints, Doubles]:
        """Sum the weights of a feature within an entry: entries, ascending, with features and sums."""
        pairs = owners.astype(np.int64) * len(self._ids) + features
        pairs, at = np.unique(pairs, return_inverse=True)
        owners, features = np.divmod(pairs, max(1, len(self._ids)))
        return owners.astype(np.int32), features.astype(np.int32), np.bincount(at, weights).astype(np.float64)

    def _by_entry(
        self, names: list[str], owners: Ints, features: Ints, weights: Doubles
    ) -> list[dict[str, float]]:
        is_pair = np.fromiter((PAIR_SIGN in name for name in names), np.bool_, len(names))[features]
        # A few hundred different weights: one object for each is enough.
        distinct, at = np.unique(weights, return_inverse=True)
        shared = distinct.tolist()
        single: list[dict[str, float]] = []
        for a, b in pairwise(np.searchsorted(owners, np.arange(self.size + 1)).tolist()):
            word = ~is_pair[a:b]
            of_words = zip(features[a:b][word].tolist(), at[a:b][word].tolist(), strict=True)
            single.append({names[feature]: shared[weight] for feature, weight in of_words})
        return single

    def _rarity(self, spread: npt.NDArray[np.intp]) -> Floats:
        """Return BM25's idf over entries, scaled so that a feature of a single entry weighs 1."""
        entries = spread.astype(np.float32)
        idf = np.log1p((self.size - entries + 0.5) / (entries + 0.5))
        return (idf / log(1 + (self.size - 0.5) / 1.5)).astype(np.float32)

    def _post_phrases(self, phrases: Ints, features: Ints, weights: Doubles, idf: Floats) -> _Posted:
        values = weights * idf[features]
        norms = np.sqrt(np.bincount(phrases, values**2, minlength=self._phrase_count))
        self._norms = np.where(norms > 0, norms, 1.0).astype(np.float32)
        return features, phrases, values

    def _post_entries(self, owners: Ints, features: Ints, weights: Doubles, idf: Floats) -> _Posted:
        weighted = weights * idf[features]
        totals = np.bincount(owners, weighted, minlength=self.size)
        logs = np.log(totals + SMOOTHING * len(self._ids))
        self._log_totals = (logs - logs.mean()).astype(np.float32)
        return features, owners + self._phrase_count, np.log(1 + weighted / SMOOTHING)

    def _sorted(self, phrases: _Posted, entries: _Posted) -> _Postings:
        features = np.concatenate([phrases[0], entries[0]])
        targets = np.concatenate([phrases[1], entries[1]])
        values = np.concatenate([phrases[2], entries[2]])
        order = np.argsort(features, kind="stable")
        counts = np.bincount(features, minlength=len(self._ids))
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return _Postings(array("i", start.tobytes()), targets[order].astype(np.intp), values[order])
