"""Who follows what.

A topic is a string: an entry ('mesure-13'), an origin ('marseille', 'groupe2'), or the whole
event (`outbox.EVENT`).
"""

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups import taking
from bot.followups.chats import upsert
from bot.followups.database import Store, retried
from bot.followups.schema import askers, chats, deliveries, subscriptions

#: Until the person resumes: the last second of the year 9999, which every format can write.
FOREVER = 253402300799.0
#: Enough for every measure, figure and city; nobody can fill the table on their own.
MOST_TOPICS = 100


async def follow(store: Store, chat_id: int, topic: str, *, now: float) -> bool:
    """Add a topic to what a chat follows. False if it is followed already.

    Raises `ValueError` for a chat that has `MOST_TOPICS` already.
    """
    async with store.write() as connection:
        count = await connection.scalar(
            select(func.count())
            .select_from(subscriptions)
            .where(subscriptions.c.chat_id == chat_id, subscriptions.c.topic != topic)
        )
        if count is not None and count >= MOST_TOPICS:
            raise ValueError(f"{MOST_TOPICS} topics are the most that a chat can follow")
        added = await connection.execute(
            store.insert(subscriptions)
            .values(chat_id=chat_id, topic=topic, since=now)
            .on_conflict_do_nothing()
        )
        return added.rowcount == 1


async def unfollow(store: Store, chat_id: int, topic: str) -> bool:
    """Take a topic away. False if it was not followed."""
    async with store.write() as connection:
        gone = await connection.execute(
            delete(subscriptions).where(subscriptions.c.chat_id == chat_id, subscriptions.c.topic == topic)
        )
        return gone.rowcount == 1


async def topics_of(store: Store, chat_id: int) -> list[str]:
    """List what a chat follows, the oldest choice first."""
    async with store.read() as connection:
        found = await connection.scalars(
            select(subscriptions.c.topic)
            .where(subscriptions.c.chat_id == chat_id)
            .order_by(subscriptions.c.since, subscriptions.c.topic)
        )
        return list(found)


async def pause(store: Store, chat_id: int, *, until: float = FOREVER) -> None:
    """Send nothing that is followed before `until`; what comes out meanwhile is not sent later."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, paused_until=until)


async def resume(store: Store, chat_id: int) -> None:
    """End a pause."""
    async with store.write() as connection:
        await connection.execute(update(chats).where(chats.c.chat_id == chat_id).values(paused_until=0))


async def paused_until(store: Store, chat_id: int, *, now: float) -> float | None:
    """When the pause of a chat ends (`FOREVER`: when it resumes); None if it is not paused."""
    async with store.read() as connection:
        until = await connection.scalar(select(chats.c.paused_until).where(chats.c.chat_id == chat_id))
        return until if until is not None and until > now else None


@retried
async def stop(store: Store, chat_id: int, *, now: float, patience: float = 5.0) -> int:
    """End all that a chat follows or waits for, its weekly digest and deliveries under way.

    Returns how many topics it followed. Waits up to `patience` seconds for a send to the chat
    that is under way, so that nothing arrives after a reply that says "stopped".
    """
    async with store.write() as connection:
        count = await end(connection, chat_id, now=now, state="skipped")
    await taking.landed(store, chat_id, now=now, patience=patience)
    return count


async def end(connection: AsyncConnection, chat_id: int, *, now: float, state: str) -> int:
    """`stop` within a transaction; deliveries not yet made get `state`."""
    gone = await connection.execute(delete(subscriptions).where(subscriptions.c.chat_id == chat_id))
    await connection.execute(update(chats).where(chats.c.chat_id == chat_id).values(weekly=False))
    await connection.execute(delete(askers).where(askers.c.chat_id == chat_id))
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.chat_id == chat_id, deliveries.c.state == "pending")
        .values(state=state, settled_at=now)
    )
    return gone.rowcount
