"""The fit: right, reproducible, and written as it is read."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.kb import KnowledgeBase, load_knowledge
from bot.matching.calibration import as_yaml, calibrate, fit_logistic
from bot.matching.confidence import Calibration
from bot.matching.signals import NAMES

WriteKb = Callable[[str | bytes | Mapping[str, str | bytes]], Path]
TINY = """\
language: en
origins:
  - {id: york, name: York}
measures:
  - id: m-1
    number: 1
    title: Free bicycles
    answer: Lend bicycles.
    origin: york
    rationale: null
    aliases: [bicycle loan, borrow a bike, cycling for all]
    questions: [can I borrow a bicycle, how would bicycles be lent]
  - id: m-2
    number: 2
    title: Longer library hours
    answer: Open at night.
    origin: york
    rationale: null
    aliases: [library at night, late reading room]
    questions: [when would the library open, could I read after work]
entries:
  - id: e
    title: The assembly
    answer: It met.
    questions: [who met at the assembly, where did the assembly meet, the citizens who met]
"""


@pytest.fixture
def kb(write_kb: WriteKb) -> KnowledgeBase:
    return load_knowledge(write_kb(TINY))


def test_known_weights_are_recovered() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(20_000, 3))
    weights, bias = np.asarray([2.0, -1.0, 0.0]), 0.5
    right = (random.random(20_000) < 1 / (1 + np.exp(-(bias + rows @ weights)))).astype(float)
    found_bias, found = fit_logistic(rows, right)
    assert found_bias == pytest.approx(bias, abs=0.1)
    assert found == pytest.approx(weights.tolist(), abs=0.1)


def test_what_can_be_told_apart_perfectly_stays_finite() -> None:
    rows = np.asarray([[-1.0], [-2.0], [1.0], [2.0]])
    bias, [weight] = fit_logistic(rows, np.asarray([0.0, 0.0, 1.0, 1.0]))
    assert abs(bias) < 1e-6
    assert 0.5 < weight < 10


def test_the_same_seed_gives_the_same_result(kb: KnowledgeBase) -> None:
    assert calibrate(kb, seed=3) == calibrate(kb, seed=3)
    assert calibrate(kb, seed=3)[1] != calibrate(kb, seed=4)[1]


def test_thresholds_are_in_order(kb: KnowledgeBase) -> None:
    fitted, _ = calibrate(kb)
    assert 0 < fitted.suggest < fitted.answer <= fitted.ambient <= 1


def test_examples_of_every_kind(kb: KnowledgeBase) -> None:
    _, examples = calibrate(kb)
    counts = Counter(example.kind for example in examples)
    assert {"own", "near", "remark"} <= set(counts)
    assert any(example.right for example in examples)
    assert not any(example.right for example in examples if example.kind != "own")
    assert all(len(example.row) == len(NAMES) for example in examples)


def test_what_is_written_is_what_is_read() -> None:
    fitted = Calibration(-1.25, tuple(number / 8 for number in range(len(NAMES))), 0.6, 0.15, 0.9)
    raw = yaml.safe_load(as_yaml(fitted))
    read = Calibration(raw["bias"], tuple(raw["weights"][name] for name in NAMES), **raw["thresholds"])
    assert read == fitted
    assert list(raw["weights"]) == list(NAMES)
    assert as_yaml(fitted).startswith("# Fitted by `nocrise calibrate`")
