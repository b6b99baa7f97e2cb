"""Totals for those who run the bot; nothing in them is about one person."""

from sqlalchemy import distinct, func, select

from bot.followups import answered
from bot.followups.database import Store
from bot.followups.outbox import FOLLOWUP
from bot.followups.schema import askers, chats, deliveries, messages, questions, subscriptions


async def gather(store: Store, *, now: float) -> dict[str, int]:
    """Count followers, subscriptions, what is published, pending and unanswered."""
    queries = {
        "followers": select(func.count(distinct(subscriptions.c.chat_id))),
        "paused": select(func.count(distinct(subscriptions.c.chat_id)))
        .join_from(subscriptions, chats, chats.c.chat_id == subscriptions.c.chat_id)
        .where(chats.c.paused_until > now),
        "subscriptions": select(func.count()).select_from(subscriptions),
        "weekly": select(func.count()).where(chats.c.weekly),
        "published": select(func.count()).where(messages.c.kind == FOLLOWUP),
        "pending": select(func.count()).where(deliveries.c.state == "pending"),
        "questions": select(func.count()).select_from(questions),
        "awaited": select(func.count(distinct(askers.c.question_id))),
    }
    async with store.read() as connection:
        found = {name: await connection.scalar(query) or 0 for name, query in queries.items()}
    thumbs = await answered.totals(store)
    return found | {"up": thumbs.get("up", 0), "down": thumbs.get("down", 0)}
