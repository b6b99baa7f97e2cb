"""A server that hangs: it takes connections, and says nothing."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest

from bot.followups import chats
from bot.followups.database import Store, is_outage

from .postgres import Server

#: Seconds; by default it is a matter of five.
PATIENCE = 0.3
#: What a busy machine may take longer.
SLACK = 1.5


@pytest.fixture
async def hasty(postgres: Server) -> AsyncIterator[Store]:
    url = postgres.create(f"test_{uuid.uuid4().hex}", template="migrated")
    async with Store(url, patience=PATIENCE) as store:
        yield store


async def visit(store: Store) -> int:
    return (await chats.visit(store, 1, 1, now=0.0)).hits


async def fails_in_time(store: Store) -> None:
    begun = time.monotonic()
    async with asyncio.timeout(5):
        results = await asyncio.gather(
            visit(store), visit(store), chats.settings(store, 1), return_exceptions=True
        )
    assert time.monotonic() - begun < PATIENCE + SLACK
    assert all(isinstance(result, Exception) and is_outage(result) for result in results), results


async def test_who_asks_a_server_that_hangs_is_told_in_time(hasty: Store, postgres: Server) -> None:
    assert await visit(hasty) == 1
    with postgres.frozen():
        # The first has a connection, later ones try to make one.
        for _ in range(3):
            await fails_in_time(hasty)
    assert await visit(hasty) == 2, "what failed was not done"
    assert (await chats.settings(hasty, 1)).weekly is False


async def test_a_server_that_hangs_in_the_middle_holds_up_nobody(hasty: Store, postgres: Server) -> None:
    begun = time.monotonic()
    with pytest.raises(Exception, match="does not answer") as caught:  # noqa: PT012 (frozen within)
        async with asyncio.timeout(5), hasty.read() as connection:
            await connection.exec_driver_sql("SELECT 1")
            with postgres.frozen():
                await connection.exec_driver_sql("SELECT 1")
    assert is_outage(caught.value)
    assert time.monotonic() - begun < PATIENCE + SLACK
    assert await visit(hasty) == 1


async def test_a_store_can_be_closed_while_the_server_hangs(postgres: Server) -> None:
    store = Store(postgres.create(f"test_{uuid.uuid4().hex}", template="migrated"), patience=PATIENCE)
    await asyncio.gather(visit(store), chats.settings(store, 1))
    with postgres.frozen():
        visiting = asyncio.create_task(visit(store))
        await asyncio.sleep(PATIENCE / 3)
        begun = time.monotonic()
        await store.close()
        assert time.monotonic() - begun < PATIENCE + SLACK
        (result,) = await asyncio.gather(visiting, return_exceptions=True)
        assert isinstance(result, Exception)
        assert is_outage(result)


async def test_after_one_hang_others_are_shorter(
    hasty: Store, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.followups.database._LITTLE_PATIENCE", 0.01)
    monkeypatch.setattr(hasty, "_patience", 1.0)
    with postgres.frozen():
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await visit(hasty)
        assert time.monotonic() - begun >= 1.0
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await visit(hasty)
        assert time.monotonic() - begun < 1.0
    monkeypatch.setattr("bot.followups.database._LITTLE_PATIENCE", 3.0)
    assert await visit(hasty) == 1


async def test_what_may_take_long_is_given_the_time(hasty: Store) -> None:
    async with hasty.write() as connection:
        await connection.exec_driver_sql(f"SELECT pg_sleep({2 * PATIENCE})")
