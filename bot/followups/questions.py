"""Questions that got no answer, and what groups ask most.

A question is kept without who asked it, unless they want to be told of its answer.
"""

import math
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from sqlalchemy import Executable, Table, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.followups import outbox
from bot.followups.database import Store
from bot.followups.group_commit import Operation, nothing
from bot.followups.outbox import Draft, Published
from bot.followups.schema import asked, askers, question_groups, questions
from bot.followups.transaction import Transaction

#: Seconds after which a question that nobody asked again is forgotten.
QUESTION_LIFE = 180 * 86400.0
#: Questions kept; the one asked longest ago makes room for another.
MOST_QUESTIONS = 2000
#: Characters kept of a question.
LONGEST = 300
#: Likeness (0 to 100) from which two questions are shown as one to the editors.
ALIKE = 80
#: The chat under which the questions of all chats are added up.
EVERYWHERE = 0

_DAY = 86400
#: Whole numbers that JSON readers of every kind keep exactly, and a button has room for.
_ID_BITS = 53


@dataclass(frozen=True, slots=True)
class Question:
    """A question without an answer."""

    id: int
    text: str
    """As it was first asked, shortened to `LONGEST`."""
    count: int
    last_seen: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question whose answer some chats want to be told."""

    id: int
    text: str
    chat_ids: tuple[int, ...]


@dataclass(slots=True)
class Gap:
    """Questions that are alike: one thing that the knowledge base lacks."""

    questions: list[Question] = field(default_factory=list)
    """The most asked first."""

    @property
    def count(self) -> int:
        """How often any of them was asked."""
        return sum(question.count for question in self.questions)

    @property
    def last_seen(self) -> float:
        """When one of them was asked last."""
        return max(question.last_seen for question in self.questions)


async def remember(store: Store, text: str, *, now: float, group: int | None = None) -> int:
    """Keep a question that got no answer; returns its id, for `wait`.

    `group` is the group where it was asked, None for a private chat.
    """
    # No database takes half of a character, nor PostgreSQL a NUL: all others of the transaction would suffer.
    text = text.encode(errors="replace").decode().replace("\0", " ")
    text = " ".join(text.split())[:LONGEST]
    return await store.together(_REMEMBER, (text, now, group))


async def wait(store: Store, question_id: int, chat_id: int, *, now: float) -> bool:
    """Tell a chat once the question has an answer. False if the question is gone by now."""
    async with store.write() as connection:
        if not await connection.scalar(select(exists().where(questions.c.id == question_id))):
            return False
        await connection.execute(
            store.insert(askers)
            .values(question_id=question_id, chat_id=chat_id, since=now)
            .on_conflict_do_nothing()
        )
        return True


async def waiting(store: Store) -> list[Waiting]:
    """All questions that somebody waits for: try them when the knowledge base has changed."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(questions.c.id, questions.c.text, askers.c.chat_id)
            .join(askers, askers.c.question_id == questions.c.id)
            .order_by(questions.c.first_seen, questions.c.id, askers.c.since)
        )
        found: dict[int, tuple[str, list[int]]] = {}
        for row in rows:
            found.setdefault(row.id, (row.text, []))[1].append(row.chat_id)
    return [Waiting(key, text, tuple(chats)) for key, (text, chats) in found.items()]


async def answer(store: Store, question_id: int, draft: Draft, *, now: float) -> Published | None:
    """Put the answer to a question in the outbox of all who wait for it, and forget the question.

    One transaction, so that two processes that reload at once tell nobody twice. None if the
    question is gone.
    """
    async with store.write() as connection:
        # Deleting it first makes a second process wait here, and then find nothing.
        chats = (
            await connection.scalars(
                delete(askers).where(askers.c.question_id == question_id).returning(askers.c.chat_id)
            )
        ).all()
        gone = await connection.execute(delete(questions).where(questions.c.id == question_id))
        if gone.rowcount == 0:
            return None
        return await outbox.tell(store, connection, outbox.ANSWER, draft, sorted(chats), now=now)


async def unanswered(
    store: Store, *, group: int | None = None, since: float = 0, until: float = math.inf, limit: int
) -> list[Question]:
    """List the questions asked most, all of them or those of one group.

    They were asked first before `until`, and last not before `since`: of each, these two times are known.
    """
    # In a group, what it asked and when: others may ask the same.
    seen: Table = questions if group is None else question_groups
    query = select(questions.c.id, questions.c.text, seen.c["count"], seen.c.last_seen).where(
        seen.c.last_seen >= since, seen.c.first_seen < until
    )
    if group is not None:
        query = query.where(seen.c.question_id == questions.c.id, seen.c.chat_id == group)
    query = query.order_by(seen.c["count"].desc(), seen.c.last_seen.desc())
    async with store.read() as connection:
        rows = await connection.execute(query.limit(limit))
        return [Question(*row) for row in rows]


async def gaps(store: Store) -> list[Gap]:
    """All questions without an answer, grouped by likeness, the newest group first."""
    return group_alike(await unanswered(store, limit=MOST_QUESTIONS))


def group_alike(found: Sequence[Question]) -> list[Gap]:
    """Group questions around the first of each kind; the newest group first."""
    kinds: list[tuple[str, Gap]] = []
    for question in found:
        normal = _normal(question.text)
        best = max(
            kinds,
            key=lambda kind: fuzz.token_set_ratio(normal, kind[0], score_cutoff=ALIKE),
            default=None,
        )
        if best is None or not fuzz.token_set_ratio(normal, best[0], score_cutoff=ALIKE):
            best = (normal, Gap())
            kinds.append(best)
        best[1].questions.append(question)
    return sorted((gap for _, gap in kinds), key=lambda gap: gap.last_seen, reverse=True)


def count_asked(store: Store, entry_id: str, *, now: float, group: int | None = None) -> None:
    """Count one question about an entry: in all, and in the group if in one.

    Nothing is counted by private chat: that would be to know who asked what.
    """
    store.together.put_off(_COUNT, (entry_id, now, group))


async def most_asked(
    store: Store, *, group: int | None = None, since: float = 0, until: float = math.inf, limit: int = 5
) -> list[tuple[str, int]]:
    """List the entries asked for most, and how often, on the days that begin from `since` up to `until`.

    Days are those of UTC. `group` is None for all chats together.
    """
    days = [asked.c.day >= math.ceil(since / _DAY)]
    if until < math.inf:
        days.append(asked.c.day < math.ceil(until / _DAY))
    total = func.sum(asked.c.count)
    async with store.read() as connection:
        rows = await connection.execute(
            select(asked.c.entry_id, total)
            .where(
                asked.c.chat_id == (EVERYWHERE if group is None else group),
                *days,
            )
            .group_by(asked.c.entry_id)
            .order_by(total.desc(), asked.c.entry_id)
            .limit(limit)
        )
        return [(entry_id, int(count)) for entry_id, count in rows]


