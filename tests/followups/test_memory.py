"""What is remembered of chats and questions, shown, erased and forgotten."""

import asyncio
import json
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.followups import (
    answered,
    chats,
    digest,
    outbox,
    privacy,
    questions,
    schema,
    subscriptions,
    updates,
)
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.digest import Digest
from bot.followups.maintenance import expire
from bot.followups.migration import migrate
from bot.followups.outbox import Draft
from bot.followups.questions import Question, group_alike
from bot.followups.sending import Blocked
from bot.followups.values import Answered, Claim, Visit

from .crowd import FAST, Recorder, subscribe

NOW = datetime(2013, 6, 24, 10, 0, tzinfo=digest.PARIS).timestamp()
DAY = 86400.0
GROUP = -1001234567890


async def test_following_twice_is_following_once(store: Store) -> None:
    assert await subscriptions.follow(store, 1, "mesure-13", now=NOW)
    assert not await subscriptions.follow(store, 1, "mesure-13", now=NOW + 1)
    assert await subscriptions.follow(store, 1, "marseille", now=NOW + 2)
    assert await subscriptions.topics_of(store, 1) == ["mesure-13", "marseille"]
    assert await subscriptions.unfollow(store, 1, "mesure-13")
    assert not await subscriptions.unfollow(store, 1, "mesure-13")
    assert await subscriptions.stop(store, 1, now=NOW) == 1
    assert await subscriptions.topics_of(store, 1) == []


async def test_nobody_fills_the_table_alone(store: Store) -> None:
    await subscriptions.follow(store, 1, "topic-0", now=NOW)
    async with store.write() as connection:
        await connection.execute(
            schema.subscriptions.insert(),
            [
                {"chat_id": 1, "topic": f"topic-{number}", "since": NOW}
                for number in range(1, subscriptions.MOST_TOPICS)
            ],
        )
    assert not await subscriptions.follow(store, 1, "topic-0", now=NOW)
    with pytest.raises(ValueError, match="the most"):
        await subscriptions.follow(store, 1, "one-more", now=NOW)


async def test_settings_are_kept_one_by_one(store: Store) -> None:
    assert await chats.settings(store, GROUP) == chats.Settings()
    await chats.set_ambient(store, GROUP, on=False)
    await chats.set_language(store, GROUP, "en")
    await chats.set_weekly(store, GROUP, on=True)
    assert await chats.settings(store, GROUP) == chats.Settings(ambient=False, language="en", weekly=True)
    await migrate(store, GROUP, GROUP - 1)
    assert await chats.settings(store, GROUP) == chats.Settings()
    assert not (await chats.settings(store, GROUP - 1)).ambient


async def test_the_thread_of_a_conversation_ends(store: Store) -> None:
    chats.show_entry(store, 1, "mesure-3", now=NOW)
    chats.show_entry(store, 1, "mesure-4", now=NOW, life=60)
    assert (await chats.visit(store, 1, 1, now=NOW + 59)).entry == "mesure-4"
    assert (await chats.visit(store, 1, 1, now=NOW + 61)).entry is None
    assert await chats.visit(store, 3, 2, now=NOW) == Visit(1)


async def test_a_visit_tells_all_that_is_known_of_its_own_chat(store: Store) -> None:
    chats.show_entry(store, GROUP, "mesure-3", now=NOW)
    await chats.set_language(store, 5, "en")
    in_group, in_private, counted = await asyncio.gather(
        chats.visit(store, 5, GROUP, now=NOW),
        chats.visit(store, 5, 5, now=NOW),
        chats.hits(store, 5, now=NOW),
    )
    assert in_group == Visit(1, "mesure-3", None)
    assert in_private == Visit(2, None, "en")
    assert counted == 3


async def test_a_flood_is_counted_in_all_processes(store: Store) -> None:
    times = (0, 1, 2, 59, 60, 61, 121)
    assert [await chats.hits(store, 1, now=NOW + at) for at in times] == [1, 2, 3, 4, 1, 2, 1]
    # Together they are counted one by one, and apart from those of others.
    together = await asyncio.gather(*(chats.hits(store, chat, now=NOW) for chat in (2, 2, 3, 2)))
    assert together == [1, 2, 1, 3]


async def test_a_clock_that_was_ahead_silences_nobody(store: Store) -> None:
    times = (3600, 3601, 0, 1, 2)
    assert [await chats.hits(store, 1, now=NOW + at) for at in times] == [1, 2, 1, 2, 3]
    # Machines whose clocks differ a little count on.
    assert await chats.hits(store, 1, now=NOW - 1) == 4


