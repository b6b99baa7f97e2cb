"""The life of a process: its start, its end, and what keeps it from starting."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.application import ALLOWED_UPDATES
from bot.simulator import running_simulator
from bot.simulator.config import DEFAULT_TOKEN
from tests.web.conftest import ANSWER, QUESTION, SMALL

from .driver import SECRET, SETTINGS, Person, Service, bot_process, free_port, running_service, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODES = {"polling": "run", "webhook": "web"}


@pytest.fixture
def kb(write_kb: Callable[[str], Path]) -> str:
    return str(write_kb(SMALL))


def has_answered(person: Person, number: int) -> bool:
    return [ANSWER in one["text"] for one in person.heard(number)] == [True]


@pytest.mark.parametrize("mode", MODES)
async def test_from_a_start_without_telegram_to_the_end(mode: str, tmp_path: Path, kb: str) -> None:
    port = free_port()
    async with bot_process(MODES[mode], tmp_path, f"http://127.0.0.1:{port}", KNOWLEDGE_DIR=kb) as bot:
        await until(lambda: "Telegram cannot be reached" in bot.output, 20)
        if mode == "webhook":
            async with httpx.AsyncClient(base_url=bot.web_url, trust_env=False) as client:
                assert (await client.get("/healthz")).status_code == 200
                ready = await client.get("/readyz")
            assert ready.status_code == 503
            assert ready.json() == {
                "ready": False,
                "knowledge": True,
                "webhook": False,
                "database": True,
            }
        async with running_simulator(port, config=SETTINGS) as simulator:
            service = Service(simulator, bot, mode)
            await service.is_ready()
            zoe = service.newcomer()
            assert ANSWER in (await zoe.asks(QUESTION))["text"]
            assert bot.output.count("Telegram cannot be reached") == 1

            # What is under way at SIGTERM is finished.
            service.plan("slow", delay=0.6)
            number = zoe.writes(QUESTION)
            await until(lambda: service.world.faults.planned[0].times == 0)
            begin = time.monotonic()
            assert await bot.terminate() == 0, bot.output
            assert time.monotonic() - begin < 10
            assert has_answered(zoe, number)
            assert DEFAULT_TOKEN not in bot.output


@pytest.mark.parametrize("command", MODES.values())
async def test_sigterm_while_telegram_is_unreachable(command: str, tmp_path: Path, kb: str) -> None:
    async with bot_process(command, tmp_path, f"http://127.0.0.1:{free_port()}", KNOWLEDGE_DIR=kb) as bot:
        await until(lambda: "Telegram cannot be reached" in bot.output, 20)
        begin = time.monotonic()
        assert await bot.terminate() == 0, bot.output
        assert time.monotonic() - begin < 10
        # asyncio complains of a connection that nobody has closed.
        assert "Unclosed" not in bot.output


async def test_the_webhook_is_set_once_and_as_it_should_be(tmp_path: Path, kb: str) -> None:
    async with running_service("webhook", tmp_path, KNOWLEDGE_DIR=kb) as service:
        (call,) = service.people.log("setWebhook")
        assert call["arguments"]["url"] == f"{service.bot.web_url}/telegram"
        assert call["arguments"]["secret_token"] == SECRET
        assert json.loads(call["arguments"]["allowed_updates"]) == ALLOWED_UPDATES
        assert call["arguments"]["max_connections"] == "100"
        port = int(service.bot.web_url.rpartition(":")[2])
        assert await service.bot.terminate() == 0
        zoe = service.newcomer()
        number = zoe.writes(QUESTION)
        async with bot_process("web", tmp_path, service.simulator.base_url, port, KNOWLEDGE_DIR=kb) as second:
            await until(lambda: has_answered(zoe, number), 20)
            assert len(service.people.log("setWebhook")) == 1
            assert await second.terminate() == 0, second.output


@pytest.mark.parametrize(
    ("command", "variables", "line"),
    [
        ("web", {"WEBHOOK_URL": ""}, "WEBHOOK_URL: is not set"),
        ("web", {"WEBHOOK_URL": "https://example.org:9"}, "WEBHOOK_URL: Telegram refuses it"),
        ("web", {"TELEGRAM_TOKEN": "1:wrong"}, "TELEGRAM_TOKEN: Telegram does not accept"),
        ("run", {"TELEGRAM_TOKEN": "1:wrong"}, "TELEGRAM_TOKEN: Telegram does not accept"),
    ],
)
async def test_what_keeps_it_from_starting(
    tmp_path: Path, kb: str, command: str, variables: dict[str, str], line: str
) -> None:
    async with (
        running_simulator(config=SETTINGS) as simulator,
        bot_process(command, tmp_path, simulator.base_url, KNOWLEDGE_DIR=kb, **variables) as bot,
    ):
        assert await bot.ended() == 1, bot.output
        assert f"nocrise: {line}" in bot.output
        assert "Traceback" not in bot.output
        assert "1:wrong" not in bot.output
