"""The history of the schema, and how a database is brought up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.followups.database import Store

#: Any number will do, so long as nothing else in the same database locks by it.
_LOCK = 20130613


async def upgrade(store: Store, revision: str = "head") -> None:
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
    made = Config()
    # Alembic interpolates the value, so that a percent sign in a path would break it.
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(config(connection), revision)
