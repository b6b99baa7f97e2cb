"""What Telegram shows of the bot before anyone has spoken to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.handlers.profile import publish_profile
from bot.kb import load_knowledge
from tests.handlers.standin import Chat

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase
    from tests.conftest import WriteKb


async def test_the_bot_says_what_it_is_for_in_both_languages(chat: Chat, kb: KnowledgeBase) -> None:
    await publish_profile(chat.app.bot, kb)
    assert chat.telegram.called("setMyCommands")
    english, french = chat.telegram.called("setMyDescription")
    assert french["description"].startswith("Posez-moi une question, avec vos mots, sur « Le numérique")
    assert english["language_code"] == "en"
    assert english["description"].startswith("Ask me a question, in your own words, about “The digital")
    shown = await chat.app.bot.get_my_short_description()
    assert (
        shown.short_description == "Réponses sur « Le numérique comme sortie de crise », d’une seule source."
    )
    assert (await chat.app.bot.get_my_short_description("en")).short_description.startswith("Answers about")


async def test_what_the_owner_wrote_stays(chat: Chat, kb: KnowledgeBase) -> None:
    await chat.app.bot.set_my_description("Notre bot.")
    await publish_profile(chat.app.bot, kb)
    assert (await chat.app.bot.get_my_description()).description == "Notre bot."
    assert len(chat.telegram.called("setMyDescription")) == 1
    assert len(chat.telegram.called("setMyShortDescription")) == 2


async def test_it_is_written_once(chat: Chat, kb: KnowledgeBase) -> None:
    await publish_profile(chat.app.bot, kb)
    await publish_profile(chat.app.bot, kb)
    assert len(chat.telegram.called("setMyDescription")) == 2
    assert len(chat.telegram.called("setMyShortDescription")) == 2


async def test_a_long_title_is_cut(chat: Chat, write_kb: WriteKb) -> None:
    entry = "{id: a, title: A, answer: B., questions: [c]}"
    long = load_knowledge(write_kb(f"title: {'long ' * 150}\nentries:\n  - {entry}\n"))
    await publish_profile(chat.app.bot, long)
    assert len((await chat.app.bot.get_my_description()).description) == 512
    assert len((await chat.app.bot.get_my_short_description()).short_description) == 120


async def test_what_the_bot_wrote_of_another_knowledge_base_is_written_anew(
    chat: Chat, kb: KnowledgeBase, write_kb: WriteKb
) -> None:
    entry = "{id: a, title: A, answer: B., questions: [c]}"
    await publish_profile(
        chat.app.bot, load_knowledge(write_kb(f"title: La piscine\nentries:\n  - {entry}\n"))
    )
    assert "La piscine" in (await chat.app.bot.get_my_description()).description
    await publish_profile(chat.app.bot, kb)
    assert "sortie de crise" in (await chat.app.bot.get_my_description()).description
    assert "sortie de crise" in (await chat.app.bot.get_my_short_description()).short_description


async def test_what_was_interrupted_is_done_at_the_next_start(chat: Chat, kb: KnowledgeBase) -> None:
    # English is written before French: French alone tells that both are there.
    await chat.app.bot.set_my_description("Half", language_code="en")
    await publish_profile(chat.app.bot, kb)
    assert (await chat.app.bot.get_my_description("en")).description.startswith("Ask me")


@pytest.mark.parametrize("method", ["getMyDescription", "setMyDescription", "getMyShortDescription"])
async def test_a_description_that_cannot_be_set_does_not_stop_the_bot(
    chat: Chat, kb: KnowledgeBase, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.refuse(method, "Too Many Requests", 429, retry_after=5)
    await publish_profile(chat.app.bot, kb)
    assert "the bot's description could not be set: RetryAfter" in caplog.text
