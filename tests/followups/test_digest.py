"""The weekly digest: who gets one, of what, and when."""

from datetime import datetime

import pytest

from bot.followups import chats, digest, outbox, questions, subscriptions
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.digest import Digest
from bot.followups.outbox import Draft

from .crowd import FAST, Recorder, subscribe
from .moments import DAY, GROUP, NOW


async def compose(found: Digest) -> tuple[str, dict[str, object]] | None:
    return f"{len(found.followups)} {found.most_asked} {len(found.unanswered)}", {}


async def test_the_weekly_digest_comes_once_and_only_with_something_to_say(store: Store) -> None:
    await subscribe(store, [1, 2, 3])
    for chat in (1, 3, 4, GROUP):
        await chats.set_weekly(store, chat, on=True)
    await subscriptions.pause(store, 3)
    assert await digest.send_weekly(store, compose, now=NOW) == 0
    await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=NOW - DAY)
    questions.count_asked(store, "mesure-1", now=NOW - DAY, group=GROUP)
    await store.together.finish()
    assert digest.week(NOW) == "2013-W26"
    assert await digest.send_weekly(store, compose, now=NOW - 3 * 3600) == 0
    assert await digest.send_weekly(store, compose, now=NOW) == 2
    assert await digest.send_weekly(store, compose, now=NOW + DAY) == 0
    # Who changes their mind before it goes out does not get it.
    await chats.set_weekly(store, 1, on=False)
    sender = Recorder()
    await Courier(store, sender, limits=FAST, clock=lambda: NOW + 1).drain()
    assert {chat for chat, key in sender.sent if key.startswith("digest:")} == {GROUP}
    assert await digest.send_weekly(store, compose, now=NOW + 7 * DAY) == 0


class Editor:
    """Keeps what the digests that it writes tell of."""

    def __init__(self) -> None:
        self.told: list[Digest] = []

    async def __call__(self, found: Digest) -> tuple[str, dict[str, object]]:
        self.told.append(found)
        return "…", {}

    @property
    def news(self) -> list[list[str]]:
        return [[message.text for message in found.followups] for found in self.told]


async def weekly_reader(store: Store, chat: int = 1) -> None:
    await subscribe(store, [chat])
    await chats.set_weekly(store, chat, on=True)


async def test_news_of_a_tuesday_is_told_on_the_next_monday_and_only_then(store: Store) -> None:
    await weekly_reader(store)
    await outbox.publish(store, Draft("suivi:1", "one"), ["mesure-13"], now=NOW + DAY)
    editor = Editor()
    for day in range(21):
        written = await digest.send_weekly(store, editor, now=NOW + day * DAY)
        assert written == (day == 7), f"day {day}"
    assert editor.news == [["one"]]


@pytest.mark.parametrize("late", [0, 1, 6])
async def test_a_digest_tells_the_same_whenever_in_its_week_it_goes_out(store: Store, late: int) -> None:
    monday = datetime(2013, 6, 24, tzinfo=digest.PARIS).timestamp()
    await weekly_reader(store, GROUP)
    for name, now in (
        ("before", monday - 7 * DAY - 1),
        ("first", monday - 7 * DAY),
        ("last", monday - 1),
        ("after", monday),
    ):
        await outbox.publish(store, Draft(f"suivi:{name}", name), ["mesure-13"], now=now)
        await questions.remember(store, name, now=now, group=GROUP)
    # Counted by days of UTC, two hours behind.
    for number, day in enumerate((-7.5, -6.5, -0.5, 0.5)):
        questions.count_asked(store, f"mesure-{number}", now=monday + day * DAY, group=GROUP)
    await store.together.finish()
    editor = Editor()
    assert await digest.send_weekly(store, editor, now=NOW + late * DAY) == 1
    [told] = editor.told
    assert [message.text for message in told.followups] == ["first", "last"]
    assert {question.text for question in told.unanswered} == {"first", "last"}
    assert told.most_asked == (("mesure-1", 1), ("mesure-2", 1))


async def test_nothing_is_told_twice_or_never_however_digests_are_late(store: Store) -> None:
    await weekly_reader(store)
    # Over the end of summer time: in that week there are 169 hours.
    start = datetime(2013, 10, 14, 12, tzinfo=digest.PARIS).timestamp()
    names = [str(number) for number in range(28)]
    for number, name in enumerate(names):
        now = start + number * DAY
        await outbox.publish(store, Draft(f"suivi:{name}", name), ["mesure-13"], now=now)
    editor = Editor()
    for day in (7, 8, 17, 26, 28, 35):
        await digest.send_weekly(store, editor, now=start + day * DAY)
    assert [name for told in editor.news for name in told] == names
    assert [len(told) for told in editor.news] == [7, 7, 7, 7]


def test_the_week_of_a_digest_begins_and_ends_at_midnight_in_paris() -> None:
    sunday = datetime(2013, 11, 3, 18, tzinfo=digest.PARIS).timestamp()
    since, until = digest.window(sunday)
    assert datetime.fromtimestamp(since, digest.PARIS).isoformat() == "2013-10-21T00:00:00+02:00"
    assert datetime.fromtimestamp(until, digest.PARIS).isoformat() == "2013-10-28T00:00:00+01:00"
