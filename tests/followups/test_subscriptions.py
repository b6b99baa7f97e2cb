"""Who follows what."""

import pytest

from bot.followups import schema, subscriptions
from bot.followups.database import Store

from .moments import NOW


async def test_following_twice_is_following_once(store: Store) -> None:
    assert await subscriptions.follow(store, 1, "mesure-13", now=NOW)
    assert not await subscriptions.follow(store, 1, "mesure-13", now=NOW + 1)
    assert await subscriptions.follow(store, 1, "marseille", now=NOW + 2)
    assert await subscriptions.topics_of(store, 1) == ["mesure-13", "marseille"]
    assert await subscriptions.unfollow(store, 1, "mesure-13")
    assert not await subscriptions.unfollow(store, 1, "mesure-13")
    assert await subscriptions.stop(store, 1, now=NOW) == 1
    assert await subscriptions.topics_of(store, 1) == []


async def test_nobody_fills_the_table_alone(store: Store) -> None:
    await subscriptions.follow(store, 1, "topic-0", now=NOW)
    async with store.write() as connection:
        await connection.execute(
            schema.subscriptions.insert(),
            [
                {"chat_id": 1, "topic": f"topic-{number}", "since": NOW}
                for number in range(1, subscriptions.MOST_TOPICS)
            ],
        )
    assert not await subscriptions.follow(store, 1, "topic-0", now=NOW)
    with pytest.raises(ValueError, match="the most"):
        await subscriptions.follow(store, 1, "one-more", now=NOW)
