"""Questions without an answer, and what is asked most."""

import pytest

from bot.followups import questions, subscriptions
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.maintenance import expire
from bot.followups.outbox import Draft
from bot.followups.questions import Question, group_alike

from .crowd import FAST, Recorder
from .moments import DAY, GROUP, NOW


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
