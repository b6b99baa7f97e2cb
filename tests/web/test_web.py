from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import re
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr
from telegram import WebhookInfo
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot import web
from bot.application import ALLOWED_UPDATES
from bot.errors import SettingsError
from bot.followups.updates import claim
from bot.followups.values import Claim
from bot.settings import Settings
from bot.simulator.config import DEFAULT_TOKEN
from bot.simulator.state import CAMILLE
from bot.storage import opened

from .conftest import ANSWER, QUESTION, SECRET, running_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.matching import Matcher

    from .conftest import Server

URL = "https://bot.example/telegram"
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
    assert (await server.post(b"x" * (web.MAX_BODY + 1), "wrong")).status_code == 403
    assert not server.simulator.people.log("sendMessage")
    assert 'nocrise_refused_requests_total{status="403"} 7.0' in await server.metrics()


async def test_what_is_too_long(server: Server) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    assert (await server.post(b" " * (web.MAX_BODY + 1))).status_code == 413
    assert (await server.post(endless())).status_code == 413
    longest = message(QUESTION) | {"x": "x" * (web.MAX_BODY - 1000)}
    assert (await server.post(longest)).status_code == 200


async def test_who_hangs_up_in_the_middle_of_an_update(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(server.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /telegram HTTP/1.1\r\nHost: x\r\n{web.SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n"
    )
    writer.write(head.encode() + b'{"update_id": ')
    await writer.drain()
    # So that the bot has begun to read.
    assert (await server.post(message("merci"))).status_code == 200
    writer.close()
    await writer.wait_closed()
    assert (await server.post(message(QUESTION))).status_code == 200
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

    assert not await web._is_there(Away())  # type: ignore[arg-type]


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


async def test_the_end_waits_for_what_is_under_way(server: Server) -> None:
    people = server.simulator.people
    people.set_faults([{"kind": "slow", "method": "sendMessage", "delay": 0.4}])
    people.send_text(CAMILLE, CAMILLE, QUESTION)
    await server.until(lambda: server.simulator.world.faults.planned[0].times == 0)
    server.stop.set()
    await server.task
    assert ANSWER in people.transcript(CAMILLE)[1]["text"]
    with pytest.raises(httpx.ConnectError):
        await server.client.get("/healthz")


async def test_what_takes_too_long_at_the_end_is_left_to_the_next_process(
    tmp_path: Path, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert web.FINISH_RESPONSES + web.FINISH_UPDATES < 9
    monkeypatch.setattr(web, "FINISH_RESPONSES", 1)
    monkeypatch.setattr(web, "FINISH_UPDATES", 0.1)
    async with running_server(tmp_path, matcher) as server:
        people = server.simulator.people
        people.set_faults([{"kind": "429", "method": "sendMessage", "retry_after": 25}])
        people.send_text(CAMILLE, CAMILLE, QUESTION)
        await server.until(lambda: server.simulator.world.faults.planned[0].times == 0)
        begin = time.monotonic()
        server.stop.set()
        await server.task
        assert time.monotonic() - begin < 5
        (update,) = server.simulator.world.queue.pending
    async with opened(SecretStr(f"sqlite:///{tmp_path}/nocrise.db")) as database:
        assert database
        assert await claim(database, update.id, now=time.time()) is Claim.OURS


async def test_a_webhook_that_was_taken_away_is_set_again(
    tmp_path: Path, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "CHECK_AGAIN", 0.05)
    async with running_server(tmp_path, matcher) as server:
        people = server.simulator.people
        address = f"{server.simulator.base_url}/bot{server.simulator.token}"
        await server.client.post(f"{address}/setWebhook", json={"url": f"{server.url}/telegram"})
        people.send_text(CAMILLE, CAMILLE, QUESTION)
        # Refused for want of the secret, which makes the server have a look.
        await server.until(lambda: len(people.transcript(CAMILLE)) == 2)
        assert people.log("setWebhook")[-1]["arguments"]["secret_token"] == SECRET


class Bot:
    """Telegram as far as webhooks go."""

    def __init__(self, **info: Any) -> None:
        right: dict[str, Any] = {
            "url": URL,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": web.MAX_CONNECTIONS,
        }
        self.info = WebhookInfo(**right | info)
        self.errors: list[Exception] = []
        self.set: list[tuple[str, dict[str, Any]]] = []

    @property
    def bot(self) -> Bot:
        return self

    async def get_webhook_info(self) -> WebhookInfo:
        if self.errors:
            raise self.errors.pop(0)
        return self.info

    async def set_webhook(self, url: str, **how: Any) -> bool:
        self.set.append((url, how))
        return True


def webhook(bot: Bot) -> web.Webhook:
    return web.Webhook(bot, URL, SECRET)  # type: ignore[arg-type]


async def test_a_webhook_that_is_right_is_not_touched() -> None:
    bot = Bot(last_error_date=dt.datetime.now(dt.UTC), last_error_message="Connection refused")
    hook = webhook(bot)
    assert not await hook.ensure()
    assert hook.is_set
    assert not bot.set


@pytest.mark.parametrize(
    "info",
    [
        {"url": ""},
        {"url": "https://other.example/telegram"},
        {"allowed_updates": ["message"]},
        {"allowed_updates": None},
        {"max_connections": 40},
        {
            "last_error_date": dt.datetime.now(dt.UTC),
            "last_error_message": "Wrong response from the webhook: 403 Forbidden",
        },
    ],
)
async def test_a_webhook_that_is_not_right_is_set(info: dict[str, Any]) -> None:
    bot = Bot(**info)
    assert await webhook(bot).ensure()
    ((url, how),) = bot.set
    assert url == URL
    assert how == {
        "secret_token": SECRET,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": web.MAX_CONNECTIONS,
    }


async def test_an_old_refusal_is_no_reason_to_set_it_again() -> None:
    info = {"last_error_date": dt.datetime.now(dt.UTC), "last_error_message": "403 Forbidden"}
    hook = webhook(bot := Bot(**info))
    assert await hook.ensure()
    assert not await hook.ensure()
    assert len(bot.set) == 1


async def test_trouble_while_it_is_set(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "FIRST_WAIT", 0.01)
    hook = webhook(bot := Bot())
    bot.errors = [NetworkError("x"), RetryAfter(dt.timedelta(seconds=0))]
    assert await hook.set(asyncio.Event())
    assert len(caplog.records) == 1
    bot.errors = [BadRequest("bad webhook: no such host")]
    with pytest.raises(SettingsError, match="WEBHOOK_URL: Telegram refuses it"):
        await hook.set(asyncio.Event())
    stopped = asyncio.Event()
    stopped.set()
    assert not await hook.set(stopped)


def test_every_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        web.required_settings(Settings(_env_file=None))
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "TELEGRAM_TOKEN",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
    ]


@pytest.mark.parametrize("given", ["https://a.example", "https://a.example/", "https://a.example/telegram"])
def test_the_address_of_the_webhook(given: str) -> None:
    settings = Settings(
        _env_file=None, telegram_token=DEFAULT_TOKEN, webhook_url=given, webhook_secret=SECRET
    )
    assert web.required_settings(settings) == ("https://a.example/telegram", SECRET)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"PORT: {port} cannot be used"):
            web.listen(port)
