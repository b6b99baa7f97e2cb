"""In a forum, everything that the bot says stays in the topic of what it is about."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message

from bot.answers import Button, Callback, Reply
from bot.handlers.keyboard import markup
from bot.handlers.replying import forum_topic
from bot.simulator.state import ALEX, CAMILLE, GROUP

from .standin import Chat

pytestmark = pytest.mark.usefixtures("undrawn")

TOPIC = 77
PLACES = [
    {"id": GROUP, "type": "supergroup", "title": "G", "is_forum": True},
    {"id": CAMILLE, "type": "private", "first_name": "C"},
]
"""Private chats have topics, too."""


def in_topic(text: str, place: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A message in a topic, as Telegram sends it."""
    command = {"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}
    hashtag = {"type": "hashtag", "offset": 0, "length": 8}
    mention = {"type": "mention", "offset": 0, "length": 12}
    kinds = {"/": command, "#": hashtag, "@": mention}
    return {
        "message_id": 500,
        "date": 1,
        "chat": place,
        "from": {"id": CAMILLE, "is_bot": False, "first_name": "C", "language_code": "fr"},
        "text": text,
        "entities": [kinds[text[0]]] if text[0] in kinds else [],
        "message_thread_id": TOPIC,
        "is_topic_message": True,
    } | more


def sent(chat: Chat) -> list[dict[str, Any]]:
    names = ("sendMessage", "sendPhoto", "sendDocument")
    return [arguments for name, arguments in chat.telegram.calls if name in names]


@pytest.mark.parametrize("place", PLACES, ids=["supergroup", "private"])
@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/start mesure-3",
        "/aide",
        "/mesures",
        "/mesure 3",
        "/chiffres",
        "/carte",
        "/ville",
        "/discret",
        "/suivre",
        "/suivre 3",
        "/suivi 3",
        "/abonnements",
        "/stop",
        "/bilan",
        "/confidentialite",
        "/mesdonnees",
        "/oublier",
        "@nocrise_bot pourquoi un baromètre ?",
        "@nocrise_bot paiement",
        "@nocrise_bot",
        "#nocrise pourquoi un baromètre ?",
    ],
)
async def test_an_answer_stays_in_its_topic(follower: Chat, text: str, place: dict[str, Any]) -> None:
    await follower.ask("bonjour")
    before = len(sent(follower))
    await follower.update(message=in_topic(text, place))
    (answer,) = sent(follower)[before:]
    assert answer["message_thread_id"] == TOPIC


@pytest.mark.parametrize("place", PLACES, ids=["supergroup", "private"])
@pytest.mark.parametrize("data", ["x:mesure-3", "down:mesure-3", "figures:all", "subs"])
async def test_a_button_answers_in_its_topic(follower: Chat, data: str, place: dict[str, Any]) -> None:
    await follower.ask("bonjour")
    before = len(sent(follower))
    keyboard = markup(Reply("x", buttons=((Button("x", Callback(data)),),)), "fr")
    assert keyboard
    above = in_topic("x", place, reply_markup=keyboard.to_dict())
    person = {"id": CAMILLE, "is_bot": False, "first_name": "C"}
    await follower.update(
        callback_query={"id": "1", "from": person, "chat_instance": "1", "data": data, "message": above}
    )
    (answer,) = sent(follower)[before:]
    assert answer["message_thread_id"] == TOPIC


async def test_too_many_questions_are_refused_in_the_topic(chat: Chat) -> None:
    await chat.ask("bonjour")
    for _ in range(21):
        await chat.update(message=in_topic("/mesure 3", PLACES[0]))
    assert "beaucoup de questions" in sent(chat)[-1]["text"]
    assert sent(chat)[-1]["message_thread_id"] == TOPIC


async def test_elsewhere_there_is_no_topic(chat: Chat) -> None:
    # Telegram numbers the threads of replies in ordinary groups, too; nothing may be sent there.
    message = in_topic("@nocrise_bot mesure 3", PLACES[0])
    del message["is_topic_message"]
    await chat.update(message=message)
    assert "message_thread_id" not in sent(chat)[-1]


@pytest.mark.parametrize(("place", "said"), [(PLACES[0], "De quoi parlez-vous"), (PLACES[1], "Pourquoi :")])
async def test_topics_of_a_group_talk_of_different_things(
    chat: Chat, place: dict[str, Any], said: str
) -> None:
    await chat.ask("bonjour")
    await chat.update(message=in_topic("@nocrise_bot mesure 3", place))
    await chat.update(message=in_topic("@nocrise_bot pourquoi ?", place, message_id=501))
    assert said in sent(chat)[-1]["text"]


def test_a_message_too_old_to_be_seen_has_no_topic() -> None:
    old = Message.de_json({"message_id": 5, "date": 0, "chat": PLACES[0]}, None)
    assert forum_topic(old) is None


async def test_in_a_group_every_answer_shows_its_question(chat: Chat) -> None:
    for text in ("/mesures", "/aide", "/ville", "/start"):
        (answer,) = await chat.in_group(f"{text}@nocrise_bot", user=ALEX)
        assert answer["reply_to_message"]["text"].startswith(text)
        assert "reply_to_message" not in await chat.ask(text, user=ALEX)
