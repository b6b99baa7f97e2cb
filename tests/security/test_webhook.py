"""JSON with the right secret that Telegram would never write: the server outlives it, and says so."""

from __future__ import annotations

import asyncio
import gc
import json
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.simulator.state import CAMILLE
from tests.web.conftest import ANSWER, QUESTION, matcher, server

if TYPE_CHECKING:
    from tests.web.conftest import Server

__all__ = ["matcher", "server"]

IDS = count(4_000_000)
PERSON = {"id": 5, "is_bot": False, "first_name": "x"}
PRIVATE = {"id": 5, "type": "private"}
MESSAGE = {"message_id": 1, "date": 0, "chat": PRIVATE, "from": PERSON, "text": QUESTION}
HALF = json.dumps({"update_id": next(IDS), "message": MESSAGE | {"text": "\ud800"}}).encode()
"""Half a character: JSON can write it, UTF-8 cannot."""


PAYLOADS: list[dict[str, Any] | bytes] = [
    {"message": MESSAGE | {"from": PERSON | {"id": {}}}},
    {"message": MESSAGE | {"chat": PRIVATE | {"id": []}}},
    {"message": MESSAGE | {"chat": PRIVATE | {"id": 10**30}}},
    {"message": MESSAGE | {"message_id": 2**70}},
    {"message": MESSAGE | {"migrate_to_chat_id": -(2**70)}},
    {"message": MESSAGE | {"text": 5}},
    {"message": MESSAGE | {"text": "\x00"}},
    {"message": MESSAGE | {"entities": [{"type": "bot_command", "offset": -5, "length": 10**18}]}},
    {"callback_query": {"id": "1", "from": PERSON, "chat_instance": "1", "data": {"a": 1}}},
    {"inline_query": {"id": "1", "from": PERSON | {"id": [1]}, "query": 5, "offset": None}},
    {"chosen_inline_result": {"result_id": [], "from": PERSON, "query": ""}},
    HALF,
]


async def test_it_is_outlived(server: Server) -> None:
    lost: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
    for number, payload in enumerate(PAYLOADS, 1):
        update = payload if isinstance(payload, bytes) else {"update_id": next(IDS), **payload}
        # Taken, or refused for good: Telegram must not bring it for ever.
        assert (await server.post(update)).status_code in (200, 400), payload
        server.simulator.people.send_text(CAMILLE, CAMILLE, QUESTION)
        await server.until(lambda: len(server.simulator.people.transcript(CAMILLE)) == 2 * number)  # noqa: B023
        assert ANSWER in server.simulator.people.transcript(CAMILLE)[-1]["text"], payload
    gc.collect()
    await asyncio.sleep(0)
    assert lost == []
