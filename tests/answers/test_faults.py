"""Every fault that the loader knows has its French."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.answers import faults as module
from bot.answers.faults import MOST_SHOWN, faults, in_french
from bot.errors import KnowledgeError, Problem
from bot.kb import load_knowledge
from bot.kb.followups import load_followups
from tests.kb.test_followups import FAULTS, GOOD
from tests.kb.test_loader import SINGLE_FAULTS

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase
    from tests.conftest import WriteKb

FILE = Path("savoir/mesures.yaml")


def is_french(problem: Problem) -> bool:
    values = dict(problem.values)
    return (
        problem.what in module.WHAT
        and problem.remedy in module.REMEDY
        and ("kind" not in values or values["kind"] in module.REASON)
    )


@pytest.mark.parametrize("fault", SINGLE_FAULTS)
def test_a_fault_of_the_knowledge_base_is_told_in_french(write_kb: WriteKb, fault: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(write_kb(str(SINGLE_FAULTS[fault][0])))
    for problem in caught.value.problems:
        assert is_french(problem), problem
        assert "{" not in in_french(problem).replace("commence par [ ou {", "")


@pytest.mark.parametrize(("old", "new"), [fault[:2] for fault in FAULTS])
def test_a_fault_of_a_followup_is_told_in_french(
    tmp_path: Path, shipped_kb: KnowledgeBase, old: str, new: str
) -> None:
    (tmp_path / "suivi.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_followups(tmp_path, shipped_kb)
    assert all(is_french(problem) for problem in caught.value.problems), caught.value


def test_followups_in_the_wrong_place_are_told_in_french(tmp_path: Path) -> None:
    (tmp_path / "suivi.yml").write_text("followups: []\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path)
    (problem,) = caught.value.problems
    assert is_french(problem)
    assert in_french(problem) == (
        "les suivis ne sont lus que dans « suivi.yaml », à la racine du dossier. Déplacez-le ou renommez-le."
    )


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            Problem.of(FILE, 3, "no entry has the id '{id}'", "did you mean '{near}'?", id="m-1", near="m-2"),
            "aucune fiche n’a l’identifiant « m-1 ». Vouliez-vous dire « m-2 » ?",
        ),
        (
            Problem.of(
                FILE,
                3,
                "'{name}': {message}, not {given}",
                "put it in quotes",
                name="questions, item 2",
                message="Input should be a valid string",
                given="False",
                kind="string_type",
            ),
            "« questions, n° 2 » : il faut un texte, et non False. Mettez des guillemets autour.",
        ),
        (
            Problem.of(FILE, 1, "over {limit} MB", "split the file", limit=4),
            "le fichier dépasse 4 Mo. Découpez-le.",
        ),
        (
            Problem.of(FILE, 3, "'{name}': {message}", name="a", message="new {in} pydantic", kind="new"),
            "« a » : new {in} pydantic.",
        ),
        (
            Problem(FILE, 3, "unheard of", "do this"),
            "ce qui est écrit là ne convient pas (unheard of: do this).",
        ),
    ],
)
def test_french(problem: Problem, said: str) -> None:
    assert in_french(problem) == said


def test_a_message_names_file_and_line_and_is_safe() -> None:
    html = faults([Problem.of(FILE, 12, "id '{id}' is taken at {taken}", id="<b>", taken="a.yaml:1")])
    assert "• <code>savoir/mesures.yaml</code>, ligne 12 : l’identifiant « &lt;b&gt; » est déjà pris" in html
    assert "autre" not in html


@pytest.mark.parametrize(("more", "said"), [(1, "… et 1 autre faute."), (2, "… et 2 autres fautes.")])
def test_a_message_stays_short(more: int, said: str) -> None:
    html = faults([Problem(FILE, line, "holds no entry") for line in range(MOST_SHOWN + more)])
    assert html.count("•") == MOST_SHOWN
    assert said in html
