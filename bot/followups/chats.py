"""What is remembered of a chat between two messages, shared by all processes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Executable, case, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups.database import Store
from bot.followups.group_commit import Operation, nothing
from bot.followups.schema import chats, floods
from bot.followups.transaction import Transaction
from bot.followups.values import CONTEXT_LIFE, Visit

#: Seconds of the windows in which messages are counted.
FLOOD_WINDOW = 60.0
#: Below all ids of groups.
_ADMINS = 1 << 60


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
    await store.together(_SPEAK, (chat_id, language))


async def language(store: Store, chat_id: int) -> str | None:
    """Return the language that a chat has chosen, if any."""
    return await store.together(_LANGUAGE, chat_id)


async def set_weekly(store: Store, chat_id: int, *, on: bool) -> None:
    """Send the weekly digest, or not."""
    async with store.write() as connection:
        await upsert(store, connection, chat_id, weekly=on)


def show_entry(store: Store, chat_id: int, entry_id: str, *, now: float, life: float = CONTEXT_LIFE) -> None:
    """Remember for `life` seconds which entry a chat saw last."""
    store.together.put_off(_SHOW, (chat_id, entry_id, now + life))


def visit(store: Store, person: int, chat_id: int, *, now: float) -> asyncio.Future[Visit]:
    """Count one message of somebody in a chat, and recall what is known of that."""
    return store.together(_VISIT, (person, chat_id, now))


def admins_of(group: int) -> int:
    """Return the number under which messages in the name of a group are counted, apart from those in it."""
    return group - _ADMINS


async def hits(store: Store, counted: int, *, now: float) -> int:
    """Count one message of a person or a group; returns how many there were in the running window."""
    return (await store.together(_VISIT, (counted, None, now))).hits


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


def _show(transaction: Transaction, rows: Sequence[tuple[int, str, float]]) -> Sequence[None]:
    # The last of a chat counts; a statement must not meet a row twice.
    last = {chat_id: (entry, until) for chat_id, entry, until in rows}
    transaction.run(
        _showing,
        [
            {"chat_id": chat_id, "last_entry": entry, "last_entry_until": until}
            for chat_id, (entry, until) in sorted(last.items())
        ],
    )
    return nothing(rows)


def _showing(store: Store) -> Executable:
    insert = store.insert(chats)
    return insert.on_conflict_do_update(
        index_elements=[chats.c.chat_id],
        set_={
            "last_entry": insert.excluded.last_entry,
            "last_entry_until": insert.excluded.last_entry_until,
        },
    )


def _visit(transaction: Transaction, rows: Sequence[tuple[int, int | None, float]]) -> list[Visit]:
    counted = Counter(person for person, _, _ in rows)
    latest = {person: now for person, _, now in rows}
    found = transaction.run(
        _counting,
        [
            {"chat_id": person, "window": latest[person], "count": counted[person]}
            for person in sorted(counted)
        ],
    )
    before = {person: count - counted[person] for person, count in found}
    visited = {chat_id for _, chat_id, _ in rows if chat_id is not None}
    known = {}
    if visited:
        recalled = transaction.run(_recalling, [{"chats": list(visited)}])
        known = {chat_id: (entry, until, spoken) for chat_id, entry, until, spoken in recalled}
    visits = []
    for person, chat_id, now in rows:
        before[person] += 1
        entry, until, spoken = known.get(chat_id, (None, 0.0, None))
        visits.append(Visit(before[person], entry if until > now else None, spoken))
    return visits


def _recalling(store: Store) -> Executable:
    return select(chats.c.chat_id, chats.c.last_entry, chats.c.last_entry_until, chats.c.language).where(
        store.among(chats.c.chat_id, "chats")
    )


def _counting(store: Store) -> Executable:
    insert = store.insert(floods)
    # Also one that begins later than now: the clock was ahead, and has been set. Those of two machines may
    # differ by less.
    fresh = or_(
        floods.c.window <= insert.excluded.window - FLOOD_WINDOW,
        floods.c.window > insert.excluded.window + FLOOD_WINDOW,
    )
    return insert.on_conflict_do_update(
        index_elements=[floods.c.chat_id],
        set_={
            "window": case((fresh, insert.excluded.window), else_=floods.c.window),
            "count": case(
                (fresh, insert.excluded["count"]), else_=floods.c["count"] + insert.excluded["count"]
            ),
        },
    ).returning(floods.c.chat_id, floods.c["count"])


def _language(transaction: Transaction, rows: Sequence[int]) -> list[str | None]:
    found = transaction.run(_recalling, [{"chats": list(set(rows))}])
    languages = {chat_id: language for chat_id, _, _, language in found}
    return [languages.get(chat_id) for chat_id in rows]


def _speak(transaction: Transaction, rows: Sequence[tuple[int, str | None]]) -> Sequence[None]:
    transaction.run(
        _speaking,
        [{"chat_id": chat_id, "language": spoken} for chat_id, spoken in sorted(dict(rows).items())],
    )
    return nothing(rows)


def _speaking(store: Store) -> Executable:
    insert = store.insert(chats)
    return insert.on_conflict_do_update(
        index_elements=[chats.c.chat_id], set_={"language": insert.excluded.language}
    )


# What is noted comes before what is recalled, so that a note put off is not missed.
_SHOW = Operation("2 show entry", _show)
_SPEAK = Operation("3 set language", _speak)
_LANGUAGE = Operation("4 language", _language)
_VISIT = Operation("4 visit", _visit)
