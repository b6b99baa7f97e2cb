"""Each signal on terms made up for it."""

from dataclasses import replace
from math import log, log1p

import pytest

from bot.matching.analysis import Word
from bot.matching.question import Question, Term
from bot.matching.signals import (
    ENOUGH,
    LONG,
    LONG_IN_WORDS,
    MISSPELT_EXPONENT,
    NAMES,
    NATS,
    NOTION_MATCH,
    OFTEN,
    OFTEN_ASKED,
    TELLING_WEIGHT,
    UNSEEN_PHRASES,
    Profile,
    Signals,
    match_of,
    measure,
)

PHRASES = 100
MANY = OFTEN * PHRASES
ONCE = log1p(1) / log1p(MANY)
"""What a word weighs that one phrase speaks of."""


def term(
    stem: str, weight: float = 1.0, *, focus: bool = False, known: bool = True, **features: float
) -> Term:
    word = Word(stem, stem, stop=False)
    return Term(
        typed=stem,
        readings=((word, 1.0),),
        features=tuple((features or {stem: 1.0}).items()),
        weight=weight,
        ordinary=0.001,
        known=known,
        focus=focus,
    )


def question(*terms: Term, **changes: object) -> Question:
    plain = Question(
        "?", terms, {}, (), (), "what", facet_strict=False, asks=True, chatter=False, reference=None
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def signals(
    question: Question,
    entry: dict[str, float],
    *,
    neighbours: int = 0,
    asked: dict[str, int] | None = None,
    phrases: int = PHRASES,
    facets: frozenset[str] = frozenset(),
) -> Signals:
    profile = Profile(entry, asked or {}, phrases, facets)
    return measure(question, profile, likeness=0.4, margin=0.3, neighbours=neighbours)


def test_signals_stand_in_the_order_of_their_names() -> None:
    found = signals(question(term("a")), {"a": 1.0})
    assert NAMES[:2] == ("likeness", "margin")
    assert found[:2] == (0.4, 0.3)


def test_match_of_a_word() -> None:
    assert match_of(term("a"), {"a": 3.0}) == 1.0
    assert match_of(term("a"), {"b": 3.0}) == 0.0
    assert match_of(term("a", a=0.5), {"a": 1.0}) == pytest.approx(0.5**MISSPELT_EXPONENT)
    assert match_of(term("a", **{"~1": 0.7}), {"~1": 1.0}) == NOTION_MATCH


def test_coverage_is_the_share_of_weight_that_is_spoken_of() -> None:
    asked = question(term("a", 0.75), term("b", 0.25))
    assert signals(asked, {"a": MANY}).coverage == 0.75
    assert signals(asked, {"a": 1.0}).coverage == pytest.approx(0.75 * ONCE)
    assert signals(asked, {"a": 1000.0, "b": 1000.0}).coverage == 1.0
    assert signals(question(), {}).coverage == 0.0


def test_one_word_seldom_spoken_of_is_the_weakest() -> None:
    asked = question(term("a"), term("b", TELLING_WEIGHT), term("petit", TELLING_WEIGHT - 0.01))
    assert signals(asked, {"a": MANY, "b": 1.0}).weakest == pytest.approx(ONCE)
    assert signals(asked, {"a": MANY}).weakest == 0.0
    assert signals(question(), {}).weakest == 0.0


def test_once_is_often_in_an_entry_of_few_phrases() -> None:
    assert signals(question(term("a")), {"a": 1.0}, phrases=5).coverage == 1.0


def test_surprise_is_the_likelihood_ratio_against_ordinary_language() -> None:
    found = signals(question(term("a", 0.75), term("b", 0.25)), {"a": 4.98}, phrases=9).surprise
    often, never = log(5.0 / 10 / 0.001), log(UNSEEN_PHRASES / 10 / 0.001)
    assert found == pytest.approx((0.75 * often + 0.25 * never) / NATS)
    assert signals(question(), {}).surprise == 0.0


def test_pairs_are_the_neighbours_that_the_entry_has_too() -> None:
    asked = question(pairs=("mesur de", "de nant"))
    assert signals(asked, {}, neighbours=1).pairs == 0.5
    assert signals(asked, {}, neighbours=0).pairs == 0.0
    assert signals(question(stems=("mesur",)), {}).pairs == 1.0


def test_what_is_asked_for_is_asked_in_phrases() -> None:
    one = question(term("foyer", focus=True), term("a"))
    assert signals(one, {"foyer": 9.0}).asked == 0.0
    assert signals(one, {}, asked={"foyer": 1}).asked == pytest.approx(
        log1p(1) / log1p(OFTEN_ASKED * PHRASES)
    )
    assert signals(one, {}, asked={"foyer": 99}).asked == 1.0
    two = question(term("foyer", focus=True), term("prix", focus=True))
    assert signals(two, {}, asked={"foyer": 99}).asked == 0.0
    assert signals(question(term("a")), {}).asked == 1.0


def test_unknown_are_the_words_that_no_entry_has() -> None:
    asked = question(term("a", 0.5), term("b", 0.25, known=False))
    assert signals(asked, {}).unknown == 0.25
    many = [term(f"w{number}", known=False) for number in range(10)]
    assert signals(question(*many), {}).unknown == ENOUGH


def test_elsewhere_are_the_words_that_only_other_entries_have() -> None:
    asked = question(term("a", 0.5), term("b", 0.25), term("c", 0.7, known=False))
    assert signals(asked, {"a": 1.0}).elsewhere == 0.25
    assert signals(question(*(term(f"w{number}") for number in range(10))), {}).elsewhere == ENOUGH


def test_length_in_content_words_and_in_all() -> None:
    asked = question(term("a"), term("b"), term("c"), stems=("a", "le", "b", "la", "c", "de"))
    assert signals(asked, {}).length == 3 / LONG
    assert signals(asked, {}).words == 6 / LONG_IN_WORDS
    endless = signals(question(*[term("a")] * (LONG + 1), stems=("a",) * (LONG_IN_WORDS + 1)), {})
    assert (endless.length, endless.words) == (1.0, 1.0)


def test_facet_missing_only_where_it_must_be_held() -> None:
    strict = question(facet="cost", facet_strict=True)
    assert signals(strict, {}).facet_missing == 1.0
    assert signals(strict, {}, facets=frozenset({"cost"})).facet_missing == 0.0
    assert signals(question(facet="why"), {}).facet_missing == 0.0


def test_chatter() -> None:
    assert signals(question(chatter=True), {}).chatter == 1.0
    assert signals(question(), {}).chatter == 0.0
