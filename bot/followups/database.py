"""The database behind a URL: SQLite in one file, or PostgreSQL, used in the very same way."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Executable,
    Table,
    any_,
    bindparam,
    exc,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.followups import sqlite
from bot.followups.group_commit import GroupCommit
from bot.followups.transaction import Build, FileTransaction, Prepared, ServerTransaction, Transaction

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

#: PostgreSQL's code for two transactions that wait for each other, and how often one is done again.
_DEADLOCK = "40P01"
_MOST_DEADLOCKS = 5
#: Any number, but not that of the migrations, nor that of the jobs' tables.
_MEMBERS_LOCK = 20130625

#: Seconds that a SQLite writer waits for another before it gives up with "database is locked".
BUSY_TIMEOUT = 10.0
#: Seconds that a server has for a small transaction, or for one that reads: people wait for an answer.
PATIENCE = 5.0
#: Seconds that it has after it has used these up, and for how long: an answer takes several transactions.
_LITTLE_PATIENCE = 1.0
_MISTRUST = 30.0


def normalise(url: str) -> URL:
    """Give `url` the driver that this project uses; raise `ValueError` where it has none.

    Understood: `sqlite:///path`, `sqlite:///~/path`, `postgres://...`, `postgresql://...`.
    """
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        # The URL is not repeated: it may hold a password.
        raise ValueError("not a database URL; for example sqlite:///nocrise.db") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("SQLite needs a file that processes can share: sqlite:///nocrise.db")
        return parsed.set(drivername="sqlite+aiosqlite", database=_at_home(parsed.database))
    if backend in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"{backend}: not supported; use sqlite:///path or postgresql://host/name")


def _at_home(path: str) -> str:
    # A shell expands it only at the start of a word, and SQLite never does.
    if not path.startswith("~"):
        return path
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        raise ValueError("there is no home directory of that name") from None


def retried(transaction: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Do a transaction again that PostgreSQL undid because it and another waited for each other.

    Two that lock the same rows in different orders do: a courier's and one that touches many deliveries, or
    two that write and count for the same chats.
    """

    @wraps(transaction)
    async def persistently(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_MOST_DEADLOCKS):
            try:
                return await transaction(*args, **kwargs)
            except exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                    raise
        return await transaction(*args, **kwargs)

    return persistently