async def expire(store: Store, *, now: float, life: float = QUESTION_LIFE) -> None:
    """Forget questions last asked, and counts made, more than `life` seconds ago."""
    async with store.write() as connection:
        await connection.execute(delete(questions).where(questions.c.last_seen < now - life))
        await connection.execute(delete(asked).where(asked.c.day < int((now - life) // _DAY)))


async def leave_group(connection: AsyncConnection, chat_id: int) -> None:
    """Forget what was asked in a group, within a transaction."""
    await connection.execute(delete(question_groups).where(question_groups.c.chat_id == chat_id))
    await connection.execute(delete(asked).where(asked.c.chat_id == chat_id))


def _remember(transaction: Transaction, rows: Sequence[tuple[str, float, int | None]]) -> list[int]:
    normals = [_normal(text) for text, _, _ in rows]
    times = Counter(normals)
    values = {
        normal: {
            "id": _new_id(),
            "normal": normal,
            "text": text,
            "count": times[normal],
            "first_seen": now,
            "last_seen": now,
        }
        for normal, (text, now, _) in zip(normals, rows, strict=True)
    }
    ids: dict[str, int] = dict(transaction.run(_remembering, [values[normal] for normal in sorted(values)]))
    asked_in = Counter(
        (ids[normal], group) for normal, (_, _, group) in zip(normals, rows, strict=True) if group is not None
    )
    last = max(now for _, now, _ in rows)
    if asked_in:
        transaction.run(
            _noting_group,
            [
                {
                    "question_id": question_id,
                    "chat_id": group,
                    "count": count,
                    "first_seen": last,
                    "last_seen": last,
                }
                for (question_id, group), count in sorted(asked_in.items())
            ],
        )
    _make_room(transaction, keep=set(ids.values()))
    return [ids[normal] for normal in normals]


def _new_id() -> int:
    """Return an id that no question had: SQLite gives that of the last row away again once it is deleted.

    A button of a question that was answered long ago must lead to no other, nor a forged one to any; and what
    was published under the key of one must not be taken for the answer to another.
    """
    return secrets.randbits(_ID_BITS)


def _remembering(store: Store) -> Executable:
    insert = store.insert(questions)
    return insert.on_conflict_do_update(
        index_elements=[questions.c.normal],
        set_={
            "count": questions.c["count"] + insert.excluded["count"],
            "last_seen": insert.excluded.last_seen,
        },
    ).returning(questions.c.normal, questions.c.id)


def _noting_group(store: Store) -> Executable:
    insert = store.insert(question_groups)
    return insert.on_conflict_do_update(
        index_elements=[question_groups.c.question_id, question_groups.c.chat_id],
        set_={
            "count": question_groups.c["count"] + insert.excluded["count"],
            "last_seen": insert.excluded.last_seen,
        },
    )


def _number(_: Store) -> Executable:
    return select(func.count()).select_from(questions)


def _make_room(transaction: Transaction, *, keep: set[int]) -> None:
    ((count,),) = transaction.run(_number, [{}])
    if count > MOST_QUESTIONS:
        transaction.run(_dropping, [{"keep": list(keep), "surplus": count - MOST_QUESTIONS}])


def _dropping(store: Store) -> Executable:
    # Those that somebody waits for go last.
    awaited = exists().where(askers.c.question_id == questions.c.id)
    oldest = (
        select(questions.c.id)
        .where(~store.among(questions.c.id, "keep"))
        .order_by(awaited, questions.c.last_seen)
        .limit(bindparam("surplus"))
    )
    return delete(questions).where(questions.c.id.in_(oldest))


def _count(transaction: Transaction, rows: Sequence[tuple[str, float, int | None]]) -> Sequence[None]:
    counts = Counter(
        (chat, entry_id, int(now // _DAY))
        for entry_id, now, group in rows
        for chat in ((EVERYWHERE,) if group is None else (EVERYWHERE, group))
    )
    transaction.run(
        _counting,
        [
            {"chat_id": chat, "entry_id": entry_id, "day": day, "count": count}
            for (chat, entry_id, day), count in sorted(counts.items())
        ],
    )
    return nothing(rows)


def _counting(store: Store) -> Executable:
    insert = store.insert(asked)
    return insert.on_conflict_do_update(
        index_elements=[asked.c.chat_id, asked.c.entry_id, asked.c.day],
        set_={"count": asked.c["count"] + insert.excluded["count"]},
    )


def _normal(text: str) -> str:
    """`text` without case, accents and punctuation, so that it is counted with its like."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    # A text of signs alone ('???') stays what it is.
    return " ".join(re.findall(r"\w+", plain))[:LONGEST] or text.casefold()


_COUNT = Operation("6 count asked", _count)
_REMEMBER = Operation("7 remember question", _remember)
