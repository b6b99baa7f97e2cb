"""Opening a database, and telling an outage from a mistake."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import exc, text

from bot.followups.database import Store, is_outage, normalise
from bot.followups.migrations import upgrade


@pytest.mark.parametrize(
    ("given", "driver", "database"),
    [
        ("sqlite:///a/b.db", "sqlite+aiosqlite", "a/b.db"),
        ("sqlite:////var/b.db", "sqlite+aiosqlite", "/var/b.db"),
        ("postgres://u:p@h:1/d", "postgresql+psycopg", "d"),
        ("postgresql://u@/d?host=/tmp", "postgresql+psycopg", "d"),
    ],
)
def test_urls_get_the_drivers_of_this_project(given: str, driver: str, database: str) -> None:
    url = normalise(given)
    assert (url.drivername, url.database) == (driver, database)


@pytest.mark.parametrize("given", ["", "secret", "mysql://u:secret@h/d", "sqlite://"])
def test_other_urls_are_refused_without_showing_a_password(given: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///") as caught:
        normalise(given)
    assert "secret" not in str(caught.value)


async def test_a_directory_that_is_missing_is_made(tmp_path: Path) -> None:
    async with Store(f"sqlite:///{tmp_path}/a/b 100%.db") as store:
        await upgrade(store)
        await store.ping()
    assert (tmp_path / "a" / "b 100%.db").exists()


async def test_errors_do_not_show_what_people_wrote(store: Store) -> None:
    with pytest.raises(exc.DBAPIError) as caught:
        async with store.write() as connection:
            await connection.execute(text("SELECT :said FROM nowhere"), {"said": "a secret"})
    assert "a secret" not in str(caught.value)


@pytest.mark.parametrize(
    "statement", ["SELECT 1 FROM nowhere", "INSERT INTO chats (colour) VALUES (1)", "SELEKT 1"]
)
async def test_a_mistake_is_no_outage(store: Store, statement: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each database has errors of its own)
        await store.transact(lambda transaction: transaction.run(lambda _: text(statement), [{}]))
    assert not is_outage(caught.value)
    with pytest.raises(exc.DBAPIError) as wrapped:
        async with store.write() as connection:
            await connection.execute(text(statement))
    assert not is_outage(wrapped.value)


def test_what_comes_and_goes_is_an_outage() -> None:
    for said in (
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
    ):
        cause = sqlite3.OperationalError(said)
        assert is_outage(cause)
        assert is_outage(exc.OperationalError("", {}, cause))
    assert not is_outage(KeyError("x"))
