"""Deliveries as senders see them: one that is due is taken by one of them, who asks before it sends."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups.database import Store, retried
from bot.followups.outbox import ANSWER, DIGEST, FAULT, FOLLOWUP, Message, message_of, paused
from bot.followups.schema import chats, deliveries, message_topics, messages, subscriptions

#: Seconds between two looks at whether a send under way is over.
_LOOK = 0.02


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one chat, taken by one sender."""

    id: int
    chat_id: int
    attempts: int
    """How many sends failed so far."""
    message: Message
    language: str | None = None
    """What the chat has chosen or is known to speak."""


async def take(store: Store, taker: str, *, now: float, lease: float, limit: int) -> list[Delivery]:
    """Take up to `limit` due deliveries; they come back to others after `lease` seconds."""
    due = (
        select(deliveries.c.id)
        .where(deliveries.c.state == "pending", deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # Not a plain subquery: PostgreSQL could run one more than once and take too many.
        .cte("due")
    )
    async with store.write() as connection:
        taken = (
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(select(due.c.id)))
                .values(taker=taker, due_at=now + lease)
                .returning(
                    deliveries.c.id,
                    deliveries.c.chat_id,
                    deliveries.c.attempts,
                    deliveries.c.message_id,
                )
            )
        ).all()
        wanted = {row.message_id for row in taken}
        rows = await connection.execute(select(messages).where(messages.c.id.in_(wanted)))
        found = {row.id: message_of(row) for row in rows}
        rows = await connection.execute(
            select(chats.c.chat_id, chats.c.language).where(
                chats.c.chat_id.in_({row.chat_id for row in taken}), chats.c.language.is_not(None)
            )
        )
        languages = {row.chat_id: row.language for row in rows}
    # RETURNING promises no order; a chat gets its messages in the order of their publication.
    return [
        Delivery(row.id, row.chat_id, row.attempts, found[row.message_id], languages.get(row.chat_id))
        for row in sorted(taken, key=lambda row: row.id)
    ]


async def permit(
    connection: AsyncConnection, taker: str, ids: Sequence[int], *, now: float, lease: float
) -> set[int]:
    """Which of these deliveries may be sent at this very moment, within a transaction.

    Those must still be the taker's, and wanted; they stay the taker's for `lease` seconds more.
    Those that nobody wants any more are skipped for good.
    """
    ours = and_(deliveries.c.id.in_(ids), deliveries.c.taker == taker, deliveries.c.state == "pending")
    wanted = await connection.scalars(
        update(deliveries)
        .where(ours, _still_wanted(now))
        .values(due_at=now + lease, in_flight=True)
        .returning(deliveries.c.id)
    )
    permitted = set(wanted)
    if len(permitted) < len(ids):
        await connection.execute(
            update(deliveries)
            # Asked anew: what was moved to another chat meanwhile was not to be seen a moment ago. Neither
            # permitted nor skipped, it comes back when its lease is over.
            .where(ours, deliveries.c.id.not_in(permitted), not_(_still_wanted(now)))
            .values(state="skipped", settled_at=now)
        )
    return permitted


@retried
async def give_back(store: Store, taker: str, ids: Sequence[int], *, now: float) -> None:
    """Let others take deliveries that this taker will not send."""
    async with store.write() as connection:
        await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.id.in_(ids),
                deliveries.c.taker == taker,
                deliveries.c.state == "pending",
            )
            .values(due_at=now, taker=None)
        )


async def landed(store: Store, chat_id: int, *, now: float, patience: float) -> bool:
    """Wait for sends to a chat that were under way at `now`; False after `patience` seconds."""
    query = select(
        exists().where(deliveries.c.chat_id == chat_id, deliveries.c.in_flight, deliveries.c.due_at > now)
    )
    for _ in range(max(1, round(patience / _LOOK))):
        async with store.read() as connection:
            if not await connection.scalar(query):
                return True
        await asyncio.sleep(_LOOK)
    return False


async def next_due(store: Store) -> float | None:
    """When the next pending delivery is due, taken ones included; None if there is none."""
    async with store.read() as connection:
        due: float | None = await connection.scalar(
            select(func.min(deliveries.c.due_at)).where(deliveries.c.state == "pending")
        )
        return due


def _still_wanted(now: float) -> ColumnElement[bool]:
    """Whether the chat of a delivery would still be among the recipients of its message."""
    kind = select(messages.c.kind).where(messages.c.id == deliveries.c.message_id).scalar_subquery()
    follows = exists().where(
        subscriptions.c.chat_id == deliveries.c.chat_id,
        subscriptions.c.topic == message_topics.c.topic,
        message_topics.c.message_id == deliveries.c.message_id,
    )
    weekly = exists().where(chats.c.chat_id == deliveries.c.chat_id, chats.c.weekly)
    return or_(
        # A pause is of what is followed: who asked to be told of an answer still wants it.
        kind.in_((ANSWER, FAULT)),
        and_(
            or_(and_(kind == FOLLOWUP, follows), and_(kind == DIGEST, weekly)),
            ~paused(deliveries.c.chat_id, now),
        ),
    )
