"""A question to an outcome, in four steps: analyse, rank, weigh the evidence, decide.

1. ``analyse`` spells the text out, resolves misspelt and half-typed words against the vocabulary, and finds
   the facet asked for and direct references (``question``, ``references``, ``facets``).
2. ``rank`` scores every entry by phrase likeness and entry likelihood (``index``).
3. The first entries get signals, and from them a confidence (``signals``, ``confidence``).
4. ``decide`` compares the confidence with the thresholds, and the facet with what the entry holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bot.kb import KnowledgeBase, ListEntry
from bot.language import load_pack, without_hashtags
from bot.matching.analysis import Analyser
from bot.matching.confidence import Calibration, shipped
from bot.matching.index import Index
from bot.matching.lists import COUNT, OFFERED, ListIntents
from bot.matching.outcome import Outcome, OutcomeKind, Ranked
from bot.matching.question import Question, Term, analyse
from bot.matching.references import Numbered, Reference
from bot.matching.signals import Profile, Signals, measure
from bot.matching.tables import Tables, make_tables
from bot.matching.vocabulary import Vocabulary

LIKELIHOOD_WEIGHT = 1.0
"""Of entry likelihood beside phrase likeness in the ranking; held-out accuracy is flat from 0.7 to 2."""
FACET_BONUS = 0.1
"""Added for an entry that holds the count, date or price asked for: it breaks near ties only."""
RANKING_SIZE = 5
"""Entries whose evidence is weighed, and that an outcome ranks."""
EXACT = 0.999
EXACT_CONFIDENCE = 0.9
"""A phrase of the knowledge base, word for word, belongs to its entry, whatever it asks for."""
NO_SUBJECT_CONFIDENCE = 0.01
"""Function words alone name no subject, however much they resemble a phrase."""
DOUBTFUL_CONFIDENCE = 0.6
"""One word alone that may be another is not sure enough to be answered, nor are words of every entry."""
EVERYWHERE = 0.5
"""Share of the entries beyond which a word tells none from another: 'mesure', 'numérique'."""
FEW = 5
"""Entries among which any word still tells something."""
MENTIONED = 0.35
"""Of a single word: an entry that speaks of it no more than this only mentions it ('agriculture')."""
WORTH_SUGGESTING = 0.2
"""Share of the first confidence from which another entry is worth offering beside it."""
REFERENCE_CONFIDENCE = 0.99
"""'Mesure 13' and 'les mesures de Nantes' leave no doubt."""
NO_SUCH_CONFIDENCE = 0.05
"""Nothing answers 'mesure 20' or 'les mesures de Lyon', however much it resembles."""
CLEARLY = 0.08
"""Lead in confidence that overrules the ranking, which sees phrases but not what is missing."""
ANALYSED = 128
"""Questions kept: at most some 50 kB each."""
UNDERSTOOD_MIN_WEIGHT = 0.3
"""Misread function words need no mention."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, the evidence for it, and what that comes to."""

    number: int
    """Its place in ``Matcher.ids``."""
    id: str
    signals: Signals
    confidence: float


