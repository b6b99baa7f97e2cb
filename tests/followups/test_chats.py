"""What is remembered of a chat between two messages."""

import asyncio

from bot.followups import chats
from bot.followups.database import Store
from bot.followups.migration import migrate
from bot.followups.values import Visit

from .moments import GROUP, NOW


async def test_settings_are_kept_one_by_one(store: Store) -> None:
    assert await chats.settings(store, GROUP) == chats.Settings()
    await chats.set_ambient(store, GROUP, on=False)
    await chats.set_language(store, GROUP, "en")
    await chats.set_weekly(store, GROUP, on=True)
    assert await chats.settings(store, GROUP) == chats.Settings(ambient=False, language="en", weekly=True)
    await migrate(store, GROUP, GROUP - 1)
    assert await chats.settings(store, GROUP) == chats.Settings()
    assert not (await chats.settings(store, GROUP - 1)).ambient


async def test_the_thread_of_a_conversation_ends(store: Store) -> None:
    chats.show_entry(store, 1, "mesure-3", now=NOW)
    chats.show_entry(store, 1, "mesure-4", now=NOW, life=60)
    assert (await chats.visit(store, 1, 1, now=NOW + 59)).entry == "mesure-4"
    assert (await chats.visit(store, 1, 1, now=NOW + 61)).entry is None
    assert await chats.visit(store, 3, 2, now=NOW) == Visit(1)


async def test_a_visit_tells_all_that_is_known_of_its_own_chat(store: Store) -> None:
    chats.show_entry(store, GROUP, "mesure-3", now=NOW)
    await chats.set_language(store, 5, "en")
    in_group, in_private, counted = await asyncio.gather(
        chats.visit(store, 5, GROUP, now=NOW),
        chats.visit(store, 5, 5, now=NOW),
        chats.hits(store, 5, now=NOW),
    )
    assert in_group == Visit(1, "mesure-3", None)
    assert in_private == Visit(2, None, "en")
    assert counted == 3


async def test_a_flood_is_counted_in_all_processes(store: Store) -> None:
    times = (0, 1, 2, 59, 60, 61, 121)
    assert [await chats.hits(store, 1, now=NOW + at) for at in times] == [1, 2, 3, 4, 1, 2, 1]
    # Together they are counted one by one, and apart from those of others.
    together = await asyncio.gather(*(chats.hits(store, chat, now=NOW) for chat in (2, 2, 3, 2)))
    assert together == [1, 2, 1, 3]


async def test_a_clock_that_was_ahead_silences_nobody(store: Store) -> None:
    times = (3600, 3601, 0, 1, 2)
    assert [await chats.hits(store, 1, now=NOW + at) for at in times] == [1, 2, 1, 2, 3]
    # Machines whose clocks differ a little count on.
    assert await chats.hits(store, 1, now=NOW - 1) == 4
