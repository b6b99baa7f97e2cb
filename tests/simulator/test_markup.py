from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.markup import read_markup


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ([], "object expected as reply markup"),
        ({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [{}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            keyboard("x"),
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            keyboard({"callback_data": "x"}),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            keyboard({"text": "x"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard({"text": " ", "callback_data": "x"}),
            "inline keyboard button text must be non-empty",
        ),
        (keyboard({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (
            keyboard({"text": "x", "url": "ici"}),
            "inline keyboard button URL 'ici' is invalid: Wrong HTTP URL",
        ),
        (keyboard(*[{"text": "x", "callback_data": "x"}] * 101), "reply markup is too long"),
    ],
)
def test_bad_keyboards_are_refused(markup: Any, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_markup(markup)
    assert caught.value.description == f"Bad Request: {reason}"


def test_the_longest_callback_data_passes() -> None:
    markup = keyboard({"text": "x", "callback_data": "é" * 32})
    assert read_markup(markup) == markup


def test_an_empty_inline_query_is_a_valid_button() -> None:
    markup = keyboard({"text": "x", "switch_inline_query_current_chat": ""})
    assert read_markup(markup) == markup


def test_edits_take_inline_keyboards_only() -> None:
    assert read_markup({"force_reply": True}) is None
    with pytest.raises(ApiError, match="inline keyboard expected"):
        read_markup({"force_reply": True}, inline_only=True)


def test_empty_rows_leave_nothing() -> None:
    assert read_markup({"inline_keyboard": [[], []]}) is None