class Matcher:
    """Answers questions against one knowledge base; immutable, and safe to share between threads."""

    def __init__(
        self,
        kb: KnowledgeBase,
        calibration: Calibration | None = None,
        *,
        tables: Tables | None = None,
    ) -> None:
        """Match against a knowledge base; ``tables`` may have been made of it before, or of some phrases."""
        self.kb = kb
        self.calibration = calibration or shipped()
        pack = load_pack(kb.language)
        self.analyser = Analyser(pack, kb.lexicon)
        self.ids = tuple(kb.entries)
        self._number_of = {entry_id: number for number, entry_id in enumerate(self.ids)}
        tables = tables or make_tables(kb, self.analyser)
        self.index = Index(tables.postings)
        self.vocabulary = Vocabulary(tables.words, pack)
        self._stems = frozenset(tables.stems)
        self._facets = [entry.facets for entry in kb.entries.values()]
        self.profiles = tuple(
            Profile(*entry)
            for entry in zip(
                self.index.features_of,
                tables.asked,
                self.index.phrases_of,
                self._facets,
                strict=True,
            )
        )
        self._bonus = {
            asked.name: np.asarray(
                [FACET_BONUS * (asked.name in facets) for facets in self._facets], dtype=np.float32
            )
            for asked in pack.facets
            if asked.strict
        }
        self._is_list = [isinstance(entry, ListEntry) for entry in kb.entries.values()]
        self._lists = ListIntents(kb, self.analyser)
        self._groups = frozenset(origin.number for origin in kb.origins.values() if origin.number is not None)

        self._analysed = lru_cache(maxsize=ANALYSED)(self._analyse)

    def match(self, text: str, *, ambient: bool = False) -> Outcome:
        """Decide on a question; ``ambient`` says that it was not addressed to the bot."""
        question = self.analyse(text)
        candidates = self.rank(question)
        referred = self._refer(question, candidates) if self.kb.measures else None
        outcome = referred or self._decide(question, candidates)
        return self._overhear(question, outcome) if ambient else outcome

    def has_phrase(self, text: str) -> bool:
        """Whether a text is a phrase of the knowledge base, word for word."""
        candidates = self.rank(self.analyse(text))
        return any(_is_exact(candidate.signals) for candidate in candidates)

    def analyse(self, text: str) -> Question:
        """Step 1; a text that was analysed a moment ago (for what it points at) is not analysed again."""
        return self._analysed(text)

    def _analyse(self, text: str) -> Question:
        question = analyse(without_hashtags(text), self.analyser, self.vocabulary, self._stems)
        if question.terms or "#" not in text:
            return question
        # '#nocrise, c'était pour quoi faire ?' is about the hashtag: nothing else is said.
        return analyse(text, self.analyser, self.vocabulary, self._stems)

    def rank(self, question: Question, *, excluded: Collection[str] = ()) -> list[Candidate]:
        """Steps 2 and 3: the likeliest entries, best first; empty where no word is known."""
        scores = self.index.score(question.features)
        if not scores.likeness.any():
            return []
        total = scores.likeness + LIKELIHOOD_WEIGHT * scores.likelihood
        if question.facet_strict:
            total = total + self._bonus[question.facet]
        if excluded:
            total[[self._number_of[entry_id] for entry_id in excluded]] = -np.inf
        size = min(RANKING_SIZE, len(total) - len(excluded))
        best = (-total).argpartition(size - 1)[:size]
        best = best[(-total[best]).argsort(kind="stable")]
        first = total[best[0]]
        second = total[best[1]] if size > 1 else first - 1
        neighbours = self.index.neighbours(question.pairs)
        doubtful = question.doubtful or not any(self._tells(term) for term in question.terms)
        candidates = []
        for place, number in enumerate(best.tolist()):
            signals = measure(
                question,
                self.profiles[number],
                likeness=float(scores.likeness[number]),
                margin=float(first - second if place == 0 else total[number] - first),
                neighbours=int(neighbours[number]),
            )
            exact = _is_exact(signals)
            if exact:
                signals = signals._replace(facet_missing=0.0)
            confidence = self.calibration.confidence(signals)
            if exact:
                confidence = max(confidence, EXACT_CONFIDENCE)
            elif not question.terms:
                confidence = min(confidence, NO_SUBJECT_CONFIDENCE)
            elif doubtful or (len(question.terms) == 1 and signals.coverage < MENTIONED):
                confidence = min(confidence, DOUBTFUL_CONFIDENCE)
            candidates.append(Candidate(number, self.ids[number], signals, confidence))
        return self._reconsider(candidates)

    def _tells(self, term: Term) -> bool:
        """Whether a word tells one entry from another."""
        spread = self.index.spread(term.readings[0][0].stem)
        return not FEW < spread > EVERYWHERE * self.index.size

    def _reconsider(self, candidates: list[Candidate]) -> list[Candidate]:
        """Put first what the evidence speaks for more clearly than for the first of the ranking."""
        best = max(candidates[:OFFERED], key=lambda candidate: candidate.confidence)
        if best.confidence < candidates[0].confidence + CLEARLY:
            return candidates
        return [best, *(candidate for candidate in candidates if candidate is not best)]

    def _refer(self, question: Question, candidates: list[Candidate]) -> Outcome | None:
        """Answer a direct reference or a list intent, or say that there is no such number; else None."""
        wanted = self._lists.wanted(question)
        holding = self._lists.holding(wanted)
        if holding is not None:
            target: str | None = holding.id
        elif (absent := self._lists.absent(question, wanted)) is not None:
            return self._no_such(question, candidates, absent, "measure")
        else:
            targets = self._targets(question)
            if len(targets) > 1:
                return self._several(question, candidates, targets)
            target = targets[0] if targets else None
        if target is None:
            reference = question.reference
            if reference is not None and self._is_absent(reference):
                return self._no_such(question, candidates, reference.number, reference.kind)
            return self._elsewhere(question, candidates)
        number = self._number_of[target]
        others = [c for c in candidates if c.number != number]
        counted = self._is_list[number] and question.facet == COUNT
        missing = question.facet_strict and not (counted or question.facet in self._facets[number])
        outcome = self._outcome(
            question,
            others,
            "unknown" if missing else "list" if self._is_list[number] else "answer",
            first=(target,),
        )
        if missing:
            return replace(outcome, related=target)
        some = holding is not None and len(wanted) < len(holding.measures)
        return replace(outcome, shown=(target,), numbers=wanted if some else ())

    def _elsewhere(self, question: Question, candidates: list[Candidate]) -> Outcome | None:
        """Say that nothing comes from the place that is asked for, unless a phrase asks just that."""
        asked = any(_is_exact(candidate.signals) for candidate in candidates)
        if asked or not self._lists.elsewhere(question):
            return None
        return replace(
            self._outcome(question, candidates, "unknown"),
            elsewhere=True,
            ranking=_unlikely(candidates),
        )

    def _targets(self, question: Question) -> tuple[str, ...]:
        """Return the entry that a question refers to, or the lists of the origins that it names."""
        reference = question.reference
        if reference is not None and reference.kind == "measure":
            measure = self._measure_at(question, reference)
            return (measure,) if measure else ()
        if reference is not None and not reference.last and reference.number not in self._groups:
            return ()
        return self._lists.find(question)

    def _several(self, question: Question, candidates: list[Candidate], lists: tuple[str, ...]) -> Outcome:
        """Offer the lists of several origins: 'les mesures de Nantes et de Bordeaux'."""
        others = [c for c in candidates if c.id not in lists]
        return replace(self._outcome(question, others, "suggest", first=lists), shown=lists)

    def _is_absent(self, reference: Reference) -> bool:
        """Whether a reference that leads to no entry can be to nothing but a number that does not exist."""
        if reference.plain or reference.last:
            return False
        # A group there is may be named with more than a list intent knows.
        return reference.kind == "measure" or (bool(self._groups) and reference.number not in self._groups)

    def _no_such(
        self,
        question: Question,
        candidates: list[Candidate],
        number: int,
        kind: Numbered,
    ) -> Outcome:
        """Say that the number referred to does not exist."""
        return replace(
            self._outcome(question, candidates, "unknown"),
            no_such_number=number,
            number_of=kind,
            ranking=_unlikely(candidates),
        )

    def _measure_at(self, question: Question, reference: Reference) -> str | None:
        """Return the measure at a number, or at a place within the origin that is named with it."""
        named = self._lists.named(question) if reference.ordinal else None
        listed = self.kb.entries[named] if named else None
        if isinstance(listed, ListEntry):
            order = listed.measures
        else:
            order = [measure_.id for measure_ in self.kb.measures.values()]
        place = len(order) - reference.number if reference.last else reference.number
        # There may be a measure of that number, but not there: what there is, is told.
        return order[place - 1] if 1 <= place <= len(order) else named

    def _decide(self, question: Question, candidates: list[Candidate]) -> Outcome:
        """Step 4."""
        if not candidates:
            return self._outcome(question, candidates, "unknown")
        limits = self.calibration
        if candidates[0].signals.facet_missing:
            # A neighbour that holds what is asked, and is sure, is what was meant.
            candidates = sorted(
                candidates,
                key=lambda c: c.signals.facet_missing or c.confidence < limits.answer,
            )
        best = candidates[0]
        if (counted := self._counted(question, candidates)) is not None:
            return counted
        if best.signals.facet_missing:
            about = limits.confidence(best.signals._replace(facet_missing=0.0, asked=1.0))
            outcome = self._outcome(question, candidates, "unknown")
            return replace(outcome, related=best.id if about >= limits.suggest else None)
        if best.confidence >= limits.answer:
            kind: OutcomeKind = "list" if self._is_list[best.number] else "answer"
            return replace(self._outcome(question, candidates, kind), shown=(best.id,))
        if best.confidence >= limits.suggest:
            shown = tuple(
                candidate.id
                for candidate in candidates[:OFFERED]
                if candidate.confidence >= best.confidence * WORTH_SUGGESTING
            )
            return replace(self._outcome(question, candidates, "suggest"), shown=shown)
        return self._outcome(question, candidates, "unknown")

    def _counted(self, question: Question, candidates: list[Candidate]) -> Outcome | None:
        """Answer how many there are of an origin where the first candidate counts others, or all."""
        elsewhere = self._lists.counts_elsewhere(question, candidates[0].id)
        if elsewhere or self._lists.counts_all(question, candidates[0].id):
            figures = self._lists.own_figures(question)
            own = next((c for c in candidates if c.id in figures), None)
            if own is not None and own.confidence >= self.calibration.suggest:
                candidates = [own, *(c for c in candidates if c is not own)]
                return replace(self._outcome(question, candidates, "answer"), shown=(own.id,))
        if elsewhere:
            outcome = self._outcome(question, candidates, "unknown")
            return replace(outcome, related=self._lists.named(question))
        return None

    def _overhear(self, question: Question, outcome: Outcome) -> Outcome:
        """Keep silent on what was not addressed to the bot, unless it is plainly a question."""
        best = outcome.best
        if (
            outcome.kind in ("answer", "list")
            and best is not None
            and best.confidence >= self.calibration.ambient
            and (question.asks or _names_alone(question.reference))
            and not _may_be_of_anything(question)
            and not question.chatter
        ):
            return outcome
        return replace(outcome, kind="silent", shown=(), related=None)

    def _outcome(
        self,
        question: Question,
        candidates: list[Candidate],
        kind: OutcomeKind,
        *,
        first: tuple[str, ...] = (),
    ) -> Outcome:
        """Return an outcome that ranks what is referred to ``first``, and then the candidates."""
        ranked = [Ranked(one, REFERENCE_CONFIDENCE) for one in first]
        most = REFERENCE_CONFIDENCE
        for candidate in candidates:
            # What overruled the evidence has the last word on the order.
            most = min(most, candidate.confidence) if ranked else candidate.confidence
            ranked.append(Ranked(candidate.id, round(most, 4)))
        understood = tuple(
            (term.typed, term.readings[0][0].text)
            for term in question.terms
            if term.weight >= UNDERSTOOD_MIN_WEIGHT
            and term.readings[0][1] < 1
            and not term.readings[0][0].text.startswith(term.typed)
        )
        return Outcome(
            question=question.text,
            kind=kind,
            facet=question.facet,
            ranking=tuple(ranked[:RANKING_SIZE]),
            understood=understood if candidates else (),
        )


def _names_alone(reference: Reference | None) -> bool:
    """Whether a text names a measure or a group and nothing else."""
    return reference is not None and reference.bare


def _may_be_of_anything(question: Question) -> bool:
    """Whether a text names numbers or places alone: 'on est le 13 ?', 'de 14 à 16 ?', 'la dernière'."""
    reference, span = question.reference, question.span
    return (reference is not None and reference.plain) or (span is not None and not span.named)


def _unlikely(candidates: list[Candidate]) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(c.id, round(min(c.confidence, NO_SUCH_CONFIDENCE), 4)) for c in candidates[:RANKING_SIZE]
    )


def _is_exact(signals: Signals) -> bool:
    return signals.likeness >= EXACT and signals.unknown == 0
