from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.answers.topics import topic_named, topic_of, touched
from bot.followups import chats, outbox, subscriptions
from bot.followups.outbox import Draft
from bot.kb.followups import EVENT
from bot.simulator.state import ALEX, CAMILLE, GROUP, KARIM

from .standin import Chat, buttons, labels

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.kb import KnowledgeBase

    from .conftest import Dates


def test_the_event_is_the_same_topic_everywhere() -> None:
    assert EVENT == outbox.EVENT


def test_news_on_a_measure_concerns_its_group_its_city_and_the_event(kb: KnowledgeBase) -> None:
    assert touched(kb, "mesure-13") == ("mesure-13", "groupe2", "paris", EVENT)
    assert touched(kb, "mesure-1") == ("mesure-1", "marseille", EVENT)
    assert touched(kb, "groupe2") == ("groupe2", "paris", EVENT)
    assert touched(kb, EVENT) == (EVENT,)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("13", "mesure-13"),
        ("mesure-13", "mesure-13"),
        ("Nantes", "nantes"),
        ("groupe 2", "groupe2"),
        ("tout", EVENT),
        ("événement", EVENT),
        ("99", None),
        ("9" * 30, None),
        ("", None),
    ],
)
def test_topics_are_named_by_number_name_or_id(kb: KnowledgeBase, said: str, topic: str | None) -> None:
    assert topic_named(kb, said) == topic


def test_a_card_leads_to_a_topic(kb: KnowledgeBase) -> None:
    assert topic_of(kb, "mesure-3") == "mesure-3"
    assert topic_of(kb, "liste-nantes") == "nantes"
    assert topic_of(kb, "liste-toutes") == topic_of(kb, "chiffre-pib") == EVENT


async def test_without_a_database_nothing_can_be_followed(chat: Chat) -> None:
    answer = await chat.ask("mesure 3")
    assert "🔔 Suivre" not in labels(answer)
    assert "/aide" in (await chat.ask("/suivre 3"))["text"]


async def test_the_button_of_a_card_follows_and_unfollows(follower: Chat, database: Database) -> None:
    answer = await follower.ask("mesure 3")
    said = await follower.press(answer, "🔔 Suivre")
    assert "est suivi" in said["text"]
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-3"]
    now = follower.now(answer)
    assert "🔕 Ne plus suivre" in labels(now)
    assert len(labels(now)) == len(labels(answer))
    await follower.press(now, "🔕")
    assert await subscriptions.topics_of(database, CAMILLE) == []
    assert "🔔 Suivre" in labels(follower.now(answer))


