from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.followups import privacy, subscriptions
from bot.simulator.state import ALEX, CAMILLE, GROUP, KARIM

from .standin import Chat

if TYPE_CHECKING:
    from bot.followups.database import Store as Database


async def fill(chat: Chat) -> None:
    await chat.ask("mesure 3")
    await chat.ask("/suivre 13")
    unknown = await chat.ask("quel est le prix du kilo de tomates au marché ?")
    await chat.press(unknown, "Prévenez-moi")


async def test_confidentialite_says_how_long(follower: Chat) -> None:
    text = (await follower.ask("/confidentialite"))["text"]
    for part in ("180 jours", "30 jours", "/oublier", "/mesdonnees"):
        assert part in text


async def test_mesdonnees_is_all_that_is_held(follower: Chat, database: Database) -> None:
    await fill(follower)
    document = await follower.ask("/mesdonnees")
    assert document["document"]["file_name"] == "nocrise.json"
    stored = follower.world.files.get(document["document"]["file_id"])
    assert stored is not None
    held = json.loads(stored.data)
    assert held["chat_id"] == CAMILLE
    assert held["subscriptions"][0]["topic"] == "mesure-13"
    assert "tomates" in held["waiting_for_answers"][0]["text"]
    assert held.keys() == (await privacy.export(database, CAMILLE)).keys()
    (refusal,) = await follower.in_group("/mesdonnees")
    assert "privé" in refusal["text"]


async def test_oublier_erases_after_a_confirmation(follower: Chat, database: Database) -> None:
    await fill(follower)
    asked = await follower.ask("/oublier")
    await follower.press(asked, "Ne rien effacer")
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-13"]
    asked = await follower.ask("/oublier")
    await follower.press(asked, "Tout effacer")
    held = await privacy.export(database, CAMILLE)
    assert [name for name, value in held.items() if value] == ["chat_id"]
    assert "ne garde plus rien" in follower.now(asked)["text"]
    assert "trop ancien" in (await follower.press_former(asked, "Ne rien effacer"))["text"]
    assert "ne garde plus rien" in follower.now(asked)["text"]


async def test_a_groups_data_is_its_administrators_to_erase(follower: Chat, database: Database) -> None:
    admin = next(one for one in (CAMILLE, KARIM, ALEX) if follower.world.chats[GROUP].is_admin(one))
    other = next(one for one in (CAMILLE, KARIM, ALEX) if not follower.world.chats[GROUP].is_admin(one))
    await follower.in_group("/suivre 13", user=admin)
    (refusal,) = await follower.in_group("/oublier", user=other)
    assert "administrateurs" in refusal["text"]
    (asked,) = await follower.in_group("/oublier", user=admin)
    await follower.press(asked, "Tout effacer", user=other)
    assert await subscriptions.topics_of(database, GROUP) == ["mesure-13"]
    await follower.press(asked, "Tout effacer", user=admin)
    assert await subscriptions.topics_of(database, GROUP) == []
