"""What is remembered of a chat between two messages, shared by all processes."""

from dataclasses import dataclass

from sqlalchemy import case, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups.database import Store
from bot.followups.schema import chats, floods

#: Seconds for which "and who carries it?" is understood to be about the last entry shown.
CONTEXT_LIFE = 1800.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of a chat; these are the defaults."""

    ambient: bool = True
    """Whether to answer #nocrise messages of a group that are not addressed to the bot."""
    language: str | None = None
    """'fr' or 'en'; None while the chat has not chosen."""
    weekly: bool = False
    """Whether to send the weekly digest."""


async def settings(store: Store, chat_id: int) -> Settings:
    """Return the settings of a chat."""
    async with store.read() as connection:
        row = (
            await connection.execute(
                select(chats.c.ambient, chats.c.language, chats.c.weekly).where(chats.c.chat_id == chat_id)
            )
        ).one_or_none()
    return Settings() if row is None else Settings(row.ambient, row.language, row.weekly)


async def set_ambient(store: Store, chat_id: int, *, on: bool) -> None:
    """Answer a group's unaddressed messages, or not."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, ambient=on)


async def set_language(store: Store, chat_id: int, language: str | None) -> None:
    """Answer in `language` from now on; None goes back to the default."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, language=language)


async def set_weekly(store: Store, chat_id: int, *, on: bool) -> None:
    """Send the weekly digest, or not."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, weekly=on)


async def show_entry(
    store: Store, chat_id: int, entry_id: str, *, now: float, life: float = CONTEXT_LIFE
) -> None:
    """Remember for `life` seconds which entry a chat saw last."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, last_entry=entry_id, last_entry_until=now + life)


async def entry_shown(store: Store, chat_id: int, *, now: float) -> str | None:
    """Return the entry that a chat saw last, if that was not too long ago."""
    async with store.read() as connection:
        found: str | None = await connection.scalar(
            select(chats.c.last_entry).where(chats.c.chat_id == chat_id, chats.c.last_entry_until > now)
        )
        return found


async def hits(store: Store, chat_id: int, *, now: float, window: float) -> int:
    """Count one message of a chat; returns how many there were in the running `window` seconds."""
    fresh = floods.c.window <= now - window
    async with store.write() as connection:
        count: int = (
            await connection.execute(
                store.insert(floods)
                .values(chat_id=chat_id, window=now, count=1)
                .on_conflict_do_update(
                    index_elements=[floods.c.chat_id],
                    set_={
                        "window": case((fresh, now), else_=floods.c.window),
                        "count": case((fresh, 1), else_=floods.c.count + 1),
                    },
                )
                .returning(floods.c.count)
            )
        ).scalar_one()
    return count


async def within_limit(store: Store, chat_id: int, *, now: float, limit: int, window: float) -> bool:
    """Count one message of a chat; False if it is above `limit` in `window` seconds."""
    return await hits(store, chat_id, now=now, window=window) <= limit


async def expire(store: Store, *, now: float, flood_life: float = 86400.0) -> None:
    """Forget flood counters untouched for `flood_life` seconds, and contexts that ended."""
    async with store.write() as connection:
        await connection.execute(delete(floods).where(floods.c.window < now - flood_life))
        # A chat whose row says nothing but the defaults need not be known at all.
        await connection.execute(
            delete(chats).where(
                chats.c.last_entry_until < now,
                chats.c.paused_until < now,
                chats.c.ambient,
                chats.c.language.is_(None),
                ~chats.c.weekly,
            )
        )
        await connection.execute(chats.update().where(chats.c.last_entry_until < now).values(last_entry=None))


async def upsert(
    store: Store, connection: AsyncConnection, chat_id: int, **values: float | str | None
) -> None:
    """Write some columns of a chat's row, made if need be, within a transaction."""
    await connection.execute(
        store.insert(chats)
        .values(chat_id=chat_id, **values)
        .on_conflict_do_update(index_elements=[chats.c.chat_id], set_=values)
    )
