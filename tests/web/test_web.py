"""The webhook server from its settings to its end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr

from bot import web
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


def is_closed(url: str) -> bool:
    """Whether nobody listens any more."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


async def test_deliveries_and_updates_end_beside_each_other(
    tmp_path: Path, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, they could take longer than a platform waits."""
    refused = asyncio.Event()

    @contextlib.asynccontextmanager
    async def lasting(_: object) -> AsyncIterator[None]:
        yield
        # What lasts as long as it takes the server to refuse connections.
        await refused.wait()

    monkeypatch.setattr(web, "beside", lasting)
    async with running_server(tmp_path, matcher) as server:
        server.stop.set()
        try:
            await server.until(lambda: is_closed(server.url))
        finally:
            refused.set()


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
