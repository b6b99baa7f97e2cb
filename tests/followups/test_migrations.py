"""Migrating a database."""

import asyncio
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.followups import chats, subscriptions
from bot.followups.database import Store
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
