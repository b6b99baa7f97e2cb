"""A group that became a supergroup has a new id: all that is held of it moves there."""

from typing import Final

from sqlalchemy import Column, Table, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups.chats import admins_of
from bot.followups.database import Store, hold_members, retried
from bot.followups.schema import (
    answers,
    asked,
    askers,
    chats,
    deliveries,
    floods,
    question_groups,
    subscriptions,
)

#: Tables by chat, and what else makes a row of theirs unique.
_KEYED: Final[list[tuple[Table, list[Column[object]]]]] = [
    (chats, []),
    (floods, []),
    (subscriptions, [subscriptions.c.topic]),
    (deliveries, [deliveries.c.message_id]),
    (askers, [askers.c.question_id]),
    (question_groups, [question_groups.c.question_id]),
    (asked, [asked.c.entry_id, asked.c.day]),
]


@retried
async def migrate(store: Store, old: int, new: int) -> None:
    """Move everything held of chat `old` to chat `new`."""
    async with store.write() as connection:
        await move_chat(connection, old, new)


async def move_chat(connection: AsyncConnection, old: int, new: int) -> None:
    """`migrate` within a transaction; does nothing when it was done before."""
    if old == new:
        return
    await hold_members(connection)
    for table, key in _KEYED:
        there = table.alias("there")
        # Where the new chat has its own row, it is the more recent one.
        taken = exists(
            select(there.c.chat_id).where(
                there.c.chat_id == new,
                *(there.c[column.name] == table.c[column.name] for column in key),
            )
        )
        await connection.execute(update(table).where(table.c.chat_id == old, ~taken).values(chat_id=new))
        await connection.execute(delete(table).where(table.c.chat_id == old))
    # Messages have other numbers there, and those in the group's name are counted anew.
    await connection.execute(delete(answers).where(answers.c.chat_id == old))
    await connection.execute(delete(floods).where(floods.c.chat_id == admins_of(old)))
