"""The floor: quality on the questions the matcher was made with must not fall below this.

Each bound is a point from what was reached.

The questions of nobody's tuning are kept apart; `nocrise eval` gives the table for any file.
"""

from pathlib import Path

import pytest

from bot.evaluation import Row, judge, read_questions, table
from bot.matching import Matcher

QUESTIONS = Path(__file__).parent / "questions"
FILES = ("development.jsonl", "tuned.jsonl")


@pytest.fixture(scope="module")
def row(shipped_matcher: Matcher) -> Row:
    """All questions together."""
    questions = [question for name in FILES for question in read_questions(QUESTIONS / name)]
    return table(judge(shipped_matcher, questions))[-1]


def test_there_are_enough_questions(row: Row) -> None:
    assert row.answerable >= 1400
    assert row.total - row.answerable >= 800


def test_the_right_entry_ranks_first(row: Row) -> None:
    assert row.first / row.answerable >= 0.973


def test_the_right_entry_ranks_among_the_first_three(row: Row) -> None:
    assert row.top / row.answerable >= 0.99


def test_answered_right(row: Row) -> None:
    assert row.right / row.answerable >= 0.892


def test_answered_wrong(row: Row) -> None:
    assert row.wrong / row.answerable <= 0.014


def test_answered_though_it_must_not_be(row: Row) -> None:
    assert row.false / (row.total - row.answerable) <= 0.048


def test_overheard(row: Row) -> None:
    assert row.overheard / (row.total - row.answerable) <= 0.01
