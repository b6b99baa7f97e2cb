"""Delivery and periodic work as Procrastinate jobs, for PostgreSQL and several machines.

Import this only there: Procrastinate comes with the extra `postgres`.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from sqlalchemy import text

from bot.followups.database import Store

logger = logging.getLogger(__name__)

#: One job waits and one runs at most, over all machines: there is one sender at a time.
_DELIVERY = "delivery"
#: Any number, but not that of the migrations.
_SCHEMA_LOCK = 20130614

Job = Callable[[], Awaitable[object]]


def build(store: Store, *, deliver: Job, weekly: Job, expire: Job) -> App:
    """Make an app whose worker calls `deliver` on request and each minute, the others in time.

    `weekly` is called each hour and decides itself whether there is something to send; `expire`
    each night. Open the app before use: `async with app.open_async():`.
    """
    conninfo = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=conninfo))

    @app.task(name=_DELIVERY, lock=_DELIVERY, queueing_lock=_DELIVERY, pass_context=False)
    async def run_delivery() -> None:
        await deliver()

    # Each minute, because a process may be killed between publishing and asking for delivery.
    @app.periodic(cron="* * * * *")
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


async def prepare(app: App, store: Store) -> None:
    """Make Procrastinate's tables unless they exist; safe at the start of several processes."""
    async with store.write() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
        if await connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
            # On its own connection, committed before the lock is given free.
            await app.schema_manager.apply_schema_async()


async def request_delivery(app: App) -> None:
    """Have the outbox delivered soon, by whichever worker is free."""
    with suppress(AlreadyEnqueued):
        await app.configure_task(_DELIVERY).defer_async()


async def rescue(app: App) -> None:
    """End the jobs of killed workers, which would keep the sender's lock for ever.

    They need not be done again: the next job of the same kind does what is left.
    """
    for job in await app.job_manager.get_stalled_jobs():
        logger.warning("A worker is gone: its job %s is ended", job.id)
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
