"""Buttons, deep links and commands that nobody was offered."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from telegram import Update

from bot.answers import card
from bot.answers import texts as t
from bot.answers.pages import figures_page, measures_page
from bot.answers.texts import texts
from bot.followups import outbox, subscriptions
from bot.handlers import keyboard
from bot.handlers.private import encode_question
from bot.handlers.topic_buttons import topic_menu
from bot.simulator.state import ALEX, CAMILLE, GROUP, KARIM, PendingQuery
from tests.handlers.conftest import ADMIN

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.kb import KnowledgeBase
    from tests.handlers.conftest import Dates
    from tests.handlers.standin import Chat

LIMIT = 64
"""Bytes that Telegram takes as the data of a button, and characters as that of a deep link."""
NEWS = "/publier 13 Le barème est voté. https://example.org/bareme"
_numbers = count(9_000_000)


async def presses(chat: Chat, user: int, data: str, place: int | None = None) -> str | None:
    """Press a button with data of one's own under a message of the bot; returns what the press was told."""
    world, number = chat.world, next(_numbers)
    query = PendingQuery(str(number), user, place or user, world.clock())
    world.callback_queries[query.id] = query
    shown = {"message_id": 1, "from": world.bot.to_json(), "date": world.now(), "text": "x"}
    pressed = {
        "id": query.id,
        "from": world.users[user].to_json(),
        "chat_instance": "1",
        "data": data,
        "message": {**shown, "chat": world.chats[place or user].to_json()},
    }
    update = Update.de_json({"update_id": number, "callback_query": pressed}, chat.app.bot)
    await chat.app.process_update(update)
    return None if query.answer is None else str(query.answer["text"])


async def started(chat: Chat, *users: int) -> None:
    for user in users:
        await chat.say("/start", user=user)


async def test_a_button_acts_on_the_chat_it_stands_in_and_on_no_other(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await started(follower, CAMILLE, KARIM)
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates())
    for data in (
        "u:mesure-13",
        "k:mesure-13",
        "p:on",
        "forget:yes",
        f"u:{CAMILLE}",
        f"k:{CAMILLE}:mesure-13",
    ):
        await presses(follower, KARIM, data)
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-13"]
    assert await subscriptions.paused_until(database, CAMILLE, now=dates()) is None


@pytest.mark.parametrize("data", ["f:mesure-4", "u:mesure-13", "k:mesure-13", "p:on", "d:on", "forget:yes"])
async def test_in_a_group_the_buttons_are_its_administrators(
    follower: Chat, database: Database, dates: Dates, data: str
) -> None:
    await subscriptions.follow(database, GROUP, "mesure-13", now=dates())
    assert "only its administrators" in str(await presses(follower, ALEX, data, GROUP))
    assert await subscriptions.topics_of(database, GROUP) == ["mesure-13"]
    assert await subscriptions.paused_until(database, GROUP, now=dates()) is None


@pytest.mark.parametrize("data", ["c:1", "pub:0123456789abcdef", "nopub"])
async def test_an_administrators_buttons_do_nothing_for_others(
    follower: Chat, database: Database, dates: Dates, data: str
) -> None:
    await started(follower, ALEX, CAMILLE)
    draft = outbox.Draft(key="x", text="x", source="https://example.org")
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates())
    published = await outbox.publish(database, draft, {"mesure-13"}, now=dates())
    assert await presses(follower, ALEX, data) == texts("en").plain(t.OLD_BUTTON)
    assert published.message_id in [one.id for one in await outbox.under_way(database)]
    assert len(await outbox.timeline(database, ["mesure-13"])) <= 1


@pytest.mark.parametrize("command", [NEWS, "/publish" + NEWS.removeprefix("/publier"), "/annuler", "/stats"])
async def test_an_administrators_commands_do_not_exist_for_others(follower: Chat, command: str) -> None:
    assert (await follower.ask(command, user=ALEX))["text"] == texts("en").plain(t.UNKNOWN_COMMAND)
    # Nor in a group, even for an administrator of the bot: others would see it.
    assert await follower.say(command, user=ADMIN, chat=GROUP) == []


