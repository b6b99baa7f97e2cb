from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import exc

from bot.followups import chats, digest, outbox, sqlite, subscriptions, updates
from bot.followups.values import Claim
from bot.handlers import dispatching
from bot.handlers.delivering import HOUR, announce, hourly, tell_administrators
from bot.handlers.services import FOLLOWUPS
from bot.kb.followups import FollowUp
from bot.lifecycle import beside
from bot.simulator.state import CAMILLE, GROUP

from .standin import Chat

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.handlers.hub import Hub

    from .conftest import Dates

COMMITTED = FollowUp(
    id="bareme",
    topics=["mesure-13", "marseille"],
    date=dt.date(2014, 3, 1),
    text="Le barème est voté.",
    source="https://example.org/1",
)


def hub(chat: Chat, *committed: FollowUp) -> Hub:
    found: Hub = chat.app.bot_data[FOLLOWUPS]
    chat.app.bot_data[FOLLOWUPS] = replace(found, committed=committed)
    return replace(found, committed=committed)


def news(chat: Chat, place: int = CAMILLE) -> list[str]:
    return [one["text"] for one in chat.world.transcript(place) if one["text"].startswith("📣")]


async def arrives(chat: Chat, count: int) -> None:
    async with asyncio.timeout(5):
        while len(news(chat)) < count:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)


async def test_what_was_committed_is_announced_once(follower: Chat, database: Database, dates: Dates) -> None:
    await follower.ask("bonjour")
    for topic in ("mesure-13", "marseille", "groupe2"):
        await subscriptions.follow(database, CAMILLE, topic, now=dates.now)
    for _ in range(2):
        await announce(hub(follower, COMMITTED))
    await hub(follower).courier.drain()
    (text,) = news(follower)
    assert "Le barème est voté." in text
    assert "01/03/2014" in text
    assert len(await outbox.timeline(database, ["paris"])) == 1


async def test_beside_the_updates_it_announces_delivers_and_ends(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await follower.ask("bonjour")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates.now)
    found = hub(follower, COMMITTED)
    async with beside(follower.app):
        await arrives(follower, 1)
    async with asyncio.timeout(1):
        while found.tasks:  # noqa: ASYNC110 - cancelled tasks end at their next step
            await asyncio.sleep(0.01)


async def test_a_courier_that_breaks_is_started_again(
    follower: Chat, database: Database, dates: Dates, monkeypatch: pytest.MonkeyPatch
) -> None:
    await follower.ask("bonjour")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates.now)
    monkeypatch.setattr(dispatching, "RESTART", 0.01)
    found = hub(follower, COMMITTED)
    run, broken = found.courier.run, 0

    async def breaks_twice() -> None:
        nonlocal broken
        if broken < 2:
            broken += 1
            raise RuntimeError("a mistake of ours")
        await run()

    monkeypatch.setattr(found.courier, "run", breaks_twice)
    async with beside(follower.app):
        await arrives(follower, 1)
    assert broken == 2


async def test_it_ends_in_time_though_the_database_is_away(
    follower: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise exc.OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(dispatching, "LAND_WITHIN", 0.1)
    monkeypatch.setattr(database, "read", refuse)
    monkeypatch.setattr(database, "write", refuse)
    monkeypatch.setattr(database, "transact", lambda _: refuse())
    async with asyncio.timeout(3):
        async with beside(follower.app):
            await asyncio.sleep(0.05)


async def test_without_administrators_nothing_is_kept_for_them(follower: Chat, database: Database) -> None:
    found = hub(follower)
    await tell_administrators(replace(found, admin_ids=frozenset()), "faults", "rien ne va")
    assert not await outbox.is_published(database, f"faults:{found.clock() // HOUR:.0f}")
    await tell_administrators(found, "faults", "rien ne va")
    assert await outbox.is_published(database, f"faults:{found.clock() // HOUR:.0f}")


async def test_an_application_without_followups_has_nothing_beside_it(chat: Chat) -> None:
    async with beside(chat.app):
        assert await chat.ask("mesure 3")


async def test_the_weekly_digest_goes_to_who_chose_it(
    follower: Chat, database: Database, dates: Dates
) -> None:
    follower.people.set_privacy(enabled=False)
    await follower.ask("bonjour")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates.now)
    for chat in (CAMILLE, GROUP):
        await chats.set_weekly(database, chat, on=True)
    await hourly(hub(follower))
    assert await outbox.under_way(database) == [], "there was nothing to say"
    await follower.in_group("#nocrise pourquoi un baromètre ?")
    await announce(hub(follower, COMMITTED))
    await hourly(hub(follower))
    assert [one.kind for one in await outbox.under_way(database)] == [outbox.FOLLOWUP], "it is of next week"
    dates.now += 7 * 86400
    for _ in range(2):
        await hourly(hub(follower))
    dates.now += 1
    await hub(follower).courier.drain()
    texts = [one["text"] for one in follower.world.transcript(CAMILLE)]
    digests = [text for text in texts if text.startswith("Le bilan")]
    assert len(digests) == 1
    assert "Le barème est voté." in digests[0]
    (in_group,) = [
        one["text"] for one in follower.world.transcript(GROUP) if one["text"].startswith("Le bilan")
    ]
    assert "Mesure 3 ·" in in_group
    # At night it waits.
    dates.now += 7 * 86400 - 10 * 3600
    await announce(hub(follower, replace_id("other")))
    await hourly(hub(follower))
    pending = await outbox.under_way(database)
    assert [one.kind for one in pending] == [outbox.FOLLOWUP]


