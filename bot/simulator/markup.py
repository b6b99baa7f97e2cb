"""Keyboards under messages: read, refused or normalised as Telegram does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.simulator.errors import bad_request
from bot.simulator.links import check_link, linked_user

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Json, Unchecked

_MAX_CALLBACK_BYTES = 64
_MAX_BUTTONS = 100
_TYPES = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
)


def read_markup(value: Unchecked, *, inline_only: bool = False) -> Json | None:
    """Return the inline keyboard of a call, None for no markup or another kind of keyboard."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    if "inline_keyboard" not in value:
        if inline_only and value:
            raise bad_request("inline keyboard expected")
        return None
    rows = value["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('Field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, keyboard)) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": keyboard} if keyboard else None


def _button(button: Unchecked) -> Json:
    prefix = "Can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad_request(f'{prefix}Can\'t find field "text"')
    # An empty url or callback_data counts as absent; an empty inline query is a valid one.
    kind = next(
        (name for name in _TYPES if button.get(name) or (name.startswith("switch") and name in button)),
        None,
    )
    if kind is None:
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    text = str(button["text"]).strip()
    if not text:
        raise bad_request("inline keyboard button text must be non-empty")
    value = button[kind]
    if kind == "url":
        value = _button_url(str(value))
    elif kind == "callback_data" and len(str(value).encode()) > _MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"text": text, kind: value}


def _button_url(url: str) -> str:
    if linked_user(url) is not None:
        return url
    checked = check_link(url)
    if checked is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked
