from __future__ import annotations

import json

from bot.handlers.slot import Leisure, Slot


async def test_a_slot_takes_one_call_and_keeps_json_as_it_is() -> None:
    slot = Slot(Leisure())
    assert slot.take(
        "answerInlineQuery", {"inline_query_id": "7", "cache_time": 300}, results='[{"id": "é"}]'
    )
    assert json.loads(slot.call.result() or "") == {
        "method": "answerInlineQuery",
        "inline_query_id": "7",
        "cache_time": 300,
        "results": [{"id": "é"}],
    }
    assert not slot.take("answerCallbackQuery", {})


async def test_calls_whose_result_matters_do_not_go_in_a_response() -> None:
    slot = Slot(Leisure(rate=0))
    assert not slot.take("getChatMember", {})
    assert not slot.take("editMessageText", {})
    assert slot.take("sendMessage", {"chat_id": 1})


async def test_messages_go_in_the_response_only_when_there_are_many() -> None:
    now = 0.0
    leisure = Leisure(rate=2, clock=lambda: now)

    def taken() -> bool:
        return Slot(leisure).take("sendMessage", {"chat_id": 1})

    assert [taken() for _ in range(4)] == [False, False, True, True]
    now = 0.5
    assert [taken() for _ in range(2)] == [True, True]
    for tenths in (8, 11, 14, 17):
        now = tenths / 10
        assert taken(), "three a second are more than two: none has leisure"
    now = 3.3
    assert not taken(), "a while after, they have it again"
    now = 60
    assert [taken() for _ in range(3)] == [False, False, True]


async def test_a_slot_without_messages_uses_up_no_leisure() -> None:
    leisure = Leisure(rate=1)
    assert Slot(leisure).take("answerCallbackQuery", {})
    assert not Slot(leisure).take("sendMessage", {})
