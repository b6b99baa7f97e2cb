"""Delivery and periodic work as Procrastinate jobs, for PostgreSQL and several machines.

Import this only there: Procrastinate comes with the extra `postgres`.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import text

from bot.followups.database import Store
from bot.followups.server import CONNECTING

logger = logging.getLogger(__name__)

#: One job waits and one runs at most, over all machines: there is one sender at a time.
_DELIVERY = "delivery"
#: Any number, but not that of the migrations.
_SCHEMA_LOCK = 20130614
#: Seconds to wait for a connection before the database counts as away.
_CONNECT_WITHIN = 5
#: Connections of a worker: for the jobs that it runs side by side and for its own bookkeeping.
_CONNECTIONS = 6
#: Seconds without a sign of life after which a worker is gone.
STALLED = 20.0
#: Four times a minute.
CHECK = "* * * * * */15"

Job = Callable[[], Awaitable[object]]


def build(store: Store, *, deliver: Job, weekly: Job, expire: Job) -> App:
    """Make an app whose worker calls `deliver` on request and every quarter of a minute.

    `weekly` is called each hour and decides for itself whether there is something to send; `expire`
    each night. Open the app before use: `async with app.open_async():`.
    """
    app = App(connector=_connector(store, min_size=1, max_size=_CONNECTIONS))

    @app.task(name=_DELIVERY, lock=_DELIVERY, queueing_lock=_DELIVERY, pass_context=False)
    async def run_delivery() -> None:
        await deliver()

    # Because a process may be killed between publishing and asking for delivery, or while it delivers.
    @app.periodic(cron=CHECK)
    @app.task(name="delivery-check", queueing_lock="delivery-check")
    async def check_delivery(timestamp: int) -> None:
        del timestamp
        await rescue(app)
        await request_delivery(app)

    @app.periodic(cron="5 * * * *")
    @app.task(name="weekly-digest", queueing_lock="weekly-digest")
    async def write_digests(timestamp: int) -> None:
        del timestamp
        await weekly()
        await request_delivery(app)

    @app.periodic(cron="30 3 * * *")
    @app.task(name="expiry", queueing_lock="expiry")
    async def forget_old(timestamp: int) -> None:
        del timestamp
        await expire()

    return app


def for_requests(store: Store) -> App:
    """Make an app that only asks for deliveries; it opens even while the database is away."""
    return App(connector=_connector(store, min_size=0, max_size=1))


async def prepare(store: Store) -> None:
    """Make Procrastinate's tables or bring them up to date; safe at the start of several processes."""
    async with store.write() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
        scripts = _scripts()
        newest = scripts[-1].name
        if await connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            wanted = [SchemaManager.get_schema()]
        else:
            done = await connection.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass)"))
            wanted = [script.read_text(encoding="utf-8") for script in scripts if done and script.name > done]
            if done == newest:
                return
        # SQLAlchemy would prepare them, and only single statements can be prepared.
        driver: Any = (await connection.get_raw_connection()).driver_connection
        for script in wanted:
            await driver.execute(script)
        # Procrastinate itself keeps no record of what was applied.
        await driver.execute(
            sql.SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(sql.Literal(newest)),
        )


async def request_delivery(app: App) -> None:
    """Have the outbox delivered soon, by whichever worker is free."""
    with suppress(AlreadyEnqueued):
        await app.configure_task(_DELIVERY, lock=_DELIVERY, queueing_lock=_DELIVERY).defer_async()


async def rescue(app: App) -> None:
    """End the jobs of killed workers, which would keep the sender's lock for ever.

    They need not be done again: the next job of the same kind does what is left.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        # Another worker may have been faster.
        with suppress(ConnectorException):
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
            logger.warning("A worker is gone: its job %s is ended", job.task_name)


def _scripts() -> list[Path]:
    """What Procrastinate's versions changed in its schema, the oldest first."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _connector(store: Store, *, min_size: int, max_size: int) -> PsycopgConnector:
    return PsycopgConnector(
        conninfo=store.url.set(drivername="postgresql").render_as_string(hide_password=False),
        min_size=min_size,
        max_size=max_size,
        timeout=_CONNECT_WITHIN,
        kwargs={**CONNECTING, "connect_timeout": _CONNECT_WITHIN},
    )
