"""Why a question came to its outcome: every word, what it matched, with which weight."""

from __future__ import annotations

from bot.matching.matcher import Candidate, Matcher
from bot.matching.outcome import Outcome
from bot.matching.question import Question
from bot.matching.signals import NAMES, match_of

SHOWN = 3
"""Candidates explained: those that a 'did you mean' would show."""


def explain(matcher: Matcher, text: str, *, ambient: bool = False) -> str:
    """Return the explanation of one question, as lines for a terminal."""
    outcome = matcher.match(text, ambient=ambient)
    question = matcher.analyse(text)
    candidates = matcher.rank(question)[:SHOWN]
    return "\n".join(
        [
            f"question   {text}",
            f"outcome    {_outcome(outcome)}",
            f"facet      {question.facet}{' (must be held)' if question.facet_strict else ''}",
            f"asks       {question.asks}   chatter {question.chatter}   reference {question.reference}",
            "thresholds "
            + "   ".join(
                f"{name} {getattr(matcher.calibration, name)}" for name in ("answer", "suggest", "ambient")
            ),
            *(line for c in candidates for line in _candidate(matcher, question, c)),
        ]
    )


def _outcome(outcome: Outcome) -> str:
    shown = f" {', '.join(outcome.shown)}" if outcome.shown else ""
    return outcome.kind + shown + (f" (related {outcome.related})" if outcome.related else "")


def _candidate(matcher: Matcher, question: Question, candidate: Candidate) -> list[str]:
    entry = matcher.profiles[candidate.number].features
    lines = [f"{candidate.id}   confidence {candidate.confidence:.3f}"]
    for term in question.terms:
        match = match_of(term, entry)
        readings = ", ".join(f"{word.text} {similarity:.2f}" for word, similarity in term.readings)
        mark = "asked for" if term.focus else ""
        lines.append(
            f"    {term.typed:<16} weight {term.weight:.2f}  match {match:.2f}  as {readings} {mark}".rstrip()
        )
    weights = zip(NAMES, candidate.signals, matcher.calibration.weights, strict=True)
    lines += [f"    {name:<16} {value:6.3f} x {weight:6.3f}" for name, value, weight in weights]
    return lines
