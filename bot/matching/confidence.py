"""Signals to one probability, and the thresholds that turn it into a decision.

A logistic regression. Its weights and the thresholds live in ``calibration.yaml`` and are fitted by
``nocrise calibrate`` on a knowledge base's own phrases and on synthetic near misses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp
from operator import mul

import yaml

from bot.matching.signals import NAMES, Signals

FILE = "calibration.yaml"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted model; everything that decides whether to answer is here."""

    bias: float
    weights: tuple[float, ...]
    """One a signal, in the order of ``signals.NAMES``."""
    answer: float
    """From this confidence on, the first of the ranking is given as the answer."""
    suggest: float
    """From this confidence on, and below ``answer``, up to three entries are offered."""
    ambient: float
    """From this confidence on, a group message not addressed to the bot is answered."""

    def confidence(self, signals: Signals) -> float:
        """Return the probability, in (0, 1), that the entry answers the question."""
        score = self.bias + sum(map(mul, self.weights, signals))
        return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    """Return the calibration that comes with the bot."""
    raw = yaml.safe_load(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    return Calibration(
        bias=raw["bias"],
        weights=tuple(raw["weights"][name] for name in NAMES),
        answer=raw["thresholds"]["answer"],
        suggest=raw["thresholds"]["suggest"],
        ambient=raw["thresholds"]["ambient"],
    )
