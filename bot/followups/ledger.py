"""The bookkeeping of sends: leave to send, and what came of it.

Each send needs two transactions that must be durable at once: right before it, whether it is
still wanted; right after it, that it was made. Sends run side by side, so whatever they ask
while one transaction runs is put together in the next: a database that takes a thousand
transactions a second keeps up with many thousand sends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups import subscriptions, taking
from bot.followups.database import Store, patiently
from bot.followups.migration import move_chat
from bot.followups.schema import deliveries
from bot.followups.taking import Delivery

#: Seconds that a transaction waits for others to join it.
LINGER = 0.05


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It never will."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat takes nothing any more."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat is elsewhere."""

    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """Try again at `due_at`."""

    due_at: float
    counts: bool
    """Whether this counts as a failed attempt; being asked to wait does not."""


Verdict = Sent | Failed | Gone | Moved | Later


@dataclass(slots=True)
class Ledger:
    """Coalesces what concurrent sends of one taker want of the database."""

    store: Store
    taker: str
    lease: float
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    batch: int
    """How many requests make a transaction worth its while at once; fewer wait for `LINGER`."""
    _enough: asyncio.Event = field(default_factory=asyncio.Event)
    _asking: list[tuple[Delivery, asyncio.Future[float | None]]] = field(default_factory=list)
    _telling: list[tuple[Delivery, Verdict, asyncio.Future[None]]] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def permit(self, delivery: Delivery) -> float | None:
        """Leave to send: until when nobody else will, or None."""
        answer: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self._asking.append((delivery, answer))
        self._start()
        return await answer

    async def settle(self, delivery: Delivery, verdict: Verdict) -> None:
        """Return once the verdict is on record."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._telling.append((delivery, verdict, done))
        self._start()
        await done

    def _is_batch(self) -> bool:
        return len(self._asking) + len(self._telling) >= self.batch

    def _start(self) -> None:
        if self._is_batch():
            self._enough.set()
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._asking or self._telling:
            await self._gather()
            asking, self._asking = self._asking, []
            telling, self._telling = self._telling, []
            try:
                permitted, until = await self._transact(
                    [delivery for delivery, _ in asking],
                    [(delivery, verdict) for delivery, verdict, _ in telling],
                )
            except BaseException as error:
                for _, answer in asking:
                    _fail(answer, error)
                for *_, done in telling:
                    _fail(done, error)
                if not isinstance(error, Exception):
                    raise
                continue
            for delivery, answer in asking:
                if not answer.done():
                    answer.set_result(until if delivery.id in permitted else None)
            for *_, done in telling:
                if not done.done():
                    done.set_result(None)

    async def _gather(self) -> None:
        if not self._is_batch():
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER):
                    await self._enough.wait()
        self._enough.clear()

    async def _transact(
        self, asking: list[Delivery], telling: list[tuple[Delivery, Verdict]]
    ) -> tuple[set[int], float]:
        async def transaction() -> tuple[set[int], float]:
            # Read anew at each try: the database may have been away for longer than a lease.
            now = self.clock()
            async with self.store.write() as connection:
                await self._record(connection, telling, now)
                permitted: set[int] = set()
                if asking:
                    permitted = await taking.permit(
                        connection,
                        self.taker,
                        [delivery.id for delivery in asking],
                        now=now,
                        lease=self.lease,
                    )
            return permitted, now + self.lease

        return await patiently(transaction, sleep=self.sleep)

    async def _record(
        self, connection: AsyncConnection, telling: list[tuple[Delivery, Verdict]], now: float
    ) -> None:
        for state, kind in (("sent", Sent), ("failed", Failed)):
            ids = [delivery.id for delivery, verdict in telling if isinstance(verdict, kind)]
            if ids:
                # Whatever else became of it meanwhile: a message that arrived has arrived.
                await connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id.in_(ids))
                    .values(state=state, settled_at=now, taker=None, in_flight=False)
                )
        later: list[tuple[Delivery, Later]] = []
        for delivery, verdict in telling:
            match verdict:
                case Later():
                    later.append((delivery, verdict))
                case Moved(new_chat_id):
                    await move_chat(connection, delivery.chat_id, new_chat_id)
                    later.append((delivery, Later(now, counts=True)))
                case Gone():
                    await subscriptions.end(connection, delivery.chat_id, now=now, state="failed")
        if later:
            await self._postpone(connection, later)

    async def _postpone(self, connection: AsyncConnection, later: list[tuple[Delivery, Later]]) -> None:
        # Many at once: in a storm there are more of these than of anything else.
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id == bindparam("which"), deliveries.c.taker == self.taker)
            .values(
                due_at=bindparam("until"),
                taker=None,
                in_flight=False,
                attempts=deliveries.c.attempts + bindparam("failures", type_=Integer),
            ),
            [
                {"which": delivery.id, "until": one.due_at, "failures": int(one.counts)}
                for delivery, one in later
            ],
        )
        resting = [
            {"chat": delivery.chat_id, "until": one.due_at} for delivery, one in later if not one.counts
        ]
        if resting:
            # The chat asked for a rest: nobody else should try it with another message.
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.chat_id == bindparam("chat"),
                    deliveries.c.state == "pending",
                    deliveries.c.due_at < bindparam("until"),
                )
                .values(due_at=bindparam("until")),
                resting,
            )


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
