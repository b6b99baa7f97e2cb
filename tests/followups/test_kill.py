"""Delivery by processes that are killed, by several at once, and through storms of errors."""

import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from bot.followups import outbox, subscriptions
from bot.followups.database import Store
from bot.followups.outbox import Draft

from .crowd import FAST, subscribe
from .standin import OK, Fault, StandIn

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("worker.py")
CROWD = range(1, 601)
#: Where it does not matter that they are many.
SOME = range(1, 401)


async def start(store: Store, telegram: StandIn) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, PROGRAM),
        *(store.url.render_as_string(hide_password=False), telegram.url, json.dumps(asdict(FAST))),
        env={"PYTHONPATH": str(ROOT)},
    )


@asynccontextmanager
async def working(store: Store, telegram: StandIn) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that is no more at the end, however the test ends."""
    process = await start(store, telegram)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def publish_to(crowd: range, store: Store) -> int:
    await subscribe(store, crowd)
    published = await outbox.publish(
        store, Draft("suivi:1", "Le barème est voté."), ["mesure-13"], now=time.time()
    )
    assert published.recipients == len(crowd)
    return published.message_id


async def test_killed_in_mid_delivery_everyone_has_it(store: Store) -> None:
    message = await publish_to(CROWD, store)
    async with StandIn(delay=0.01) as telegram:
        async with working(store, telegram) as worker:
            await telegram.wait_for(300)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        assert len(telegram.chats) < len(CROWD), "the worker was done before it was killed"
        async with working(store, telegram) as worker:
            assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert telegram.chats == set(CROWD)
    assert telegram.doubled <= FAST.in_flight
    assert await outbox.progress(store, message) == outbox.Progress(sent=len(CROWD))


async def test_of_two_workers_nobody_gets_it_twice(store: Store) -> None:
    message = await publish_to(CROWD, store)
    async with (
        StandIn(delay=0.01) as telegram,
        working(store, telegram) as one,
        working(store, telegram) as other,
    ):
        assert await asyncio.wait_for(one.wait(), 20) == 0
        assert await asyncio.wait_for(other.wait(), 20) == 0
    assert telegram.chats == set(CROWD)
    assert telegram.doubled == 0
    assert telegram.busiest > FAST.connections, "only one of them worked"
    assert (await outbox.progress(store, message)).sent == len(CROWD)


async def test_a_worker_finishes_what_another_was_killed_at(store: Store) -> None:
    await publish_to(SOME, store)
    async with (
        StandIn(delay=0.01) as telegram,
        working(store, telegram) as one,
        working(store, telegram) as other,
    ):
        await telegram.wait_for(150)
        one.kill()
        assert await asyncio.wait_for(other.wait(), 20) == 0
    assert telegram.chats == set(SOME)
    assert telegram.doubled <= FAST.in_flight


async def test_nothing_is_lost_in_a_storm(store: Store) -> None:
    message = await publish_to(SOME, store)
    weather = random.Random(13)
    faults: list[Fault] = [(429, {"retry_after": 0.2}), (500, {}), (502, {}), None]

    def storm(chat: int, attempt: int) -> Fault:
        if chat % 100 == 0:
            return (403, {})
        return weather.choice(faults) if attempt < 3 and weather.random() < 0.6 else OK

    async with StandIn(decide=storm) as telegram, working(store, telegram) as worker:
        assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert telegram.chats == {chat for chat in SOME if chat % 100}
    assert telegram.doubled == 0
    assert await outbox.progress(store, message) == outbox.Progress(sent=396, failed=4)
    assert await subscriptions.topics_of(store, 100) == []
    assert await subscriptions.topics_of(store, 101) == ["mesure-13"]


async def test_who_leaves_during_a_delivery_gets_nothing_after(store: Store) -> None:
    await publish_to(CROWD, store)
    leaving = range(600, 560, -1)
    left: set[int] = set()
    late: list[int] = []

    async def on_arrival(chat: int) -> None:
        if chat in left:
            late.append(chat)

    async with (
        StandIn(delay=0.03, on_arrival=on_arrival) as telegram,
        working(store, telegram) as worker,
    ):
        await telegram.wait_for(50)
        for chat in leaving:
            await subscriptions.stop(store, chat, now=time.time())
            left.add(chat)
        assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert len(telegram.chats) < len(CROWD), "the worker was done before they left"
    assert late == [], "sends went on after /stop"
    assert telegram.chats >= set(CROWD) - set(leaving)
