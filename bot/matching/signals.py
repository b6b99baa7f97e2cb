"""The evidence for one entry as the answer to one question: each signal in its own function.

They are computed for the first of the ranking only; ``confidence`` weighs them. A near miss asks in an
entry's own vocabulary for something that the entry does not say. What tells it from a question that the entry
answers: how often the entry's phrases speak of each word (``coverage``, ``weakest``, ``surprise``), put words
side by side as the question does (``pairs``), and ask for what it asks for (``asked``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import NamedTuple

from bot.matching.question import Question, Term

NOTION_MATCH = 0.85
"""How far a synonym found in the entry covers a typed word."""
MISSPELT_EXPONENT = 0.25
"""Softens the squared similarity of a misspelt word when it comes to what the entry covers."""
TELLING_WEIGHT = 0.3
"""Words that say less ('petit', 'grand') are not held against an entry that never uses them."""
ENOUGH = 3.0
"""Weight of missing words beyond which more changes nothing: about four telling words."""
OFTEN = 0.1
"""Share of an entry's phrases that speak of a word when it is what the entry is about."""
OFTEN_ASKED = 0.05
"""The same for phrases that ask for a word: fewer do."""
LONG = 15
"""Content words of a long message."""
LONG_IN_WORDS = 30
"""All words of a long message."""
UNSEEN_PHRASES = 0.02
"""Additive smoothing: a word that no phrase of an entry has might yet be in one phrase of fifty."""
NATS = 5.0
"""Log-likelihood ratios divided by this have the size of the other signals."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the phrases of one entry hold."""

    features: Mapping[str, float]
    """Word or notion to its summed weight over the phrases: about the number of phrases with the word."""
    asked: Mapping[str, int]
    """Stem or notion to the number of phrases that ask for it: 'combien de *foyers*'."""
    phrases: int
    facets: frozenset[str]


class Signals(NamedTuple):
    """The inputs of the confidence model, in the order of its weights.

    A tuple, as is what is heard of each word: some sixty are made for a question.
    """

    likeness: float
    """Cosine with the entry's most similar phrase, in [0, 1]."""
    margin: float
    """Lead over the runner-up in the ranking score, from 0 up; negative behind the first."""
    coverage: float
    """Share of what the question says that the entry's phrases speak of, as often as they do, in [0, 1]."""
    weakest: float
    """How often they speak of the telling word that they speak of least, in [0, 1]."""
    surprise: float
    """Mean log-likelihood ratio of the words, under the entry against ordinary language, at NATS."""
    pairs: float
    """Share of the question's neighbouring words that are neighbours in the entry too, in [0, 1]."""
    asked: float
    """How often the entry's phrases ask for the word that the question asks for, in [0, 1]; 1 if for none."""
    unknown: float
    """Weight of the words that the whole knowledge base does not know, in [0, ENOUGH]."""
    elsewhere: float
    """Weight of the words that other entries know but this one does not, in [0, ENOUGH]."""
    length: float
    """Content words of the question, in [0, 1] at LONG."""
    words: float
    """All words of the question, in [0, 1] at LONG_IN_WORDS."""
    facet_missing: float
    """1 where the question asks for something that the entry does not hold."""
    chatter: float
    """1 where the text reads as people talking to one another."""


NAMES = Signals._fields


class _Heard(NamedTuple):
    """A word of the question against an entry."""

    term: Term
    match: float
    """How far the entry knows it, in [0, 1]."""
    phrases: float
    """Phrases of the entry that speak of it."""
    spoken: float
    """The same in [0, 1], on a log scale."""


def match_of(term: Term, entry: Mapping[str, float]) -> float:
    """How far an entry (its features) knows a word of the question, in [0, 1]."""
    best = 0.0
    for feature, weight in term.features:
        if feature in entry:
            # A misspelt word that was found is that word, surely enough: its similarity counts little.
            best = max(best, NOTION_MATCH if feature[0] == "~" else min(1.0, weight) ** MISSPELT_EXPONENT)
    return best


def measure(
    question: Question, entry: Profile, *, likeness: float, margin: float, neighbours: int
) -> Signals:
    """Compute all signals for an entry, given what the ranking found and how many neighbours are its own."""
    heard = [_hear(term, entry) for term in question.terms]
    return Signals(
        likeness=likeness,
        margin=margin,
        coverage=_coverage(heard),
        weakest=_weakest(heard),
        surprise=_surprise(heard, entry.phrases),
        # 'Mesure de Nantes' is not 'maire de Nantes'.
        pairs=neighbours / len(question.pairs) if question.pairs else 1.0,
        asked=_asked(question.terms, entry),
        unknown=min(ENOUGH, sum(term.weight for term in question.terms if not term.known)),
        elsewhere=min(ENOUGH, sum(h.term.weight * (1 - h.match) for h in heard if h.term.known)),
        length=min(1.0, len(question.terms) / LONG),
        words=min(1.0, len(question.stems) / LONG_IN_WORDS),
        facet_missing=float(question.facet_strict and question.facet not in entry.facets),
        chatter=float(question.chatter),
    )


def _hear(term: Term, entry: Profile) -> _Heard:
    match = match_of(term, entry.features)
    if not match:
        return _Heard(term, 0.0, 0.0, 0.0)
    count = max(entry.features[feature] for feature, _ in term.features if feature in entry.features)
    return _Heard(term, match, count, often(count, OFTEN * entry.phrases))


def often(count: float, enough: float) -> float:
    """Return a number of phrases in [0, 1] on a log scale: the second says more than the tenth."""
    return min(1.0, log1p(count) / log1p(max(1.0, enough)))


def _coverage(heard: Sequence[_Heard]) -> float:
    """Return sum(weight · match · spoken) / sum(weight): a word that one phrase has is half known."""
    total = sum(h.term.weight for h in heard)
    return sum(h.term.weight * h.match * h.spoken for h in heard) / total if total else 0.0


def _weakest(heard: Sequence[_Heard]) -> float:
    """Return min(match · spoken): one strange word is enough to make it another question. 0 if none tells."""
    return min((h.match * h.spoken for h in heard if h.term.weight >= TELLING_WEIGHT), default=0.0)


def _surprise(heard: Sequence[_Heard], phrases: int) -> float:
    """Return the weighted mean of log(p(word | entry) / p(word | ordinary language)).

    Both are shares of phrases that have the word. Source: Ponte & Croft 1998, "A language modeling approach
    to information retrieval", with word frequencies in place of the collection as background.
    """
    total = sum(h.term.weight for h in heard)
    if not total:
        return 0.0
    return sum(
        h.term.weight * log((h.phrases + UNSEEN_PHRASES) / (phrases + 1) / h.term.ordinary) for h in heard
    ) / (total * NATS)


def _asked(terms: Sequence[Term], entry: Profile) -> float:
    """Return how many phrases ask for the same, of the words asked for the least."""
    return min(
        (
            often(
                max((entry.asked.get(feature, 0) for feature, _ in term.features), default=0),
                OFTEN_ASKED * entry.phrases,
            )
            for term in terms
            if term.focus
        ),
        default=1.0,
    )
