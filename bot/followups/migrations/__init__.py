"""The history of the schema, and how a database is brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.followups.database import Store

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"
"""The last revision: with it known, a database that is up to date needs no Alembic, which takes as long to
import as the knowledge base to read."""
#: Any number will do, so long as nothing else in the same database locks by it.
_LOCK = 20130613


async def upgrade(store: Store, revision: str = HEAD) -> None:
    """Bring the schema up to `revision`; does nothing where it is there already.

    Safe at the start of several processes at once: one migrates, the others wait. Within a
    process, await one before the next: Alembic keeps what it works on in a global.
    """
    async with store.write() as connection:
        if not store.is_sqlite:
            # Released with the transaction. SQLite needs none: writers come one by one.
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await connection.run_sync(_upgrade, revision)


def config(connection: Connection) -> Config:
    """Alembic's configuration for the transaction open on `connection`."""
    from alembic.config import Config  # noqa: PLC0415 (see HEAD)

    made = Config()
    # Alembic interpolates the value, so that a percent sign in a path would break it.
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection, revision: str) -> None:
    if revision == HEAD == _revision(connection):
        return
    from alembic import command  # noqa: PLC0415 (see HEAD)

    command.upgrade(config(connection), revision)


def _revision(connection: Connection) -> str | None:
    """Return where a database stands; None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
