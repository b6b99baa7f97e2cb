from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import NocriseError, SettingsError
from bot.followups import questions
from bot.followups.database import Store, is_outage
from bot.storage import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(autouse=True)
async def drivers_ended() -> AsyncIterator[None]:
    """Let the driver's threads end while there is an event loop: they speak to it once more."""
    yield
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)


def url(path: Path) -> SecretStr:
    return SecretStr(f"sqlite:///{path}")


async def test_a_database_is_migrated_when_opened(tmp_path: Path) -> None:
    for _ in range(2):
        async with opened(url(tmp_path / "new" / "nocrise.db")) as database:
            assert database is not None
            assert await questions.gaps(database) == []


@pytest.mark.parametrize("given", ["mysql://u:secret@h/d", "nonsense"])
async def test_another_kind_of_database_is_one_clear_line(given: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: ") as caught:
        async with opened(SecretStr(given)):
            pass
    assert "secret" not in str(caught.value)


async def test_a_file_that_is_no_database_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database" * 100)
    (tmp_path / "directory").mkdir()
    for path in (tmp_path / "text", tmp_path / "directory", tmp_path / "text" / "below"):
        async with asyncio.timeout(5):
            with pytest.raises(SettingsError, match=r"^DATABASE_URL: "):
                async with opened(url(path)):
                    pass


async def test_a_file_that_cannot_be_written_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "nocrise.db"
    async with opened(url(path)):
        pass
    monkeypatch.chdir(tmp_path)
    # Who runs the tests may be allowed to write to any file.
    readonly = SecretStr(f"sqlite:///file:{path}?mode=ro&uri=true")
    async with asyncio.timeout(5):
        with pytest.raises(SettingsError, match=r"^DATABASE_URL: SQLite says: .*readonly"):
            async with opened(readonly):
                pass


async def test_a_file_that_can_no_longer_be_written_is_an_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was mounted anew: questions are answered meanwhile."""
    path = tmp_path / "nocrise.db"
    async with opened(url(path)):
        pass
    monkeypatch.chdir(tmp_path)
    async with Store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        with pytest.raises(sqlite3.OperationalError, match="readonly") as small:
            await questions.remember(store, "Et Lyon ?", now=0)
        with pytest.raises(OperationalError, match="readonly") as large:
            await questions.expire(store, now=0)
    assert is_outage(small.value)
    assert is_outage(large.value)


async def test_a_database_may_be_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    async with opened(SecretStr("sqlite:///~/data/nocrise.db")) as database:
        assert database is not None
        # By both ways to the file.
        await questions.remember(database, "Et Lyon ?", now=0)
        assert len(await questions.gaps(database)) == 1
    assert (tmp_path / "data" / "nocrise.db").is_file()


async def test_a_home_that_nobody_has_is_one_clear_line() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: .*home"):
        async with opened(SecretStr("sqlite:///~nobody-has-this-name/nocrise.db")):
            pass


async def test_a_busy_database_is_waited_for_until_told_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "nocrise.db"
    async with opened(url(path)):
        pass
    monkeypatch.setattr("bot.followups.database.Store", lambda url: Store(url, busy_timeout=0.05))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    async with asyncio.timeout(5), opened(url(path), stop) as database:
        assert database is None
    other.execute("ROLLBACK")
    other.close()


async def test_without_the_packages_there_is_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bot.followups.database", None)
    async with opened(url(tmp_path / "nocrise.db")) as database:
        assert database is None


def test_gaps_shows_alike_questions_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nocrise.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    runner = CliRunner()

    async def begin() -> None:
        async with opened(url(path)):
            pass

    asyncio.run(begin())
    assert "No question" in runner.invoke(app, ["gaps"]).output

    async def ask() -> None:
        async with Store(f"sqlite:///{path}") as store:
            asked = ["Le prix du kit ?", "le prix du kit", "prix du kit ?", "Et Lyon ?"]
            for number, text in enumerate(asked):
                await questions.remember(store, text, now=1_400_000_000 + number)

    asyncio.run(ask())
    lines = runner.invoke(app, ["gaps"]).output.splitlines()
    assert "Et Lyon ?" in lines[0]
    assert "3 × 2014-05-13" in lines[1]
    assert len(lines) == 3


@pytest.mark.parametrize("given", [None, "sqlite:///below/other.db", "sqlite:///~/other.db"])
def test_gaps_makes_no_database(given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(home)
    if given is None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("DATABASE_URL", given)
    result = CliRunner().invoke(app, ["gaps"])
    assert isinstance(result.exception, NocriseError)
    name = "nocrise.db" if given is None else given.removeprefix("sqlite:///").removeprefix("~/")
    assert str(result.exception).startswith(f"{home / name}: ")
    assert result.output == ""
    assert list(home.iterdir()) == []
