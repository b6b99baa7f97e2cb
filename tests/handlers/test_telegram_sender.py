from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from telegram.error import NetworkError, TimedOut

from bot.followups import outbox, sending
from bot.handlers.telegram_sender import TelegramSender
from bot.simulator.state import CAMILLE, KARIM

from .standin import Chat, labels

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase


NEWS = outbox.Message(
    id=1,
    key="suivi:1",
    kind=outbox.FOLLOWUP,
    text="Le barème <est> voté.",
    source="https://example.org/1",
    data={"topics": ["mesure-13", "nantes"], "date": "2014-03-01"},
    published_at=0,
)


@pytest.fixture
def sender(chat: Chat, kb: KnowledgeBase) -> TelegramSender:
    return TelegramSender(chat.app.bot, kb)


async def test_news_says_what_it_is_about_when_and_from_where(chat: Chat, sender: TelegramSender) -> None:
    await chat.ask("bonjour")
    await sender.send(CAMILLE, NEWS, None)
    sent = chat.world.transcript(CAMILLE)[-1]
    assert sent["text"].startswith("📣 Mesure 13 · ")
    for part in ("Nantes", "Le barème <est> voté.", "01/03/2014", "https://example.org/1"):
        assert part in sent["text"]
    assert len(labels(sent)) == 2
    assert "Mes abonnements" in labels(sent)


async def test_it_is_in_the_language_of_its_chat(chat: Chat, sender: TelegramSender) -> None:
    await chat.ask("bonjour")
    await sender.send(CAMILLE, NEWS, "en")
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("📣 Measure 13 · ")
    data = {"entry": "mesure-13", "question": "le télétravail ?"}
    answer = replace(NEWS, kind=outbox.ANSWER, text="Voici", data=data)
    await sender.send(CAMILLE, answer, "en")
    told = chat.world.transcript(CAMILLE)[-1]["text"]
    assert told.startswith("You had asked")
    assert "Measure 13 · " in told
    # The worker may have read another knowledge base than who found the answer.
    unknown = {"entry": "mesure-99", "question": "?"}
    for message, language in ((answer, None), (replace(answer, data=unknown), "en")):
        await sender.send(CAMILLE, message, language)
        assert chat.world.transcript(CAMILLE)[-1]["text"] == "Voici"


@pytest.mark.parametrize("language", [None, "fr"])
async def test_what_is_sent_unasked_is_a_subject_to_reply_to(
    chat: Chat, sender: TelegramSender, language: str | None
) -> None:
    await chat.ask("mesure 16")
    late = replace(NEWS, kind=outbox.ANSWER, text="Voici", data={"entry": "mesure-3", "question": "ki ?"})
    about_one = replace(NEWS, data=NEWS.data | {"topics": ["mesure-3"]})
    for message, subject in ((late, "Mesure 3 ·"), (about_one, "Mesure 3 ·"), (NEWS, "Mesure 13 ·")):
        await sender.send(CAMILLE, message, language)
        sent = chat.world.transcript(CAMILLE)[-1]
        answer = await chat.ask("pourquoi ?", reply_to=sent["message_id"])
        assert answer["text"].startswith(subject)
    listed = replace(late, data={"entry": "liste-nantes", "question": "et à Nantes ?"})
    await sender.send(CAMILLE, listed, language)
    assert {"7", "🔔 Suivre", "↩ Retour"} <= set(labels(chat.world.transcript(CAMILLE)[-1]))


async def test_whoever_never_wrote_to_the_bot_counts_as_blocked(sender: TelegramSender) -> None:
    with pytest.raises(sending.Blocked):
        await sender.send(KARIM, NEWS, None)
    with pytest.raises(sending.Blocked):
        await sender.send(123456, NEWS, None)


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", sending.Blocked),
        (400, "Bad Request: chat not found", sending.Blocked),
        (400, "Bad Request: not enough rights to send text messages to the chat", sending.Refused),
        (400, "Bad Request: can't parse entities", sending.Refused),
        (500, "Internal Server Error", sending.TemporaryFailure),
        (502, "Bad Gateway", sending.TemporaryFailure),
    ],
)
async def test_each_refusal_has_its_meaning(
    chat: Chat, sender: TelegramSender, code: int, description: str, expected: type[Exception]
) -> None:
    chat.telegram.refuse("sendMessage", description, code)
    with pytest.raises(sending.SendError) as caught:
        await sender.send(CAMILLE, NEWS, None)
    assert type(caught.value) is expected


async def test_waits_and_new_ids_are_handed_on(chat: Chat, sender: TelegramSender) -> None:
    chat.telegram.refuse("sendMessage", "Too Many Requests: retry after 7", 429, retry_after=7)
    with pytest.raises(sending.RetryAfter) as slow:
        await sender.send(CAMILLE, NEWS, None)
    assert slow.value.seconds == 7
    chat.telegram.refuse("sendMessage", "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    with pytest.raises(sending.Migrated) as moved:
        await sender.send(-1, NEWS, None)
    assert moved.value.new_chat_id == -1001


@pytest.mark.parametrize("error", [NetworkError("httpx.ReadError"), TimedOut()])
async def test_a_broken_connection_is_temporary(chat: Chat, sender: TelegramSender, error: Exception) -> None:
    chat.telegram.failure = error
    with pytest.raises(sending.TemporaryFailure):
        await sender.send(CAMILLE, NEWS, None)
