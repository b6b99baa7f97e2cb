"""The evidence for one entry as the answer to one question: each signal in its own function.

All are computed for the first of the ranking only; ``confidence`` weighs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import log1p
from operator import attrgetter

from bot.matching.facets import holds
from bot.matching.question import Question, Term

NOTION_MATCH = 0.85
"""How far a synonym found in the entry covers a typed word."""
MISSPELT_EXPONENT = 0.25
"""Softens the squared similarity of a misspelt word when it comes to what the entry covers."""
ENOUGH = 3.0
"""Matched or missing weight beyond which more changes nothing: about four telling words."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The inputs of the confidence model."""

    likeness: float
    """Cosine with the entry's most similar phrase, in [0, 1]."""
    margin: float
    """Lead over the runner-up in the ranking score, from 0 up."""
    evidence: float
    """Lead of the entry over the runner-up in log-likelihood, in [0, 1] at FULL_EVIDENCE."""
    coverage: float
    """Share of what the question says that the entry's phrases know, in [0, 1]."""
    matched: float
    """Weight of the question's words that the entry knows, in [0, ENOUGH]."""
    missing: float
    """Weight of the question's words that the entry does not know, in [0, ENOUGH]."""
    focus_missing: float
    """Weight of the unknown word that says what is asked ('combien de *pages*'), in [0, 1]."""
    distinct: float
    """How far the matched words belong to this entry rather than to many, in [0, 1]."""
    central: float
    """How many of the entry's phrases speak of the best matched word, in [0, 1] on a log scale."""
    support: float
    """How many of the entry's phrases speak of the matched words on average, in [0, 1] likewise."""
    length: float
    """Content words of the question, in [0, 1] at LONG."""
    facet_missing: float
    """1 where the question asks for something that the entry does not hold."""
    chatter: float
    """1 where the text reads as people talking to one another."""
    remark: float
    """1 where the text is no question and too long to be a look-up."""


NAMES = tuple(field.name for field in fields(Signals))
# `dataclasses.astuple` copies deeply: a profile had it at a third of a question's time.
_row = attrgetter(*NAMES)
FULL_EVIDENCE = 12.0
"""Nats; a lead of this size leaves no doubt in held-out phrases."""
LONG = 15
CENTRAL = 10.0
"""Phrases that speak of a word when it is what the entry is about."""
LOOKUP_WORDS = 4
"""Content words up to which a text without a question mark is a look-up."""


def as_row(signals: Signals) -> tuple[float, ...]:
    """Return the signals in the order of ``NAMES``."""
    row: tuple[float, ...] = _row(signals)
    return row


def match_of(term: Term, entry: Mapping[str, float]) -> float:
    """How far an entry (its features) knows a word of the question, in [0, 1]."""
    best = 0.0
    for feature, weight in term.features:
        if feature in entry:
            # A misspelt word that was found is that word, surely enough: its similarity counts little.
            best = max(best, NOTION_MATCH if feature[0] == "~" else min(1.0, weight) ** MISSPELT_EXPONENT)
    return best


def measure(
    question: Question,
    entry: Mapping[str, float],
    weight_of: Mapping[str, float],
    facets: frozenset[str],
    *,
    likeness: float,
    margin: float,
    evidence: float,
) -> Signals:
    """Compute all signals for an entry, given its features and the idf of the question's."""
    matches = [(term, match_of(term, entry)) for term in question.terms]
    total = sum(term.weight for term in question.terms)
    matched = sum(term.weight * match for term, match in matches)
    spoken = {term: _spoken_of(term, entry) for term, match in matches if match}
    return Signals(
        likeness=likeness,
        margin=margin,
        evidence=max(-1.0, min(1.0, evidence / FULL_EVIDENCE)),
        coverage=matched / total if total else 0.0,
        matched=min(ENOUGH, matched),
        missing=min(ENOUGH, total - matched),
        focus_missing=max((term.weight * (1 - match) for term, match in matches if term.focus), default=0.0),
        distinct=_distinct(matches, entry, weight_of),
        central=max(spoken.values(), default=0.0),
        support=_mean_support(matches, spoken, matched),
        length=min(1.0, len(question.terms) / LONG),
        facet_missing=float(question.facet_strict and not holds(facets, question.facet)),
        chatter=float(question.chatter),
        remark=float(not question.asks and len(question.terms) > LOOKUP_WORDS),
    )


def _distinct(
    matches: list[tuple[Term, float]], entry: Mapping[str, float], weight_of: Mapping[str, float]
) -> float:
    """Return the best idf among the features that a word shares with the entry."""
    return max(
        (
            weight_of[feature] * weight
            for term, match in matches
            if match
            for feature, weight in term.features
            if feature in entry
        ),
        default=0.0,
    )


def _mean_support(matches: list[tuple[Term, float]], spoken: Mapping[Term, float], matched: float) -> float:
    """Return how many phrases speak of the matched words, weighted by what each word says."""
    if not matched:
        return 0.0
    return sum(term.weight * match * spoken[term] for term, match in matches if match) / matched


def _spoken_of(term: Term, entry: Mapping[str, float]) -> float:
    """How many of an entry's phrases speak of a word, in [0, 1] on a log scale."""
    count = max((entry[feature] for feature, _ in term.features if feature in entry), default=0.0)
    return min(1.0, log1p(count) / log1p(CENTRAL))
