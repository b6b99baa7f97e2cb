"""Deliveries and periodic work in a process of their own, for a deployment on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from bot.application import Followups, build_application
from bot.errors import SettingsError
from bot.handlers.failures import broke_off
from bot.handlers.logs import configure_logging
from bot.handlers.progress import EVERY
from bot.handlers.services import FOLLOWUPS
from bot.lifecycle import beside, close, connect, stop_event
from bot.storage import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from procrastinate import App as Jobs

    from bot.handlers.hub import Hub
    from bot.handlers.services import App
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

    Work = Callable[[], Coroutine[None, None, None]]

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Jobs side by side: while one delivers, the others have their time."""
SIGN_OF_LIFE = 5.0
"""Seconds between two notes that this worker lives; see ``tasks.STALLED``."""
FINISH_JOBS, FINISH = 3.0, 4.0
"""Seconds at the end, or when the database goes away: for the jobs, and for all; managers wait about ten."""
SHOW_WITHIN = 5.0
"""Seconds to show the end of a delivery; the next one tries again."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a worker that broke begins again."""
QUIET = ("procrastinate", "psycopg.pool")
"""Libraries that log each attempt to reach a database that is away, with its traceback."""


def run_worker(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...] = ()) -> None:
    """Work until SIGTERM or SIGINT.

    Raises:
        SettingsError: the token or a PostgreSQL is missing, or Telegram refuses the token.

    """
    required_settings(settings)
    configure_logging(settings.log_level, settings.telegram_token)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(_until_stopped(settings, matcher, committed))


def required_settings(settings: Settings) -> None:
    """Check what a worker cannot do without.

    Raises:
        SettingsError: one line for each that is missing.

    """
    missing = []
    if settings.telegram_token is None:
        missing.append("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    if not settings.database_url.get_secret_value().startswith("postgres"):
        missing.append(
            "DATABASE_URL: a worker is for PostgreSQL; "
            "on one machine, with SQLite, nocrise run and nocrise web deliver by themselves"
        )
    if missing:
        raise SettingsError("\n".join(missing))


async def _until_stopped(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...]) -> None:
    stop = stop_event()
    async with opened(settings.database_url, stop) as database:
        if database is None:
            return
        followups = Followups(database, committed, alone=False)
        application = build_application(settings, matcher.kb, matcher=matcher, followups=followups)
        try:
            if await connect(application, stop):
                async with beside(application):
                    await Worker(application).run(stop)
        finally:
            await close(application)


class Worker:
    """Does the jobs that processes put in line, and those whose time has come."""

    def __init__(self, application: App) -> None:
        from bot.followups import tasks  # noqa: PLC0415 (an extra)

        self._application = application
        self._jobs = tasks.build(
            self._hub.database,
            deliver=_safely("delivery", self._deliver),
            weekly=_safely("weekly digest", self._sum_up),
            expire=_safely("expiry", self._forget),
        )
        self._pause = FIRST_PAUSE
        self._broken = False

    @property
    def _hub(self) -> Hub:
        """Asked for each time: it is another one once the knowledge base was read again."""
        hub: Hub = self._application.bot_data[FOLLOWUPS]
        return hub

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set; begin again whenever the database was away."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                working = asyncio.create_task(self._work(self._jobs))
                await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
                if stop.is_set():
                    await self._finish(working)
                    return
                self._note(working)
                await asyncio.wait([stopping], timeout=self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
        finally:
            stopping.cancel()

    async def _work(self, jobs: Jobs) -> None:
        from bot.followups import tasks  # noqa: PLC0415 (an extra)

        async with jobs.open_async():
            await tasks.rescue(jobs)
            await tasks.request_delivery(jobs)
            logger.info("the worker %s", "works again" if self._broken else "works")
            self._pause, self._broken = FIRST_PAUSE, False
            await jobs.run_worker_async(
                concurrency=AT_ONCE,
                delete_jobs="always",
                install_signal_handlers=False,
                shutdown_graceful_timeout=FINISH_JOBS,
                stalled_worker_timeout=tasks.STALLED,
                update_heartbeat_interval=SIGN_OF_LIFE,
            )

    def _note(self, working: asyncio.Task[None]) -> None:
        """Log once that the work broke off."""
        error = working.exception()
        if not self._broken:
            reason = type(error).__name__ if error else "a connection was lost"
            logger.warning("the worker broke off (%s): beginning again until it works", reason)
        self._broken = True

    async def _finish(self, working: asyncio.Task[None]) -> None:
        """Let what is in flight land, and end; a job that is cut off is begun again by the next worker."""
        self._hub.courier.stop()
        # Tells Procrastinate to take no further job and to wait for those that run.
        working.cancel()
        _, late = await asyncio.wait([working], timeout=FINISH)
        if late:
            # The database is away: it cannot be told that this worker ends.
            working.cancel()
            await asyncio.wait(late, timeout=1)

    async def _deliver(self) -> None:
        """Send all that is in the outbox, showing how far it is."""
        hub = self._hub
        showing = asyncio.create_task(_safely("the progress", self._show)())
        try:
            await hub.courier.drain()
        finally:
            showing.cancel()
            await asyncio.wait([showing])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHOW_WITHIN):
                await hub.progress.show()

    async def _show(self) -> None:
        # Not only until there is none: more may be published while this is delivered.
        while True:
            await self._hub.progress.follow()
            await asyncio.sleep(EVERY)

    async def _sum_up(self) -> None:
        from bot.handlers.delivering import send_digests  # noqa: PLC0415 (an extra)

        await send_digests(self._hub)

    async def _forget(self) -> None:
        from bot.followups import maintenance  # noqa: PLC0415 (an extra)

        await maintenance.expire(self._hub.database, now=self._hub.clock())


def _safely(name: str, job: Work) -> Work:
    """Log what a job meets here."""

    async def work() -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 - the next job of its kind does what is left
            broke_off(name, error)

    return work
