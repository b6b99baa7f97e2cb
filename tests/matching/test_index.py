"""Scores of an index small enough to compute by hand."""

from math import log

import numpy as np
import pytest

from bot.matching.index import Index
from bot.matching.phrases import FeatureTable
from bot.matching.postings import post

PHRASES = [(0, {"a": 1.0, "b": 1.0}), (0, {"a": 1.0}), (1, {"c": 1.0, "b": 0.5})]
INDEX = Index(post(FeatureTable.of(PHRASES), 2))


def test_features_by_entry() -> None:
    assert INDEX.features_of == [{"a": 2.0, "b": 1.0}, {"c": 1.0, "b": 0.5}]
    assert "a" in INDEX
    assert "z" not in INDEX


def test_pairs_are_counted_by_entry() -> None:
    both, one = {"a": 1.0, "a b": 0.5, "b c": 0.5}, {"b": 1.0, "b c": 0.5}
    index = Index(post(FeatureTable.of([(0, both), (0, {"a b": 0.5}), (1, one), (2, {"c": 1.0})]), 3))
    assert index.features_of == [{"a": 1.0}, {"b": 1.0}, {"c": 1.0}]
    assert index.neighbours(["a b", "b c", "b a"]).tolist() == [2, 1, 0]
    assert index.neighbours(["b c", "b c"]).tolist() == [2, 2, 0]
    assert index.neighbours(["b a"]).tolist() == index.neighbours([]).tolist() == [0, 0, 0]
    assert index.score({"a b": 1.0}).likeness[0] > 0


def test_phrases_by_entry_in_whatever_order_they_come() -> None:
    index = Index(post(FeatureTable.of([PHRASES[0], PHRASES[2], PHRASES[1]]), 2))
    assert index.phrases_of == INDEX.phrases_of == [2, 1]
    for feature in "abc":
        here, there = index.score({feature: 2.0}), INDEX.score({feature: 2.0})
        assert here.likeness.tolist() == pytest.approx(there.likeness.tolist())
        assert here.likelihood.tolist() == pytest.approx(there.likelihood.tolist())


def test_weights() -> None:
    assert INDEX.weight("a") == INDEX.weight("c") == pytest.approx(1.0)
    # BM25's idf of a feature of both entries, on the scale of a feature of one.
    assert INDEX.weight("b") == pytest.approx(log(1 + 0.5 / 2.5) / log(1 + 1.5 / 1.5))
    assert INDEX.weight("unknown") == 1.0


def test_spread() -> None:
    assert [INDEX.spread(feature) for feature in ("a", "b", "unknown")] == [1, 2, 0]


def test_likeness_is_the_best_cosine_of_a_phrase() -> None:
    scores = INDEX.score({"a": 1.0})
    assert scores.likeness.tolist() == pytest.approx([1.0, 0.0])
    b = INDEX.weight("b")
    assert INDEX.score({"c": 2.0}).likeness[1] == pytest.approx(1 / np.hypot(1, 0.5 * b))


def test_likelihood_speaks_for_the_entry_with_the_feature() -> None:
    scores = INDEX.score({"c": 1.0})
    assert scores.likelihood[1] > scores.likelihood[0]


@pytest.mark.parametrize("question", [{}, {"z": 1.0}])
def test_nothing_known(question: dict[str, float]) -> None:
    assert not INDEX.score(question).likeness.any()


def test_unknown_features_change_nothing() -> None:
    alone, beside = INDEX.score({"a": 1.0}), INDEX.score({"a": 1.0, "z": 5.0})
    assert alone.likeness.tolist() == beside.likeness.tolist()
    assert alone.likelihood.tolist() == beside.likelihood.tolist()


def test_a_phrase_without_features_is_never_found() -> None:
    index = Index(post(FeatureTable.of([(0, {}), (1, {"a": 1.0})]), 2))
    assert index.score({"a": 1.0}).likeness.tolist() == pytest.approx([0.0, 1.0])