async def test_the_same_update_is_taken_once(store: Store) -> None:
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW) is Claim.TAKEN
    await updates.give_back(store, 7)
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    await updates.settle(store, 7)
    await updates.give_back(store, 7)
    assert await updates.claim(store, 7, now=NOW + DAY) is Claim.HANDLED
    await expire(store, now=NOW + 3 * DAY)
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS


async def test_a_claim_ends_with_who_made_it(store: Store) -> None:
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW + updates.LEASE - 1) is Claim.TAKEN
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 1) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 2, alone=True) is Claim.OURS
    await updates.settle(store, 7)
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 3, alone=True) is Claim.HANDLED


async def test_of_many_claims_at_once_each_update_has_one(store: Store) -> None:
    found = await asyncio.gather(*(updates.claim(store, number % 50, now=NOW) for number in range(100)))
    assert found == [Claim.OURS] * 50 + [Claim.TAKEN] * 50


async def test_questions_are_counted_with_their_like_and_without_their_askers(
    store: Store,
) -> None:
    first = await questions.remember(store, "Combien coûte  le kit ?", now=NOW)
    again = await questions.remember(store, "combien coute le kit", now=NOW + 1, group=GROUP)
    assert first == again
    # As Python reads the JSON of somebody who writes half a character.
    await questions.remember(store, "C'est quand\0le prochain \ud83d", now=NOW + 2)
    assert [(found.text, found.count) for found in await questions.unanswered(store, limit=9)] == [
        ("Combien coûte le kit ?", 2),
        ("C'est quand le prochain ?", 1),
    ]
    [here] = await questions.unanswered(store, group=GROUP, limit=9)
    assert (here.text, here.count) == ("Combien coûte le kit ?", 1)
    assert await questions.waiting(store) == []


def test_gaps_are_grouped_by_likeness_newest_first() -> None:
    asked = [
        Question(1, "Combien coûte le kit ?", 5, 10),
        Question(2, "Où s'inscrire ?", 2, 30),
        Question(3, "le kit coûte combien", 1, 20),
        Question(4, "???", 1, 5),
    ]
    assert [
        ([question.id for question in gap.questions], gap.count, gap.last_seen) for gap in group_alike(asked)
    ] == [([2], 2, 30), ([1, 3], 6, 20), ([4], 1, 5)]


async def test_who_waits_for_an_answer_is_told_once(store: Store) -> None:
    question = await questions.remember(store, "Combien coûte le kit ?", now=NOW)
    for chat in (1, 1, 2):
        assert await questions.wait(store, question, chat, now=NOW)
    assert await questions.waiting(store) == [questions.Waiting(question, "Combien coûte le kit ?", (1, 2))]
    # Whoever paused what they follow still wants what they asked for.
    await subscriptions.pause(store, 1)
    draft = Draft(f"answer:{question}", "Vous aviez demandé…", data={"entry": "mesure-5"})
    told = await questions.answer(store, question, draft, now=NOW)
    assert told is not None
    assert told.recipients == 2
    assert await questions.answer(store, question, draft, now=NOW) is None
    assert not await questions.wait(store, question, 3, now=NOW)
    sender = Recorder()
    await Courier(store, sender, limits=FAST).drain()
    assert sorted(sender.sent) == [(1, draft.key), (2, draft.key)]


async def test_a_group_is_told_of_what_it_asked_itself(store: Store) -> None:
    for group, day in ((GROUP, 0), (GROUP - 1, 100), (None, 100)):
        await questions.remember(store, "Combien coûte le kit ?", now=NOW + day * DAY, group=group)
    assert await questions.unanswered(store, group=GROUP, since=NOW + 95 * DAY, limit=5) == []
    [ours] = await questions.unanswered(store, group=GROUP, limit=5)
    assert (ours.count, ours.last_seen) == (1, NOW)
    assert len(await questions.unanswered(store, group=GROUP - 1, since=NOW + 95 * DAY, limit=5)) == 1
    assert await questions.unanswered(store, group=GROUP - 1, until=NOW + 95 * DAY, limit=5) == []
    await questions.remember(store, "combien coûte le kit", now=NOW + 101 * DAY, group=GROUP)
    [ours] = await questions.unanswered(store, group=GROUP, since=NOW + 95 * DAY, limit=5)
    assert (ours.count, ours.last_seen) == (2, NOW + 101 * DAY)


async def test_the_next_question_is_another_one(store: Store) -> None:
    """SQLite gives the id of the last row away again once that is deleted."""
    told = []
    for number in (1, 2):
        question = await questions.remember(store, f"question {number}", now=NOW)
        assert await questions.wait(store, question, number, now=NOW)
        draft = Draft(f"answer:{question}", "Vous aviez demandé…", data={})
        published = await questions.answer(store, question, draft, now=NOW)
        assert published is not None
        told.append((question, published.recipients))
    assert [recipients for _, recipients in told] == [1, 1]
    assert not await questions.wait(store, told[0][0], 3, now=NOW), "a button of long ago"
    assert told[0][0] != told[1][0]


