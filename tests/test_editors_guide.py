"""The guide for editors, done to the letter: its examples are accepted, and its mistakes found as it says."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.errors import NocriseError
from tests.conftest import KNOWLEDGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = (ROOT / "docs/editeurs.md").read_text()
(UNQUOTED,) = (re.findall(r"`(.+?)`", row) for row in re.findall(r"YAML lit (.+) autrement", GUIDE))
MEASURE, FOLLOWUP = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An editor's knowledge base, which may be written to."""
    return shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")


def nocrise(*arguments: str) -> str:
    return CliRunner().invoke(cli.app, list(arguments), catch_exceptions=False).stdout


def add_measure(directory: Path, text: str = MEASURE) -> None:
    path = directory / "mesures-nantes.yaml"
    path.write_text(path.read_text() + text)


def add_followup(directory: Path) -> None:
    """As the first one, whatever has been published since."""
    path = directory / "suivi.yaml"
    path.write_text(re.split("^followups:", path.read_text(), flags=re.MULTILINE)[0] + FOLLOWUP)


def fault(directory: Path) -> str:
    """What 'nocrise check' says of it, in the form of the guide: the line may be another one."""
    with pytest.raises(NocriseError) as caught:
        nocrise("check", "--knowledge", str(directory))
    return re.sub(r":\d+:", ":…:", str(caught.value).replace(str(directory), "knowledge"))


def told(file: str) -> str:
    """What the guide shows of a faulty file."""
    (line,) = re.findall(rf"^nocrise: (knowledge/{file}:.*)$", GUIDE, re.MULTILINE)
    return re.sub(r":\d+:", ":…:", line)


def test_the_new_measure_is_valid_and_answers_as_shown(directory: Path) -> None:
    add_measure(directory)
    assert nocrise("check", "--knowledge", str(directory)).partition(", ")[0].endswith(" (20 measures)")
    asked, shown = re.findall(r"nocrise ask \"(.+)\"\n(Mesure 20 .*?)\n…", GUIDE, re.DOTALL)[0]
    assert nocrise("ask", "--knowledge", str(directory), asked).startswith(shown)


def test_its_misspelt_origin_is_found(directory: Path) -> None:
    add_measure(directory, MEASURE.replace("origin: nantes", "origin: nante"))
    assert fault(directory) == told("mesures-nantes.yaml")


def test_the_follow_up_takes_the_place_of_none_and_its_misspelt_topic_is_found(directory: Path) -> None:
    add_followup(directory)
    assert nocrise("check", "--knowledge", str(directory)).startswith("OK: ")
    path = directory / "suivi.yaml"
    path.write_text(path.read_text().replace("topics: [mesure-3]\n    date", "topics: [mesure3]\n    date"))
    assert fault(directory) == told("suivi.yaml")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (MEASURE.replace("title:", "title"), "bad YAML"),
        (MEASURE.replace("aliases:", "aliasses:"), "unknown key 'aliasses': did you mean 'aliases'?"),
        (MEASURE.replace("nantes", "nante"), "no origin has the id 'nante': did you mean 'nantes'?"),
        (MEASURE.replace("20\n", "21\n"), "no measure has number 20: number them without gaps"),
        *((MEASURE.replace("vélo connecté\n", f"{one}\n", 1), "put it in quotes") for one in UNQUOTED),
        (MEASURE.replace("- vélo connecté", "- baromètre"), "phrase '…' belongs to 'mesure-3' (…)"),
    ],
)
def test_what_is_said_most_often(directory: Path, broken: str, message: str) -> None:
    assert f"| `{message}` |" in GUIDE
    assert broken != MEASURE
    add_measure(directory, broken)
    assert re.search(re.escape(message).replace("…", ".+"), fault(directory))


def test_every_file_is_in_the_table() -> None:
    table = GUIDE.split("| fichier |")[1].split("\n\n")[0]
    named = {path.name for pattern in re.findall(r"`(.+?\.yaml)`", table) for path in KNOWLEDGE.glob(pattern)}
    assert named == {path.name for path in KNOWLEDGE.glob("*.yaml")}


@pytest.mark.parametrize("line", re.findall(r"nocrise ask --explain \"(.+?)\"", GUIDE))
def test_why_is_explained_as_shown(line: str) -> None:
    (shown,) = re.findall(rf"--explain \"{re.escape(line)}\"\n(.*?)```", GUIDE, re.DOTALL)
    explained = re.sub(r"confidence \d\.\d+", "confidence …", nocrise("ask", "--explain", line))
    for part in re.sub(r"confidence \d\.\d+", "confidence …", shown).split("…\n"):
        assert part.strip() in explained


@pytest.mark.parametrize("kind", ["number", "oos-near"])
def test_the_misses_that_the_new_measure_makes_are_asked(kind: str) -> None:
    """The effect on quality is told by questions, which must be there to be missed."""
    asked = (ROOT / "tests/questions/tuned.jsonl").read_text()
    (question,) = re.findall(rf"^--- {kind}, expected .+\nquestion   (.+)$", GUIDE, re.MULTILINE)
    assert f'"question": "{question}"' in asked
