from __future__ import annotations

import pytest

from .driver import Person, Service, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

AMBIENT = "c’est quoi la mesure 3 ? #nocrise"


async def test_the_bot_introduces_itself(service: Service) -> None:
    ines, _ = await service.group()
    said = ines.heard(0)[0]["text"]
    assert said.startswith("Bonjour ! Je réponds aux questions")
    assert "setprivacy" in said
    open_group, _ = await service.group(privacy=False)
    assert "setprivacy" not in open_group.heard(0)[0]["text"]


@pytest.mark.parametrize("privacy", [True, False])
async def test_who_is_answered(service: Service, privacy: bool) -> None:
    ines, marc = await service.group(privacy=privacy)
    name = f"@{service.world.bot.username}"
    for text in (
        "/mesure 3",
        f"/mesure{name} 3",
        f"{name} mesure 3",
        f"{name.upper()}, c’est quoi la mesure 3 ?",
    ):
        number = marc.writes(text)
        (answer,) = await marc.hears(number)
        assert answer["text"].startswith("Mesure 3 ·"), text
        assert answer["reply_to_message"]["message_id"] == number
    follow_up = await marc.asks("et la suivante ?", reply_to=answer["message_id"])
    assert follow_up["text"].startswith("Mesure 4 ·")
    why = await ines.asks(f"{name} pourquoi ?", reply_to=follow_up["message_id"])
    assert why["text"].startswith("Mesure 4 ·")


@pytest.mark.parametrize("privacy", [True, False])
async def test_who_is_ignored(service: Service, privacy: bool) -> None:
    ines, marc = await service.group(privacy=privacy)
    card = await ines.asks(f"/mesure@{service.world.bot.username} 3")
    for text, reply_to in [
        ("Quelqu’un a vu le match hier soir ?", None),
        ("Que propose la mesure 3 ?", None),
        ("la mesure 3 est sympa #nocrise", None),
        ("#nocrise", None),
        ("/mesure@autre_bot 3", None),
        ("@autre_bot mesure 3", None),
        ("mdr", card["message_id"]),
    ]:
        await marc.is_ignored(text, reply_to)


async def test_a_mention_below_a_question_asks_for_its_answer(service: Service) -> None:
    ines, marc = await service.group(privacy=False)
    question = ines.writes("pourquoi un baromètre ?")
    answer = await marc.asks(f"@{service.world.bot.username}", reply_to=question)
    assert answer["text"].startswith("Mesure 3 ·")
    assert (await marc.asks(f"@{service.world.bot.username}"))["text"].startswith("Posez-moi une question")


async def test_the_hashtag(service: Service) -> None:
    ines, marc = await service.group(privacy=False)
    number = marc.writes(AMBIENT)
    (answer,) = await marc.hears(number)
    assert answer["text"].startswith("Mesure 3 ·")
    assert answer["reply_to_message"]["message_id"] == number
    (button,) = answer["reply_markup"]["inline_keyboard"][0]
    assert button["url"].endswith("?start=mesure-3")

    assert (await marc.asks("/discret"))["text"].startswith("Seuls les administrateurs")
    assert (await ines.asks("/discret"))["text"].startswith("Entendu : je ne réponds plus")
    await marc.is_ignored(AMBIENT)
    assert (await ines.asks("/discret"))["text"].startswith("Entendu : je réponds de nouveau")
    assert (await marc.asks(AMBIENT))["text"].startswith("Mesure 3 ·")


async def test_with_privacy_the_hashtag_never_arrives(service: Service) -> None:
    _, marc = await service.group()
    await marc.is_ignored(AMBIENT)


async def test_an_administrator_bot_hears_the_hashtag(service: Service) -> None:
    ines, marc = await service.group()
    service.people.set_admin(ines.user, ines.chat, target_id=service.world.bot.id)
    assert (await marc.asks(AMBIENT))["text"].startswith("Mesure 3 ·")


async def test_buttons_of_a_group_serve_everybody(service: Service) -> None:
    ines, marc = await service.group()
    card = await ines.asks("/mesure 3")
    assert (await marc.taps(card, "Mesure 4"))["text"].startswith("Mesure 4 ·")
    assert (await ines.taps(marc.now(card), "Mesure 5"))["text"].startswith("Mesure 5 ·")


async def test_a_group_that_becomes_a_supergroup_stays_discreet(service: Service) -> None:
    ines, marc = await service.group(privacy=False)
    await ines.asks("/discret")
    new = service.people.upgrade(ines.user, ines.chat)["id"]
    await Person(service, marc.user, new).is_ignored(AMBIENT)


async def test_thrown_out_and_brought_back(service: Service) -> None:
    ines, marc = await service.group()
    marc.writes(f"@{service.world.bot.username} mesure 3")
    service.people.remove_bot(ines.user, ines.chat)
    after = ines.writes("enfin tranquilles")
    service.people.add_bot(ines.user, ines.chat)
    await until(lambda: any("Bonjour !" in one["text"] for one in ines.heard(after)))
    assert (await marc.asks("/mesure 3"))["text"].startswith("Mesure 3 ·")