async def test_questions_are_bounded_and_expire(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_QUESTIONS", 2)
    awaited = await questions.remember(store, "awaited", now=NOW)
    await questions.wait(store, awaited, 1, now=NOW)
    for number in range(3):
        await questions.remember(store, f"question {number}", now=NOW + number + 1)
    kept = await questions.unanswered(store, limit=9)
    assert [question.text for question in kept] == ["question 2", "awaited"]
    questions.count_asked(store, "mesure-1", now=NOW)
    await store.together.finish()
    await expire(store, now=NOW + 179 * DAY)
    assert len(await questions.unanswered(store, limit=9)) == 2
    await expire(store, now=NOW + 182 * DAY)
    assert await questions.unanswered(store, limit=9) == []
    assert await questions.waiting(store) == []
    assert await questions.most_asked(store) == []


async def test_what_is_asked_most_is_counted_by_group_and_in_all(store: Store) -> None:
    questions.count_asked(store, "mesure-13", now=NOW, group=GROUP)
    questions.count_asked(store, "mesure-1", now=NOW, group=GROUP)
    questions.count_asked(store, "mesure-13", now=NOW + DAY, group=GROUP)
    questions.count_asked(store, "mesure-2", now=NOW)
    await store.together.finish()
    assert await questions.most_asked(store, group=GROUP) == [("mesure-13", 2), ("mesure-1", 1)]
    assert await questions.most_asked(store, limit=1) == [("mesure-13", 2)]
    assert await questions.most_asked(store, since=NOW) == [("mesure-13", 1)]


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


async def fill(store: Store, chat_id: int) -> None:
    """Leave a trace of a chat in every table that can hold one."""
    await subscriptions.follow(store, chat_id, "mesure-13", now=NOW)
    chats.show_entry(store, chat_id, "mesure-3", now=NOW)
    await chats.hits(store, chat_id, now=NOW)
    answered.save(store, chat_id, 1, Answered(2, ("mesure-1",)), now=NOW)
    question = await questions.remember(store, "Combien coûte le kit ?", now=NOW, group=chat_id)
    await questions.wait(store, question, chat_id, now=NOW)
    questions.count_asked(store, "mesure-1", now=NOW, group=chat_id)
    await store.together.finish()
    other = await questions.remember(store, f"Et pour {chat_id} ?", now=NOW)
    await questions.wait(store, other, chat_id, now=NOW)
    draft = Draft(f"answer:{other}", f"Vous aviez demandé : Et pour {chat_id} ?")
    await questions.answer(store, other, draft, now=NOW)


async def test_all_that_is_held_of_a_chat_is_shown_and_erased(store: Store) -> None:
    await fill(store, GROUP)
    await fill(store, 8)
    published = await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=NOW)
    await Courier(store, Recorder(), limits=FAST, clock=lambda: NOW + 1).drain()
    before = await privacy.export(store, 8)
    shown = await privacy.export(store, GROUP)
    json.dumps(shown)
    assert all(shown.values()), "a part of it is not shown"
    assert shown["subscriptions"] == [{"topic": "mesure-13", "since": "2013-06-24T08:00:00+00:00"}]
    await privacy.erase(store, GROUP, now=NOW)
    empty = await privacy.export(store, GROUP)
    assert [name for name, value in empty.items() if value] == ["chat_id"]
    assert await privacy.export(store, 8) == before
    assert (await outbox.progress(store, published.message_id)).sent == 2
    async with store.read() as connection:
        texts = await connection.scalars(select(schema.messages.c.text))
        assert not [text for text in texts if str(GROUP) in text]


async def test_who_blocked_the_bot_is_forgotten(store: Store) -> None:
    await fill(store, 8)
    sender = Recorder()
    sender.fail = {8: [Blocked()]}
    await Courier(store, sender, limits=FAST, clock=lambda: NOW + 1).drain()
    held = await privacy.export(store, 8)
    assert held["subscriptions"] == []
    assert held["waiting_for_answers"] == []


async def test_deliveries_are_forgotten_but_not_their_number(store: Store) -> None:
    await subscribe(store, [1, 2])
    published = await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=NOW)
    await Courier(store, Recorder(), limits=FAST, clock=lambda: NOW + 1).drain()
    await expire(store, now=NOW + 31 * DAY)
    assert (await privacy.export(store, 1))["deliveries"] == []
    assert (await outbox.progress(store, published.message_id)).sent == 2
    assert len(await outbox.timeline(store, ["mesure-13"])) == 1
    assert await outbox.is_published(store, "suivi:1")
