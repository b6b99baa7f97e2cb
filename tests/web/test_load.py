"""Crowds, floods and poison at the webhook."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.handlers.conversation import QUESTIONS_PER_MINUTE
from bot.handlers.services import Services
from bot.simulator.people import User

if TYPE_CHECKING:
    from .conftest import Server

QUESTION = "À quelle heure ouvre la piscine ?"
FLOOD, CROWD = 150, 400


def message(number: int, text: str, person: int) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "Camille", "language_code": "fr"}
    chat = {"id": person, "type": "private", "first_name": "Camille"}
    said = {"message_id": number, "date": 1, "chat": chat, "from": someone, "text": text}
    return {"update_id": number, "message": said}


class Counted:
    """Posts updates and counts the answers of each chat, in responses and by calls."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.in_response: list[int] = []

    async def post(self, update: dict[str, Any]) -> int:
        response = await self.server.post(update)
        if response.content:
            self.in_response.append(response.json()["chat_id"])
        return int(response.status_code)

    def answers(self) -> list[int]:
        calls = self.server.simulator.people.log("sendMessage")
        return self.in_response + [int(call["arguments"]["chat_id"]) for call in calls]


def meet(server: Server, people: range) -> None:
    """Have people press Start, so that the bot may write to them."""
    for person in people:
        world = server.simulator.world
        world.add_user(User(person, "Camille", language_code="fr"))
        world.chats[person].started = True


async def test_of_a_crowd_everybody_is_answered_once(server: Server) -> None:
    counted, people = Counted(server), range(5000, 5000 + CROWD)
    meet(server, people)
    updates = [message(10_000 + person, QUESTION, person) for person in people]
    # Some come again at once, before the first is done or after.
    again = updates[::10]
    statuses = await asyncio.gather(*(counted.post(update) for update in updates + again))
    assert sorted(counted.answers()) == list(people)
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= CROWD
    assert counted.in_response, "a rush is answered in the responses"


async def test_who_floods_is_told_once_and_holds_up_nobody(server: Server) -> None:
    others = range(6001, 6021)
    meet(server, range(6000, 6021))
    # As many connections as updates: the client must not be what they wait for.
    client = httpx.AsyncClient(base_url=server.url, trust_env=False, limits=httpx.Limits(), timeout=30)
    counted, done = Counted(dataclasses.replace(server, client=client)), list[int]()

    async def post(update: dict[str, Any], person: int) -> None:
        await counted.post(update)
        done.append(person)

    flood = [post(message(20_000 + number, QUESTION, 6000), 6000) for number in range(FLOOD)]
    rest = [post(message(30_000 + person, QUESTION, person), person) for person in others]
    async with client:
        await asyncio.gather(*flood, *rest)
    assert counted.answers().count(6000) == QUESTIONS_PER_MINUTE + 1
    assert sorted(set(counted.answers())) == [6000, *others]
    last = max(done.index(person) for person in others)
    assert done[:last].count(6000) < FLOOD, "who came after the flood waited for its end"


async def test_a_poisoned_update_is_seen_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(_: Services, text: str, *_rest: object) -> None:
        tried.append(text)
        raise RecursionError

    monkeypatch.setattr(Services, "ask", fail)
    counted = Counted(server)
    meet(server, range(7000, 7001))
    update = message(40_000, "poison", 7000)
    assert [await counted.post(update) for _ in range(3)] == [200, 200, 200]
    assert tried == ["poison"]
    assert 'nocrise_errors_total{error="RecursionError"} 1.0' in await server.metrics()
