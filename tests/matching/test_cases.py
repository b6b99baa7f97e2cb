"""The questions that editors keep as data, one file a kind, in tests/questions/cases/."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.matching import Matcher, Outcome

CASES = Path(__file__).parents[1] / "questions" / "cases"
NONE = "none"
AMBIENT = "ambient"
KINDS = {
    "references", "lists", "facets", "typos", "sms", "english", "half-typed", "refusals", AMBIENT,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    kind: str
    question: str
    expected: str
    outcome: str = ""
    fails: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.question}"


def read(path: Path) -> list[Case]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Case(path.stem, **row) for row in rows]


ALL = [case for path in sorted(CASES.glob("*.yaml")) for case in read(path)]


def usual_outcome(case: Case) -> str:
    if case.expected == NONE:
        return "silent" if case.kind == AMBIENT else "unknown"
    return "list" if case.expected.startswith("liste-") else "answer"


def complaint(case: Case, outcome: Outcome) -> str | None:
    """Return what is not as expected, or None."""
    wanted = case.outcome or usual_outcome(case)
    if outcome.kind != wanted:
        return f"{outcome.kind} instead of {wanted}, {outcome.ranking[:2]}"
    given = (outcome.related,) if wanted == "unknown" else outcome.shown
    if case.expected != NONE and case.expected not in given:
        return f"{wanted} {given} instead of {case.expected}"
    return None


@pytest.mark.parametrize("case", ALL, ids=str)
def test_case(shipped_matcher: Matcher, case: Case) -> None:
    wrong = complaint(case, shipped_matcher.match(case.question, ambient=case.kind == AMBIENT))
    if case.fails:
        assert wrong, f"works now: remove `fails: true` from '{case.question}' in {case.kind}.yaml"
    else:
        assert wrong is None, f"{case.question!r}: {wrong}"


def test_every_kind_has_cases() -> None:
    assert {case.kind for case in ALL} == KINDS
    assert all(sum(case.kind == kind and not case.fails for case in ALL) >= 6 for kind in KINDS)


def test_every_expected_id_exists(shipped_matcher: Matcher) -> None:
    assert {case.expected for case in ALL} - {NONE} <= set(shipped_matcher.ids)


def test_no_question_is_listed_twice() -> None:
    asked = [(case.kind == AMBIENT, case.question.casefold()) for case in ALL]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_top_of_a_file_tells_how_to_add_a_case(path: Path) -> None:
    assert "# To add a case:" in path.read_text(encoding="utf-8").split("\n- ")[0]
