"""The weekly digest: who gets one, of what, and when.

That of a week tells of the seven days before it, whenever in the week it goes out: each piece of news is in
one digest and in no other.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.followups import outbox, questions
from bot.followups.database import Store
from bot.followups.outbox import Draft, Message
from bot.followups.questions import Question
from bot.followups.schema import chats, subscriptions

PARIS = ZoneInfo("Europe/Paris")
WEEK = 7 * 86400.0
#: Hours of the day in Paris between which a digest may start to go out.
CIVIL_HOURS = range(9, 19)


@dataclass(frozen=True, slots=True)
class Digest:
    """What there is to say to one chat of some days."""

    chat_id: int
    language: str | None
    followups: tuple[Message, ...]
    """Published on what it follows."""
    most_asked: tuple[tuple[str, int], ...]
    """Entry and count: in the group, or in all chats for a person."""
    unanswered: tuple[Question, ...]
    """Asked in the group; nothing for a person, since others' questions are not theirs to read."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.followups or self.unanswered or (self.chat_id < 0 and self.most_asked))


#: Writes the text of a digest; None says that there is nothing to say.
Compose = Callable[[Digest], Awaitable[tuple[str, dict[str, object]] | None]]


def week(now: float) -> str | None:
    """Return the week whose digest may go out now, such as '2013-W25'; None at an uncivil hour."""
    local = datetime.fromtimestamp(now, PARIS)
    if local.hour not in CIVIL_HOURS:
        return None
    year, number, _ = local.isocalendar()
    return f"{year}-W{number:02}"


def window(now: float) -> tuple[float, float]:
    """Return of what time the digest of this week tells: from a Monday in Paris up to the next."""
    today = datetime.fromtimestamp(now, PARIS).date()
    monday = today - timedelta(days=today.weekday())
    # Not a number of seconds: a day may have 23 or 25 hours.
    return _midnight(monday - timedelta(days=7)), _midnight(monday)


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), PARIS).timestamp()


async def gather(
    store: Store, chat_id: int, *, since: float, until: float = math.inf, limit: int = 5
) -> Digest:
    """Collect what there is to say to a chat of the time from `since` up to `until`, also for /bilan."""
    group = chat_id if chat_id < 0 else None
    async with store.read() as connection:
        language = await connection.scalar(select(chats.c.language).where(chats.c.chat_id == chat_id))
        topics = (
            await connection.scalars(select(subscriptions.c.topic).where(subscriptions.c.chat_id == chat_id))
        ).all()
    return Digest(
        chat_id=chat_id,
        language=language,
        # Every follow-up is one of the whole event.
        followups=tuple(await outbox.timeline(store, topics, since=since, until=until)) if topics else (),
        most_asked=tuple(
            await questions.most_asked(store, group=group, since=since, until=until, limit=limit)
        ),
        unanswered=tuple(
            await questions.unanswered(store, group=group, since=since, until=until, limit=limit)
            if group
            else ()
        ),
    )


async def send_weekly(store: Store, compose: Compose, *, now: float) -> int:
    """Put this week's digest in the outbox of each chat that chose it and has not got it yet.

    Call it at least once a day, as often as you like, from any number of processes. Returns how
    many were written now.
    """
    this_week = week(now)
    if this_week is None:
        return 0
    since, until = window(now)
    async with store.read() as connection:
        chosen = (
            await connection.scalars(
                select(chats.c.chat_id).where(chats.c.weekly, chats.c.paused_until <= now)
            )
        ).all()
    written = 0
    for chat_id in chosen:
        key = f"digest:{this_week}:{chat_id}"
        if await outbox.is_published(store, key):
            continue
        digest = await gather(store, chat_id, since=since, until=until)
        composed = None if digest.is_empty else await compose(digest)
        if composed is None:
            continue
        text, data = composed
        async with store.write() as connection:
            made = await outbox.tell(
                store,
                connection,
                outbox.DIGEST,
                Draft(key=key, text=text, data=data),
                [chat_id],
                now=now,
            )
        written += made.is_new
    return written
