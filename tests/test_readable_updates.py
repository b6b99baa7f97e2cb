"""What polling fetches, without what cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.request import BaseRequest

from bot.readable_updates import ReadableUpdates

USER = {"id": 1, "is_bot": False, "first_name": "C"}
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": USER, "text": "?"}
GOOD = {"update_id": 7, "message": MESSAGE}
BAD = {"update_id": 8, "message": {"text": "?"}}


class Canned(BaseRequest):
    """Answers every call alike."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, self.body


async def fetched(body: bytes, method: str = "getUpdates") -> bytes:
    _, found = await ReadableUpdates(Canned(body)).do_request(f"https://x/bot1:a/{method}", "POST")
    return found


async def test_what_can_be_read_is_handed_on_as_it_came() -> None:
    body = json.dumps({"ok": True, "result": [GOOD]}, indent=3).encode()
    assert await fetched(body) == body


async def test_of_what_cannot_its_number_is_left() -> None:
    body = json.dumps({"ok": True, "result": [BAD, GOOD, "x", {"message": MESSAGE}]}).encode()
    assert json.loads(await fetched(body)) == {"ok": True, "result": [{"update_id": 8}, GOOD]}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[" * 100_000, b"[]", b'{"ok":false}', b'{"ok":true,"result":7}']
)
async def test_what_holds_no_updates_is_left_alone(body: bytes) -> None:
    assert await fetched(body) == body


async def test_so_is_every_other_call() -> None:
    body = json.dumps({"ok": True, "result": [BAD]}).encode()
    assert await fetched(body, "getStickerSet") == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, *MESSAGE]), inner),
    max_leaves=20,
)


@given(
    st.lists(
        JSON
        | st.builds(
            lambda part: {**GOOD, "message": {**MESSAGE, **part}},
            st.dictionaries(st.sampled_from([*MESSAGE]), JSON, max_size=2),
        )
    )
)
async def test_ptb_reads_whatever_is_handed_on(updates: list[Any]) -> None:
    body = json.dumps({"ok": True, "result": updates}).encode()
    for update in json.loads(await fetched(body))["result"]:
        assert Update.de_json(update, None).update_id == update["update_id"]
