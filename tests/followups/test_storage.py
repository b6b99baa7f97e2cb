"""Opening and migrating a database."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, exc, inspect, text

from bot.followups import chats, subscriptions
from bot.followups.database import Store, is_outage, normalise
from bot.followups.migrations import HEAD, config, upgrade
from bot.followups.schema import complete_metadata, metadata

NOW = 1_372_000_000.0
MIGRATE = """\
import asyncio, sys
from bot.followups.database import Store
from bot.followups.migrations import upgrade
async def main():
    async with Store(sys.argv[1]) as store:
        await upgrade(store)
asyncio.run(main())
"""


async def migrating(program: str, url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, url), cwd=Path(__file__).parents[2], stderr=subprocess.PIPE
    )


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


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), complete_metadata()))


async def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_from_the_previous_revision_keeps_what_is_there(empty_url: str) -> None:
    async with Store(empty_url) as store:
        async with store.read() as connection:
            scripts = await connection.run_sync(lambda sync: ScriptDirectory.from_config(config(sync)))
        head = scripts.get_current_head()
        assert head == HEAD
        previous = scripts.get_revision(head).down_revision
        assert isinstance(previous, str)
        await upgrade(store, previous)
        async with store.write() as connection:
            assert await connection.run_sync(differences) != []
            await connection.execute(
                text("INSERT INTO chats (chat_id, language) VALUES (-1001234567890, 'en')")
            )
        await subscriptions.follow(store, 5, "mesure-13", now=NOW)
        await upgrade(store)
        async with store.read() as connection:
            assert await connection.run_sync(differences) == []
        assert (await chats.settings(store, -1001234567890)).language == "en"
        assert await subscriptions.topics_of(store, 5) == ["mesure-13"]


async def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    running = [await migrating(MIGRATE, empty_url) for _ in range(3)]
    for process in running:
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
    async with Store(empty_url) as store, store.read() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert {*metadata.tables, "alembic_version"} == set(tables)


async def test_what_is_up_to_date_starts_without_alembic(empty_url: str) -> None:
    async with Store(empty_url) as store:
        await upgrade(store)
    process = await migrating(MIGRATE + "sys.exit('alembic' in sys.modules)\n", empty_url)
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


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