def replace_id(new: str) -> FollowUp:
    return COMMITTED.model_copy(update={"id": new})


async def test_what_has_had_its_time_is_forgotten(follower: Chat, database: Database, dates: Dates) -> None:
    await updates.claim(database, 7, now=dates.now)
    await updates.settle(database, 7)
    dates.now += 3 * 86400
    await hourly(hub(follower))
    assert await updates.claim(database, 7, now=dates.now) is Claim.OURS


async def test_a_mistake_of_ours_ends_neither_digests_nor_forgetting(
    follower: Chat,
    database: Database,
    dates: Dates,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, rounds = "pourquoi un baromètre ?", 0

    async def breaks(*_: object, **__: object) -> int:
        nonlocal rounds
        rounds += 1
        raise KeyError(asked)

    monkeypatch.setattr(digest, "send_weekly", breaks)
    monkeypatch.setattr("bot.handlers.delivering.HOUR", 0.01)
    await updates.claim(database, 7, now=dates.now)
    await updates.settle(database, 7)
    dates.now += 3 * 86400
    async with beside(follower.app), asyncio.timeout(5):
        while rounds < 2:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)
    assert await updates.claim(database, 7, now=dates.now) is Claim.OURS
    line = next(record.getMessage() for record in caplog.records if "KeyError" in record.getMessage())
    assert "in breaks" in line, "it says where"
    assert asked not in caplog.text


async def test_an_update_whose_handling_failed_does_not_come_again_and_again(
    follower: Chat, database: Database, dates: Dates
) -> None:
    follower.people.send_text(CAMILLE, CAMILLE, "mesure 3")
    (update,) = follower.world.queue.pending
    raw: dict[str, Any] = update.to_json()
    follower.world.queue.clear()
    follower.telegram.refuse("sendMessage", "Internal Server Error", 500)
    await follower.update(**raw)
    follower.telegram.refusals.clear()
    await follower.update(**raw)
    assert follower.world.transcript(CAMILLE)[-1]["text"] == "mesure 3"
    assert await updates.claim(database, raw["update_id"], now=dates.now) is Claim.HANDLED


async def test_with_a_full_disk_questions_are_answered_all_the_same(
    follower: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await follower.ask("mesure 3"))["text"].startswith("Mesure 3 ·")

    # For new connections, so that there is no room for another page.
    monkeypatch.setattr(sqlite, "PRAGMAS", [*sqlite.PRAGMAS, "max_page_count = 1"])
    await database.engine.dispose()
    database._small._disconnect()

    async def grow() -> None:
        for chat_id in range(10_000, 12_000):
            await chats.set_ambient(database, chat_id, on=False)

    with pytest.raises(exc.OperationalError, match="full"):
        await grow()
    for number in range(4, 8):
        assert (await follower.ask(f"mesure {number}"))["text"].startswith(f"Mesure {number} ·")


async def test_without_the_database_questions_are_answered_all_the_same(
    follower: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise exc.OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(database, "read", refuse)
    monkeypatch.setattr(database, "write", refuse)
    monkeypatch.setattr(database, "transact", lambda _: refuse())
    assert (await follower.ask("mesure 3"))["text"].startswith("Mesure 3 ·")
    assert "réponse" in (await follower.ask("quel est le prix du kilo de tomates au marché ?"))["text"]
    assert "Désolé" in (await follower.ask("/suivre 13"))["text"]
