"""The table of `nocrise eval`, on outcomes made up for the purpose."""

from pathlib import Path

import pytest

from bot.evaluation import Judged, Labelled, QuestionsError, curve, judge, read_questions, table
from bot.matching import Matcher, Outcome, OutcomeKind, Ranked


def outcome(kind: OutcomeKind, *ranking: tuple[str, float]) -> Outcome:
    return Outcome("?", kind, "what", tuple(Ranked(one, confidence) for one, confidence in ranking))


def judged(expected: str, direct: Outcome, ambient: OutcomeKind = "silent", kind: str = "k") -> Judged:
    return Judged(Labelled("?", frozenset(expected.split()), kind), direct, outcome(ambient), 0.001)


RIGHT = judged("a", outcome("answer", ("a", 0.9), ("b", 0.1)))
WRONG = judged("b", outcome("answer", ("a", 0.8), ("b", 0.2)))
THIRD = judged("c", outcome("suggest", ("a", 0.4), ("b", 0.3), ("c", 0.2)))
FOURTH = judged("d", outcome("unknown", ("a", 0.1), ("b", 0.1), ("c", 0.1), ("d", 0.1)))
LIST = judged("l m", outcome("list", ("m", 0.7)), kind="lists")
REFUSED = judged("none", outcome("unknown"), kind="oos")
FALSE = judged("none", outcome("answer", ("a", 0.6)), "answer", kind="oos")
ALL = [RIGHT, WRONG, THIRD, FOURTH, LIST, REFUSED, FALSE]


def test_the_row_of_all() -> None:
    row = table(ALL)[-1]
    assert (row.kind, row.total, row.answerable) == ("all", 7, 5)
    assert (row.first, row.top, row.right, row.wrong) == (2, 4, 2, 1)
    assert (row.suggested, row.refused, row.false, row.overheard) == (1, 2, 1, 1)


def test_one_row_a_kind_in_order_of_appearance() -> None:
    rows = table(ALL)
    assert [(row.kind, row.total) for row in rows] == [("k", 4), ("lists", 1), ("oos", 2), ("all", 7)]


def test_what_is_missed() -> None:
    assert [one.missed for one in ALL] == [False, True, True, True, False, False, True]
    assert judged("none", outcome("unknown"), "answer").missed


def test_the_curve() -> None:
    points = curve(ALL, [0.0, 0.65, 0.8, 0.95])
    assert [(point.right, point.false) for point in points] == [
        (0.4, 1.0),
        (0.4, 0.0),
        (0.2, 0.0),
        (0.0, 0.0),
    ]


def test_nothing_asked() -> None:
    assert table([])[-1].total == 0
    assert [(point.right, point.false) for point in curve([], [0.5])] == [(0, 0)]


def test_judge_asks_both_ways(shipped_matcher: Matcher) -> None:
    [one] = judge(shipped_matcher, [Labelled("campagne nationale", frozenset({"mesure-1"}), "keyword")])
    assert (one.outcome.kind, one.ambient.kind) == ("answer", "silent")
    assert one.first
    assert one.top
    assert not one.missed
    assert one.seconds > 0


def test_read_questions(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"question": "é ?", "expected": ["a", "b"], "kind": "k"}\n\n'
        '{"question": "x", "expected": ["none"]}\n'
        '{"question": "y", "expected": []}\n',
        encoding="utf-8",
    )
    first, second, third = read_questions(file)
    assert first == Labelled("é ?", frozenset({"a", "b"}), "k")
    assert (second.kind, first.answerable, second.answerable) == ("all", True, False)
    assert not third.answerable


@pytest.mark.parametrize(
    "line", ["not json", "[]", "{}", '{"question": "x"}', '{"question": "x", "expected": 3}']
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "x", "expected": ["a"]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(QuestionsError, match=r"q\.jsonl:2: not \{\"question\""):
        read_questions(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "q.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(QuestionsError, match=r"q\.jsonl: cannot be read"):
        read_questions(file)
