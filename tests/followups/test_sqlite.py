"""Small transactions on SQLite."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, exc

from bot.followups import sqlite
from bot.followups.database import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "small.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store(f"sqlite:///{path}", busy_timeout=0.3) as store:
        await store.transact(lambda connection: connection.exec_driver_sql("CREATE TABLE notes (text)"))
        yield store


def note(text: str) -> "sqlite.Work[None]":
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO notes VALUES (?)", (text,))

    return work


def notes(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT text FROM notes").scalars())


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


async def test_who_waits_for_another_writer_holds_up_nobody(store: Store, path: Path) -> None:
    with locked(path):
        noting = asyncio.create_task(store.transact(note("a")))
        for _ in range(5):
            # The loop turns all the while.
            await asyncio.sleep(0.01)
        assert not noting.done()
    await noting
    assert await store.transact(notes) == ["a"]


async def test_nobody_waits_for_ever(store: Store, path: Path) -> None:
    with locked(path), pytest.raises(exc.OperationalError, match="locked"):
        await store.transact(note("a"))
    await store.transact(note("b"))
    assert await store.transact(notes) == ["b"]


async def test_what_fails_is_undone_and_the_next_succeeds(store: Store) -> None:
    def fail(connection: Connection) -> None:
        note("a")(connection)
        raise KeyError("b")

    with pytest.raises(KeyError):
        await store.transact(fail)
    await store.transact(note("c"))
    assert await store.transact(notes) == ["c"]


async def test_the_log_stays_short(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def length() -> int:
        for _ in range(100):
            await store.transact(note("x" * 1000))
        return path.with_name("small.db-wal").stat().st_size

    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 10)
    short = await length()
    assert await length() == short
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 1000)
    assert await length() > 3 * short, "nothing else shortens it"


async def test_a_log_that_cannot_be_carried_over_is_told_and_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(store._small._patient, "raw_connection", refuse)
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 2)
    for _ in range(3):
        await store.transact(note("a"))
    assert await store.transact(notes) == ["a", "a", "a"]
    assert [record.message for record in caplog.records] == [
        "SQLite's log is not carried over (OperationalError)"
    ]


async def test_a_busy_database_costs_no_connection(store: Store, path: Path) -> None:
    before = store._small._connection
    with locked(path):
        noting = asyncio.create_task(store.transact(note("a")))
        await asyncio.sleep(0.01)
    await noting
    await store.transact(note("b"))
    assert store._small._connection is before


async def test_a_connection_that_broke_is_replaced(store: Store) -> None:
    await store.transact(note("a"))
    connection = store._small._connection
    assert connection is not None
    connection.connection.close()
    with pytest.raises(exc.SQLAlchemyError):
        await store.transact(note("b"))
    await store.transact(note("c"))
    assert await store.transact(notes) == ["a", "c"]
