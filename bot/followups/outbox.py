"""What is to be sent: written with its recipients in one transaction."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups.database import Store, hold_members, retried
from bot.followups.schema import chats, deliveries, message_topics, messages, subscriptions

#: The topic of those who want to hear of everything.
EVENT = "evenement"

FOLLOWUP = "followup"  # for those who follow one of its topics
ANSWER = "answer"  # for those who asked to be told
DIGEST = "digest"  # for those who chose the weekly digest
FAULT = "fault"  # for those who maintain the bot

#: Seconds after which it is forgotten who got what. The follow-ups themselves stay for ever.
DELIVERY_LIFE = 30 * 86400.0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell one or many chats; how it looks is the sender's business."""

    id: int
    key: str
    """What makes it unique: publishing a key again changes nothing."""
    kind: str
    """`FOLLOWUP`, `ANSWER`, `DIGEST` or `FAULT`."""
    text: str
    source: str | None
    data: dict[str, Any]
    """Whatever else the sender needs to render it, as JSON."""
    published_at: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not published yet."""

    key: str
    text: str
    source: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    message_id: int
    recipients: int
    is_new: bool
    """False where the key was published before: then nothing was written."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the delivery of a message is, in chats."""

    sent: int = 0
    failed: int = 0
    """Refused for good, or blocked by the recipient."""
    left: int = 0
    cancelled: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to send."""
        return self.left == 0


async def count_recipients(store: Store, topics: Iterable[str], *, now: float) -> int:
    """How many chats `publish` would reach."""
    async with store.read() as connection:
        wanted = _followers(topics, now).subquery()
        return await connection.scalar(select(func.count()).select_from(wanted)) or 0


async def publish(store: Store, draft: Draft, topics: Iterable[str], *, now: float) -> Published:
    """Announce a follow-up to all who follow one of `topics` or the whole event, once each.

    The message and its deliveries are written in one transaction. A key that was published
    before, even if cancelled, is left alone: an entry of suivi.yaml is announced once for all.
    """
    wanted = {*topics, EVENT}
    async with store.write() as connection:
        # A group that becomes a supergroup now is told in its new place, or moved with what it is told.
        await hold_members(connection)
        made = await _write(store, connection, FOLLOWUP, draft, now)
        if not made.is_new:
            return made
        await connection.execute(
            insert(message_topics),
            [{"message_id": made.message_id, "topic": topic} for topic in sorted(wanted)],
        )
        chosen = _followers(wanted, now).subquery()
        result = await connection.execute(
            store.insert(deliveries).from_select(
                ["message_id", "chat_id", "state", "due_at"],
                select(literal(made.message_id), chosen.c.chat_id, literal("pending"), literal(now)),
            ),
        )
        return Published(made.message_id, result.rowcount, is_new=True)


async def tell(
    store: Store,
    connection: AsyncConnection,
    kind: str,
    draft: Draft,
    chat_ids: Sequence[int],
    *,
    now: float,
) -> Published:
    """Address anything but a follow-up to some chats, within a transaction."""
    made = await _write(store, connection, kind, draft, now)
    if not made.is_new or not chat_ids:
        return made
    await connection.execute(
        insert(deliveries),
        [
            {"message_id": made.message_id, "chat_id": chat, "state": "pending", "due_at": now}
            for chat in chat_ids
        ],
    )
    return Published(made.message_id, len(chat_ids), is_new=True)


async def is_published(store: Store, key: str) -> bool:
    """Whether a message of this key exists."""
    async with store.read() as connection:
        return bool(await connection.scalar(select(exists().where(messages.c.key == key))))


@retried
async def cancel(store: Store, message_id: int, *, now: float) -> int:
    """Stop a delivery under way. Returns how many chats it spares; sends in flight arrive."""
    async with store.write() as connection:
        await connection.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.cancelled_at.is_(None))
            .values(cancelled_at=now)
        )
        spared = await connection.execute(
            update(deliveries)
            .where(deliveries.c.message_id == message_id, deliveries.c.state == "pending")
            .values(state="skipped", settled_at=now)
        )
        return spared.rowcount


async def under_way(store: Store) -> list[Message]:
    """List the messages that still have deliveries to make, the newest first."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(messages)
            .where(messages.c.id.in_(select(deliveries.c.message_id).where(deliveries.c.state == "pending")))
            .order_by(messages.c.id.desc())
        )
        return [message_of(row) for row in rows]


