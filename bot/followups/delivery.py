"""Delivery of the outbox, at least once.

A delivery is taken for a limited time, so that it comes back by itself if its taker is killed.
A send starts only with leave written in the database, and its place among the sends in flight is
free only once its outcome is on record. Hence: a kill doubles at most the sends in flight; two
senders never send the same; and nobody gets what they stopped following a moment ago.
"""

import asyncio
import heapq
import logging
import os
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.followups import taking
from bot.followups.database import Store, is_outage, patiently
from bot.followups.ledger import Failed, Gone, Later, Ledger, Moved, Sent, Verdict
from bot.followups.pacing import Limits, Pace
from bot.followups.sending import Blocked, Migrated, Refused, RetryAfter, Sender
from bot.followups.taking import Delivery

logger = logging.getLogger(__name__)

#: Seconds between two looks at a database that other processes may write to.
POLL = 1.0
#: Seconds that a delivery may wait in memory for its chat; one that must wait longer goes back
#: to the outbox, so that it takes no place from others.
PATIENCE = 2.0


class Courier:
    """Sends what is in the outbox. Any number of them may work on the same database."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        *,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        """Prepare; `clock` gives seconds since the epoch and is shared by all processes."""
        self.limits = limits or Limits()
        self._store = store
        self._sender = sender
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()
        self._pace = Pace(self.limits)
        self._taker = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._ledger = Ledger(
            store,
            self._taker,
            self.limits.lease,
            clock,
            sleep,
            batch=max(1, self.limits.in_flight // 2),
        )
        self._slots = asyncio.Semaphore(self.limits.in_flight)
        self._lines = asyncio.Semaphore(self.limits.connections)
        self._flying: set[asyncio.Task[None]] = set()
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._at_hand: set[int] = set()
        self._look_at = 0.0
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look at the outbox now: something was published by this process."""
        self._look_at = 0
        self._woken.set()

    def stop(self) -> None:
        """Let `run` and `drain` finish what is in flight, give the rest back, and return."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Deliver whatever comes, until `stop`."""
        while not self._stopping:
            await self.drain()
            await self._rest(POLL)

    async def drain(self) -> None:
        """Deliver until nothing is pending, waiting for what is due later; or until `stop`."""
        try:
            while not self._stopping:
                if not self._waiting and not self._flying:
                    due = await patiently(lambda: taking.next_due(self._store), sleep=self._sleep)
                    if due is None:
                        return
                    if (pause := due - self._clock()) > 0:
                        await self._rest(min(POLL, pause))
                        continue
                    self._look_at = 0
                await self._refill()
                if self._waiting:
                    await self._launch_next()
                elif self._flying:
                    await asyncio.wait(self._flying, timeout=POLL, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._land()

    async def _refill(self) -> None:
        """Take more once there is less at hand than can be sent in about a second."""
        # Little is taken at once, so that two senders share and a kill delays few.
        places = self.limits.in_flight
        enough = places + int(min(self.limits.per_second, 4 * places))
        now = self._clock()
        # No look is further away, unless the clock was set back.
        if len(self._waiting) > enough // 2 or now < self._look_at <= now + POLL:
            return
        taken = await patiently(
            lambda: taking.take(
                self._store,
                self._taker,
                now=self._clock(),
                lease=self.limits.lease,
                limit=enough,
            ),
            sleep=self._sleep,
        )
        if len(taken) < enough:
            self._look_at = self._clock() + POLL
        for delivery in taken:
            # What is at hand already was taken again because its lease had run out.
            if delivery.id not in self._at_hand:
                self._at_hand.add(delivery.id)
                ready = self._pace.chat_ready(delivery.chat_id)
                heapq.heappush(self._waiting, (ready, delivery.id, delivery))

    async def _launch_next(self) -> None:
        """Start the send whose chat is ready first, when the pace and a free place allow."""
        ready, number, delivery = self._waiting[0]
        now = self._clock()
        self._pace.heed(now)
        # Another send to the same chat may have started since this one was put in line, or the clock was set.
        if (current := self._pace.chat_ready(delivery.chat_id)) != ready:
            heapq.heapreplace(self._waiting, (current, number, delivery))
            return
        if ready > now + PATIENCE:
            heapq.heappop(self._waiting)
            await self._ledger.settle(delivery, Later(ready, counts=False))
            self._at_hand.discard(delivery.id)
            return
        if ready > now:
            await self._rest(min(POLL, ready - now))
            return
        await self._slots.acquire()
        pause = self._pace.reserve(delivery.chat_id, self._clock()) - self._clock()
        try:
            if pause > 0:
                await self._sleep(pause)
        except BaseException:
            self._slots.release()
            raise
        if self._stopping:
            self._slots.release()
            return
        heapq.heappop(self._waiting)
        task = asyncio.create_task(self._deliver(delivery))
        self._flying.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            # It comes back once its lease is over; others must not wait for that.
            logger.error("A delivery broke off", exc_info=error)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            until = await self._ledger.permit(delivery)
            if until is None:
                return
            async with self._lines:
                # A process that was frozen must not send what is no longer its own.
                if self._clock() + self.limits.send_timeout > until:
                    return
                verdict = await self._send(delivery)
            await self._ledger.settle(delivery, verdict)
        finally:
            self._at_hand.discard(delivery.id)

    async def _send(self, delivery: Delivery) -> Verdict:  # noqa: PLR0911 - one for each outcome
        try:
            async with asyncio.timeout(self.limits.send_timeout):
                await self._sender.send(delivery.chat_id, delivery.message, delivery.language)
        except RetryAfter as error:
            now = self._clock()
            self._pace.refused(delivery.chat_id, error.seconds, now)
            return Later(now + error.seconds, counts=False)
        except Blocked:
            return Gone()
        except Migrated as error:
            if delivery.attempts + 1 < self.limits.attempts:
                return Moved(error.new_chat_id)
            return Failed()
        except Refused:
            return Failed()
        except Exception as error:  # noqa: BLE001 - see below
            # What nobody foresaw is treated like what is temporary: it is tried again, not lost,
            # and not for ever. Only its type is logged: its text may hold a token or a question.
            attempts = delivery.attempts + 1
            if attempts >= self.limits.attempts:
                logger.warning("A delivery is given up after %d attempts", attempts)
                return Failed()
            logger.info("A send failed: %s", type(error).__name__)
            pause = self.limits.back_off(attempts, self._rng)
            return Later(self._clock() + pause, counts=True)
        self._pace.succeeded()
        return Sent()

    async def _land(self) -> None:
        """Wait for what is in flight, and let others take the rest."""
        if self._flying:
            # No longer than a send can take: the database may be away for good.
            _, late = await asyncio.wait(self._flying, timeout=self.limits.send_timeout + 1)
            for task in late:
                task.cancel()
        ids = [delivery.id for *_, delivery in self._waiting]
        self._waiting.clear()
        self._at_hand.clear()
        if ids:
            try:
                await taking.give_back(self._store, self._taker, ids, now=self._clock())
            except Exception as error:
                # No use waiting for the database: the leases end by themselves.
                if not is_outage(error):
                    raise

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), max(seconds, 0.001))
        self._woken.clear()
