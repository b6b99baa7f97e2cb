"""Which Telegram updates were handled, so that the same one twice changes nothing twice."""

from sqlalchemy import delete

from bot.followups.database import Store
from bot.followups.schema import updates

#: Telegram keeps an update for 24 hours; no later can it come again.
UPDATE_LIFE = 2 * 86400.0


async def first_sight(store: Store, update_id: int, *, now: float) -> bool:
    """Take an update for handling. False if this or another process took it already."""
    async with store.write() as connection:
        taken = await connection.execute(
            store.insert(updates).values(update_id=update_id, seen_at=now).on_conflict_do_nothing()
        )
        return taken.rowcount == 1


async def give_back(store: Store, update_id: int) -> None:
    """Let an update be handled when it comes again, because handling it failed."""
    async with store.write() as connection:
        await connection.execute(delete(updates).where(updates.c.update_id == update_id))


async def expire(store: Store, *, now: float) -> None:
    """Forget updates that cannot come again."""
    async with store.write() as connection:
        await connection.execute(delete(updates).where(updates.c.seen_at < now - UPDATE_LIFE))
