from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.handlers.conversation import QUESTIONS_PER_MINUTE
from bot.simulator.state import ALEX, CAMILLE

from .standin import Chat, buttons, labels

if TYPE_CHECKING:
    from bot.handlers.memory import MemoryStore

    from .conftest import Clock


async def test_next_and_previous_edit_the_card(chat: Chat) -> None:
    card = await chat.ask("mesure 3")
    assert await chat.press(card, "Mesure 4 ▶") is not None
    assert chat.now(card)["text"].startswith("Mesure 4 ·")
    await chat.press(chat.now(card), "◀ Mesure 3")
    assert chat.now(card)["text"] == card["text"]
    assert len(chat.telegram.called("sendMessage")) == 1


async def test_the_shown_card_becomes_the_subject(chat: Chat) -> None:
    card = await chat.ask("mesure 3")
    await chat.press(card, "Mesure 4 ▶")
    assert (await chat.ask("et la suivante ?"))["text"].startswith("Mesure 5 ·")


async def test_a_suggestion_becomes_the_card(chat: Chat, ambiguous: str) -> None:
    asked = await chat.ask(ambiguous)
    assert "Est-ce une de ces réponses" in asked["text"]
    await chat.press(asked, labels(asked)[0])
    assert "👍 Utile" in labels(chat.now(asked))


async def test_none_of_these(chat: Chat, ambiguous: str) -> None:
    asked = await chat.ask(ambiguous)
    await chat.press(asked, "Aucune")
    assert "d’autres mots" in chat.now(asked)["text"]
    assert labels(chat.now(asked)) == []


async def test_thumbs_are_counted_without_names(chat: Chat, store: MemoryStore) -> None:
    card = await chat.ask("mesure 3")
    assert (await chat.press(card, "👍"))["text"] == "Merci !"
    assert (await chat.press(card, "👎"))["text"] == "Merci, c’est noté."
    assert dict(store.counts) == {("up", "mesure-3"): 1, ("down", "mesure-3"): 1}


async def test_a_thumb_down_offers_what_came_next(chat: Chat) -> None:
    card = await chat.ask("pourquoi un baromètre ?")
    await chat.press(card, "👎")
    offer = chat.world.transcript(CAMILLE)[-1]
    assert offer["text"].startswith("Peut-être plutôt :")
    assert len(labels(offer)) == 4
    assert not any("Mesure 3 ·" in label for label in labels(offer))


async def test_a_thumb_down_offers_that_once(chat: Chat) -> None:
    await offers_once(chat)
    card = await chat.ask("mesure 3")
    for _ in range(QUESTIONS_PER_MINUTE):
        said = await chat.press(card, "👎")
    assert "beaucoup de questions" in said["text"]


async def test_a_thumb_down_offers_that_once_with_a_database(follower: Chat) -> None:
    await offers_once(follower)


async def offers_once(chat: Chat) -> None:
    cards = [await chat.ask(text) for text in ("pourquoi un baromètre ?", "mesure 16")]
    for card in cards:
        [down] = [b["callback_data"] for b in buttons(card) if "👎" in b["text"]]
        # Before the first has had any effect.
        for _ in range(3):
            chat.people.press(CAMILLE, CAMILLE, card["message_id"], down)
    await chat.deliver()
    offers = [one for one in chat.world.transcript(CAMILLE) if one["text"].startswith("Peut-être plutôt")]
    assert [one["reply_to_message"]["message_id"] for one in offers] == [one["message_id"] for one in cards]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("opening", "data"),
    [("/start", "x:"), ("/chiffres", "x:chiffre"), ("/chiffres", "figures:")],
)
@pytest.mark.parametrize(("user", "said"), [(CAMILLE, "beaucoup de questions"), (ALEX, "lot of questions")])
async def test_buttons_that_send_messages_count_like_questions(
    chat: Chat,
    clock: Clock,
    opening: str,
    data: str,
    user: int,
    said: str,
) -> None:
    shown = await chat.ask(opening, user=user)
    label = next(b["text"] for b in buttons(shown) if b.get("callback_data", "").startswith(data))
    for _ in range(QUESTIONS_PER_MINUTE - 1):
        await chat.press(shown, label, user=user)
    before = len(chat.world.transcript(user))
    assert before == QUESTIONS_PER_MINUTE + 1
    for _ in range(2):
        assert said in (await chat.press(shown, label, user=user))["text"]
    assert len(chat.world.transcript(user)) == before
    clock.now += 61
    await chat.press(shown, label, user=user)
    assert len(chat.world.transcript(user)) == before + 1


async def test_a_thumb_down_on_a_forgotten_answer_offers_what_is_like_it(
    chat: Chat, store: MemoryStore
) -> None:
    card = await chat.ask("mesure 3")
    store._others.clear()
    await chat.press(card, "👎")
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("Peut-être plutôt :")


async def test_buttons_speak_the_language_of_who_presses(chat: Chat) -> None:
    card = await chat.ask("/mesure 3", user=ALEX)
    await chat.press(card, "Measure 4 ▶", user=ALEX)
    assert chat.now(card)["text"].startswith("Measure 4 ·")


@pytest.mark.parametrize("data", ["s:gone", "nonsense", "s:", ":", "v:@elsewhere", "s:@mesures"])
async def test_a_button_of_another_time_is_answered(chat: Chat, data: str) -> None:
    card = await chat.ask("mesure 3")
    query = chat.people.press(CAMILLE, CAMILLE, card["message_id"], data, stale=True)
    await chat.deliver()
    answer = chat.people.callback_answer(query["query_id"])
    assert answer is not None
    assert "trop ancien" in answer["text"]
    assert chat.now(card)["text"] == card["text"]


async def test_pressing_twice_changes_nothing_and_is_answered(chat: Chat) -> None:
    card = await chat.ask("mesure 3")
    await chat.press(card, "Mesure 4 ▶")
    query = chat.people.press(CAMILLE, CAMILLE, card["message_id"], "s:mesure-4", stale=True)
    await chat.deliver()
    assert chat.people.callback_answer(query["query_id"]) is not None
    assert chat.now(card)["text"].startswith("Mesure 4 ·")
    assert len(chat.telegram.called("sendMessage")) == 1


async def test_a_query_that_is_too_old_is_no_trouble(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    card = await chat.ask("mesure 3")
    chat.people.press(CAMILLE, CAMILLE, card["message_id"], "s:mesure-4")
    chat.people.expire_queries()
    await chat.deliver()
    assert chat.now(card)["text"].startswith("Mesure 4 ·")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_deleted_message_is_replaced_by_a_new_one(chat: Chat) -> None:
    card = await chat.ask("mesure 3")
    stored = chat.world.message(CAMILLE, card["message_id"])
    assert stored is not None
    chat.people.press(CAMILLE, CAMILLE, card["message_id"], "s:mesure-4")
    chat.world.delete_message(stored)
    await chat.deliver()
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 4 ·")


async def test_a_message_too_old_to_be_seen_is_replaced_by_a_new_one(chat: Chat) -> None:
    await chat.ask("mesure 3")
    await chat.update(
        callback_query={
            "id": "1",
            "from": {"id": CAMILLE, "is_bot": False, "first_name": "C"},
            "chat_instance": "1",
            "data": "s:mesure-4",
            "message": {"chat": {"id": CAMILLE, "type": "private"}, "message_id": 99, "date": 0},
        }
    )
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 4 ·")
