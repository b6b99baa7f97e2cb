"""What delivery does with each answer of Telegram, and with a database that goes away."""

import asyncio
import time
from dataclasses import replace

from sqlalchemy import text

from bot.followups import chats, outbox, subscriptions, taking
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.migration import move_chat
from bot.followups.outbox import Draft, Message, Progress
from bot.followups.pacing import Limits
from bot.followups.sending import Blocked, Migrated, Refused, RetryAfter, TemporaryFailure

from .crowd import FAST, Recorder, subscribe

PATIENT = replace(FAST, lease=60)


DRAFT = Draft("suivi:1", "Le barème est voté.", "https://example.org/1")


async def publish(store: Store, draft: Draft = DRAFT, topic: str = "mesure-13") -> int:
    return (await outbox.publish(store, draft, [topic], now=time.time())).message_id


async def test_a_chat_gets_a_followup_once_however_many_topics_it_follows(store: Store) -> None:
    for topic in ("mesure-13", "marseille", outbox.EVENT):
        await subscribe(store, [1, 2], topic)
    await subscribe(store, [3], "mesure-1")
    await subscribe(store, [4], outbox.EVENT)
    now = time.time()
    assert await outbox.count_recipients(store, ["mesure-13"], now=now) == 3
    first = await outbox.publish(store, DRAFT, ["mesure-13", "marseille"], now=now)
    assert (first.recipients, first.is_new) == (3, True)
    again = await outbox.publish(store, DRAFT, ["mesure-13", "mesure-1"], now=now)
    assert again == outbox.Published(first.message_id, 0, is_new=False)
    sender = Recorder()
    await Courier(store, sender, limits=FAST).drain()
    await Courier(store, sender, limits=FAST).drain()
    assert sorted(sender.sent) == [(1, "suivi:1"), (2, "suivi:1"), (4, "suivi:1")]
    [told] = await outbox.timeline(store, ["marseille"])
    assert (told.text, told.source) == (DRAFT.text, DRAFT.source)
    assert await outbox.timeline(store, ["mesure-1"]) == []


async def test_the_sender_is_told_the_language_of_a_chat(store: Store) -> None:
    await subscribe(store, [1, 2, 3])
    await chats.set_language(store, 1, "en")
    await chats.set_language(store, 2, "fr")
    await publish(store)
    sender = Recorder()
    await Courier(store, sender, limits=FAST).drain()
    assert sender.languages == {1: "en", 2: "fr", 3: None}


async def test_each_answer_has_its_consequence(store: Store) -> None:
    group, supergroup, busy, blocked, refused, shaky, broken = -5, -100500, 2, 3, 4, 5, 6
    await subscribe(store, [group, busy, blocked, refused, shaky, broken, 7])
    await chats.set_language(store, group, "en")
    message = await publish(store)
    sender = Recorder()
    sender.fail = {
        group: [Migrated(supergroup)],
        blocked: [Blocked()],
        refused: [Refused()],
        shaky: [TemporaryFailure(), RuntimeError("unforeseen"), TimeoutError()],
        broken: [TemporaryFailure() for _ in range(100)],
    }
    # Being asked to wait, over and over, is not a failure; failing for ever is one.
    sender.fail[busy] = [RetryAfter(0.01) for _ in range(8)]
    limits = Limits(
        **{name: getattr(FAST, name) for name in ("chat_interval", "send_timeout", "lease")},
        group_interval=0,
        per_second=1e6,
        first_pause=0.01,
        longest_pause=0.02,
        attempts=5,
    )
    await Courier(store, sender, limits=limits).drain()
    assert {chat for chat, _ in sender.sent} == {supergroup, busy, shaky, 7}
    assert len(sender.sent) == 4
    assert await outbox.progress(store, message) == Progress(sent=4, failed=3)
    assert await subscriptions.topics_of(store, group) == []
    assert await subscriptions.topics_of(store, supergroup) == ["mesure-13"]
    assert (await chats.settings(store, supergroup)).language == "en"
    assert await subscriptions.topics_of(store, blocked) == []
    assert await subscriptions.topics_of(store, refused) == ["mesure-13"]


async def test_what_is_published_while_a_group_moves_reaches_the_supergroup(store: Store) -> None:
    group, supergroup = -5, -100500
    await subscribe(store, [group])
    async with store.write() as connection:
        await move_chat(connection, group, supergroup)
        publishing = asyncio.create_task(publish(store))
        # Time enough to read who follows, if nothing held it up.
        await asyncio.sleep(0.3)
    await publishing
    sender = Recorder()
    await Courier(store, sender, limits=FAST).drain()
    assert sender.sent == [(supergroup, "suivi:1")]


async def test_what_is_about_to_be_sent_while_a_group_moves_is_not_lost(store: Store) -> None:
    group, supergroup, lease = -5, -100500, 30.0
    await subscribe(store, [group])
    await publish(store)
    now = time.time()
    [taken] = await taking.take(store, "us", now=now, lease=lease, limit=1)

    async def permit() -> set[int]:
        async with store.write() as connection:
            return await taking.permit(connection, "us", [taken.id], now=now, lease=lease)

    async with store.write() as connection:
        await move_chat(connection, group, supergroup)
        permitting = asyncio.create_task(permit())
        await asyncio.sleep(0.3)
    await permitting
    sender = Recorder()
    await Courier(store, sender, limits=FAST, clock=lambda: now + 2 * lease).drain()
    assert sender.sent == [(supergroup, "suivi:1")]


