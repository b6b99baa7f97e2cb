"""The database of a process: opened, brought up to date, closed; none where its packages are missing."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from pydantic import SecretStr

    from bot.followups.database import Store

logger = logging.getLogger(__name__)


@asynccontextmanager
async def opened(url: SecretStr, stop: asyncio.Event | None = None) -> AsyncIterator[Store | None]:
    """Open a database and migrate it; waits for one that is away until it is there or ``stop`` is set.

    Yields None where the packages of the extra ``followups`` are missing, or when told to stop.

    Raises:
        SettingsError: the URL is none, or leads to no database that can be used.

    """
    try:
        from bot.followups.database import Store  # noqa: PLC0415 (an extra)
        from bot.followups.migrations import upgrade  # noqa: PLC0415
    except ImportError:
        logger.warning("nothing can be followed or remembered: pip install 'nocrise-bot[followups]'")
        yield None
        return
    try:
        database = Store(url.get_secret_value())
        steps: list[Callable[[Store], Awaitable[None]]] = [upgrade]
        if database.is_sqlite:
            steps.insert(0, _write)
        else:
            from bot.followups.tasks import prepare  # noqa: PLC0415 (an extra)

            steps.append(prepare)
    except ValueError as error:
        raise SettingsError(f"DATABASE_URL: {error}") from None
    except ImportError:
        raise SettingsError("DATABASE_URL: needs pip install 'nocrise-bot[postgres]'") from None
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: its directory cannot be made: {error.strerror}") from None
    async with database:
        if database.is_sqlite:
            await _check_file(database)
        migrating = asyncio.create_task(_patiently(database, steps))
        stopped = asyncio.create_task((stop or asyncio.Event()).wait())
        try:
            await asyncio.wait([migrating, stopped], return_when=asyncio.FIRST_COMPLETED)
            ready = migrating.done()
        finally:
            migrating.cancel()
            stopped.cancel()
            # Connections must be back before the database is closed.
            await asyncio.wait([migrating, stopped])
        if ready:
            migrating.result()
        yield database if ready else None


def missing_file(url: SecretStr) -> Path | None:
    """Return the file that opening a database would make; None where there is one, or need be none."""
    try:
        from bot.followups.database import normalise  # noqa: PLC0415 (an extra)

        parsed = normalise(url.get_secret_value())
    except (ImportError, ValueError):
        # Opening it says so.
        return None
    if parsed.get_backend_name() != "sqlite" or "uri" in parsed.query:
        return None
    path = Path(str(parsed.database)).absolute()
    return None if path.exists() else path


async def _patiently(database: Store, steps: Sequence[Callable[[Store], Awaitable[None]]]) -> None:
    from bot.followups.database import patiently  # noqa: PLC0415 (an extra)

    for step in steps:
        await patiently(partial(step, database))


async def _write(database: Store) -> None:
    """Write to a file before it is used: while the bot runs, one that can only be read is waited for."""
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415

    from bot.followups.sqlite import is_readonly, write_nothing  # noqa: PLC0415 (an extra)

    try:
        async with database.write() as connection:
            await write_nothing(connection)
    except DatabaseError as error:
        if not is_readonly(error.orig):
            raise
        raise SettingsError(f"DATABASE_URL: SQLite says: {error.orig}") from None


async def _check_file(database: Store) -> None:
    """Tell a file that can never be opened from one that is busy: the first must not be waited for."""
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415

    try:
        await database.ping()
    except DatabaseError as error:
        if "locked" not in str(error.orig):
            raise SettingsError(f"DATABASE_URL: SQLite says: {error.orig}") from None
