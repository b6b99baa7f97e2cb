"""The schemas for editors are those of the models, and the shipped files fit them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from bot.kb.schema import FOLLOWUPS, KNOWLEDGE, schemas
from tests.conftest import KNOWLEDGE as SHIPPED
from tests.kb.test_followups import GOOD
from tests.kb.test_loader import ENTRY, FIGURE, MEASURES, changed

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(SHIPPED.glob("*.yaml"))


def plain(value: Any) -> Any:
    """As YAML 1.2 has it, which editors read: a date is a text."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def faults(schema: str, text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(json.loads(schemas()[schema]))
    return [error.message for error in validator.iter_errors(plain(yaml.safe_load(text) or {}))]


def test_the_shipped_schemas_are_those_of_the_models() -> None:
    for name, text in schemas().items():
        jsonschema.Draft7Validator.check_schema(json.loads(text))
        assert (SHIPPED / name).read_text(encoding="utf-8") == text, "run `nocrise schema`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    assert named[1] == (FOLLOWUPS if path.name == "suivi.yaml" else KNOWLEDGE)
    assert faults(named[1], text) == []


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (KNOWLEDGE, ENTRY + "    aliasses: [x]\n"),
        (KNOWLEDGE, changed(ENTRY, "    title: Un\n", "")),
        (KNOWLEDGE, ENTRY + "    holds: [wat]\n"),
        (KNOWLEDGE, changed(MEASURES, "number: 2", "number: '2'")),
        (KNOWLEDGE, changed(MEASURES, "    rationale: null\n", "")),
        (KNOWLEDGE, changed(FIGURE, "value: 50", "value: beaucoup")),
        (KNOWLEDGE, GOOD),
        (FOLLOWUPS, GOOD.replace("https://", "ftp://")),
        (FOLLOWUPS, GOOD.replace("[mesure-13, nantes, evenement]", "[]")),
    ],
)
def test_a_fault_is_seen_while_it_is_typed(schema: str, text: str) -> None:
    assert len(faults(schema, text)) == 1


@pytest.mark.parametrize(
    ("schema", "text"), [(KNOWLEDGE, ENTRY + MEASURES + FIGURE), (FOLLOWUPS, GOOD), (KNOWLEDGE, "")]
)
def test_what_is_sound_fits(schema: str, text: str) -> None:
    assert faults(schema, text) == []


def test_what_editors_need_to_know_is_said() -> None:
    schema = json.loads(schemas()[KNOWLEDGE])
    for model in ("Entry", "Measure", "Figure"):
        unsaid = {
            name
            for name, field in schema["$defs"][model]["properties"].items()
            if "description" not in field and name != "en"
        }
        assert unsaid == set(), model
    assert json.loads(schemas()[FOLLOWUPS])["$defs"]["FollowUp"]["properties"]["topics"]["description"]


def test_the_command_writes_them(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "--knowledge", str(tmp_path)])
    assert result.exit_code == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == schemas()
    assert str(tmp_path / KNOWLEDGE) in result.output
