from __future__ import annotations

import asyncio
import time

import pytest

from .driver import APOLOGY, Person, Service, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("kind", ["500", "502", "reset"])
async def test_a_call_that_fails_is_made_again(service: Service, camille: Person, kind: str) -> None:
    service.plan(kind)
    number = camille.writes("mesure 3")
    (answer,) = await camille.hears(number)
    assert answer["text"].startswith("Mesure 3 ·")
    assert (await camille.asks("mesure 4"))["text"].startswith("Mesure 4 ·")
    assert len(camille.heard(number)) == 2


async def test_who_gets_no_answer_at_last_is_told(service: Service, camille: Person) -> None:
    service.plan("500", times=3)
    assert APOLOGY in (await camille.asks("mesure 3"))["text"]
    assert (await camille.asks("mesure 3"))["text"].startswith("Mesure 3 ·")


async def test_a_lost_response_costs_a_repetition_and_no_more(service: Service, camille: Person) -> None:
    service.plan("lost")
    heard = await camille.hears(camille.writes("mesure 3"), 2)
    assert [one["text"] for one in heard] == [heard[0]["text"]] * 2
    assert (await camille.asks("mesure 4"))["text"].startswith("Mesure 4 ·")


async def test_a_flood_limit_is_waited_for_and_holds_up_nobody_else(
    service: Service, camille: Person
) -> None:
    service.plan("429", retry_after=2)
    begin = time.monotonic()
    number = camille.writes("mesure 3")
    await until(lambda: service.world.faults.planned[0].times == 0)
    second = camille.writes("mesure 4")
    other = service.newcomer()
    assert (await other.asks("mesure 5"))["text"].startswith("Mesure 5 ·")
    assert not camille.heard(number)
    heard = await camille.hears(second, 2)
    assert [one["text"][:10] for one in heard] == ["Mesure 3 ·", "Mesure 4 ·"]
    assert time.monotonic() - begin >= 2


async def test_a_slow_answer_holds_up_nobody_else(service: Service, camille: Person) -> None:
    service.plan("slow", delay=0.5)
    number = camille.writes("mesure 3")
    await until(lambda: service.world.faults.planned[0].times == 0)
    others = [service.newcomer() for _ in range(5)]
    answers = await asyncio.gather(*(other.asks("mesure 5") for other in others))
    assert {answer["text"][:10] for answer in answers} == {"Mesure 5 ·"}
    assert not camille.heard(number)
    (answer,) = await camille.hears(number)
    assert answer["text"].startswith("Mesure 3 ·")


async def test_many_messages_of_one_chat_hold_up_nobody_else(service: Service, camille: Person) -> None:
    service.plan("slow", delay=1.0)
    first = camille.writes("merci")
    for _ in range(99):
        camille.writes("merci")
    await until(lambda: service.world.faults.planned[0].times == 0)
    await service.newcomer().asks("mesure 5")
    assert not camille.heard(first)
    await camille.hears(first, 21)


async def test_an_update_that_comes_twice_is_answered_once(service: Service, camille: Person) -> None:
    service.people.set_faults(duplicate_updates=1)
    number = camille.writes("mesure 3")
    await camille.hears(number)
    assert (await camille.asks("mesure 4"))["text"].startswith("Mesure 4 ·")
    assert [one["text"][:10] for one in camille.heard(number)] == ["Mesure 3 ·", "Mesure 4 ·"]


async def test_updates_out_of_order_are_all_answered(service: Service, camille: Person) -> None:
    service.people.set_faults(reorder_updates=1)
    number = camille.writes("mesure 3")
    camille.writes("mesure 4")
    await camille.hears(number, 2)
    assert (await camille.asks("mesure 5"))["text"].startswith("Mesure 5 ·")
    texts = [one["text"][:10] for one in camille.heard(number)]
    assert sorted(texts) == ["Mesure 3 ·", "Mesure 4 ·", "Mesure 5 ·"]


async def test_a_button_and_an_inline_query_meet_trouble(service: Service, camille: Person) -> None:
    card = await camille.asks("mesure 3")
    service.plan("502", method="editMessageText")
    assert (await camille.taps(card, "Mesure 4"))["text"].startswith("Mesure 4 ·")
    service.plan("reset", method="answerInlineQuery")
    assert (await camille.types_inline("barom"))["results"][0]["id"] == "mesure-3"


async def test_telegram_fails_while_polling(service: Service, camille: Person) -> None:
    if service.mode != "polling":
        pytest.skip("of polling")
    service.plan("502", "reset", method="getUpdates")
    # The poll that waits now ends with an update; the two after it fail.
    assert (await camille.asks("mesure 3"))["text"].startswith("Mesure 3 ·")
    await until(lambda: not any(fault.times for fault in service.world.faults.planned))
    assert (await camille.asks("mesure 4"))["text"].startswith("Mesure 4 ·")
    lines = [line for line in service.bot.lines if "no updates from Telegram" in line]
    assert len(lines) == 1


async def test_the_webhook_is_unreachable_for_a_while(service: Service) -> None:
    if service.mode != "webhook":
        pytest.skip("of the webhook")
    people = [service.newcomer() for _ in range(3)]
    service.people.set_faults(webhook_unreachable=True)
    numbers = [person.writes("mesure 3") for person in people]
    await service.webhook_has_failed("Connection refused")
    service.people.set_faults()
    for person, number in zip(people, numbers, strict=True):
        (answer,) = await person.hears(number)
        assert answer["text"].startswith("Mesure 3 ·")
