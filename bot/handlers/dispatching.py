"""Who sends what is in the outbox: this process, or a worker that is asked to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Protocol

from bot.followups.delivery import Courier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.followups.database import Store as Database
    from bot.handlers.progress import Progress

logger = logging.getLogger(__name__)

RESTART = 5.0
"""Seconds before what broke is started again."""
LAND_WITHIN = 5.0
"""Seconds at the end for what is in flight; service managers wait for about ten in all."""


class Dispatch(Protocol):
    """Has the outbox delivered."""

    here: bool
    """Whether this process does it, and the periodic work too."""

    async def request(self) -> None:
        """Deliver soon: something was published or cancelled."""

    def running(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return the context within which requests are met."""


class Here:
    """Delivers beside the updates: for one machine."""

    here = True

    def __init__(self, courier: Courier, progress: Progress) -> None:
        self._courier = courier
        self._progress = progress
        self._changed = asyncio.Event()

    async def request(self) -> None:
        """Wake the courier, and show how far it is."""
        self._courier.wake()
        self._changed.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver, until what is in flight at the end has landed."""
        courier = asyncio.create_task(self._deliver())
        showing = asyncio.create_task(self._show())
        try:
            yield
        finally:
            self._courier.stop()
            # The database may be away for good; what is in flight then is in doubt, as after a kill.
            await asyncio.wait([courier], timeout=LAND_WITHIN)
            courier.cancel()
            showing.cancel()
            await asyncio.wait([courier, showing], timeout=1)

    async def _deliver(self) -> None:
        """Run the courier until it is stopped, again whenever it breaks."""
        while True:
            try:
                await self._courier.run()
            except Exception as error:  # noqa: BLE001 - whatever it was, people wait
                # Its message may quote what was to be sent.
                logger.error("the courier broke off (%s): starting it again", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(RESTART)
            else:
                return

    async def _show(self) -> None:
        # A former process may have been killed before it showed the end.
        self._changed.set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._progress.follow()
            except Exception as error:  # noqa: BLE001 - the next delivery is to be shown
                logger.error("the progress is not shown (%s)", type(error).__name__)  # noqa: TRY400


class ByWorker:
    """Asks a worker to deliver: for any number of machines with one PostgreSQL."""

    here = False

    def __init__(self, database: Database) -> None:
        from bot.followups import tasks  # noqa: PLC0415 (an extra)

        self._app = tasks.for_requests(database)

    async def request(self) -> None:
        """Put a job in line; the worker looks by itself where that fails."""
        from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415 (an extra)
        from psycopg import Error  # noqa: PLC0415

        from bot.followups import tasks  # noqa: PLC0415

        try:
            await tasks.request_delivery(self._app)
        except (ProcrastinateException, Error) as error:
            logger.warning("The worker was not asked to deliver (%s)", type(error).__name__)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the connection by which the worker is asked."""
        async with self._app.open_async():
            yield


def dispatch_for(database: Database, courier: Courier, progress: Progress) -> Dispatch:
    """Return what has the outbox of a database delivered."""
    return Here(courier, progress) if database.is_sqlite else ByWorker(database)
