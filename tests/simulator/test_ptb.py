"""An ordinary python-telegram-bot application, by polling and by webhook."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.simulator.state import CAMILLE, GROUP, KARIM

from .conftest import until
from .echo import build, introduce

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.ext import Application

    from bot.simulator import Simulator

    from .conftest import Hook

    Bot = Application[Any, Any, Any, Any, Any, Any]


@pytest_asyncio.fixture(params=["polling", "webhook"])
async def bot(request: pytest.FixtureRequest, simulator: Simulator, hook: Hook) -> AsyncIterator[Bot]:
    simulator.world.queue.clear()
    application = build(simulator)
    async with application:
        await application.start()
        if request.param == "polling":
            assert application.updater is not None
            await application.updater.start_polling(timeout=5)
            yield application
            await application.updater.stop()
        else:
            hook.on_body = lambda body: application.update_queue.put_nowait(
                Update.de_json(body, application.bot)
            )
            await application.bot.set_webhook(hook.url, secret_token="chut")  # noqa: S106
            yield application
            assert set(hook.secrets) <= {"chut"}
        await application.stop()


def last(simulator: Simulator, chat_id: int) -> dict[str, Any]:
    return simulator.people.transcript(chat_id)[-1]


async def test_a_conversation(simulator: Simulator, bot: Bot) -> None:
    people = simulator.people
    await introduce(bot)
    people.start(CAMILLE, "mesure-3")
    await until(lambda: last(simulator, CAMILLE)["text"] == "Bonjour mesure-3")
    people.send_text(CAMILLE, CAMILLE, "le baromètre 😀 ?")
    await until(lambda: "reply_markup" in last(simulator, CAMILLE))
    card = last(simulator, CAMILLE)
    assert card["text"] == "Mesure 3\nUn baromètre\nLa mesure 4 <script>"
    query = people.press(CAMILLE, CAMILLE, card["message_id"], "why")["query_id"]
    await until(lambda: last(simulator, CAMILLE)["text"] == "Parce que")
    assert people.callback_answer(query) == {
        "text": "Voici pourquoi",
        "show_alert": False,
        "url": "",
    }
    query = people.press(CAMILLE, CAMILLE, card["message_id"], "chart", stale=True)
    await until(lambda: "photo" in last(simulator, CAMILLE))


async def test_inline_in_a_group(simulator: Simulator, bot: Bot) -> None:
    people = simulator.people
    assert bot.running
    asked = people.ask_inline(KARIM, GROUP, "baro", offset="16")["query_id"]
    await until(lambda: people.inline_answer(asked))
    answer = people.inline_answer(asked)
    assert answer is not None
    assert [result["id"] for result in answer["results"]] == ["16", "17", "18"]
    assert answer["next_offset"] == ""
    message = people.choose(KARIM, GROUP, asked, "16")
    people.press(CAMILLE, GROUP, message["message_id"], "why")
    await until(lambda: last(simulator, GROUP)["text"] == "Parce que")


@pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")
async def test_ptb_knows_the_errors(simulator: Simulator, bot: Bot) -> None:
    people, ptb = simulator.people, bot.bot
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(5, "x")
    with pytest.raises(BadRequest, match="Message text is empty"):
        await ptb.send_message(CAMILLE, "")
    people.block(CAMILLE)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(CAMILLE, "x")
    people.set_faults([{"kind": kind, "method": "sendMessage"} for kind in ("429", "502", "reset")])
    with pytest.raises(RetryAfter):
        await ptb.send_message(GROUP, "x")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await ptb.send_message(GROUP, "x")
    new = people.upgrade(CAMILLE, GROUP)
    with pytest.raises(ChatMigrated) as caught:
        await ptb.send_message(GROUP, "x")
    assert caught.value.new_chat_id == new["id"]


async def test_files_come_back(simulator: Simulator, bot: Bot) -> None:
    sent = await bot.bot.send_document(CAMILLE, b"contenu", filename="a.txt")
    assert sent.document is not None
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"contenu"
    assert simulator.people.transcript(CAMILLE)[-1]["document"]["file_name"] == "a.txt"


async def test_polling_stops_at_once(simulator: Simulator) -> None:
    async with build(simulator) as application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=30)
        await until(lambda: simulator.people.log("getUpdates"))
        begin = time.monotonic()
        await application.updater.stop()
        await application.stop()
        assert time.monotonic() - begin < 2