async def test_a_confirmation_is_worth_nothing_without_its_preview(
    follower: Chat, database: Database
) -> None:
    await started(follower, ADMIN)
    await presses(follower, ADMIN, "pub:0123456789abcdef")
    assert await outbox.under_way(database) == []


@pytest.mark.parametrize(
    "data",
    [
        *("x", ":", "::", "s:", "s:nothing", "v:@nothing", "v:", "up:nothing", "down:<b>", "f:nothing", "f:"),
        *("u:", "u:a b", "u:a\x00b", "k:", "k:\n", "k:ÿ", "w:", "w:-1", "w:abc", "w:1e9", "w:" + "9" * 19),
        *("c:", "c:abc", "c:" + "9" * 60, "forget:", "forget:maybe", "pub", "subs2", "nopub2"),
        *("é" * 32, "9" * 64, "\x00" * 64, "s:mesure-13\n", "S:mesure-13", " s:mesure-13"),
    ],
)
@pytest.mark.parametrize("user", [ALEX, ADMIN], ids=["person", "administrator"])
async def test_data_that_no_button_has_is_told_to_be_old(follower: Chat, user: int, data: str) -> None:
    await started(follower, user)
    before = len(follower.telegram.calls)
    language = "en" if user == ALEX else "fr"
    assert await presses(follower, user, data) == texts(language).plain(t.OLD_BUTTON)
    assert [name for name, _ in follower.telegram.calls[before:]] == ["answerCallbackQuery"]


@pytest.mark.parametrize("data", ["p:", "p:never", "d:", "d:maybe", "w:999999999999999999"])
async def test_data_of_the_right_kind_and_no_meaning_changes_nothing(
    follower: Chat, database: Database, dates: Dates, data: str
) -> None:
    await started(follower, CAMILLE)
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates())
    await presses(follower, CAMILLE, data)
    assert await subscriptions.topics_of(database, CAMILLE) == ["mesure-13"]
    assert await subscriptions.paused_until(database, CAMILLE, now=dates()) is None


def test_every_button_fits_the_limit(kb: KnowledgeBase) -> None:
    """Ids have at most 48 characters; a longer prefix, and Telegram would refuse the whole message."""
    replies = [card(kb, entry, "fr") for entry in kb.entries]
    replies += [measures_page(kb, "fr"), figures_page(kb, "fr")]
    keyboards = [
        keyboard.markup(reply, "fr", thumbs=True, browse=keyboard.MEASURES_PAGE, follow=reply.entry)
        for reply in replies
    ]
    keyboards.append(topic_menu(kb, "fr", ()))
    data = [
        button.callback_data
        for markup in keyboards
        if markup
        for row in markup.inline_keyboard
        for button in row
        if isinstance(button.callback_data, str)
    ]
    assert len(data) > 100
    assert max(len(one.encode()) for one in data) <= LIMIT


@pytest.mark.parametrize(
    "payload",
    [
        *("q-", "q-gICA", "q-_____w", "q-" + "A" * 62, "q-" + "9" * 62, "mesure-999", "MESURE-1"),
        *("admin", "stats", "publier", "c", "pub", "nopub", "-", "_", "x" * 64, "mesure-13_", "__class__"),
    ],
)
async def test_deep_links_made_by_hand_open_nothing_but_answers(follower: Chat, payload: str) -> None:
    follower.people.start(CAMILLE, payload)
    before = len(follower.world.transcript(CAMILLE))
    await follower.deliver()
    answers = follower.world.transcript(CAMILLE)[before:]
    assert len(answers) == 1
    assert not follower.telegram.called("sendDocument")


@pytest.mark.parametrize(
    "payload", ["q-" + "A" * 4000, "q-====", "a b c", "../../etc/passwd", "<b>", "é", "\u202e"]
)
async def test_start_followed_by_what_no_link_can_hold(follower: Chat, payload: str) -> None:
    assert len(await follower.say(f"/start {payload}")) == 1


@pytest.mark.parametrize("question", ["x" * 500, "é" * 500, "a b " * 100, "😀" * 60])
def test_every_deep_link_fits_the_limit(question: str) -> None:
    assert len(encode_question(question)) <= LIMIT
