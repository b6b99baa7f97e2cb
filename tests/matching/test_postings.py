"""Inverted lists small enough to write down."""

from math import log

import pytest

from bot.matching.phrases import FeatureTable
from bot.matching.postings import SMOOTHING, Postings, post

A, B, AB, C = range(4)
PHRASES = [(1, {"a": 1.0, "b": 0.5, "a b": 0.5}), (0, {"c": 1.0}), (1, {"a": 2.0})]


def posted(*phrases: tuple[int, dict[str, float]], size: int) -> Postings:
    return post(FeatureTable.of(phrases), size)


def targets_of(postings: Postings, feature: int) -> dict[int, float]:
    here = slice(*postings.start[feature : feature + 2])
    return dict(zip(postings.targets[here].tolist(), postings.values[here].tolist(), strict=True))


def test_features_are_posted_to_phrases_and_after_them_to_entries() -> None:
    postings = posted(*PHRASES, size=2)
    assert postings.names == ["a", "b", "a b", "c"]
    # Phrases by entry: 'c' first, then those of entry 1; the entries are 3 and 4.
    assert list(targets_of(postings, A)) == [1, 2, 4]
    assert list(targets_of(postings, B)) == list(targets_of(postings, AB)) == [1, 4]
    assert list(targets_of(postings, C)) == [0, 3]
    assert targets_of(postings, A)[2] == 2.0
    assert targets_of(postings, A)[4] == pytest.approx(log(1 + 3.0 / SMOOTHING))
    assert postings.start.tolist() == [0, 3, 5, 7, 9]


def test_what_a_cosine_needs() -> None:
    postings = posted(*PHRASES, size=2)
    assert postings.norms.tolist() == pytest.approx([1.0, 1.5**0.5, 2.0])
    assert (postings.owners.tolist(), postings.first.tolist()) == ([0, 1], [0, 1])
    assert postings.phrases_of.tolist() == [1, 2]
    assert postings.idf.tolist() == pytest.approx([1.0] * 4)


def test_a_feature_of_all_entries_tells_less() -> None:
    postings = posted((0, {"a": 1.0, "b": 1.0}), (1, {"a": 1.0}), size=2)
    assert postings.spread.tolist() == [2, 1]
    assert postings.idf[A] < postings.idf[B] == pytest.approx(1.0)


def test_totals_are_against_the_mean() -> None:
    totals = posted(*PHRASES, size=2).log_totals
    assert totals.sum() == pytest.approx(0.0, abs=1e-6)
    assert totals[0] < totals[1]


def test_words_by_entry_without_pairs() -> None:
    postings = posted(*PHRASES, size=3)
    assert postings.words_start.tolist() == [0, 1, 3, 3]
    assert postings.words.tolist() == [C, A, B]
    assert postings.word_weights.tolist() == [1.0, 3.0, 0.5]


def test_entries_without_phrases_and_phrases_without_features() -> None:
    postings = posted((1, {}), (2, {"a": 2.0}), size=3)
    assert postings.phrases_of.tolist() == [0, 1, 1]
    assert (postings.owners.tolist(), postings.first.tolist()) == ([1, 2], [0, 1])
    # To be divided by.
    assert postings.norms.tolist() == [1.0, 2.0]
