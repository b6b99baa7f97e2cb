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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

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
    """For each feature, targets (phrases or entries) and values, one after another."""

    start: Ints
    targets: Ints
    values: Floats

    def sums(self, weighted: Sequence[tuple[int, float]], size: int) -> Floats:
        """Sum value times weight by target, over the features of a question; shape (size,)."""
        spans = [(self.start[f], self.start[f + 1], np.float32(weight)) for f, weight in weighted]
        length = sum(b - a for a, b, _ in spans)
        # Filled in place, in the types that bincount works on: a profile at 10,000 entries had half of a
        # question's time in temporary copies of the postings of function words.
        targets = np.empty(length, dtype=np.intp)
        values = np.empty(length, dtype=np.float64)
        at = 0
        for a, b, weight in spans:
            end = at + b - a
            targets[at:end] = self.targets[a:b]
            np.multiply(self.values[a:b], weight, out=values[at:end])
            at = end
        return np.bincount(targets, values, minlength=size).astype(np.float32)


class Index:
    """Features of all phrases; scores a question's features against every entry."""

    def __init__(self, phrases: Sequence[Mapping[str, float]], owners: Sequence[int], size: int) -> None:
        """Index phrases as features with weights; ``owners[i]`` is the entry of phrase i, of ``size``."""
        self.size = size
        # The phrases of an entry stand side by side, so that its best is the maximum of one slice.
        order = sorted(range(len(phrases)), key=owners.__getitem__)
        phrases = [phrases[i] for i in order]
        owners = [owners[i] for i in order]
        self._phrase_count = len(phrases)
        self._owners, self._first = np.unique(np.asarray(owners, dtype=np.int32), return_index=True)
        self._ids: dict[str, int] = {}
        for phrase in phrases:
            for feature in phrase:
                self._ids.setdefault(feature, len(self._ids))
        self.features_of = self._count(phrases, owners)
        """For each entry, its features and their summed weight over its phrases."""
        self.idf = self._rarity(self.features_of)
        self._phrases = self._post_phrases(phrases)
        self._entries = self._post_entries(self.features_of)

    def __contains__(self, feature: str) -> bool:
        return feature in self._ids

    def weight(self, feature: str) -> float:
        """Inverse document frequency over entries, in (0, 1]; 1 for a feature of one entry."""
        number = self._ids.get(feature)
        return float(self.idf[number]) if number is not None else 1.0

    def score(self, question: Mapping[str, float]) -> Scores:
        """Score the features of a question; unknown features are ignored."""
        known = [(self._ids[f], w) for f, w in question.items() if f in self._ids]
        weighted = [(f, w * float(self.idf[f])) for f, w in known]
        norm = float(np.sqrt(sum(w * w for _, w in weighted))) or 1.0
        cosines = self._phrases.sums(weighted, self._phrase_count) / (self._norms * norm)
        likeness = np.zeros(self.size, dtype=np.float32)
        if self._phrase_count:
            likeness[self._owners] = np.maximum.reduceat(cosines, self._first)
        total = sum(w for _, w in weighted) or 1.0
        evidence = self._entries.sums(weighted, self.size)
        likelihood = evidence / total - self._log_totals
        return Scores(likeness, likelihood)

    def _count(self, phrases: Sequence[Mapping[str, float]], owners: Sequence[int]) -> list[dict[str, float]]:
        counts: list[dict[str, float]] = [{} for _ in range(self.size)]
        for phrase, owner in zip(phrases, owners, strict=True):
            entry = counts[owner]
            for feature, weight in phrase.items():
                entry[feature] = entry.get(feature, 0.0) + weight
        return counts

    def _rarity(self, counts: Sequence[Mapping[str, float]]) -> Floats:
        """Return BM25's idf over entries, scaled so that a feature of a single entry weighs 1."""
        spread = np.bincount(self._flatten(counts)[0], minlength=len(self._ids)).astype(np.float32)
        idf = np.log1p((self.size - spread + 0.5) / (spread + 0.5))
        return (idf / log(1 + (self.size - 0.5) / 1.5)).astype(np.float32)

    def _post_phrases(self, phrases: Sequence[Mapping[str, float]]) -> _Postings:
        features, targets, weights = self._flatten(phrases)
        values = weights * self.idf[features]
        norms = np.sqrt(np.bincount(targets, values**2, minlength=len(phrases)))
        self._norms = np.where(norms > 0, norms, 1.0).astype(np.float32)
        return self._sorted(features, targets, values)

    def _post_entries(self, counts: Sequence[Mapping[str, float]]) -> _Postings:
        features, targets, weights = self._flatten(counts)
        weighted = weights * self.idf[features]
        totals = np.bincount(targets, weighted, minlength=self.size)
        logs = np.log(totals + SMOOTHING * len(self._ids))
        self._log_totals = (logs - logs.mean()).astype(np.float32)
        return self._sorted(features, targets, np.log(1 + weighted / SMOOTHING))

    def _flatten(self, rows: Sequence[Mapping[str, float]]) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        """Lay rows of features end to end: the feature's number, the row's and the weight of each."""
        features = np.fromiter((self._ids[feature] for row in rows for feature in row), dtype=np.int32)
        targets = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row) for row in rows])
        weights = np.fromiter((weight for row in rows for weight in row.values()), dtype=np.float64)
        return features, targets, weights

    def _sorted(self, features: Ints, targets: Ints, values: npt.NDArray[np.float64]) -> _Postings:
        order = np.argsort(features, kind="stable")
        counts = np.bincount(features, minlength=len(self._ids))
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return _Postings(start, targets[order], values[order].astype(np.float32))
