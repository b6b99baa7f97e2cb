"""What the routes of the webhook server take, and what they refuse."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

from bot import endpoint
from bot.handlers.slot import AT_LEISURE
from bot.simulator.config import DEFAULT_TOKEN
from bot.simulator.state import CAMILLE

from .conftest import ANSWER, QUESTION, SECRET, running_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from bot.matching import Matcher

    from .conftest import Server

IDS = itertools.count(1)


def message(text: str, user: int = CAMILLE) -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": "Camille", "language_code": "fr"}
    chat = {"id": user, "type": "private", "first_name": "Camille"}
    body = {"message_id": next(IDS), "date": 1, "chat": chat, "from": person, "text": text}
    return {"update_id": next(IDS), "message": body}


def inline(query: str) -> dict[str, Any]:
    person = {"id": CAMILLE, "is_bot": False, "first_name": "Camille", "language_code": "fr"}
    return {"update_id": next(IDS), "inline_query": {"id": "1", "from": person, "query": query, "offset": ""}}


async def test_who_may_send(server: Server) -> None:
    for secret in (None, "", "wrong", SECRET + "x", SECRET[:-1], "é".encode()):
        assert (await server.post(message(QUESTION), secret)).status_code == 403
    # Without the secret the body is not even read.
    assert (await server.post(b"x" * (endpoint.MAX_BODY + 1), "wrong")).status_code == 403
    assert not server.simulator.people.log("sendMessage")
    assert 'nocrise_refused_requests_total{status="403"} 7.0' in await server.metrics()


async def test_what_is_too_long(server: Server) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    assert (await server.post(b" " * (endpoint.MAX_BODY + 1))).status_code == 413
    assert (await server.post(endless())).status_code == 413
    longest = message(QUESTION) | {"x": "x" * (endpoint.MAX_BODY - 1000)}
    assert (await server.post(longest)).status_code == 200


async def test_who_hangs_up_in_the_middle_of_an_update(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(server.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    secret = f"{endpoint.SECRET_HEADER}: {SECRET}"
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{secret}\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b'{"update_id": ')
    await writer.drain()
    # So that the bot has begun to read.
    assert (await server.post(message("merci"))).status_code == 200
    writer.close()
    await writer.wait_closed()
    assert (await server.post(message(QUESTION))).status_code == 200
    assert not caplog.records


async def test_who_hangs_up_before_the_answer_gets_it_all_the_same(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    people, port = server.simulator.people, int(server.url.rpartition(":")[2])
    # More at once than calls are made for at leisure: some of the answers go into responses.
    asking = [people.add_user(f"U{number}", "fr")["id"] for number in range(int(AT_LEISURE) + 10)]
    for user in asking:
        people.start(user)
    await server.until(lambda: all(people.transcript(user) for user in asking))
    for user in asking:
        body = json.dumps(message(QUESTION, user)).encode()
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        secret = f"{endpoint.SECRET_HEADER}: {SECRET}"
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        writer.close()
        await writer.wait_closed()
    await server.until(
        lambda: all(any(ANSWER in one["text"] for one in people.transcript(user)) for user in asking)
    )
    assert not caplog.records


async def test_what_is_no_update(server: Server) -> None:
    nested = b'{"update_id": 1, "x": ' + b"[" * 100_000
    for content in (b"", b"{", b"\xff\xfe", b"null", nested, [], 5, "x", {}):
        assert (await server.post(content)).status_code == 400, content
    number = next(IDS)
    for update_id in ("1", None, True, 1.5):
        assert (await server.post({"update_id": update_id})).status_code == 400
    for part in (5, "x", [], {"message_id": 1}, {"date": "x"}, {"chat": 1}):
        assert (await server.post({"update_id": number, "message": part})).status_code == 400, part
    for name in ("message_id", "migrate_to_chat_id"):
        large = message("x")["message"] | {name: 2**63}
        assert (await server.post({"update_id": number, "message": large})).status_code == 400, name
    deep: dict[str, Any] = message("x")["message"]
    for _ in range(300):
        deep = {**deep, "reply_to_message": deep}
    assert (await server.post({"update_id": number, "message": deep})).status_code in (200, 400)
    assert (await server.post({"update_id": next(IDS), "brand_new": {}})).status_code == 200
    assert (await server.client.get("/telegram")).status_code == 405
    server.simulator.people.send_text(CAMILLE, CAMILLE, QUESTION)
    await server.until(lambda: len(server.simulator.people.transcript(CAMILLE)) == 2)


async def test_the_bot_answers(server: Server) -> None:
    people = server.simulator.people
    people.send_text(CAMILLE, CAMILLE, QUESTION)
    await server.until(lambda: len(people.transcript(CAMILLE)) == 2)
    assert ANSWER in people.transcript(CAMILLE)[1]["text"]


async def test_an_update_that_comes_twice(server: Server) -> None:
    server.simulator.people.send_text(CAMILLE, CAMILLE, "merci")
    await server.until(lambda: len(server.simulator.people.transcript(CAMILLE)) == 2)
    update = message(QUESTION)
    for _ in range(2):
        assert (await server.post(update)).status_code == 200
    assert len(server.simulator.people.log("sendMessage")) == 2


async def test_an_inline_answer_is_given_in_the_response(server: Server) -> None:
    response = await server.post(inline("piscine"))
    call = response.json()
    assert call["method"] == "answerInlineQuery"
    assert call["results"][0]["id"] == "piscine"
    assert not server.simulator.people.log("answerInlineQuery")
    assert 'nocrise_calls_in_response_total{method="answerInlineQuery"} 1.0' in await server.metrics()
    response = await server.post(message(QUESTION))
    assert response.content == b""


async def test_that_can_be_switched_off(tmp_path: Path, matcher: Matcher) -> None:
    async with running_server(tmp_path, matcher, in_response=False) as server:
        assert (await server.post(inline("piscine"))).content == b""
        assert len(server.simulator.people.log("answerInlineQuery")) == 1


async def test_health_and_readiness(server: Server) -> None:
    assert (await server.client.get("/healthz")).text == "ok"
    ready = await server.client.get("/readyz")
    assert ready.json() == {"ready": True, "knowledge": True, "webhook": True, "database": True}


async def test_a_database_that_is_away() -> None:
    class Away:
        async def ping(self) -> None:
            raise OSError

    assert not await endpoint._is_there(Away())  # type: ignore[arg-type]


async def test_metrics_hold_numbers_and_nothing_else(server: Server) -> None:
    people = server.simulator.people
    people.send_text(CAMILLE, CAMILLE, QUESTION)
    await server.until(lambda: len(people.transcript(CAMILLE)) == 2)
    people.send_text(CAMILLE, CAMILLE, "recette de tarte")
    await server.until(lambda: len(people.transcript(CAMILLE)) == 4)
    await server.post(inline("piscine"))
    shown = await server.metrics()
    for line in (
        'nocrise_update_seconds_count{type="message"} 2.0',
        'nocrise_update_seconds_count{type="inline_query"} 1.0',
        'nocrise_outcomes_total{outcome="answer"} 1.0',
        'nocrise_outcomes_total{outcome="unknown"} 1.0',
        'nocrise_call_seconds_count{method="sendMessage",result="200"} 2.0',
    ):
        assert line in shown
    for hidden in ("piscine", "tarte", SECRET, DEFAULT_TOKEN, "Camille"):
        assert hidden not in shown
    # As a number of its own: the digits may well stand within the seconds of a histogram.
    assert not re.search(rf"(?<![\d.]){CAMILLE}(?![\d.])", shown)


async def test_errors_are_counted(server: Server) -> None:
    server.simulator.people.send_text(CAMILLE, CAMILLE, "merci")
    await server.until(lambda: len(server.simulator.people.transcript(CAMILLE)) == 2)
    server.simulator.people.set_faults([{"kind": "500", "method": "sendMessage", "times": 3}])
    assert (await server.post(message(QUESTION))).status_code == 200
    shown = await server.metrics()
    assert 'nocrise_errors_total{error="NetworkError"} 1.0' in shown
    assert 'result="500"' in shown
