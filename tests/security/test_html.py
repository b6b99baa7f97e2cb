"""Markup in what people, editors and administrators write is shown, never obeyed.

The simulator reads messages as strictly as Telegram: what is malformed it refuses, and the test fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.answers import card
from bot.application import Followups, build_application
from bot.followups import questions, subscriptions
from bot.handlers.services import FOLLOWUPS
from bot.handlers.unanswered import answer_waiting
from bot.kb import KnowledgeBase
from bot.matching import Matcher
from bot.simulator.state import CAMILLE, GROUP, KARIM
from tests.handlers.conftest import ADMIN
from tests.handlers.standin import Chat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic import BaseModel

    from bot.followups.database import Store as Database
    from bot.settings import Settings
    from tests.handlers.conftest import Dates
    from tests.handlers.standin import Telegram

Message = dict[str, Any]

EVIL = "evil.example"
MARKUP = f'<a href="https://{EVIL}">ici</a> & </b></i><tg-spoiler> &lt;'
"""Ends what is open, opens what is never closed, links, and has an entity that must not be decoded."""
NAMES = (f'<a href="https://{EVIL}">C</a>', "</b><i>", "&lt;b&gt;", '"><u>')
WRITTEN = frozenset(
    {
        *("title", "answer", "rationale", "carriers", "text", "trend", "population", "given_by", "unit"),
        *("qualifier", "name", "theme", "observation", "source"),
    }
)
"""Fields of a knowledge base that are shown."""


def assert_harmless(message: Message) -> None:
    text = str(message.get("text", message.get("caption", "")))
    entities = message.get("entities", message.get("caption_entities", []))
    assert not [one for one in entities if EVIL in str(one.get("url", ""))]
    assert not [one for one in entities if one["type"] in ("spoiler", "underline")]
    # What is shown is what was written, not what it would decode to.
    if EVIL in text:
        assert "<a href=" in text


def poisoned(kb: KnowledgeBase) -> KnowledgeBase:
    """The same base with markup in every text that is shown."""

    def changed(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: changed(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [changed(one, "text" if name == "milestones" else "") for one in value]
        return f"{value} {MARKUP}" if isinstance(value, str) and name in WRITTEN else value

    def again(model: BaseModel) -> Any:
        return type(model).model_validate(changed(model.model_dump()))

    return KnowledgeBase(
        language=kb.language,
        title=f"{kb.title} {MARKUP}",
        source=f"{kb.source} {MARKUP}",
        translation=again(kb.translation),
        origins={key: again(origin) for key, origin in kb.origins.items()},
        entries={key: again(entry) for key, entry in kb.entries.items()},
        lexicon=kb.lexicon,
    )


@pytest.fixture(scope="module")
def hostile(shipped_kb: KnowledgeBase) -> Matcher:
    return Matcher(poisoned(shipped_kb))


@pytest_asyncio.fixture
async def reader(
    hostile: Matcher, settings: Settings, database: Database, telegram: Telegram, dates: Dates
) -> AsyncIterator[Chat]:
    """Somebody with markup for a name, in front of a bot whose knowledge base is full of it."""
    settings = settings.model_copy(update={"admin_ids": frozenset({ADMIN})})
    app = build_application(
        settings,
        hostile.kb,
        matcher=hostile,
        request=telegram,
        followups=Followups(database, clock=dates),
    )
    async with app:
        chat = Chat(app, telegram)
        for person, name in zip((CAMILLE, KARIM), NAMES, strict=False):
            chat.world.users[person].first_name = name
        chat.world.chats[GROUP].title = MARKUP
        yield chat


def said(chat: Chat) -> list[Message]:
    return [
        one
        for place in chat.world.chats
        for one in chat.world.transcript(place)
        if one["from"]["id"] == chat.world.bot.id
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_entry_of_a_knowledge_base_full_of_markup(
    reader: Chat, hostile: Matcher, language: str
) -> None:
    reader.world.users[CAMILLE].language_code = language
    await reader.say("/start")
    for number, entry in enumerate(hostile.kb.entries):
        html = card(hostile.kb, entry, language).html
        sent = await reader.app.bot.send_message(CAMILLE, html, parse_mode="HTML")
        shown = reader.world.message(CAMILLE, sent.message_id)
        assert shown is not None
        assert_harmless(shown.body)
        if number % 10 == 0:
            # And the way that a person takes to it.
            (answer,) = await reader.say(f"/start {entry}")
            assert_harmless(answer)
            assert EVIL in answer["text"]


@pytest.mark.parametrize(
    "text",
    [
        *("/aide", "/mesures", "/mesure 13", "/chiffre", "/ville Nantes", "/groupe 1", "/evenement"),
        *("/suivre", "/suivre 13", "/abonnements", "/suivi 13", "/stop", "/confidentialite", "/oublier"),
        *("/publier", "/stats", "/annuler", "mesures de Bordeaux", "pourquoi un baromètre ?", "merci"),
        *(MARKUP, f"pourquoi {MARKUP} ?", f"/mesure {MARKUP}", f"/ville {MARKUP}", f"/suivre {MARKUP}"),
        *(f"/{MARKUP}", f"/start {MARKUP}", f"/suivi {MARKUP}", "&lt;b&gt; combien ?", "</b></i></a>" * 200),
    ],
)
async def test_whatever_is_asked(reader: Chat, text: str) -> None:
    answers = await reader.say(text, user=ADMIN)
    assert answers
    for answer in answers:
        assert_harmless(answer)


async def test_inline_results(reader: Chat) -> None:
    for query in ("", "télétravail", MARKUP, f"+baromètre+ {MARKUP} +kit numérique+", "+</a>+ +baromètre+"):
        before = len(reader.telegram.called("answerInlineQuery"))
        offered = await reader.inline(query)
        assert len(reader.telegram.called("answerInlineQuery")) == before + 1
        for result in offered["results"]:
            chosen = reader.people.choose(CAMILLE, CAMILLE, offered["query_id"], result["id"], query)
            assert_harmless(chosen)


async def test_a_group_and_what_it_asked(reader: Chat) -> None:
    bot = reader.app.bot.username
    await reader.in_group(f"@{bot} le prix du kilo de tomates {MARKUP} ?")
    await reader.in_group(f"@{bot} /aide")
    (report,) = await reader.in_group("/bilan")
    assert_harmless(report)
    assert "tomates <a href=" in report["text"]
    reader.people.remove_bot(CAMILLE, GROUP)
    reader.people.add_bot(CAMILLE, GROUP)
    await reader.deliver()
    for one in said(reader):
        assert_harmless(one)


async def test_what_is_published(reader: Chat, database: Database, dates: Dates) -> None:
    await reader.say("/start")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates())
    source = 'https://example.org/"onmouseover=<b>&amp;'
    preview = await reader.ask(f"/publier 13 Voté {MARKUP} {source}", user=ADMIN)
    assert_harmless(preview)
    assert EVIL in preview["text"]
    await reader.press(preview, "Publier", user=ADMIN)
    hub = reader.app.bot_data[FOLLOWUPS]
    await hub.courier.drain()
    await hub.close()
    (news,) = [one for one in reader.world.transcript(CAMILLE) if "Voté <a" in one.get("text", "")]
    assert_harmless(news)
    timeline = await reader.ask("/suivi 13")
    assert_harmless(timeline)


async def test_an_answer_that_comes_late_quotes_its_question(
    reader: Chat, database: Database, hostile: Matcher, dates: Dates
) -> None:
    await reader.say("/start")
    kept = await questions.remember(database, f"pourquoi un baromètre {MARKUP} ?", now=dates())
    await questions.wait(database, kept, CAMILLE, now=dates())
    assert await answer_waiting(database, hostile.kb, hostile, dates) == 1
    hub = reader.app.bot_data[FOLLOWUPS]
    await hub.courier.drain()
    (late,) = [one for one in reader.world.transcript(CAMILLE) if "baromètre <a" in one.get("text", "")]
    assert_harmless(late)
