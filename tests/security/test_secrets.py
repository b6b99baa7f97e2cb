"""Token, secret and password stay where they were given; what people write, where they wrote it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.errors import SettingsError
from bot.settings import load_settings
from bot.simulator import running_simulator
from bot.simulator.config import SimulatorConfig
from tests.e2e.driver import SETTINGS, BotProcess, Service, bot_process, until
from tests.web.conftest import ANSWER, QUESTION, SMALL

if TYPE_CHECKING:
    from tests.conftest import WriteKb

TOKEN = "987654321:AAH-jeton_des_essais_0123456789abcdef"  # noqa: S105 - of no bot
SECRET = "secret_du_webhook-0123456789"  # noqa: S105
PASSWORD = "mot-de-passe-de-la-base"  # noqa: S105
PERSON = "Zoé des essais"
SECRETS = (TOKEN, TOKEN.partition(":")[2], SECRET, PASSWORD)
CONFIG = SimulatorConfig(
    token=TOKEN, webhook_retry_delay=SETTINGS.webhook_retry_delay, webhook_timeout=SETTINGS.webhook_timeout
)


def assert_kept(where: str, text: str) -> None:
    for secret in SECRETS:
        assert secret not in text, f"{where} holds {secret}"


def assert_discreet(log: str) -> None:
    for private in (QUESTION, ANSWER, PERSON):
        assert private not in log, f"the log holds {private}"


async def trouble(service: Service) -> None:
    """Make all go wrong that can, each in the hope of a message that quotes an address."""
    zoe = service.newcomer(PERSON)
    await zoe.asks(QUESTION)
    for kind in ("500", "reset"):
        service.people.set_faults([{"kind": kind, "method": "sendMessage", "times": 1}])
        service.people.send_text(zoe.user, zoe.user, QUESTION)
        await until(lambda: not any(fault.times for fault in service.world.faults.planned))
    service.people.set_faults()
    await zoe.asks(QUESTION)


@pytest.mark.parametrize("command", ["web", "run"])
async def test_a_process_tells_nobody_however_much_it_logs(
    command: str, tmp_path: Path, write_kb: WriteKb
) -> None:
    kb = str(write_kb(SMALL))
    async with (
        running_simulator(config=CONFIG) as simulator,
        bot_process(
            command,
            tmp_path,
            simulator.base_url,
            TELEGRAM_TOKEN=TOKEN,
            WEBHOOK_SECRET=SECRET,
            KNOWLEDGE_DIR=kb,
            LOG_LEVEL="DEBUG",
        ) as bot,
    ):
        service = Service(simulator, bot, "webhook" if command == "web" else "polling")
        await service.is_ready()
        await trouble(service)
        if command == "web":
            await assert_http_keeps(bot)
        assert_process_keeps(bot)
        assert await bot.terminate() == 0
    # What serves the webhook has nothing to say at DEBUG.
    assert ("INFO" if command == "web" else "DEBUG") in bot.output, "or this test shows nothing"
    assert_kept("the log", bot.output)
    assert_discreet(bot.output)
    assert_files_keep(tmp_path)


def assert_files_keep(directory: Path) -> None:
    for file in directory.rglob("*"):
        if file.is_file():
            assert_kept(file.name, file.read_bytes().decode(errors="replace"))


async def assert_http_keeps(bot: BotProcess) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(base_url=bot.web_url, trust_env=False) as client:
        for method, path, content in (
            ("GET", "/metrics", b""),
            ("GET", "/readyz", b""),
            ("GET", "/healthz", b""),
            ("GET", "/", b""),
            ("GET", f"/bot{'x' * 40}", b""),
            ("POST", "/telegram", b"{"),
            ("POST", "/telegram", b'{"update_id": 1, "message": 5}'),
        ):
            answer = await client.request(method, path, content=content, headers=headers)
            assert_kept(path, answer.text + str(answer.headers))


def assert_process_keeps(bot: BotProcess) -> None:
    """Other users of the machine see what a process was started with; its environment they do not."""
    process = Path("/proc") / str(bot.process.pid)
    if not process.exists():
        return
    for name in ("cmdline", "comm", "status"):
        assert_kept(name, (process / name).read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    for thread in (process / "task").iterdir():
        assert_kept("a thread's name", (thread / "comm").read_text())
    if os.geteuid() == 0 or (process / "environ").stat().st_uid == os.geteuid():
        assert (process / "environ").stat().st_mode & 0o077 == 0


async def test_a_password_in_the_databases_address(tmp_path: Path, write_kb: WriteKb) -> None:
    async with (
        running_simulator(config=CONFIG) as simulator,
        bot_process(
            "run",
            tmp_path,
            simulator.base_url,
            TELEGRAM_TOKEN=TOKEN,
            KNOWLEDGE_DIR=str(write_kb(SMALL)),
            DATABASE_URL=f"postgresql://nocrise:{PASSWORD}@127.0.0.1:1/nocrise",
            LOG_LEVEL="DEBUG",
        ) as bot,
    ):
        await until(lambda: "database is away" in bot.output, 20)
        assert await bot.terminate() == 0
    assert_kept("the log", bot.output)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"mysql://nocrise:{PASSWORD}@127.0.0.1/nocrise"),
        ("DATABASE_URL", f"postgresql://nocrise:{PASSWORD}@127.0.0.1:port/nocrise"),
        ("TELEGRAM_TOKEN", TOKEN.replace(":", "")),
        ("WEBHOOK_SECRET", SECRET + "é"),
        ("PORT", SECRET),
        ("ADMIN_IDS", TOKEN),
        ("LOG_LEVEL", TOKEN),
    ],
)
async def test_a_mistake_is_named_and_not_quoted(
    tmp_path: Path, write_kb: WriteKb, name: str, value: str
) -> None:
    wrong = {"TELEGRAM_TOKEN": TOKEN, "KNOWLEDGE_DIR": str(write_kb(SMALL)), name: value}
    async with bot_process("run", tmp_path, "http://127.0.0.1:1", **wrong) as bot:
        assert await bot.ended(20) == 1
    assert name in bot.output
    assert_kept("the error", bot.output)


async def test_a_token_that_telegram_refuses_is_not_repeated(tmp_path: Path, write_kb: WriteKb) -> None:
    other = TOKEN.replace("987", "111")
    async with (
        running_simulator(config=CONFIG) as simulator,
        bot_process(
            "run",
            tmp_path,
            simulator.base_url,
            TELEGRAM_TOKEN=other,
            LOG_LEVEL="DEBUG",
            KNOWLEDGE_DIR=str(write_kb(SMALL)),
        ) as bot,
    ):
        assert await bot.ended(20) == 1
    assert "TELEGRAM_TOKEN" in bot.output
    assert other not in bot.output
    assert_kept("the error", bot.output)


def test_settings_do_not_show_what_they_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nocrise:{PASSWORD}@127.0.0.1/nocrise")
    settings = load_settings()
    assert_kept(
        "the settings", f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    )
    monkeypatch.setenv("PORT", "0")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert_kept("the error", f"{refused.value} {refused.value.__cause__} {refused.value.__context__}")
