"""Small transactions on SQLite, run where they cost least: in the thread of those who wait for them.

A transaction in WAL mode is a few writes to what the system keeps of the file in memory. It takes less time
than to wake another thread and to be woken by it, which is what asynchronous drivers do for each statement.
What may take long is left to a thread: to wait for another writer, and to carry the log over into the file.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import ConnectionPoolEntry

logger = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Connect = Callable[[float], sqlite3.Connection]

#: Rows changed between two checkpoints. Each carries a page once however often it was changed since; the
#: log has some 10 MB then. SQLite would make one by itself in the middle of a transaction.
CHECKPOINT_EVERY = 4000
PRAGMAS = [
    "journal_mode = WAL",
    # In WAL mode this survives a killed process; a power cut may undo the last transactions.
    "synchronous = NORMAL",
    "foreign_keys = ON",
]


def prepare(engine: Engine) -> None:
    """Have an engine for SQLite open its connections and begin its transactions as this project does."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


class Transactions:
    """Runs transactions that write, one at a time."""

    def __init__(self, connect: Connect, *, busy_timeout: float) -> None:
        """``connect`` opens a connection that waits so many seconds for another writer.

        Who finds the database busy waits for at most ``busy_timeout`` seconds.
        """
        self._connect = connect
        self._busy_timeout = busy_timeout
        self._thread = ThreadPoolExecutor(1, "sqlite")
        # Kept, because to open one takes longer than a small transaction: one for each thread.
        self._at_once: sqlite3.Connection | None = None
        self._patient: sqlite3.Connection | None = None
        self._changes = 0
        self._carried: Future[bool] | None = None
        self._free = asyncio.Lock()

    async def run(self, work: Work[T]) -> T:
        """Do all of `work` in one transaction."""
        async with self._free:
            return await self._run(work)

    async def _run(self, work: Work[T]) -> T:
        try:
            if self._at_once is None:
                self._at_once = self._open(0.0)
                self._at_once.execute("PRAGMA wal_autocheckpoint = 0")
                self._changes = 0
            await self._keep_log_short(self._at_once.total_changes)
            self._at_once.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            if not _is_busy(error):
                self._disconnect()
                raise
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._wait, work)
        try:
            return _finished(self._at_once, work)
        except BaseException:
            self._disconnect()
            raise

    def close(self) -> None:
        """Close all connections, once what is under way is done."""
        self._disconnect()
        self._thread.shutdown()
        self._lose_patience()

    async def _keep_log_short(self, changes: int) -> None:
        """Carry the log over once it is long enough.

        Transactions go on while the bulk is carried, for that takes long enough for somebody to notice. They
        wait for the rest alone: only a log that is carried over to its end begins anew.
        """
        if self._carried is None:
            if changes - self._changes >= CHECKPOINT_EVERY:
                self._carried = self._thread.submit(self._carry_over, _checkpoint)
        elif self._carried.done():
            worked, self._carried = self._carried.result(), None
            self._changes = changes
            if worked:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._carry_over, _begin_log_anew)

    def _open(self, timeout: float) -> sqlite3.Connection:
        connection = self._connect(timeout)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _disconnect(self) -> None:
        # What the connection has begun is undone.
        if self._at_once is not None:
            self._at_once.close()
            self._at_once = None

    def _wait(self, work: Work[T]) -> T:
        try:
            connection = self._waiting()
            connection.execute("BEGIN IMMEDIATE")
            return _finished(connection, work)
        except BaseException:
            self._lose_patience()
            raise

    def _waiting(self) -> sqlite3.Connection:
        """Return the connection of the thread."""
        if self._patient is None:
            self._patient = self._open(self._busy_timeout)
        return self._patient

    def _lose_patience(self) -> None:
        if self._patient is not None:
            self._patient.close()
            self._patient = None

    def _carry_over(self, checkpoint: Work[None]) -> bool:
        try:
            checkpoint(self._waiting())
        except sqlite3.Error as error:
            self._lose_patience()
            # The log keeps what it has, and the next checkpoint carries it over.
            logger.warning("SQLite's log is not carried over (%s)", type(error).__name__)
            return False
        return True


def _checkpoint(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _begin_log_anew(connection: sqlite3.Connection) -> None:
    _checkpoint(connection)
    # The first who writes after it waits for the disk: better here.
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {version}")


def _finished(connection: sqlite3.Connection, work: Work[T]) -> T:
    result = work(connection)
    connection.execute("COMMIT")
    return result


class File:
    """The file of a database, watched: what is written to one that was removed goes with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None
        self._told = False

    def check(self) -> None:
        """Raise the error of a database that is away unless the file is the one that was opened."""
        try:
            status = self._path.stat()
        except OSError:
            found = None
        else:
            found = status.st_dev, status.st_ino
        # Before the first connection there may be none.
        self._opened = self._opened or found
        if found == self._opened:
            self._told = False
            return
        if not self._told:
            logger.error("The database's file was removed or replaced: put it back, or restart")
        self._told = True
        raise sqlite3.OperationalError("the database's file was removed or replaced")


def code_of(error: BaseException | None) -> int:
    """Return SQLite's code of an error; 0 where it has none."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code


async def write_nothing(connection: AsyncConnection) -> None:
    """Write what the file holds already, within a transaction; of one that is read only, SQLite fails."""
    # It lets such a transaction begin, even one that is begun in order to write.
    version = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
    await connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def is_readonly(error: BaseException | None) -> bool:
    """Whether SQLite may not write to the file, or to the directory that it is in."""
    return code_of(error) & 0xFF == sqlite3.SQLITE_READONLY


def _is_busy(error: BaseException) -> bool:
    # The rest of the bits says more precisely what it is busy with.
    return code_of(error) & 0xFF == sqlite3.SQLITE_BUSY


def _prepare(connection: DBAPIConnection | sqlite3.Connection, _: ConnectionPoolEntry | None = None) -> None:
    # The driver's own transactions begin too late (at the first write): see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
