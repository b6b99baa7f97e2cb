"""Small transactions on SQLite."""

import asyncio
import contextlib
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.followups import chats, sqlite, subscriptions
from bot.followups.database import Store, is_outage
from bot.followups.sqlite import Transactions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "small.db"


@pytest.fixture
async def small(path: Path) -> AsyncIterator[Transactions]:
    def connect(timeout: float) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=timeout, check_same_thread=False)

    transactions = Transactions(connect, busy_timeout=10)
    await transactions.run(lambda connection: connection.execute("CREATE TABLE notes (text)"))
    yield transactions
    transactions.close()


def note(text: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))

    return work


def notes(connection: sqlite3.Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM notes")]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


async def test_who_waits_for_another_writer_holds_up_nobody(small: Transactions, path: Path) -> None:
    with locked(path):
        noting = asyncio.create_task(small.run(note("a")))
        for _ in range(5):
            # The loop turns all the while.
            await asyncio.sleep(0.01)
        assert not noting.done()
    await noting
    assert await small.run(notes) == ["a"]


async def test_nobody_waits_for_ever(
    small: Transactions, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small, "_busy_timeout", 0.1)
    with locked(path), pytest.raises(sqlite3.OperationalError, match="locked"):
        await small.run(note("a"))
    await small.run(note("b"))
    assert await small.run(notes) == ["b"]


async def test_what_fails_is_undone_and_the_next_succeeds(small: Transactions) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        note("a")(connection)
        raise KeyError("b")

    with pytest.raises(KeyError):
        await small.run(fail)
    await small.run(note("c"))
    assert await small.run(notes) == ["c"]


async def test_what_fails_after_a_wait_is_undone_too(small: Transactions, path: Path) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        note("a")(connection)
        raise KeyError("b")

    with locked(path):
        failing = asyncio.create_task(small.run(fail))
        await asyncio.sleep(0.05)
    with pytest.raises(KeyError):
        await failing
    with locked(path):
        noting = asyncio.create_task(small.run(note("c")))
        await asyncio.sleep(0.05)
    await noting
    assert await small.run(notes) == ["c"]


async def test_the_log_stays_short(small: Transactions, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def length() -> int:
        for _ in range(100):
            await small.run(note("x" * 1000))
            if small._carried is not None:
                small._carried.result()
        return path.with_name("small.db-wal").stat().st_size

    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 10)
    short = await length()
    assert await length() == short
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 1000)
    assert await length() > 3 * short, "nothing else shortens it"


async def test_transactions_go_on_while_the_log_is_carried_over(
    small: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, finish = threading.Event(), threading.Event()
    in_time = True

    def checkpoint(_: sqlite3.Connection) -> None:
        nonlocal in_time
        begun.set()
        in_time = finish.wait(5)

    monkeypatch.setattr(sqlite, "_checkpoint", checkpoint)
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 1)
    for _ in range(3):
        await small.run(note("a"))
    begun.wait()
    assert await small.run(notes) == ["a", "a", "a"]
    finish.set()
    assert in_time


async def test_a_log_that_cannot_be_carried_over_is_told_and_kept(
    small: Transactions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await small.run(note("a"))
    connect = small._connect

    def refuse(timeout: float) -> sqlite3.Connection:
        if timeout:
            raise sqlite3.OperationalError("disk I/O error")
        return connect(timeout)

    monkeypatch.setattr(small, "_connect", refuse)
    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 2)
    for _ in range(2):
        await small.run(note("a"))
    assert small._carried is not None
    assert not small._carried.result()
    assert await small.run(notes) == ["a", "a", "a"]
    assert [record.message for record in caplog.records] == [
        "SQLite's log is not carried over (OperationalError)"
    ]


async def test_a_busy_database_costs_no_connection(small: Transactions, path: Path) -> None:
    before = small._at_once
    with locked(path):
        noting = asyncio.create_task(small.run(note("a")))
        await asyncio.sleep(0.01)
    await noting
    await small.run(note("b"))
    assert small._at_once is before


async def test_a_connection_that_broke_is_replaced(small: Transactions) -> None:
    await small.run(note("a"))
    assert small._at_once is not None
    small._at_once.close()
    with pytest.raises(sqlite3.ProgrammingError):
        await small.run(note("b"))
    await small.run(note("c"))
    assert await small.run(notes) == ["a", "c"]


async def test_a_file_that_is_no_database_leaves_no_connection(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database " * 100)
    small = Transactions(lambda _: sqlite3.connect(tmp_path / "notes.txt"), busy_timeout=10)
    with pytest.raises(sqlite3.DatabaseError):
        await small.run(note("a"))
    assert small._at_once is None
    small.close()


async def test_one_at_a_time(small: Transactions, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise KeyError("b")

    monkeypatch.setattr(sqlite, "CHECKPOINT_EVERY", 1)
    for _ in range(2):
        await small.run(note("a"))
    assert small._carried is not None
    small._carried.result()
    # The first waits for the log to begin anew while the second loses the connection.
    results = await asyncio.gather(small.run(note("b")), small.run(fail), return_exceptions=True)
    assert results[0] is None
    assert await small.run(notes) == ["a", "a", "b"]


async def test_closed_twice_is_closed(small: Transactions) -> None:
    small.close()
    small.close()


async def test_nothing_is_confirmed_that_goes_to_a_file_that_was_removed(
    migrated_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, elsewhere = tmp_path / "nocrise.db", tmp_path / "elsewhere.db"
    shutil.copy(migrated_file, path)
    async with Store(f"sqlite:///{path}") as store:
        await subscriptions.follow(store, 1, "mesure-13", now=1.0)
        assert await chats.hits(store, 1, now=1.0) == 1
        path.rename(elsewhere)
        for _ in range(2):
            for away in (
                subscriptions.follow(store, 1, "mesure-3", now=2.0),
                chats.hits(store, 1, now=2.0),
                store.ping(),
            ):
                with pytest.raises(sqlite3.OperationalError) as raised:
                    await away
                assert is_outage(raised.value)
        assert not path.exists(), "no other is begun beside it"
        assert caplog.text.count("removed or replaced") == 1
        elsewhere.rename(path)
        assert await subscriptions.topics_of(store, 1) == ["mesure-13"]
        assert await chats.hits(store, 1, now=3.0) == 2
        shutil.copy(path, elsewhere)
        elsewhere.rename(path)
        with pytest.raises(sqlite3.OperationalError):
            await subscriptions.follow(store, 1, "mesure-3", now=4.0)
