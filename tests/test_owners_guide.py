"""The guide for owners names what there is: variables, log lines, numbers, files."""

from __future__ import annotations

import re

import pytest

from bot.metrics import Metrics
from bot.settings import Settings
from tests.conftest import ROOT

GUIDE = (ROOT / "docs/exploitation.md").read_text()


def section(title: str) -> str:
    """The text below a heading, as far as the next one."""
    return GUIDE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    rows = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [row for row in rows[1:] if not row.startswith("---")]


def test_every_setting_is_in_the_table_and_no_other() -> None:
    named = [cell.strip("`") for cell in first_cells(section("Les variables d'environnement"))]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("name", ["telegram_api_base_url", "port", "log_level"])
def test_defaults_are_told(name: str) -> None:
    default = Settings.model_fields[name].default
    (row,) = re.findall(rf"^\| `{name.upper()}` \|.*$", GUIDE, re.MULTILINE)
    assert row.endswith(f"| `{default}` |")


def test_what_the_logs_say_is_what_the_bot_logs() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    # A placeholder in the code is a name or dots in the guide, and lines may be put together from parts.
    said = source.replace("%s", "…").replace("%d", "…")
    lines = [re.findall(r"`([^`]+)`", cell) for cell in first_cells(section("Ce que disent les journaux"))]
    assert len(lines) > 8
    for line in (line for row in lines for line in row):
        for part in re.split(r"…|@votrebot|: another|: it cannot|VARIABLE:|File | message", line):
            assert part.strip() in said, line


def test_the_numbers_in_the_alerts_are_kept() -> None:
    shown = Metrics()
    shown.outcome("unknown")
    shown.update("message", 0.1)
    shown.call("sendMessage", "200", 0.1)
    shown.call_in_response("sendMessage")
    shown.error(ValueError())
    shown.refused(403)
    exposed = shown.exposition().decode()
    named = set(re.findall(r"nocrise_[a-z_]+(?=\{|\[|`)", section("Surveiller")))
    assert len(named) > 4
    for name in named:
        assert re.search(rf"^{name}[{{ ]", exposed, re.MULTILINE), name


def test_the_files_it_names_are_there() -> None:
    for name in re.findall(r"deploy/[a-z.-]+[a-z]|\]\(([^)h][^)]*)\)", GUIDE):
        assert not name or (ROOT / "docs" / name).resolve().exists(), name
    for name in re.findall(r"deploy/[a-z.-]+[a-z]", GUIDE):
        assert (ROOT / name).exists(), name
