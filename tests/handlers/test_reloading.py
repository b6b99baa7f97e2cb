"""Another knowledge base under a running application."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.application import RELOADER, Followups, build_application
from bot.errors import Problem
from bot.followups import outbox, subscriptions
from bot.handlers.groups import Groups
from bot.handlers.services import FOLLOWUPS
from bot.kb import digest_of, load_knowledge
from bot.matching import Matcher
from bot.reloading import Knowledge
from bot.simulator.state import CAMILLE

from .conftest import ADMIN
from .standin import Chat, Telegram, labels
from .test_delivering import COMMITTED, news

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.followups.database import Store as Database
    from bot.followups.values import Visit
    from bot.reloading import Reloader
    from bot.settings import Settings
    from tests.conftest import WriteKb

    from .conftest import Dates

BEFORE = """\
entries:
  - {id: piscine, title: La piscine, answer: Elle ouvre à 9 heures., questions: [quand ouvre la piscine ?]}
  - {id: gare, title: La gare, answer: Elle est au nord., questions: [où se trouve la gare ?]}
"""
CANTEEN = "Quand ferme la cantine du personnel ?"
AFTER = f"""\
entries:
  - {{id: piscine, title: La piscine, answer: Elle ouvre à 8 heures., questions: [quand ouvre la piscine ?]}}
  - {{id: cantine, title: La cantine, answer: À 14 heures., questions: ["{CANTEEN}"]}}
"""
MEASURE = """\
origins: [{id: nantes, name: Nantes}]
measures:
  - {id: mesure-13, number: 1, title: Une, answer: A., origin: nantes, rationale: null, aliases: [une idée]}
