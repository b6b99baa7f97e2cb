"""The commands of the Procfile, as far as they need no PostgreSQL; the rest is in tests/e2e."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import NocriseError, SettingsError
from bot.settings import Settings
from bot.worker import required_settings

if TYPE_CHECKING:
    from click.testing import Result

TOKEN = "123456789:AbC"  # noqa: S105 - of no bot


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the logging of the tests as it is."""
    monkeypatch.setattr("bot.handlers.logs.configure_logging", lambda *_: None)


def nocrise(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_on_one_machine_no_worker_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nocrise.db")
    result = nocrise("worker")
    assert isinstance(result.exception, SettingsError)
    assert "\n" not in str(result.exception)
    assert "nocrise run and nocrise web deliver by themselves" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://u:p@h/d", "postgres://h/d", "postgresql+psycopg://h/d"])
def test_a_worker_needs_postgresql_and_a_token(url: str) -> None:
    settings = Settings(_env_file=None, telegram_token=SecretStr(TOKEN), database_url=SecretStr(url))
    required_settings(settings)
    with pytest.raises(SettingsError, match=r"^TELEGRAM_TOKEN: is not set[^\n]*$"):
        required_settings(settings.model_copy(update={"telegram_token": None}))


def test_migrate_brings_a_database_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nocrise.db")
    for _ in range(2):
        result = nocrise("migrate")
        assert result.exit_code == 0, result.output
        assert result.stdout == "The database is up to date.\n"
    connection = sqlite3.connect(tmp_path / "nocrise.db")
    assert connection.execute("SELECT count(*) FROM deliveries").fetchone() == (0,)
    connection.close()


def test_migrate_without_its_packages_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "bot.followups.database", None)
    assert isinstance(nocrise("migrate").exception, NocriseError)


def test_every_process_of_the_procfile_is_a_command() -> None:
    lines = (Path(__file__).parents[1] / "Procfile").read_text().splitlines()
    processes = dict(line.split(": ") for line in lines)
    assert processes == {"release": "nocrise migrate", "web": "nocrise web", "worker": "nocrise worker"}
    for command in processes.values():
        assert nocrise(command.split()[1], "--help").exit_code == 0
