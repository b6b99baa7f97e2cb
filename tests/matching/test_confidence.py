"""Signals to a probability."""

from math import exp

import pytest

from bot.matching.confidence import Calibration, shipped
from bot.matching.signals import NAMES, Signals


def signals(**values: float) -> Signals:
    return Signals(**(dict.fromkeys(NAMES, 0.0) | values))


def calibration(bias: float = 0.0, **weights: float) -> Calibration:
    return Calibration(bias, tuple(weights.get(name, 0.0) for name in NAMES), 0.5, 0.1, 0.9)


def test_the_logistic_function_of_the_weighted_sum() -> None:
    model = calibration(-1.0, coverage=2.0, chatter=-3.0)
    assert model.confidence(signals()) == pytest.approx(1 / (1 + exp(1)))
    assert model.confidence(signals(coverage=0.5)) == pytest.approx(0.5)
    assert model.confidence(signals(coverage=1.0, chatter=1.0)) == pytest.approx(1 / (1 + exp(2)))


@pytest.mark.parametrize("bias", [-1e9, -31.0, 31.0, 1e9])
def test_it_stays_a_probability(bias: float) -> None:
    assert 0 < calibration(bias).confidence(signals()) <= 1


def test_what_is_shipped() -> None:
    model = shipped()
    assert len(model.weights) == len(NAMES)
    assert 0 < model.suggest < model.answer < model.ambient < 1
    known, other = signals(coverage=1.0, margin=1.0, surprise=1.0), signals(unknown=2.0, chatter=1.0)
    assert model.confidence(known) > model.confidence(other)
    assert shipped() is model