"""


def read(directory: Path, text: str, *committed: Any) -> Knowledge:
    (directory / "a.yaml").write_text(text, encoding="utf-8")
    return Knowledge(Matcher(load_knowledge(directory)), committed)


def reloader(chat: Chat) -> Reloader:
    found: Reloader = chat.app.bot_data[RELOADER]
    return found


@pytest.fixture
def directory(write_kb: WriteKb) -> Path:
    return write_kb(BEFORE)


@pytest_asyncio.fixture
async def editable(
    settings: Settings, directory: Path, telegram: Telegram, database: Database, dates: Dates
) -> AsyncIterator[Chat]:
    """A bot with a database, whose knowledge base can be changed."""
    where = {"admin_ids": frozenset({ADMIN}), "knowledge_dir": directory}
    app = build_application(
        settings.model_copy(update=where),
        load_knowledge(directory),
        request=telegram,
        followups=Followups(database, clock=dates),
    )
    async with app:
        yield Chat(app, telegram)


async def settled(chat: Chat) -> None:
    """Wait for what runs beside the updates, and deliver."""
    hub = chat.app.bot_data[FOLLOWUPS]
    while hub.tasks:
        await asyncio.wait(hub.tasks)
    await hub.courier.drain()


async def test_answers_buttons_and_inline_are_those_of_the_new_one(editable: Chat, directory: Path) -> None:
    card = await editable.ask("quand ouvre la piscine ?")
    assert "9 heures" in card["text"]
    former = await editable.ask("où se trouve la gare ?")
    handlers = sum(map(len, editable.app.handlers.values()))
    error_handlers = len(editable.app.error_handlers)
    await reloader(editable)._renew(read(directory, AFTER))
    await settled(editable)
    assert "8 heures" in (await editable.ask("quand ouvre la piscine ?"))["text"]
    found = (await editable.inline("cantine"))["results"]
    assert [result["id"] for result in found] == ["cantine"]
    # Buttons of what is gone end politely.
    assert "trop ancien" in (await editable.press(former, "👍"))["text"]
    assert "Merci" in (await editable.press(card, "👎"))["text"]
    assert "La gare" not in labels(editable.world.transcript(CAMILLE)[-1])
    assert sum(map(len, editable.app.handlers.values())) == handlers
    assert len(editable.app.error_handlers) == error_handlers


async def test_an_update_under_way_keeps_what_it_began_with(
    editable: Chat, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = read(directory, AFTER)
    store = type(editable.app.bot_data["services"].store)
    visit = store.visit

    async def meanwhile(self: Any, key: str, chat_id: int) -> Visit:
        monkeypatch.setattr(store, "visit", visit)
        await reloader(editable)._renew(knowledge)
        return await visit(self, key, chat_id)

    monkeypatch.setattr(store, "visit", meanwhile)
    assert "9 heures" in (await editable.ask("quand ouvre la piscine ?"))["text"]
    assert "8 heures" in (await editable.ask("quand ouvre la piscine ?"))["text"]
    await settled(editable)


async def test_who_waited_is_told(editable: Chat, directory: Path, database: Database, dates: Dates) -> None:
    unknown = await editable.ask(CANTEEN)
    assert "🔔 Prévenez-moi" in labels(unknown)
    await editable.press(unknown, "Prévenez-moi")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates.now)
    for _ in range(2):
        await reloader(editable)._renew(read(directory, AFTER + MEASURE, COMMITTED))
        await settled(editable)
    (announced,) = news(editable)
    # Named as the new knowledge base names it.
    assert "Une" in announced
    late = [one["text"] for one in editable.world.transcript(CAMILLE) if "Vous aviez demandé" in one["text"]]
    assert len(late) == 1
    assert "À 14 heures." in late[0]
    assert (await editable.ask("/suivi 1"))["text"].startswith("Le suivi")


async def test_the_menu_is_published_again_only_if_it_has_changed(editable: Chat, directory: Path) -> None:
    await reloader(editable)._renew(read(directory, AFTER))
    await settled(editable)
    assert editable.telegram.called("setMyCommands") == []
    await reloader(editable)._renew(read(directory, AFTER + MEASURE))
    await settled(editable)
    sent = editable.telegram.called("setMyCommands")
    assert len(sent) == 4
    assert "mesures" in str(sent[0]["commands"])


async def test_where_handlers_cannot_be_made_the_former_ones_stay(
    editable: Chat, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Groups, "register", broken)
    with pytest.raises(RuntimeError):
        await reloader(editable)._renew(read(directory, AFTER))
    assert "9 heures" in (await editable.ask("quand ouvre la piscine ?"))["text"]


async def test_administrators_are_told_of_faults_once_over_all_processes(
    editable: Chat, directory: Path, database: Database
) -> None:
    await editable.ask("bonjour", user=ADMIN)
    problems = [Problem(directory / "a.yaml", 3, "holds no entry")]
    for _ in range(2):
        await reloader(editable)._tell(digest_of(directory), problems)
        await settled(editable)
    told = [one for one in editable.world.transcript(ADMIN) if "ne sont pas utilisés" in one["text"]]
    assert len(told) == 1
    assert "a.yaml, ligne 3 : ce dossier ne contient aucune fiche." in told[0]["text"]
    assert await outbox.under_way(database) == []
    assert [one["text"] for one in editable.world.transcript(CAMILLE)] == []


async def test_without_a_database_they_are_told_directly(
    settings: Settings, directory: Path, telegram: Telegram
) -> None:
    admins = frozenset({ADMIN, 999})
    where = {"admin_ids": admins, "knowledge_dir": directory}
    app = build_application(settings.model_copy(update=where), load_knowledge(directory), request=telegram)
    async with app:
        chat = Chat(app, telegram)
        await chat.ask("bonjour", user=ADMIN)
        await reloader(chat)._tell("digest", [Problem(directory / "a.yaml", 3, "holds no entry")])
        assert "ligne 3" in chat.world.transcript(ADMIN)[-1]["text"]
        telegram.refuse("sendMessage", "Internal Server Error", 500)
        await reloader(chat)._tell("digest", [Problem(directory / "a.yaml", 4, "holds no entry")])
        telegram.refusals.clear()
        await reloader(chat)._renew(read(directory, AFTER))
        assert "8 heures" in (await chat.ask("quand ouvre la piscine ?"))["text"]


async def test_without_a_directory_nothing_is_read_again(follower: Chat, chat: Chat) -> None:
    assert RELOADER not in follower.app.bot_data
    assert RELOADER not in chat.app.bot_data
