"""Matching: a question, however typed, to an outcome."""

from bot.matching.matcher import Matcher
from bot.matching.outcome import Outcome, OutcomeKind, Ranked

__all__ = ["Matcher", "Outcome", "OutcomeKind", "Ranked"]
