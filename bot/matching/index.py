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

from collections import defaultdict
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
    weight: float
    """Total weight of the question's known features: likelihood times this is in nats."""


@dataclass(frozen=True, slots=True)
class _Postings:
    """For each feature, targets (phrases or entries) and values, one after another."""

    start: Ints
    targets: Ints
    values: Floats

    def sums(self, weighted: Sequence[tuple[int, float]], size: int) -> Floats:
        """Sum value times weight by target, over the features of a question; shape (size,)."""
        if not weighted:
            return np.zeros(size, dtype=np.float32)
        spans = [(self.start[f], self.start[f + 1], weight) for f, weight in weighted]
        targets = np.concatenate([self.targets[a:b] for a, b, _ in spans])
        values = np.concatenate([self.values[a:b] * np.float32(w) for a, b, w in spans])
        return np.bincount(targets, values, minlength=size).astype(np.float32)


class Index:
    """Features of all phrases; scores a question's features against every entry."""

    def __init__(self, phrases: Sequence[Mapping[str, float]], owners: Sequence[int], size: int) -> None:
        """Index phrases as features with weights; ``owners[i]`` is the entry of phrase i, of ``size``."""
        self.size = size
        self._owners = np.asarray(owners, dtype=np.int32)
        self._phrase_count = len(phrases)
        self._ids: dict[str, int] = {}
        for phrase in phrases:
            for feature in phrase:
                self._ids.setdefault(feature, len(self._ids))
        counts, self.idf = self._count(phrases, owners)
        self._norms = np.zeros(self._phrase_count, dtype=np.float32)
        self._phrases = self._post_phrases(phrases)
        self._entries = self._post_entries(counts)
        self.features_of: list[dict[str, float]] = counts
        """For each entry, its features and their summed weight over its phrases."""

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
        np.maximum.at(likeness, self._owners, cosines)
        total = sum(w for _, w in weighted) or 1.0
        evidence = self._entries.sums(weighted, self.size)
        likelihood = evidence / total - self._log_totals
        return Scores(likeness, likelihood, total)

    def _count(
        self, phrases: Sequence[Mapping[str, float]], owners: Sequence[int]
    ) -> tuple[list[dict[str, float]], Floats]:
        counts: list[dict[str, float]] = [defaultdict(float) for _ in range(self.size)]
        for phrase, owner in zip(phrases, owners, strict=True):
            for feature, weight in phrase.items():
                counts[owner][feature] += weight
        spread = np.zeros(len(self._ids), dtype=np.float32)
        for entry in counts:
            for feature in entry:
                spread[self._ids[feature]] += 1
        # BM25's idf, scaled so that a feature of a single entry weighs 1.
        idf = np.log1p((self.size - spread + 0.5) / (spread + 0.5))
        return [dict(entry) for entry in counts], (idf / log(1 + (self.size - 0.5) / 1.5)).astype(np.float32)

    def _post_phrases(self, phrases: Sequence[Mapping[str, float]]) -> _Postings:
        features, targets, values = [], [], []
        for number, phrase in enumerate(phrases):
            norm = 0.0
            for feature, weight in phrase.items():
                value = weight * float(self.idf[self._ids[feature]])
                features.append(self._ids[feature])
                targets.append(number)
                values.append(value)
                norm += value * value
            self._norms[number] = norm**0.5 or 1.0
        return self._sorted(features, targets, values)

    def _post_entries(self, counts: list[dict[str, float]]) -> _Postings:
        features, targets, values = [], [], []
        totals = np.zeros(self.size)
        for number, entry in enumerate(counts):
            for feature, count in entry.items():
                weighted = count * float(self.idf[self._ids[feature]])
                features.append(self._ids[feature])
                targets.append(number)
                values.append(log(1 + weighted / SMOOTHING))
                totals[number] += weighted
        logs = np.log(totals + SMOOTHING * len(self._ids))
        self._log_totals = (logs - logs.mean()).astype(np.float32)
        return self._sorted(features, targets, values)

    def _sorted(self, features: list[int], targets: list[int], values: list[float]) -> _Postings:
        order = np.argsort(np.asarray(features, dtype=np.int32), kind="stable")
        counts = np.bincount(features, minlength=len(self._ids))
        return _Postings(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            np.asarray(targets, dtype=np.int32)[order],
            np.asarray(values, dtype=np.float32)[order],
        )
