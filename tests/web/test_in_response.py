from __future__ import annotations

from typing import Any

from telegram import InputFile
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.handlers.slot import SLOT, Leisure, Slot
from bot.in_response import InResponseRequest

from .network import Network


def data(**values: Any) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def test_the_first_call_without_a_result_goes_in_the_response() -> None:
    network = Network()
    request = InResponseRequest(network)
    SLOT.set(slot := Slot(Leisure(rate=0)))
    assert await request.do_request("https://t/bot1:x/sendMessage", "POST", data(chat_id=1)) == (200, b"{}")
    assert not slot.call.done(), "whoever calls through the network wants the message"
    answered = await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", data(text="é"))
    assert answered == (200, b'{"ok":true,"result":true}')
    assert slot.method == "answerCallbackQuery"
    await request.do_request("https://t/bot1:x/answerInlineQuery", "POST", data())
    assert network.calls == ["sendMessage", "answerInlineQuery"]


async def test_without_a_slot_or_after_the_response_all_goes_over_the_network() -> None:
    network = Network()
    request = InResponseRequest(network)
    SLOT.set(None)
    await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", None)
    SLOT.set(slot := Slot(Leisure()))
    slot.close()
    await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", None)
    assert network.calls == ["answerCallbackQuery"] * 2


async def test_files_go_over_the_network() -> None:
    network = Network()
    request = InResponseRequest(network)
    SLOT.set(Slot(Leisure()))
    with_file = data(photo=InputFile(b"x", attach=True))
    await request.do_request("https://t/bot1:x/answerInlineQuery", "POST", with_file)
    assert network.calls == ["answerInlineQuery"]


async def test_the_network_is_opened_and_closed() -> None:
    network = Network()
    request = InResponseRequest(network)
    await request.initialize()
    await request.shutdown()
    assert network.states == ["open", "closed"]
    assert request.read_timeout == network.read_timeout
