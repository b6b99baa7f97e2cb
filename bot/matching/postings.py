"""Features of phrases to inverted lists: what takes longest when an index is made, and can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from bot.matching.phrases import Doubles, FeatureTable, Ints

Floats = npt.NDArray[np.float32]

PAIR_SIGN = " "
"""Stands between the two words of a pair, and in no other feature."""
SMOOTHING = 0.2
"""Additive smoothing of naive Bayes; 0.1 to 0.3 is best on held-out phrases, and flat between."""

_Posted = tuple[Ints, Ints, Doubles]
"""Features, their targets and values, side by side."""


@dataclass(frozen=True, slots=True)
class Postings:
    """For each feature, targets (the phrases, and after them the entries) and values, one after another.

    Both kinds in one, because numpy takes longer to be called than to sum what a question touches. The
    phrases of an entry stand side by side, so that its best is the maximum of one slice.
    """

    names: list[str]
    """What each number of a feature stands for."""
    start: Ints
    """Where each feature's targets begin, and the last ones end; shape (features + 1,)."""
    targets: Ints
    values: Doubles
    idf: Floats
    """For each feature, its inverse document frequency over entries."""
    spread: Ints
    """For each feature, the number of entries that have it."""
    norms: Floats
    """For each phrase, the length of its vector."""
    owners: Ints
    """Entries that have phrases, ascending; shape (owners,)."""
    first: Ints
    """The first phrase of each of these."""
    phrases_of: Ints
    """For each entry, the number of its phrases."""
    log_totals: Floats
    """For each entry, the logarithm of all its weight, against the mean."""
    words_start: Ints
    """Where the words and notions of each entry begin, and the last ones end; shape (entries + 1,)."""
    words: Ints
    """The features among them: those that are no pairs."""
    word_weights: Doubles
    """The summed weight of each over the phrases of its entry."""


def post(table: FeatureTable, size: int) -> Postings:
    """Invert the features of the phrases of ``size`` entries."""
    names, features, weights = table.names, table.features, table.weights
    of_entries = _pool(table.owners.repeat(table.lengths), features, weights, len(names))
    spread = np.bincount(of_entries[1], minlength=len(names))
    idf = _rarity(spread, size)
    order = np.argsort(table.owners, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    owners, first = np.unique(table.owners[order], return_index=True)
    phrases, norms = _of_phrases(place.repeat(table.lengths), features, weights * idf[features], len(order))
    entries, log_totals = _of_entries(*of_entries, idf, size)
    entries = (entries[0], entries[1] + len(order), entries[2])
    start, targets, values = _sorted(phrases, entries, len(names))
    words_start, words, word_weights = _words(names, *of_entries, size)
    return Postings(
        names=names,
        start=start,
        targets=targets,
        values=values,
        idf=idf,
        spread=spread.astype(np.int32),
        norms=norms,
        owners=owners,
        first=first.astype(np.int32),
        phrases_of=np.bincount(table.owners, minlength=size).astype(np.int32),
        log_totals=log_totals,
        words_start=words_start,
        words=words,
        word_weights=word_weights,
    )


def _pool(owners: Ints, features: Ints, weights: Doubles, count: int) -> _Posted:
    """Sum the weights of a feature within an entry: entries, ascending, with features and sums."""
    pairs = owners.astype(np.int64) * count + features
    pairs, at = np.unique(pairs, return_inverse=True)
    owners, features = np.divmod(pairs, max(1, count))
    return owners.astype(np.int32), features.astype(np.int32), np.bincount(at, weights).astype(np.float64)


def _rarity(spread: npt.NDArray[np.intp], size: int) -> Floats:
    """Return BM25's idf over entries, scaled so that a feature of a single entry weighs 1."""
    entries = spread.astype(np.float32)
    idf = np.log1p((size - entries + 0.5) / (entries + 0.5))
    return (idf / log(1 + (size - 0.5) / 1.5)).astype(np.float32)


def _of_phrases(phrases: Ints, features: Ints, values: Doubles, count: int) -> tuple[_Posted, Floats]:
    """Return what is posted to phrases, and the length of each."""
    norms = np.sqrt(np.bincount(phrases, values**2, minlength=count))
    return (features, phrases, values), np.where(norms > 0, norms, 1.0).astype(np.float32)


def _of_entries(
    owners: Ints, features: Ints, weights: Doubles, idf: Floats, size: int
) -> tuple[_Posted, Floats]:
    """Return what is posted to entries, and the logarithm of each one's total."""
    weighted = weights * idf[features]
    totals = np.bincount(owners, weighted, minlength=size)
    logs = np.log(totals + SMOOTHING * len(idf))
    return (features, owners, np.log(1 + weighted / SMOOTHING)), (logs - logs.mean()).astype(np.float32)


def _sorted(phrases: _Posted, entries: _Posted, count: int) -> _Posted:
    """Lay out by feature what is posted to phrases and to entries: where each begins, targets, values."""
    features = np.concatenate([phrases[0], entries[0]])
    targets = np.concatenate([phrases[1], entries[1]])
    values = np.concatenate([phrases[2], entries[2]])
    order = np.argsort(features, kind="stable")
    counts = np.bincount(features, minlength=count)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return start, targets[order], values[order]


def _words(names: list[str], owners: Ints, features: Ints, weights: Doubles, size: int) -> _Posted:
    """Return the words and notions of each entry: where each entry's begin, features, weights."""
    is_pair = np.fromiter((PAIR_SIGN in name for name in names), np.bool_, len(names))[features]
    owners, features, weights = owners[~is_pair], features[~is_pair], weights[~is_pair]
    return np.searchsorted(owners, np.arange(size + 1)).astype(np.int32), features, weights