async def watched(store: Store, key: str) -> list[Message]:
    """List the follow-ups whose data has `key`: what says where their progress is shown."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(messages)
            .where(messages.c.kind == FOLLOWUP, messages.c.data[key].as_string().is_not(None))
            .order_by(messages.c.id)
        )
        return [message_of(row) for row in rows]


async def unwatch(store: Store, message_id: int, key: str) -> None:
    """Take `key` out of the data of a message."""
    async with store.write() as connection:
        data = await connection.scalar(select(messages.c.data).where(messages.c.id == message_id))
        kept = {name: value for name, value in (data or {}).items() if name != key}
        await connection.execute(update(messages).where(messages.c.id == message_id).values(data=kept))


async def progress(store: Store, message_id: int) -> Progress:
    """How far a delivery is."""
    async with store.read() as connection:
        states = {
            row.state: row.chats
            for row in await connection.execute(
                select(deliveries.c.state, func.count().label("chats"))
                .where(deliveries.c.message_id == message_id)
                .group_by(deliveries.c.state)
            )
        }
        past = (
            await connection.execute(
                select(messages.c.past_sent, messages.c.past_failed, messages.c.cancelled_at).where(
                    messages.c.id == message_id
                )
            )
        ).one_or_none()
    return Progress(
        sent=states.get("sent", 0) + (past.past_sent if past else 0),
        failed=states.get("failed", 0) + (past.past_failed if past else 0),
        left=states.get("pending", 0),
        # Read last: what is cancelled meanwhile has something left, and is shown the next time.
        cancelled=past is not None and past.cancelled_at is not None,
    )


async def timeline(
    store: Store, topics: Iterable[str], *, since: float = 0, until: float = math.inf
) -> list[Message]:
    """List the follow-ups on any of `topics` that were not cancelled, the oldest first.

    They are from `since` on, and from before `until`.
    """
    async with store.read() as connection:
        rows = await connection.execute(
            select(messages)
            .where(
                messages.c.kind == FOLLOWUP,
                messages.c.cancelled_at.is_(None),
                messages.c.published_at >= since,
                messages.c.published_at < until,
                messages.c.id.in_(
                    select(message_topics.c.message_id).where(message_topics.c.topic.in_(sorted(set(topics))))
                ),
            )
            .order_by(messages.c.published_at, messages.c.id)
        )
        return [message_of(row) for row in rows]


@retried
async def expire(store: Store, *, now: float, life: float = DELIVERY_LIFE) -> None:
    """Forget who got what more than `life` seconds ago; the totals and the follow-ups stay."""
    async with store.write() as connection:
        await forget(connection, deliveries.c.settled_at < now - life)


async def forget(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Erase deliveries, adding them to the totals of their messages, within a transaction.

    Answers and digests go with their last delivery: they may quote the person.
    """
    counts = (
        await connection.execute(
            select(
                deliveries.c.message_id,
                func.sum(case((deliveries.c.state == "sent", 1), else_=0)).label("sent"),
                func.sum(case((deliveries.c.state == "failed", 1), else_=0)).label("failed"),
            )
            .where(which)
            .group_by(deliveries.c.message_id)
        )
    ).all()
    for row in counts:
        await connection.execute(
            update(messages)
            .where(messages.c.id == row.message_id)
            .values(
                past_sent=messages.c.past_sent + row.sent,
                past_failed=messages.c.past_failed + row.failed,
            )
        )
    await connection.execute(delete(deliveries).where(which))
    await connection.execute(
        delete(messages).where(
            messages.c.id.in_([row.message_id for row in counts]),
            messages.c.kind != FOLLOWUP,
            ~exists().where(deliveries.c.message_id == messages.c.id),
        )
    )


def _followers(topics: Iterable[str], now: float) -> Select[int]:
    """Select the chats that follow one of `topics` or the event, and are not paused."""
    return (
        select(subscriptions.c.chat_id)
        .where(
            subscriptions.c.topic.in_(sorted({*topics, EVENT})),
            ~paused(subscriptions.c.chat_id, now),
        )
        .distinct()
    )


def paused(chat_id: ColumnElement[int], now: float) -> ColumnElement[bool]:
    """Whether a chat hears nothing of what it follows for a while."""
    return exists().where(chats.c.chat_id == chat_id, chats.c.paused_until > now)


async def _write(store: Store, connection: AsyncConnection, kind: str, draft: Draft, now: float) -> Published:
    written = await connection.scalar(
        store.insert(messages)
        .values(
            key=draft.key,
            kind=kind,
            text=draft.text,
            source=draft.source,
            data=draft.data,
            published_at=now,
        )
        .on_conflict_do_nothing()
        .returning(messages.c.id)
    )
    if written is not None:
        return Published(written, 0, is_new=True)
    there = await connection.scalar(select(messages.c.id).where(messages.c.key == draft.key))
    if there is None:  # pragma: no cover - a conflict without its row cannot be
        raise RuntimeError("the outbox refused a message that it does not hold")
    return Published(there, 0, is_new=False)


def message_of(row: Row[Any]) -> Message:
    """Return the message of a row that has all of its columns."""
    return Message(
        id=row.id,
        key=row.key,
        kind=row.kind,
        text=row.text,
        source=row.source,
        data=row.data,
        published_at=row.published_at,
    )
