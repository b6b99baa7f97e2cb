"""Each signal on terms made up for it."""

from dataclasses import replace
from math import log1p

import pytest

from bot.matching.analysis import Word
from bot.matching.question import Question, Term
from bot.matching.signals import (
    CENTRAL,
    ENOUGH,
    FULL_EVIDENCE,
    LOOKUP_WORDS,
    MISSPELT_EXPONENT,
    NAMES,
    NOTION_MATCH,
    Signals,
    as_row,
    match_of,
    measure,
)


def term(stem: str, weight: float = 1.0, *, focus: bool = False, **features: float) -> Term:
    word = Word(stem, stem, stop=False)
    return Term(
        stem, ((word, 1.0),), tuple((features or {stem: 1.0}).items()), weight, known=True, focus=focus
    )


def question(*terms: Term, **changes: object) -> Question:
    plain = Question("?", terms, {}, (), "what", facet_strict=False, asks=True, chatter=False, reference=None)
    return replace(plain, **changes)  # type: ignore[arg-type]


def signals(
    asked: Question, entry: dict[str, float], facets: frozenset[str] = frozenset(), **more: float
) -> Signals:
    weight_of = {feature: 0.5 for term in asked.terms for feature, _ in term.features}
    values = {"likeness": 0.4, "margin": 0.3, "evidence": 6.0} | more
    return measure(asked, entry, weight_of, facets, **values)


def test_rows_follow_the_names() -> None:
    row = as_row(signals(question(term("a")), {"a": 1.0}))
    assert len(row) == len(NAMES)
    assert row[:2] == (0.4, 0.3)


@pytest.mark.parametrize(("nats", "evidence"), [(FULL_EVIDENCE / 2, 0.5), (100.0, 1.0), (-100.0, -1.0)])
def test_evidence_is_bounded(nats: float, evidence: float) -> None:
    assert signals(question(), {}, evidence=nats).evidence == evidence


def test_match_of_a_word() -> None:
    assert match_of(term("a"), {"a": 3.0}) == 1.0
    assert match_of(term("a"), {"b": 3.0}) == 0.0
    assert match_of(term("a", a=0.5), {"a": 1.0}) == pytest.approx(0.5**MISSPELT_EXPONENT)
    assert match_of(Term("a", (), (("~1", 0.7),), 1.0, known=True, focus=False), {"~1": 1.0}) == NOTION_MATCH


def test_coverage_is_the_share_of_weight_that_is_known() -> None:
    found = signals(question(term("a", 0.75), term("b", 0.25)), {"a": 1.0})
    assert (found.coverage, found.matched, found.missing) == (0.75, 0.75, 0.25)
    assert signals(question(), {}).coverage == 0.0


def test_matched_and_missing_are_bounded() -> None:
    many = [term(f"w{number}") for number in range(10)]
    assert signals(question(*many), {}).missing == ENOUGH
    assert signals(question(*many), {f"w{number}": 1.0 for number in range(10)}).matched == ENOUGH


def test_the_word_asked_for_is_missing() -> None:
    asked = question(term("pages", 0.8, focus=True), term("a"))
    assert signals(asked, {"a": 1.0}).focus_missing == 0.8
    assert signals(asked, {"pages": 1.0}).focus_missing == 0.0


def test_distinct_is_the_best_idf_of_a_shared_word() -> None:
    assert signals(question(term("a")), {"a": 1.0}).distinct == 0.5
    assert signals(question(term("a")), {"b": 1.0}).distinct == 0.0


def test_central_counts_phrases_on_a_log_scale() -> None:
    assert signals(question(term("a")), {"a": 4.0}).central == pytest.approx(log1p(4) / log1p(CENTRAL))
    assert signals(question(term("a")), {"a": 100.0}).central == 1.0
    assert signals(question(term("a")), {}).central == 0.0


def test_facet_missing_only_where_it_must_be_held() -> None:
    strict = question(facet="cost", facet_strict=True)
    assert signals(strict, {}).facet_missing == 1.0
    assert signals(strict, {}, frozenset({"cost"})).facet_missing == 0.0
    assert signals(question(facet="why"), {}).facet_missing == 0.0


def test_a_remark_is_long_and_asks_nothing() -> None:
    few, many = (
        [term(f"w{number}") for number in range(count)] for count in (LOOKUP_WORDS, LOOKUP_WORDS + 1)
    )
    assert signals(question(*many, asks=False), {}).remark == 1.0
    assert signals(question(*many), {}).remark == 0.0
    assert signals(question(*few, asks=False), {}).remark == 0.0
    assert signals(question(chatter=True), {}).chatter == 1.0
