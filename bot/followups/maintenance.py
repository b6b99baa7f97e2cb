"""Forgetting what need not be known any longer."""

from bot.followups import answered, chats, outbox, questions, updates
from bot.followups.database import Store


async def expire(store: Store, *, now: float) -> None:
    """Forget all that has had its time; call it once a day or more often."""
    await updates.expire(store, now=now)
    await chats.expire(store, now=now)
    await answered.expire(store, now=now)
    await questions.expire(store, now=now)
    await outbox.expire(store, now=now)
