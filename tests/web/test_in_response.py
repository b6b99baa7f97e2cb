from __future__ import annotations

from typing import Any

from telegram import InputFile
from telegram._utils.types import JSONDict
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.in_response import SLOT, InResponseRequest, Slot

from .network import Network


def data(**values: Any) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


def call(slot: Slot) -> JSONDict:
    return slot.call.result()


async def test_the_first_call_without_a_result_fills_the_slot() -> None:
    network, taken = Network(), list[str]()
    request = InResponseRequest(network, taken.append)
    SLOT.set(slot := Slot())
    assert await request.do_request("https://t/bot1:x/sendMessage", "POST", data(chat_id=1)) == (200, b"{}")
    assert not slot.call.done()
    answered = await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", data(text="é"))
    assert answered == (200, b'{"ok":true,"result":true}')
    assert call(slot) == {"method": "answerCallbackQuery", "text": "é"}
    await request.do_request("https://t/bot1:x/answerInlineQuery", "POST", data())
    assert network.calls == ["sendMessage", "answerInlineQuery"]
    assert taken == ["answerCallbackQuery"]


async def test_without_a_slot_or_after_the_response_all_goes_over_the_network() -> None:
    network = Network()
    request = InResponseRequest(network, lambda _name: None)
    SLOT.set(None)
    await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", None)
    SLOT.set(slot := Slot())
    slot.close()
    await request.do_request("https://t/bot1:x/answerCallbackQuery", "POST", None)
    assert network.calls == ["answerCallbackQuery"] * 2


async def test_files_go_over_the_network() -> None:
    slot = Slot()
    assert not slot.take("answerInlineQuery", data(photo=InputFile(b"x", attach=True)))
    assert slot.take("answerInlineQuery", None)
    assert call(slot) == {"method": "answerInlineQuery"}


async def test_the_network_is_opened_and_closed() -> None:
    network = Network()
    request = InResponseRequest(network, lambda _name: None)
    await request.initialize()
    await request.shutdown()
    assert network.states == ["open", "closed"]
    assert request.read_timeout == network.read_timeout
