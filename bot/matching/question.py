"""A question as the matcher sees it: its words, what each may stand for, and their features."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.language import normalise
from bot.language.normalise import MAX_CHARACTERS
from bot.matching.analysis import (
    MAX_FOCUS_DISTANCE,
    NOTION_WEIGHT,
    ORDINARY_ZIPF,
    PAIR_WEIGHT,
    STOPWORD_WEIGHT,
    Analyser,
    Word,
    opens_question,
)
from bot.matching.facets import DEFAULT_FACET, OTHER_TIME, find_facet
from bot.matching.references import Reference, find_reference
from bot.matching.spans import Span, find_span
from bot.matching.vocabulary import MIN_PREFIX_LENGTH, Vocabulary

SURE_SIMILARITY = 0.75
"""A misspelt word this near to another is that one rather than two words typed as one."""
SURE_READING = 0.7
"""Likeness (squared, as a reading's is) from which a misspelt word that stands alone is taken for another."""
MANY = 4
"""Things that a half-typed word may mean before it means none: 'acc' for access, accord, accuse."""
COMPLETION_WEIGHT = 0.6
"""A last word that is whole may still be half-typed: 'espaces pub'; but rather it is not."""
MAX_LOOKUP_WORDS = 5
"""Half-typed words are looked for in look-ups, not at the end of sentences."""
LOOKUP_WORDS = 6
"""Content words up to which a text without question form asks all the same: 'prix du kit'."""
MIN_FOCUS_WEIGHT = 0.6
"""What is asked for matters however common the word is: 'qui va *présenter* l'émission'."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question, and the words of the knowledge base it may stand for."""

    typed: str
    readings: tuple[tuple[Word, float], ...]
    """Best first, with similarity in (0, 1]; the word itself when nothing is near."""
    features: tuple[tuple[str, float], ...]
    """Stem and notions of the readings, with weights."""
    weight: float
    """How much the word says, by its rarity in ordinary language, in [0, 1]."""
    ordinary: float
    """Occurrences of the word expected in a phrase of ordinary language."""
    known: bool
    """Whether any reading is a word of the knowledge base."""
    focus: bool
    """Whether it follows a question word and so says what is asked: 'combien de *pages*'."""


@dataclass(frozen=True, slots=True)
class Question:
    """A text, analysed against one index."""

    text: str
    terms: tuple[Term, ...]
    features: Mapping[str, float]
    stems: tuple[str, ...]
    """Of all words in order, function words included, each in its likeliest reading."""
    pairs: tuple[str, ...]
    """Neighbours of ``stems``, each pair as the feature that it is."""
    facet: str
    facet_strict: bool
    asks: bool
    """Whether it is put as a question or a request."""
    chatter: bool
    """Whether it shows signs of people talking to one another."""
    reference: Reference | None
    span: Span | None = None
    """The range of measures that it names and says no more."""
    doubtful: bool = False
    """Whether its one word may be something else: the beginning of many words, or none of those near."""
    exclaims: bool = False
    """Whether it only sounds like a question: 'quelle belle journée !'"""

    @property
    def wonders(self) -> bool:
        """Whether its writer wants to know something, though nobody in particular was asked."""
        return self.asks and not self.chatter and not self.exclaims


def analyse(text: str, analyser: Analyser, vocabulary: Vocabulary, stems: frozenset[str]) -> Question:
    """Analyse a question against the vocabulary and stems of an index."""
    pack = analyser.pack
    normalised = normalise(text)
    words = list(_apart(analyser.words_in(normalised), analyser, vocabulary, stems))
    spelt = " ".join(word.text for word in words)
    asks = (
        "?" in normalised
        or any(word.text in pack.question_openers for word in words[:3])
        or bool(pack.question_patterns.search(spelt))
    )
    facet, strict = _facet(text, normalised, words, analyser, vocabulary)
    features: dict[str, float] = {}
    terms: list[Term] = []
    best: list[tuple[Word, float]] = []
    names = _names(text)
    distance = MAX_FOCUS_DISTANCE + 1
    for position, word in enumerate(words):
        before = words[position - 1] if position else None
        distance = 0 if opens_question(word, before, pack) else distance + 1
        if word.stop:
            _raise(features, word.stem, STOPWORD_WEIGHT)
            best.append((word, 1.0))
            continue
        last = position == len(words) - 1 and len(words) <= MAX_LOOKUP_WORDS
        term = _term(word, analyser, vocabulary, stems, last=last, near=distance)
        if word.text in names:
            term = replace(term, weight=1.0)
        if term.focus:
            distance = MAX_FOCUS_DISTANCE + 1
        terms.append(term)
        best.append(term.readings[0])
        for feature, weight in term.features:
            _raise(features, feature, weight)
    content = [term.readings[0][0].stem for term in terms]
    for _, length, notion in analyser.notions(content):
        if length > 1:
            _raise(features, notion, NOTION_WEIGHT)
    pairs = [f"{left.stem} {right.stem}" for (left, _), (right, _) in pairwise(best)]
    for pair, ((_, a), (_, b)) in zip(pairs, pairwise(best), strict=True):
        _raise(features, pair, PAIR_WEIGHT * a * b)
    return Question(
        text=text,
        terms=tuple(terms),
        features=features,
        stems=tuple(word.stem for word, _ in best),
        pairs=tuple(pairs),
        facet=facet,
        facet_strict=strict and (asks or len(terms) <= LOOKUP_WORDS),
        asks=asks,
        chatter=bool(pack.chatter.search(spelt)),
        reference=find_reference(normalised, pack),
        span=find_span(normalised, pack),
        doubtful=len(terms) == 1 and _is_doubtful(terms[0], analyser),
        exclaims="?" not in normalised and ("!" in text or bool(pack.exclamations.search(spelt))),
    )


def _apart(
    words: list[Word], analyser: Analyser, vocabulary: Vocabulary, stems: frozenset[str]
) -> Iterator[Word]:
    """Take words apart that are typed as one, where nothing likelier is near."""
    for word in words:
        parts = None
        if not (word.stop or _is_known(word, vocabulary, stems) or _is_ordinary(word, analyser)):
            near = vocabulary.near(word.text)
            if not near or near[0].similarity < SURE_SIMILARITY:
                parts = vocabulary.split(word.text)
        yield from map(analyser.word, parts) if parts else [word]


def _is_known(word: Word, vocabulary: Vocabulary, stems: frozenset[str]) -> bool:
    return word.text in vocabulary or word.stem in stems


def _is_ordinary(word: Word, analyser: Analyser) -> bool:
    """Whether a word is what it is, rather than a misspelt other."""
    return word.text[0].isdigit() or analyser.zipf(word) >= ORDINARY_ZIPF


def _facet(
    text: str, normalised: str, words: list[Word], analyser: Analyser, vocabulary: Vocabulary
) -> tuple[str, bool]:
    """Return the facet, and whether it must be held: what is told before a question is not asked.

    'Je n'ai pas de quoi payer un ordinateur. M'en prêterait-on un ?' does not ask for a price.
    """
    facet, strict = _facet_of(normalised, words, analyser, vocabulary)
    sentences = _SENTENCE_END.split(text[:MAX_CHARACTERS])
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    if not asking or len(asking) == len(sentences):
        return facet, strict
    normalised = normalise(" ".join(asking))
    asked, must = _facet_of(normalised, analyser.words_in(normalised), analyser, vocabulary)
    return (asked, must) if asked != DEFAULT_FACET else (facet, False)


def _facet_of(
    normalised: str, words: list[Word], analyser: Analyser, vocabulary: Vocabulary
) -> tuple[str, bool]:
    if any(_YEAR.fullmatch(word.text) and word.text not in vocabulary for word in words):
        # A year of which nothing is known: 'le taux en 2023'.
        return OTHER_TIME, True
    return find_facet(normalised, " ".join(word.text for word in words), analyser.pack)


_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+(?=\w)")


def _names(text: str) -> frozenset[str]:
    """Words with a capital inside a sentence: a name says more than its frequency tells."""
    if text.isupper():
        return frozenset()
    return frozenset(normalise(name) for name in _NAME.findall(text[:MAX_CHARACTERS]))


_NAME = re.compile(r"(?<=[^\W\d_,;][ '’])[A-ZÀ-Ý][^\W\d_]{2,}")


def _term(
    word: Word,
    analyser: Analyser,
    vocabulary: Vocabulary,
    stems: frozenset[str],
    *,
    last: bool,
    near: int,
) -> Term:
    readings = [(word, 1.0)]
    known = _is_known(word, vocabulary, stems)
    if not known:
        readings = _unknown(word, analyser, vocabulary, stems)
        known = readings[0][0] is not word
        if last:
            completions = vocabulary.completions(word.text)
            known = known or bool(completions)
            begun = [(analyser.word(r.word), r.similarity) for r in completions]
            # Who half-types a word is after a subject: 'corresp' is rather 'correspondant' than 'correspond'.
            begun.sort(key=lambda reading: (-reading[1], reading[0].stop))
            readings = [*begun, *(readings if known and readings[0][0] is not word else [])] or readings
    elif last:
        # 'cassai' has the stem of a known word, but is itself none: rather the start of 'cassaigne'.
        doubt = COMPLETION_WEIGHT if word.text in vocabulary else 1.0
        readings += [
            (analyser.word(reading.word), reading.similarity * doubt)
            for reading in vocabulary.completions(word.text)
        ]
    features: dict[str, float] = {}
    for reading, similarity in readings:
        _raise(features, reading.stem, similarity * (STOPWORD_WEIGHT if reading.stop else 1.0))
        for _, _, notion in analyser.notions([reading.stem]):
            _raise(features, notion, NOTION_WEIGHT * similarity)
    best = readings[0][0]
    too_short = last and not known and len(word.text) < MIN_PREFIX_LENGTH
    weight = 0.0 if best.stop or too_short else analyser.rarity(best)
    # Not the question word itself (near 0), which may weigh something too: "combien".
    focus = 0 < near <= MAX_FOCUS_DISTANCE and weight > 0
    return Term(
        typed=word.text,
        readings=tuple(readings),
        features=tuple(features.items()),
        weight=max(weight, MIN_FOCUS_WEIGHT) if focus else weight,
        ordinary=analyser.in_ordinary_phrase(best),
        known=known,
        focus=focus,
    )


def _is_doubtful(term: Term, analyser: Analyser) -> bool:
    best, similarity = term.readings[0]
    if best.text == term.typed:
        return False
    # Of few letters, a function word is as likely as any; whoever types more of them is after a subject.
    any_word = len(term.typed) <= MIN_PREFIX_LENGTH
    likely = [
        word.stem for word, other in term.readings if other >= similarity and (any_word or not word.stop)
    ]
    # Words for the same thing are one: 'télétravail', 'télétravailler'.
    meant = {next((notion for _, _, notion in analyser.notions([stem])), stem) for stem in likely}
    return similarity < SURE_READING or len(meant) >= MANY


def _unknown(
    word: Word, analyser: Analyser, vocabulary: Vocabulary, stems: frozenset[str]
) -> list[tuple[Word, float]]:
    """Return what a word that the knowledge base does not have may stand for."""
    infinitive = analyser.pack.infinitive(word.text)
    if infinitive is not None and (verb := analyser.word(infinitive)).stem in stems:
        return [(verb, 1.0)]
    if _is_ordinary(word, analyser):
        return [(word, 1.0)]
    near = vocabulary.near(word.text)
    # Squared, so that a doubtful reading weighs clearly less than a sure one.
    return [(analyser.word(r.word), r.similarity**2) for r in near] or [(word, 1.0)]


def _raise(features: dict[str, float], feature: str, weight: float) -> None:
    features[feature] = max(features.get(feature, 0.0), weight)