async def hold_members(connection: AsyncConnection) -> None:
    """Wait until no other transaction moves chats or reads who is to get something, and let none do so.

    SQLite lets one at a time write anyway. PostgreSQL would show the one what was before the other.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MEMBERS_LOCK})


class Store:
    """A database, opened. Close it at the end, or use it in `async with`."""

    def __init__(self, url: str, *, busy_timeout: float = BUSY_TIMEOUT, patience: float = PATIENCE) -> None:
        """Prepare to connect to `url`; nothing is opened before the first use."""
        self.url = normalise(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: AsyncEngine
        self._file: sqlite.File | None = None
        # Errors are logged, and parameters are what people wrote and who they are.
        if self.is_sqlite:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            self.engine = create_async_engine(
                self.url, hide_parameters=True, connect_args={"timeout": busy_timeout}
            )
            sqlite.prepare(self.engine.sync_engine)
            self._small = sqlite.Transactions(self._connect, busy_timeout=busy_timeout)
            if "uri" not in self.url.query:
                self._file = sqlite.File(Path(str(self.url.database)).absolute())
        else:
            # The driver is there where it is used.
            from bot.followups import server  # noqa: PLC0415

            self._within = server.within
            self.engine = create_async_engine(
                self.url,
                hide_parameters=True,
                # A server may have restarted since a pooled connection was last used.
                pool_pre_ping=True,
                pool_timeout=patience,
                connect_args={"async_creator_fn": server.Connection.connect, **server.CONNECTING},
            )
        self._patience = patience
        self._mistrusted_until = 0.0
        # On SQLite, those who write take the lock at the start of their transaction: one that
        # first reads and then writes cannot wait for it later.
        self._writer = self.engine.execution_options(writes=True)
        self._statements: dict[Build, Executable] = {}
        self._prepared: dict[Build, Prepared] = {}
        self.together = GroupCommit(self, _forgotten)
        """Runs an operation on one row, in one transaction with what else waits."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections, once what is under way is done."""
        await self.together.finish()
        await self.engine.dispose()
        if self.is_sqlite:
            self._small.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads."""
        self._check_file()
        async with self._in_time(), self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction: committed at the end of the block, undone by an exception.

        It may take as long as it needs, also to wait for others: migrations do.
        """
        self._check_file()
        async with self._writer.begin() as connection:
            yield connection

    @retried
    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """Do all of `work`, which should be small, in one transaction that writes."""
        self._check_file()
        if self.is_sqlite:
            return await self._small.run(lambda driver: work(FileTransaction(self, driver)))
        async with self._in_time(), self.write() as connection:
            return await connection.run_sync(lambda server: work(ServerTransaction(self, server)))

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """Limit the time that the block waits for a server; on SQLite nobody waits but for another writer."""
        if self.is_sqlite:
            yield
            return
        loop = asyncio.get_running_loop()
        # Once in a while it gets all the time again: a connection may take longer to make than the little.
        trusted = loop.time() >= self._mistrusted_until
        try:
            with self._within(self._patience if trusted else min(self._patience, _LITTLE_PATIENCE)):
                yield
        except Exception as error:
            if trusted and is_outage(error):
                self._mistrusted_until = loop.time() + _MISTRUST
            raise
        self._mistrusted_until = 0.0

    def statement(self, build: Build) -> Executable:
        """Return what `build` makes of this database, made once.

        SQLAlchemy takes longer to build a statement than SQLite to run it.
        """
        if build not in self._statements:
            self._statements[build] = build(self)
        return self._statements[build]

    def prepared(self, build: Build, names: Collection[str]) -> Prepared:
        """Return the same compiled, for parameters of these names; they must be the same each time."""
        if build not in self._prepared:
            self._prepared[build] = Prepared(build(self), names)
        return self._prepared[build]

    def among(self, column: "Column[Any]", name: str) -> "ColumnElement[bool]":
        """Return the condition that a column is one of a parameter, which is a list of numbers."""
        # SQLAlchemy's own IN is another statement for each length of the list.
        if self.is_sqlite:
            listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
            return column.in_(select(listed.c.value))
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))

    def insert(self, table: Table) -> "PostgresInsert | SqliteInsert":
        """Start an INSERT that can say what to do on a conflict, which standard SQL cannot."""
        # The other dialect's share of the start and of the memory is for those who use it.
        started: PostgresInsert | SqliteInsert
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415

            started = insert(table)
        else:
            from sqlalchemy.dialects.postgresql import insert as insert_there  # noqa: PLC0415

            started = insert_there(table)
        # Otherwise PostgreSQL's driver does not say how many rows an INSERT made.
        return started.execution_options(preserve_rowcount=True)

    def _connect(self, timeout: float) -> sqlite3.Connection:
        (path, *_), options = self.engine.dialect.create_connect_args(self.url)
        # One thread at a time uses it.
        options.update(timeout=timeout, check_same_thread=False)
        connection: sqlite3.Connection = sqlite3.connect(path, **options)
        return connection

    def _check_file(self) -> None:
        if self._file is not None:
            self._file.check()

    async def ping(self) -> None:
        """Raise unless the database answers."""
        async with self.read() as connection:
            await connection.exec_driver_sql("SELECT 1")


def _forgotten(error: Exception, count: int) -> None:
    if is_outage(error):
        logger.warning("The database is away (%s): %d notes are lost", type(error).__name__, count)
    else:
        logger.error("%d notes are lost", count, exc_info=error)


def is_outage(error: BaseException) -> bool:
    """Whether `error` means that the database is away or busy, rather than a mistake of ours."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if sqlite.code_of(cause) == sqlite3.SQLITE_ERROR:
        # Of a wrong statement; the driver has the same kind of error for a database that is away.
        return False
    away = (
        exc.OperationalError,
        exc.InterfaceError,
        exc.TimeoutError,
        sqlite3.OperationalError,
        ConnectionError,
        TimeoutError,
    )
    return isinstance(error, away) or (isinstance(error, exc.DBAPIError) and error.connection_invalidated)


async def patiently(
    operation: Callable[[], Awaitable[T]],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    pause: float = 0.1,
    longest_pause: float = 2.0,
) -> T:
    """Repeat `operation` until the database is there to do it; pauses, in seconds, double.

    The operation must be one transaction that may be done twice: a connection can break after
    the commit and before its confirmation.
    """
    told = False
    while True:
        try:
            done = await operation()
        except Exception as error:
            if not is_outage(error):
                raise
            if not told:
                logger.warning("The database is away (%s): trying until it is back", type(error).__name__)
            told = True
        else:
            if told:
                logger.warning("The database is back")
            return done
        await sleep(pause)
        pause = min(2 * pause, longest_pause)
