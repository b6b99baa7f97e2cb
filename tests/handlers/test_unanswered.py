from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.followups import digest, privacy, questions
from bot.handlers.private import encode_question
from bot.handlers.services import FOLLOWUPS
from bot.handlers.unanswered import answer_waiting
from bot.simulator.state import CAMILLE, GROUP, KARIM

from .standin import Chat, labels

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher

    from .conftest import Dates

ABSENT = "quel est le prix du kilo de tomates au marché ?"
KNOWN = "pourquoi un baromètre ?"


async def test_who_wants_to_be_told_is_told_when_there_is_an_answer(
    follower: Chat, database: Database, dates: Dates, kb: KnowledgeBase, matcher: Matcher
) -> None:
    answer = await follower.ask(ABSENT)
    assert "🔔 Prévenez-moi" in labels(answer)
    assert "C’est noté" in (await follower.press(answer, "Prévenez-moi"))["text"]
    assert await answer_waiting(database, kb, matcher, dates) == 0

    class Wiser:
        def match(self, _text: str) -> object:
            return matcher.match(KNOWN)

    wiser: Matcher = Wiser()  # type: ignore[assignment]
    assert await answer_waiting(database, kb, wiser, dates) == 1
    assert await answer_waiting(database, kb, wiser, dates) == 0
    dates.now += 1
    await follower.app.bot_data[FOLLOWUPS].courier.drain()
    told = follower.world.transcript(CAMILLE)[-1]["text"]
    assert told.startswith(f"Vous aviez demandé : « {ABSENT} ».")
    assert "Mesure 3 ·" in told


async def test_an_edited_question_without_an_answer_is_kept_too(follower: Chat) -> None:
    answer = await follower.ask("mesure 3")
    question = follower.world.transcript(CAMILLE)[0]
    follower.people.edit_text(CAMILLE, CAMILLE, question["message_id"], ABSENT)
    await follower.deliver()
    assert "C’est noté" in (await follower.press(follower.now(answer), "Prévenez-moi"))["text"]


async def edits(follower: Chat, text: str) -> None:
    question = follower.world.transcript(CAMILLE)[0]
    follower.people.edit_text(CAMILLE, CAMILLE, question["message_id"], text)
    await follower.deliver()


async def test_a_suggestion_reached_by_an_edit_knows_its_question(
    follower: Chat, database: Database, ambiguous: str
) -> None:
    await follower.ask("bonjour")
    await edits(follower, ambiguous)
    offer = follower.world.transcript(CAMILLE)[-1]
    await follower.press(offer, "Aucune de celles-ci")
    assert labels(follower.now(offer)) == ["🔔 Prévenez-moi"]
    (kept,) = await questions.gaps(database)
    assert [question.text for question in kept.questions] == [ambiguous]


async def test_an_edit_is_not_counted_as_another_question(follower: Chat, database: Database) -> None:
    await follower.ask("mesure 3")
    for number in (4, 5, 3):
        await edits(follower, f"la mesure {number}")
    asked = await digest.gather(database, 0, since=0)
    assert asked.most_asked == (("mesure-3", 1),)


async def test_an_answer_that_comes_late_is_in_the_language_of_the_question(
    follower: Chat, database: Database, dates: Dates, kb: KnowledgeBase, matcher: Matcher
) -> None:
    answer = await follower.ask("what is the price of a kilo of tomatoes at the market?")
    await follower.press(answer, "🔔")

    class Wiser:
        def match(self, _text: str) -> object:
            return matcher.match(KNOWN)

    wiser: Matcher = Wiser()  # type: ignore[assignment]
    assert await answer_waiting(database, kb, wiser, dates) == 1
    dates.now += 1
    await follower.app.bot_data[FOLLOWUPS].courier.drain()
    assert follower.world.transcript(CAMILLE)[-1]["text"].startswith("You had asked")


async def test_after_stop_nothing_is_waited_for(follower: Chat, database: Database) -> None:
    await follower.press(await follower.ask(ABSENT), "Prévenez-moi")
    assert len(await questions.waiting(database)) == 1
    await follower.ask("/stop")
    assert await questions.waiting(database) == []


async def test_without_the_button_nobody_is_known_to_have_asked(follower: Chat, database: Database) -> None:
    await follower.ask(ABSENT)
    await follower.ask(ABSENT.upper(), user=KARIM)
    (gap,) = await questions.gaps(database)
    assert gap.count == 2
    assert await questions.waiting(database) == []
    assert (await privacy.export(database, CAMILLE))["waiting_for_answers"] == []


async def test_what_was_answered_is_no_gap(follower: Chat, database: Database) -> None:
    for text in (KNOWN, "bonjour", "mesure 99"):
        assert "🔔 Prévenez-moi" not in labels(await follower.ask(text)), text
    assert await questions.gaps(database) == []


async def test_a_question_forgotten_meanwhile_must_be_asked_again(
    follower: Chat, database: Database, dates: Dates
) -> None:
    answer = await follower.ask(ABSENT)
    await questions.expire(database, now=dates.now + 181 * 86400)
    assert "reposez-la" in (await follower.press(answer, "Prévenez-moi"))["text"]


