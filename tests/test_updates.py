"""Updates are as python-telegram-bot makes them, by whichever way they were made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import TelegramObject, Update
from telegram.ext import ExtBot

from bot.updates import Parser

BOT: ExtBot[None] = ExtBot("1:token")
PARSER = Parser(BOT)
CACHES = {"_effective_chat", "_effective_message", "_effective_sender", "_effective_user"}
ID = 2**63 - 1
NAMES = st.text(max_size=8)
IDS = st.integers(-(2**63), ID)
USERS = st.fixed_dictionaries(
    {"id": IDS, "is_bot": st.booleans(), "first_name": NAMES},
    optional={"last_name": NAMES, "username": NAMES, "language_code": NAMES, "is_premium": st.just(True)},
)
CHATS = st.fixed_dictionaries(
    {"id": IDS, "type": st.sampled_from(["private", "group", "supergroup"])},
    optional={"title": NAMES, "username": NAMES, "first_name": NAMES, "last_name": NAMES},
)
ENTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["hashtag", "mention", "bot_command"]),
            "offset": st.integers(0, 9),
            "length": st.integers(1, 9),
        }
    ),
    max_size=2,
)
MESSAGES = st.fixed_dictionaries(
    {
        "message_id": IDS,
        "date": st.integers(0, 2**32),
        "chat": CHATS,
        "from": USERS,
        "text": st.text(max_size=20),
    },
    optional={"entities": ENTITIES},
)
QUERIES = st.fixed_dictionaries(
    {
        "id": NAMES,
        "from": USERS,
        "query": NAMES,
        "offset": NAMES,
        "chat_type": st.sampled_from(["sender", "group"]),
    }
)
USUAL = st.one_of(
    st.fixed_dictionaries({"update_id": IDS, "message": MESSAGES}),
    st.fixed_dictionaries({"update_id": IDS, "inline_query": QUERIES}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
MORE = st.sampled_from(
    [
        ("message", "reply_to_message"), ("message", "via_bot"), ("message", "message_thread_id"),
        ("message", "sender_chat"), ("message", "is_automatic_forward"), ("message", "edit_date"),
        ("message", "chat", "is_forum"), ("message", "from", "added_to_attachment_menu"),
        ("inline_query", "location"), ("inline_query", "from", "id"), ("message", "from"),
        ("message", "chat"), ("message", "chat", "type"), ("message", "date"), ("message", "text"),
        ("message", "entities"), ("message", "message_id"), ("message",), ("inline_query",),
        ("update_id",), ("edited_message",), ("message", "from", "first_name"), ("nothing",),
    ]
)  # fmt: skip


class Thorough(Parser):
    """Takes the long way with all."""

    def _usual(self, data: dict[str, Any]) -> None:
        del data


THOROUGH = Thorough(BOT)


def slots(made: Any) -> Any:
    """All that an object holds, down to the last attribute, but what it has only worked out."""
    if made is BOT:
        return "the bot"
    if isinstance(made, TelegramObject):
        names = {name for base in type(made).__mro__ for name in vars(base).get("__slots__", ())} - CACHES
        return type(made), {name: slots(getattr(made, name)) for name in names if hasattr(made, name)}
    if isinstance(made, list | tuple):
        return type(made), [slots(one) for one in made]
    return type(made), made


def assert_alike(data: dict[str, Any]) -> None:
    """As PTB makes it, or refused either way."""
    body = json.dumps(data).encode()
    assert slots(PARSER.parse(body)) == slots(THOROUGH.parse(body))


def at(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    """What holds the last step of a path."""
    for step in path[:-1]:
        data = data.get(step)  # type: ignore[assignment]
        if not isinstance(data, dict):
            return None
    return data


@given(USUAL)
def test_what_is_usual(data: dict[str, Any]) -> None:
    assert PARSER._usual(json.loads(json.dumps(data))) is not None
    found = PARSER.parse(json.dumps(data).encode())
    assert found is not None
    assert slots(found[1]) == slots(Update.de_json(data, BOT))


@given(USUAL, MORE, JSON)
def test_what_is_changed_somewhere(data: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    if (holder := at(data, path)) is None:
        return
    holder[path[-1]] = value
    assert_alike(data)


@given(USUAL, MORE)
def test_what_lacks_something(data: dict[str, Any], path: tuple[str, ...]) -> None:
    holder = at(data, path)
    if holder is None or path[-1] not in holder:
        return
    del holder[path[-1]]
    assert_alike(data)


def message(**changed: Any) -> dict[str, Any]:
    """A message, with parts that are changed, or left out where they are None."""
    chat = {"id": 5, "type": "private", "first_name": "Zoé"}
    user = {"id": 5, "is_bot": False, "first_name": "Zoé"}
    whole = {"message_id": 1, "date": 1_400_000_000, "chat": chat, "from": user, "text": "#nocrise ?"}
    return {
        "update_id": 7,
        "message": {name: one for name, one in (whole | changed).items() if one is not None},
    }


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (message(), "message"),
        (message(photo=[]), "message"),
        ({"update_id": 1, "edited_message": message()["message"]}, "edited_message"),
        ({"update_id": 1, "something_new": {}}, "other"),
    ],
)
def test_kinds(data: dict[str, Any], kind: str) -> None:
    found = PARSER.parse(json.dumps(data).encode())
    assert found is not None
    assert found[0] == kind


@pytest.mark.parametrize(
    "data",
    [
        message(text=None, photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]),
        message(reply_to_message=message()["message"]),
        message(chat={"id": 5, "type": "channel", "title": "Zoé"}),
        message(chat={"id": 5, "type": "supergroup", "title": "Zoé", "is_forum": True}),
        message(**{"from": None}),
    ],
)
def test_what_is_unusual_is_looked_at_closely(data: dict[str, Any]) -> None:
    assert PARSER._usual(data) is None
    assert_alike(data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", None),
        ("entities", {"type": "mention"}),
        ("entities", 1),
        ("entities", 0),
        ("entities", False),
        ("chat", {"id": 5, "type": [1]}),
    ],
)
def test_what_telegram_never_sends_is_no_worse_for_it(name: str, value: object) -> None:
    data = message()
    data["message"][name] = value
    assert_alike(data)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"7", b"{", b"{}", b"\xff", b"[" * 100_000,
        b'{"update_id": "7"}', b'{"update_id": true}',
        json.dumps({"update_id": ID + 1}).encode(),
        json.dumps(message(message_id=ID + 1)).encode(),
        json.dumps(message(message_id="1")).encode(),
        json.dumps(message(date="yesterday")).encode(),
        json.dumps(message(date=10**18)).encode(),
        json.dumps(message(chat={"id": "5", "type": "private"})).encode(),
        json.dumps(message(**{"from": {"id": 5.5, "is_bot": False, "first_name": "Z"}})).encode(),
        json.dumps(message(**{"from": {"id": 5}})).encode(),
        json.dumps(message(migrate_to_chat_id="5")).encode(),
        json.dumps({"update_id": 7, "message": "hello"}).encode(),
    ],
)  # fmt: skip
def test_what_is_no_update(body: bytes) -> None:
    assert PARSER.parse(body) is None
