"""Small transactions on SQLite, run where they cost least: in the thread of those who wait for them.

A transaction in WAL mode is a few writes to what the system keeps of the file in memory. It takes less time
than to wake another thread and to be woken by it, which is what asynchronous drivers do for each statement.
What may take long is left to a thread: to wait for another writer, and to carry the log over into the file.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, create_engine, event, exc
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

logger = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Connection], T]

#: Rows changed between two checkpoints: about the thousand pages after which SQLite makes one by itself,
#: in the middle of a transaction.
CHECKPOINT_EVERY = 1000


def prepare(engine: Engine) -> None:
    """Have an engine for SQLite open its connections and begin its transactions as this project does."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


class Transactions:
    """Runs transactions that write, one at a time."""

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        """Prepare to connect; who finds the database busy waits for at most `busy_timeout` seconds."""
        self._at_once = _engine(url, timeout=0.0)
        event.listen(self._at_once, "connect", _leave_checkpoints)
        self._patient = _engine(url, timeout=busy_timeout)
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._connection: Connection | None = None
        self._changes = 0

    async def run(self, work: Work[T]) -> T:
        """Do all of `work` in one transaction."""
        loop = asyncio.get_running_loop()
        if self._changed() - self._changes >= CHECKPOINT_EVERY:
            self._changes = self._changed()
            await loop.run_in_executor(self._thread, self._checkpoint)
        try:
            connection = self._connect()
            transaction = connection.begin()
        except BaseException as error:
            if not (isinstance(error, exc.OperationalError) and _is_busy(error)):
                self._disconnect()
                raise
            return await loop.run_in_executor(self._thread, self._wait, work)
        try:
            with transaction:
                return work(connection)
        except BaseException:
            self._disconnect()
            raise

    def close(self) -> None:
        """Close all connections, once what is under way is done."""
        self._disconnect()
        self._thread.shutdown()
        self._patient.dispose()

    def _connect(self) -> Connection:
        # Kept, because to check a connection out and in again takes longer than a small transaction.
        if self._connection is None:
            self._connection = self._at_once.connect().execution_options(writes=True)
            self._changes = 0
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._at_once.dispose()

    def _changed(self) -> int:
        """Return the rows that the connection has changed so far."""
        if self._connection is None:
            return 0
        driver = self._connection.connection.dbapi_connection
        return driver.total_changes if isinstance(driver, sqlite3.Connection) else 0

    def _wait(self, work: Work[T]) -> T:
        with self._patient.execution_options(writes=True).begin() as connection:
            return work(connection)

    def _checkpoint(self) -> None:
        try:
            with contextlib.closing(self._patient.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
                # The first who writes after it begins the log anew and waits for the disk: better here.
                (version,) = cursor.execute("PRAGMA user_version").fetchone()
                cursor.execute(f"PRAGMA user_version = {version}")
        except (exc.DBAPIError, sqlite3.Error) as error:
            # The log keeps what it has, and the next checkpoint carries it over.
            logger.warning("SQLite's log is not carried over (%s)", type(error).__name__)


def _engine(url: URL, *, timeout: float) -> Engine:
    # Errors are logged, and parameters are what people wrote and who they are.
    engine = create_engine(
        url.set(drivername="sqlite"), hide_parameters=True, connect_args={"timeout": timeout}
    )
    prepare(engine)
    return engine


def _is_busy(error: exc.OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0)
    # The rest of the bits says more precisely what it is busy with.
    return int(code) & 0xFF == sqlite3.SQLITE_BUSY


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late (at the first write): see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # In WAL mode this survives a killed process; a power cut may undo the last transactions.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _leave_checkpoints(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA wal_autocheckpoint = 0")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
