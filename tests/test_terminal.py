from __future__ import annotations

from typing import TYPE_CHECKING

from bot.kb import load_knowledge
from bot.matching import Matcher
from bot.terminal import chat

if TYPE_CHECKING:
    import pytest

    from tests.conftest import WriteKb

ENTRY = "entries:\n  - {id: un, title: Un, answer: A., questions: [le premier point]}\n"


def test_each_question_is_put_to_the_matcher_of_the_moment(
    write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    matchers = iter([Matcher(load_knowledge(write_kb(ENTRY.replace("A.", said)))) for said in ("A.", "B.")])
    typed = iter(["le premier point", "le premier point", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    assert chat(lambda: next(matchers)) == 2
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("A.", "B.")] == ["A.", "B."]
