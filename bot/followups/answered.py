"""Which message answered which, and how answers were received; nothing of their text."""

from collections.abc import Sequence

from sqlalchemy import Executable, delete, func, select

from bot.followups.database import Store
from bot.followups.group_commit import Operation, nothing
from bot.followups.schema import answers, feedback
from bot.followups.transaction import Transaction
from bot.followups.values import Answered

_UNKNOWN = 0
#: Seconds for which an edited question still changes its answer.
ANSWER_LIFE = 2 * 86400.0


def save(
    store: Store,
    chat_id: int,
    question_id: int,
    answer: Answered,
    *,
    now: float,
    life: float = ANSWER_LIFE,
) -> None:
    """Remember for `life` seconds which message answered which."""
    store.together.put_off(_SAVE, (chat_id, question_id, answer, now + life))


async def answer_to(store: Store, chat_id: int, question_id: int, *, now: float) -> Answered | None:
    """Return the answer to a message."""
    async with store.read() as connection:
        row = (
            await connection.execute(
                select(answers.c.answer_id, answers.c.others).where(
                    answers.c.chat_id == chat_id,
                    answers.c.question_id == question_id,
                    answers.c.until > now,
                )
            )
        ).one_or_none()
    return None if row is None else Answered(row.answer_id or None, tuple(row.others))


async def others_of(store: Store, chat_id: int, answer_id: int, *, now: float) -> tuple[str, ...]:
    """Return what came next in the ranking, for an answer.

    An answer whose id is unknown to us is taken to be the last of those.
    """
    async with store.read() as connection:
        found = await connection.scalar(
            select(answers.c.others)
            .where(
                answers.c.chat_id == chat_id,
                answers.c.answer_id.in_((answer_id, _UNKNOWN)),
                answers.c.until > now,
            )
            .order_by(answers.c.answer_id.desc(), answers.c.question_id.desc())
            .limit(1)
        )
    return tuple(found or ())


async def count(store: Store, what: str, entry_id: str) -> None:
    """Count one reaction to an entry."""
    async with store.write() as connection:
        await connection.execute(
            store.insert(feedback)
            .values(what=what, entry_id=entry_id, count=1)
            .on_conflict_do_update(
                index_elements=[feedback.c.what, feedback.c.entry_id],
                set_={"count": feedback.c.count + 1},
            )
        )


async def totals(store: Store) -> dict[str, int]:
    """Return how many reactions there were of each kind."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(feedback.c.what, func.sum(feedback.c.count)).group_by(feedback.c.what)
        )
        return {what: int(number) for what, number in rows}


async def expire(store: Store, *, now: float) -> None:
    """Forget answers that an edit no longer changes."""
    async with store.write() as connection:
        await connection.execute(delete(answers).where(answers.c.until < now))


def _save(transaction: Transaction, rows: Sequence[tuple[int, int, Answered, float]]) -> Sequence[None]:
    last = {(chat_id, question_id): (answer, until) for chat_id, question_id, answer, until in rows}
    transaction.run(
        _saving,
        [
            {
                "chat_id": chat_id,
                "question_id": question_id,
                "answer_id": answer.message_id or _UNKNOWN,
                "others": list(answer.others),
                "until": until,
            }
            for (chat_id, question_id), (answer, until) in sorted(last.items(), key=lambda one: one[0])
        ],
    )
    return nothing(rows)


def _saving(store: Store) -> Executable:
    insert = store.insert(answers)
    return insert.on_conflict_do_update(
        index_elements=[answers.c.chat_id, answers.c.question_id],
        set_={name: insert.excluded[name] for name in ("answer_id", "others", "until")},
    )


_SAVE = Operation("5 save answer", _save)
