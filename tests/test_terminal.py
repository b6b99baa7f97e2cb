from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import texts as t
from bot.answers.texts import texts
from bot.kb import load_knowledge
from bot.matching import Matcher
from bot.terminal import chat

if TYPE_CHECKING:
    import pytest

    from tests.conftest import WriteKb

ENTRY = "entries:\n  - {id: un, title: Un, answer: A., questions: [le premier point]}\n"


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Type lines into the terminal, and then an empty one."""
    typed = iter([*lines, ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))


def test_each_question_is_put_to_the_matcher_of_the_moment(
    write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    matchers = iter([Matcher(load_knowledge(write_kb(ENTRY.replace("A.", said)))) for said in ("A.", "B.")])
    type_lines(monkeypatch, "le premier point", "le premier point")
    assert chat(lambda: next(matchers)) == 2
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("A.", "B.")] == ["A.", "B."]


def test_a_question_may_be_about_the_card_before_it(
    shipped_matcher: Matcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "mesure 3", "d'où vient-elle ?", "et la suivante ?")
    assert chat(lambda: shipped_matcher) == 3
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith(("Mesure", "D’où"))] == [
        "Mesure 3 · Un baromètre de la numérisation des entreprises",
        "D’où elle vient : Marseille",
        "Mesure 3 · Un baromètre de la numérisation des entreprises",
        "D’où elle vient : Marseille",
        "Mesure 4 · Un accompagnement pour répondre aux appels d'offres",
        "D’où elle vient : Bordeaux",
    ]


def test_courtesy_is_no_failed_question(
    shipped_matcher: Matcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "merci beaucoup")
    chat(lambda: shipped_matcher)
    assert capsys.readouterr().out.strip() == texts("fr")(t.THANKS)


def test_who_writes_english_is_answered_in_english(
    shipped_matcher: Matcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "what is the digital kit?", "and why?", "le kit numérique, c'est quoi ?")
    assert chat(lambda: shipped_matcher) == 3
    said = capsys.readouterr().out
    assert said.count("Measure 16 · A digital kit") == 2
    assert said.count("Mesure 16 · Un kit numérique") == 1
