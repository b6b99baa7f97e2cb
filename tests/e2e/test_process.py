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

from .driver import SECRET, SETTINGS, Service, bot_process, free_port, running_service, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODES = {"polling": "run", "webhook": "web"}


@pytest.mark.parametrize("mode", MODES)
async def test_telegram_is_unreachable_at_the_start(mode: str, tmp_path: Path) -> None:
    port = free_port()
    async with bot_process(MODES[mode], tmp_path, f"http://127.0.0.1:{port}") as bot:
        await until(lambda: "Telegram cannot be reached" in bot.output, 20)
        if mode == "webhook":
            async with httpx.AsyncClient(base_url=bot.web_url, trust_env=False) as client:
                assert (await client.get("/healthz")).status_code == 200
                ready = await client.get("/readyz")
            assert ready.status_code == 503
            assert ready.json() == {"ready": False, "knowledge": True, "webhook": False, "database": True}
        async with running_simulator(port, config=SETTINGS) as simulator:
            service = Service(simulator, bot, mode)
            await service.is_ready()
            zoe = service.newcomer()
            assert (await zoe.asks("mesure 3"))["text"].startswith("Mesure 3 ·")
            assert bot.output.count("Telegram cannot be reached") == 1
            assert await bot.terminate() == 0
            assert DEFAULT_TOKEN not in bot.output


@pytest.mark.parametrize("mode", MODES)
async def test_sigterm_lets_what_is_under_way_end(mode: str, tmp_path: Path) -> None:
    async with running_service(mode, tmp_path) as service:
        zoe = service.newcomer()
        service.plan("slow", delay=0.6)
        number = zoe.writes("mesure 3")
        await until(lambda: service.world.faults.planned[0].times == 0)
        begin = time.monotonic()
        assert await service.bot.terminate() == 0
        assert time.monotonic() - begin < 10
        (answer,) = zoe.heard(number)
        assert answer["text"].startswith("Mesure 3 ·")


@pytest.mark.parametrize("command", MODES.values())
async def test_sigterm_while_telegram_is_unreachable(command: str, tmp_path: Path) -> None:
    async with bot_process(command, tmp_path, f"http://127.0.0.1:{free_port()}") as bot:
        await until(lambda: "Telegram cannot be reached" in bot.output, 20)
        begin = time.monotonic()
        assert await bot.terminate() == 0
        assert time.monotonic() - begin < 10


async def test_the_webhook_is_set_once_and_as_it_should_be(tmp_path: Path) -> None:
    async with running_service("webhook", tmp_path) as service:
        (call,) = service.people.log("setWebhook")
        assert call["arguments"]["url"] == f"{service.bot.web_url}/telegram"
        assert call["arguments"]["secret_token"] == SECRET
        assert json.loads(call["arguments"]["allowed_updates"]) == ALLOWED_UPDATES
        assert call["arguments"]["max_connections"] == "100"
        port = int(service.bot.web_url.rpartition(":")[2])
        assert await service.bot.terminate() == 0
        zoe = service.newcomer()
        number = zoe.writes("mesure 3")
        async with bot_process("web", tmp_path, service.simulator.base_url, port) as second:
            (answer,) = await zoe.hears(number, seconds=20)
            assert answer["text"].startswith("Mesure 3 ·")
            assert len(service.people.log("setWebhook")) == 1
            assert await second.terminate() == 0


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
    tmp_path: Path, command: str, variables: dict[str, str], line: str
) -> None:
    async with (
        running_simulator(config=SETTINGS) as simulator,
        bot_process(command, tmp_path, simulator.base_url, **variables) as bot,
    ):
        assert await bot.ended() == 1, bot.output
        assert f"nocrise: {line}" in bot.output
        assert "Traceback" not in bot.output
        assert "1:wrong" not in bot.output
