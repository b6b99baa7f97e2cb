"""How good the matcher is on labelled questions: the table of ``nocrise eval``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.errors import NocriseError
from bot.matching import Matcher, Outcome

NONE = "none"
"""The label of what must not be answered."""
TOP = 3


class QuestionsError(NocriseError):
    """A file of labelled questions cannot be read."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the ids that are right for it."""

    text: str
    expected: frozenset[str]
    kind: str

    @property
    def answerable(self) -> bool:
        """Whether any entry answers it."""
        return bool(self.expected) and NONE not in self.expected


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled question with what the matcher made of it."""

    labelled: Labelled
    outcome: Outcome
    ambient: Outcome
    seconds: float

    @property
    def first(self) -> bool:
        """Whether the right entry ranks first."""
        return bool(self.outcome.ranking) and self.outcome.ranking[0].id in self.labelled.expected

    @property
    def top(self) -> bool:
        """Whether the right entry ranks among the first three."""
        return any(ranked.id in self.labelled.expected for ranked in self.outcome.ranking[:TOP])

    @property
    def answered(self) -> bool:
        """Whether an entry was given as the answer."""
        return self.outcome.kind in ("answer", "list")

    @property
    def missed(self) -> bool:
        """Whether an answerable question was not answered right, or another one was answered."""
        if self.labelled.answerable:
            return not (self.answered and self.first)
        return self.answered or self.ambient.kind != "silent"


@dataclass(frozen=True, slots=True)
class Row:
    """Counts over the questions of one kind."""

    kind: str
    total: int
    answerable: int
    first: int
    top: int
    right: int
    wrong: int
    suggested: int
    refused: int
    false: int
    """Answered though nothing is right."""
    overheard: int
    """Answered as an ambient message though nothing is right."""


def read_questions(path: Path) -> list[Labelled]:
    """Read a JSON Lines file with ``question``, ``expected`` and ``kind``.

    Raises:
        QuestionsError: with file and line.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            questions.append(Labelled(raw["question"], frozenset(raw["expected"]), raw.get("kind", "all")))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionsError(
                f'{path}:{number}: not {{"question": …, "expected": [ids], "kind": …}}: {error!r}'
            ) from error
    return questions


def judge(matcher: Matcher, questions: Iterable[Labelled]) -> list[Judged]:
    """Ask every question, directly and as an ambient message."""
    judged = []
    for labelled in questions:
        start = perf_counter()
        outcome = matcher.match(labelled.text)
        seconds = perf_counter() - start
        judged.append(Judged(labelled, outcome, matcher.match(labelled.text, ambient=True), seconds))
    return judged


def table(judged: Sequence[Judged]) -> list[Row]:
    """One row a kind, in order of appearance, and a last one named 'all'."""
    kinds = dict.fromkeys(one.labelled.kind for one in judged)
    rows = [_row(kind, [one for one in judged if one.labelled.kind == kind]) for kind in kinds]
    return [*rows, _row("all", judged)]


def _row(kind: str, judged: Sequence[Judged]) -> Row:
    answerable = [one for one in judged if one.labelled.answerable]
    none = [one for one in judged if not one.labelled.answerable]
    return Row(
        kind=kind,
        total=len(judged),
        answerable=len(answerable),
        first=sum(one.first for one in answerable),
        top=sum(one.top for one in answerable),
        right=sum(one.answered and one.first for one in answerable),
        wrong=sum(one.answered and not one.first for one in answerable),
        suggested=sum(one.outcome.kind == "suggest" for one in judged),
        refused=sum(one.outcome.kind == "unknown" for one in judged),
        false=sum(one.answered for one in none),
        overheard=sum(one.ambient.kind != "silent" for one in none),
    )


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold on the first confidence would give."""

    threshold: float
    right: float
    """Share of the answerable that would be answered right."""
    false: float
    """Share of the unanswerable that would be answered."""


def curve(judged: Sequence[Judged], thresholds: Iterable[float]) -> list[Point]:
    """Right answers against false ones, at every threshold."""
    answerable = [one for one in judged if one.labelled.answerable]
    none = [one for one in judged if not one.labelled.answerable]
    points = []
    for threshold in thresholds:
        right = sum(one.first and _confidence(one) >= threshold for one in answerable)
        false = sum(_confidence(one) >= threshold for one in none)
        points.append(Point(threshold, right / max(1, len(answerable)), false / max(1, len(none))))
    return points


def _confidence(one: Judged) -> float:
    return one.outcome.best.confidence if one.outcome.best else 0.0