async def test_a_chat_that_must_wait_does_not_make_others_wait(store: Store) -> None:
    await subscribe(store, range(1, 201))
    await publish(store)
    sender = Recorder()
    # As many as could be in memory at once.
    sender.fail = {chat: [RetryAfter(4)] for chat in range(1, 101)}
    courier = Courier(store, sender, limits=FAST)
    delivering = asyncio.create_task(courier.drain())
    async with asyncio.timeout(2):
        while len(sender.sent) < 100:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)
    courier.stop()
    await delivering
    assert {chat for chat, _ in sender.sent} == set(range(101, 201))


async def test_paused_cancelled_and_stopped_get_nothing(store: Store) -> None:
    await subscribe(store, [1, 2, 3, 4])
    now = time.time()
    await subscriptions.pause(store, 1, until=now + 7 * 86400)
    message = await publish(store)
    await subscriptions.pause(store, 2)
    await subscriptions.unfollow(store, 3, "mesure-13")
    sender = Recorder()
    await Courier(store, sender, limits=FAST).drain()
    assert sender.sent == [(4, "suivi:1")]
    assert await outbox.progress(store, message) == Progress(sent=1)
    await subscriptions.resume(store, 2)
    assert await subscriptions.paused_until(store, 2, now=now) is None
    second = await publish(store, Draft("suivi:2", "…"))
    assert [found.id for found in await outbox.under_way(store)] == [second]
    assert await outbox.cancel(store, second, now=now) == 2
    assert await outbox.under_way(store) == []
    assert await outbox.timeline(store, ["mesure-13"], since=0) != []
    await Courier(store, sender, limits=FAST).drain()
    assert sender.sent == [(4, "suivi:1")]


async def test_a_courier_asked_to_stop_gives_back_what_it_took(store: Store) -> None:
    await subscribe(store, range(1, 101))
    await publish(store)

    class Slow(Recorder):
        async def send(self, chat_id: int, message: Message, language: str | None) -> None:
            courier.stop()
            await asyncio.sleep(0.01)
            await super().send(chat_id, message, language)

    sender = Slow()
    courier = Courier(store, sender, limits=PATIENT)
    await courier.run()
    assert 0 < len(sender.sent) <= FAST.in_flight
    rest = Recorder()
    # Less than the lease, so that what was not given back would not be sent.
    async with asyncio.timeout(PATIENT.lease / 2):
        await Courier(store, rest, limits=PATIENT).drain()
    assert len({*rest.sent, *sender.sent}) == len(rest.sent) + len(sender.sent) == 100


async def test_a_running_courier_sends_what_is_published_later(store: Store) -> None:
    await subscribe(store, [1])
    sender = Recorder()
    courier = Courier(store, sender, limits=FAST)
    running = asyncio.create_task(courier.run())
    for number in range(3):
        await publish(store, Draft(f"suivi:{number}", "…"))
        courier.wake()
        async with asyncio.timeout(2):
            while len(sender.sent) <= number:  # noqa: ASYNC110 - a test may poll
                await asyncio.sleep(0.01)
    courier.stop()
    await running
    assert [key for _, key in sender.sent] == ["suivi:0", "suivi:1", "suivi:2"]


async def test_a_clock_that_was_ahead_holds_up_nothing(store: Store) -> None:
    await subscribe(store, range(1, 4))
    sender, ahead = Recorder(), 3600.0
    courier = Courier(
        store,
        sender,
        limits=replace(FAST, per_second=50, chat_interval=0.1),
        clock=lambda: time.time() + ahead,
    )
    await outbox.publish(store, DRAFT, ["mesure-13"], now=time.time() + ahead)
    await courier.drain()
    ahead = 0.0
    await publish(store, replace(DRAFT, key="suivi:2"))
    await asyncio.wait_for(courier.drain(), 10)
    assert sorted(sender.sent) == [(chat, f"suivi:{one}") for chat in (1, 2, 3) for one in (1, 2)]


async def is_waiting(store: Store) -> bool:
    """Whether a transaction waits for another."""
    async with store.read() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(await connection.scalar(text(query)))


async def test_a_cancellation_that_meets_a_courier_is_done_again(postgres_store: Store) -> None:
    store = postgres_store
    await subscribe(store, [1, 2])
    message = await publish(store)
    async with asyncio.timeout(10), store.write() as courier:
        # The cancellation looks after a second whether they wait for each other: it is undone.
        await courier.execute(text("SET LOCAL deadlock_timeout = '1min'"))
        await courier.execute(text("UPDATE deliveries SET attempts = 1 WHERE chat_id = 2"))
        cancelling = asyncio.create_task(outbox.cancel(store, message, now=time.time()))
        while not await is_waiting(store):  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.001)
        await courier.execute(text("UPDATE deliveries SET attempts = 1 WHERE chat_id = 1"))
    assert await cancelling == 2