async def test_at_the_limit_the_button_does_not_say_that_the_topic_is_followed(
    follower: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST_TOPICS", 1)
    await follower.ask("/suivre 13")
    answer = await follower.ask("mesure 3")
    said = await follower.press(answer, "🔔 Suivre")
    assert "trop de sujets" in said["text"]
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-13"]
    assert labels(follower.now(answer)) == labels(answer)


async def test_suivre_takes_a_number_a_place_or_a_question(follower: Chat, database: Database) -> None:
    for said, topic in (
        ("13", "mesure-13"),
        ("Nantes", "nantes"),
        ("pourquoi un baromètre ?", "mesure-3"),
        ("tout", EVENT),
    ):
        answer = await follower.ask(f"/suivre {said}")
        assert "est suivi" in answer["text"]
        assert (await subscriptions.topics_of(database, CAMILLE))[-1:] != []
        assert topic in await subscriptions.topics_of(database, CAMILLE)
    assert "déjà" in (await follower.ask("/suivre 13"))["text"]


@pytest.mark.parametrize("said", ["20", "2020", "3 4 5", "75 %", "smartphone"])
async def test_who_names_no_topic_does_not_follow_everything(
    follower: Chat, database: Database, said: str
) -> None:
    answer = await follower.ask(f"/suivre {said}")
    assert "ne trouve pas" in answer["text"]
    assert await subscriptions.topics_of(database, CAMILLE) == []


async def test_of_several_measures_each_can_be_followed(follower: Chat, database: Database) -> None:
    answer = await follower.ask("/suivre les mesures 3 et 4")
    assert "Lequel" in answer["text"]
    assert [label[:8] for label in labels(answer)] == ["Mesure 3", "Mesure 4"]
    await follower.press(answer, "Mesure 4")
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-4"]
    await follower.ask("/suivre toutes les mesures")
    assert EVENT in await subscriptions.topics_of(database, CAMILLE)


async def test_suivre_alone_offers_everything_and_marks_what_is_followed(
    follower: Chat, database: Database
) -> None:
    await follower.ask("/suivre 13")
    menu = await follower.ask("/suivre")
    assert {"Tout l’événement", "Marseille", "✓ 13", "1", "19"} <= set(labels(menu))
    await follower.press(menu, "Marseille")
    assert "✓ Marseille" in labels(follower.now(menu))
    await follower.press(follower.now(menu), "✓ 13")
    assert await subscriptions.topics_of(database, CAMILLE) == ["marseille"]


async def test_what_is_no_topic_is_said(follower: Chat) -> None:
    answer = await follower.ask("/suivre xyzzy plugh")
    assert "ne trouve pas" in answer["text"]
    assert "Tout l’événement" in labels(answer)


async def test_subscriptions_end_one_by_one(follower: Chat, database: Database) -> None:
    assert "Aucun sujet" in (await follower.ask("/abonnements"))["text"]
    await follower.ask("/suivre 13")
    await follower.ask("/suivre 1")
    listed = await follower.ask("/abonnements")
    assert len([label for label in labels(listed) if label.startswith("✕")]) == 2
    await follower.press(listed, "✕ Mesure 13")
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-1"]
    assert len([label for label in labels(follower.now(listed)) if label.startswith("✕")]) == 1


async def test_a_pause_of_a_week_ends_by_itself(follower: Chat, database: Database, dates: Dates) -> None:
    await follower.ask("/suivre 13")
    listed = await follower.ask("/abonnements")
    await follower.press(listed, "Pause d’une semaine")
    until = await subscriptions.paused_until(database, CAMILLE, now=dates.now)
    assert until == dates.now + 7 * 86400
    assert "En pause jusqu’au 01/07/2013 à 10 h 00." in follower.now(listed)["text"]
    dates.now += 7 * 86400 + 1
    assert "▶ Reprendre" not in labels(await follower.ask("/abonnements"))


async def test_who_reads_english_is_told_the_end_of_a_pause_in_english(follower: Chat) -> None:
    await follower.ask("what is the digital kit?")
    await follower.ask("/follow 16")
    listed = await follower.ask("/subscriptions")
    await follower.press(listed, "Pause for a week")
    assert "Paused until 1 July 2013 at 10:00." in follower.now(listed)["text"]


async def test_a_pause_lasts_until_resumed(follower: Chat, database: Database, dates: Dates) -> None:
    await follower.ask("/suivre 13")
    listed = await follower.ask("/abonnements")
    button = next(one for one in buttons(listed) if one["text"] == "⏸ Pause")
    await follower.press({**listed, "reply_markup": {"inline_keyboard": [[button]]}}, "Pause")
    dates.now += 1e9
    assert await subscriptions.paused_until(database, CAMILLE, now=dates.now)
    await follower.press(follower.now(listed), "Reprendre")
    assert await subscriptions.paused_until(database, CAMILLE, now=dates.now) is None


async def test_the_weekly_digest_is_a_choice(follower: Chat, database: Database) -> None:
    listed = await follower.ask("/abonnements")
    await follower.press(listed, "hebdomadaire : non")
    assert (await chats.settings(database, CAMILLE)).weekly
    await follower.press(follower.now(listed), "hebdomadaire : oui")
    assert not (await chats.settings(database, CAMILLE)).weekly


async def test_stop_ends_everything(follower: Chat, database: Database) -> None:
    await follower.ask("/suivre 13")
    await follower.ask("/suivre 1")
    assert "2 abonnements ont pris fin" in (await follower.ask("/stop"))["text"]
    assert await subscriptions.topics_of(database, CAMILLE) == []


async def test_in_a_group_only_administrators_decide(follower: Chat, database: Database) -> None:
    follower.people.set_privacy(enabled=False)
    admin = next(one for one in (CAMILLE, KARIM, ALEX) if follower.world.chats[GROUP].is_admin(one))
    other = next(one for one in (CAMILLE, KARIM, ALEX) if not follower.world.chats[GROUP].is_admin(one))
    for text in ("/suivre 13", "/abonnements", "/stop"):
        (refusal,) = await follower.in_group(text, user=other)
        assert "administrateurs" in refusal["text"], text
    (card,) = await follower.in_group("/mesure 3", user=other)
    assert "administrateurs" in (await follower.press(card, "🔔", user=other))["text"]
    assert await subscriptions.topics_of(database, GROUP) == []
    await follower.in_group("/suivre 13", user=admin)
    await follower.press(card, "🔔", user=admin)
    assert await subscriptions.topics_of(database, GROUP) == ["mesure-13", "mesure-3"]
    assert await subscriptions.topics_of(database, admin) == []
    (listed,) = await follower.in_group("/abonnements", user=admin)
    await follower.press(listed, "✕", user=other)
    assert len(await subscriptions.topics_of(database, GROUP)) == 2


async def test_the_timeline_has_milestones_and_what_was_published(follower: Chat, database: Database) -> None:
    data: dict[str, Any] = {"topics": ["mesure-15"], "date": "2014-03-01"}
    draft = Draft("suivi:1", "Voté <hier>.", "https://example.org/1", data)
    await outbox.publish(database, draft, ["mesure-15"], now=time.time())
    text = (await follower.ask("/suivi 15"))["text"]
    for part in (
        "Mesure 15",
        "📅 2013 : ",
        "2014",
        "2015",
        "01/03/2014 : Voté <hier>.",
        "https://example.org/1",
    ):
        assert part in text
    assert "d'ici 2020" in (await follower.ask("/suivi 11"))["text"]
    assert "Rien n’a encore" in (await follower.ask("/suivi 1"))["text"]
    assert "De quelle mesure" in (await follower.ask("/suivi"))["text"]


async def test_a_long_timeline_ends_with_the_newest(follower: Chat, database: Database) -> None:
    for number in range(1, 13):
        data: dict[str, Any] = {"topics": ["mesure-3"], "date": f"2014-{number:02}-01"}
        draft = Draft(f"suivi:{number}", f"Étape {number} : {'mot ' * 100}.", "https://example.org/1", data)
        await outbox.publish(database, draft, ["mesure-3"], now=number)
    text = (await follower.ask("/suivi 3"))["text"]
    assert "Étape 12 :" in text
    assert text.endswith("https://example.org/1")
    assert "Étape 1 :" not in text
    assert "… et 4 autres." in text
    # Of one day, in the order in which they came out.
    for number, said in enumerate(("Voté.", "Appliqué.")):
        data = {"topics": ["mesure-4"], "date": "2014-03-01"}
        await outbox.publish(database, Draft(said, said, None, data), ["mesure-4"], now=number)
    assert re.search("Voté.*Appliqué", (await follower.ask("/suivi 4"))["text"], re.DOTALL)


async def test_the_same_update_twice_changes_nothing_twice(follower: Chat, database: Database) -> None:
    follower.people.send_text(CAMILLE, CAMILLE, "/suivre 13")
    (update,) = follower.world.queue.pending
    before = len(follower.telegram.called("sendMessage"))
    await follower.deliver()
    follower.world.queue.put("message", update.payload, CAMILLE)
    await follower.update(**update.to_json())
    assert len(follower.telegram.called("sendMessage")) == before + 1
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-13"]


async def test_the_help_and_the_menu_name_the_commands(follower: Chat) -> None:
    assert "/abonnements" in (await follower.ask("/aide"))["text"]
