"""All that is held of a chat: shown, and erased."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups import outbox, questions, subscriptions
from bot.followups.chats import admins_of
from bot.followups.database import Store, retried
from bot.followups.schema import (
    answers,
    asked,
    askers,
    chats,
    deliveries,
    floods,
    messages,
    question_groups,
)
from bot.followups.schema import questions as questions_table
from bot.followups.schema import subscriptions as subscriptions_table


async def export(store: Store, chat_id: int) -> dict[str, Any]:
    """Everything held of a chat, ready for JSON; dates in ISO 8601, UTC."""
    async with store.read() as connection:
        return {
            "chat_id": chat_id,
            "settings": await _rows(
                connection,
                select(
                    chats.c.ambient,
                    chats.c.language,
                    chats.c.weekly,
                    chats.c.paused_until,
                    chats.c.last_entry,
                    chats.c.last_entry_until,
                ).where(chats.c.chat_id == chat_id),
            ),
            "subscriptions": await _rows(
                connection,
                select(subscriptions_table.c.topic, subscriptions_table.c.since)
                .where(subscriptions_table.c.chat_id == chat_id)
                .order_by(subscriptions_table.c.since),
            ),
            "waiting_for_answers": await _rows(
                connection,
                select(questions_table.c.text, askers.c.since)
                .join(askers, askers.c.question_id == questions_table.c.id)
                .where(askers.c.chat_id == chat_id)
                .order_by(askers.c.since),
            ),
            "deliveries": await _rows(
                connection,
                select(
                    messages.c.kind,
                    messages.c.text,
                    deliveries.c.state,
                    deliveries.c.attempts,
                    deliveries.c.due_at,
                    deliveries.c.settled_at,
                )
                .join(messages, messages.c.id == deliveries.c.message_id)
                .where(deliveries.c.chat_id == chat_id)
                .order_by(deliveries.c.id),
            ),
            "message_counter": await _rows(
                connection,
                select(floods.c.window, floods.c.count)
                .where(floods.c.chat_id.in_((chat_id, admins_of(chat_id))))
                .order_by(floods.c.chat_id),
            ),
            "answers": await _rows(
                connection,
                select(answers.c.question_id, answers.c.answer_id, answers.c.others, answers.c.until)
                .where(answers.c.chat_id == chat_id)
                .order_by(answers.c.question_id),
            ),
            "asked_here": await _rows(
                connection,
                select(asked.c.entry_id, asked.c.day, asked.c.count)
                .where(asked.c.chat_id == chat_id)
                .order_by(asked.c.day, asked.c.entry_id),
            ),
            "unanswered_here": await _rows(
                connection,
                select(questions_table.c.text, question_groups.c.count)
                .join(question_groups, question_groups.c.question_id == questions_table.c.id)
                .where(question_groups.c.chat_id == chat_id)
                .order_by(questions_table.c.id),
            ),
        }


@retried
async def erase(store: Store, chat_id: int, *, now: float) -> None:
    """Forget a chat at once, deliveries under way included. Totals of deliveries stay."""
    await subscriptions.stop(store, chat_id, now=now)
    async with store.write() as connection:
        for table in (chats, floods, answers, subscriptions_table, askers):
            await connection.execute(delete(table).where(table.c.chat_id == chat_id))
        await connection.execute(delete(floods).where(floods.c.chat_id == admins_of(chat_id)))
        await questions.leave_group(connection, chat_id)
        await outbox.forget(connection, deliveries.c.chat_id == chat_id)


#: Columns that are points in time; 0 means never.
_TIMES = {"since", "paused_until", "last_entry_until", "due_at", "settled_at", "until", "window"}


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _date(value) if name in _TIMES else value for name, value in row.items()}
        for row in (await connection.execute(query)).mappings()
    ]


def _date(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None