@pytest.mark.parametrize("opening", ["", "/mesure "], ids=["text", "command"])
async def test_who_finds_nothing_among_suggestions_can_be_told_too(
    follower: Chat, database: Database, ambiguous: str, opening: str
) -> None:
    asked = await follower.ask(opening + ambiguous)
    assert "🔔 Prévenez-moi" not in labels(asked)
    assert await questions.gaps(database) == [], "it may be among these"
    await follower.press(asked, "Aucune de celles-ci")
    now = follower.now(asked)
    assert "pas la réponse" in now["text"]
    assert labels(now) == ["🔔 Prévenez-moi"]
    assert "C’est noté" in (await follower.press(now, "Prévenez-moi"))["text"]
    (waiting,) = await questions.waiting(database)
    assert (waiting.text, waiting.chat_ids) == (ambiguous, (CAMILLE,))


async def test_none_of_these_after_a_deep_link_keeps_the_question_that_it_carries(
    follower: Chat, database: Database, ambiguous: str
) -> None:
    asked = await follower.ask(f"/start {encode_question(ambiguous)}")
    await follower.press(asked, "Aucune de celles-ci")
    assert [one.text for one in await questions.unanswered(database, limit=9)] == [ambiguous]


@pytest.mark.usefixtures("overhearing")
async def test_the_politeness_of_who_calls_the_bot_is_no_question(
    follower: Chat, database: Database, ambiguous: str
) -> None:
    assert await follower.in_group(ambiguous, user=CAMILLE) == []
    question = follower.world.transcript(GROUP)[-1]["message_id"]
    (asked,) = await follower.in_group("@nocrise_bot stp", user=KARIM, reply_to=question)
    await follower.press(asked, "Aucune", user=KARIM)
    assert "d’autres mots" in follower.now(asked)["text"]
    assert await questions.gaps(database) == []


async def test_none_of_the_other_entries_is_no_question(follower: Chat, database: Database) -> None:
    await follower.press(await follower.ask("mesure 3"), "👎")
    offer = follower.world.transcript(CAMILLE)[-1]
    await follower.press(offer, "Aucune de celles-ci")
    assert labels(follower.now(offer)) == []
    assert await questions.gaps(database) == []


@pytest.mark.usefixtures("overhearing")
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_none_of_these_in_a_group(
    follower: Chat, database: Database, ambiguous: str, kind: str
) -> None:
    group = GROUP
    if kind == "supergroup":
        group = follower.people.upgrade(CAMILLE, GROUP)["id"]
        await follower.deliver()
    (asked,) = await follower.say(f"@{follower.app.bot.username} {ambiguous}", user=KARIM, chat=group)
    await follower.press(asked, "Aucune", user=KARIM)
    assert labels(follower.now(asked)) == ["🔔 Prévenez-moi"]
    (gap,) = await questions.unanswered(database, group=group, limit=5)
    assert gap.text == ambiguous


@pytest.fixture
def overhearing(follower: Chat) -> None:
    follower.people.set_privacy(enabled=False)


@pytest.mark.usefixtures("overhearing")
async def test_bilan_tells_a_group_what_it_asked(follower: Chat) -> None:
    (empty,) = await follower.in_group("/bilan")
    assert "Rien à signaler" in empty["text"]
    await follower.in_group(f"#nocrise {KNOWN}")
    await follower.in_group(f"#nocrise {KNOWN}")
    assert await follower.in_group(f"#nocrise {ABSENT}") == []
    ignored = ("on se voit demain au bureau", "quelle belle journée !", "Quelle honte", "tu viens ?")
    for said in ignored:
        assert await follower.in_group(f"#nocrise {said}") == []
    await follower.ask("mesure 1")
    (report,) = await follower.in_group("/bilan")
    text = report["text"]
    assert "Mesure 3 ·" in text
    assert "(2)" in text
    assert "kilo de tomates" in text
    assert not [said for said in ignored if said in text]
    assert "Mesure 1 ·" not in text, "asked in private"
    assert "groupe" in (await follower.ask("/bilan"))["text"]


@pytest.mark.usefixtures("overhearing")
async def test_in_a_group_the_presser_is_told_in_private(follower: Chat, database: Database) -> None:
    (answer,) = await follower.in_group(f"@{follower.app.bot.username} {ABSENT}", user=KARIM)
    pressed = await follower.press(answer, "Prévenez-moi", user=CAMILLE)
    assert "ouvrez une conversation" in pressed["text"], "Telegram lets the bot begin none"
    assert await questions.waiting(database) == []
    await follower.ask("bonjour")
    assert "C’est noté" in (await follower.press(answer, "Prévenez-moi", user=CAMILLE))["text"]
    (waiting,) = await questions.waiting(database)
    assert waiting.chat_ids == (CAMILLE,)
    assert GROUP not in waiting.chat_ids
