from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import KnowledgeError
from bot.kb.followups import load_followups, topics

if TYPE_CHECKING:
    from pathlib import Path

    from bot.kb import KnowledgeBase
    from tests.conftest import WriteKb

GOOD = """\
followups:
  - id: bareme
    topics: [mesure-13, nantes, evenement]
    date: 2014-03-01
    text: Le barème est voté.
    source: https://example.org/1
"""
FAULTS = [
    ("mesure-13", "mesur-13", 3, "did you mean 'mesure-13'?"),
    ("2014-03-01", "mars 2014", 4, "YYYY-MM-DD"),
    ("2014-03-01", '"2014-03-01"', 4, "YYYY-MM-DD"),
    ("https://example.org/1", "le journal", 6, "source"),
    ("    source: https://example.org/1\n", "", 2, "'source'"),
    ("text:", "texte:", 5, "known keys"),
    ("[mesure-13, nantes, evenement]", "[]", 3, "topics"),
    ("Le barème est voté.", "a" * 3001, 5, "3000"),
    ("followups:", "suivis:", 1, "suivis"),
    ("  - id: bareme", "  - id: [bareme", 3, "bad YAML"),
]


def load(directory: Path, kb: KnowledgeBase, text: str) -> None:
    (directory / "suivi.yaml").write_text(text, encoding="utf-8")
    load_followups(directory, kb)


def test_a_followup_has_topics_a_date_and_a_source(tmp_path: Path, shipped_kb: KnowledgeBase) -> None:
    assert load_followups(tmp_path, shipped_kb) == ()
    load(tmp_path, shipped_kb, GOOD)
    (one,) = load_followups(tmp_path, shipped_kb)
    assert (one.id, one.topics, one.date) == (
        "bareme",
        ["mesure-13", "nantes", "evenement"],
        dt.date(2014, 3, 1),
    )


def test_an_empty_file_holds_none(tmp_path: Path, shipped_kb: KnowledgeBase) -> None:
    load(tmp_path, shipped_kb, "")
    load(tmp_path, shipped_kb, "followups: []")


def test_measures_and_origins_are_topics(shipped_kb: KnowledgeBase) -> None:
    assert {"mesure-1", "mesure-19", "nantes", "groupe2", "evenement"} <= topics(shipped_kb)
    assert "chiffre-pib" not in topics(shipped_kb)


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS)
def test_each_fault_has_its_file_and_line(
    tmp_path: Path, shipped_kb: KnowledgeBase, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, shipped_kb, GOOD.replace(old, new))
    shown = [problem for problem in str(caught.value).splitlines() if said in problem]
    assert shown
    assert shown[0].startswith(f"{tmp_path.name}/suivi.yaml:{line}: ")


def test_an_id_given_twice_is_a_fault(tmp_path: Path, shipped_kb: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match=r"suivi.yaml:7: id 'bareme' is taken at line 2"):
        load(tmp_path, shipped_kb, GOOD + GOOD.partition("\n")[2])


def test_check_reports_them_too(write_kb: WriteKb) -> None:
    entry = "- {id: a, title: A, answer: B, questions: [Que dit A ?]}\n"
    right = write_kb({"a.yaml": entry, "suivi.yaml": "followups: []\n"})
    assert CliRunner().invoke(app, ["check", "--knowledge", str(right)]).exit_code == 0
    wrong = write_kb({"a.yaml": entry, "suivi.yaml": GOOD})
    result = CliRunner().invoke(app, ["check", "--knowledge", str(wrong)])
    assert "suivi.yaml:3: no topic has the id 'mesure-13'" in str(result.exception)
