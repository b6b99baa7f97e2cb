"""The bot in a process of its own, and people who talk with it through the simulator."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from bot.simulator import running_simulator
from bot.simulator.config import DEFAULT_TOKEN, SimulatorConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from bot.simulator import Simulator

Message = dict[str, Any]

SECRET = "secret-des-essais"  # noqa: S105 - of no webhook
SETTINGS = SimulatorConfig(webhook_retry_delay=0.05, webhook_timeout=8.0)
READY_WITHIN = 60.0
"""Seconds; a start takes about one, but two cores may be busy with other things."""
PATIENCE = 20.0
"""Seconds for anything else, which takes a moment when the machine is free."""
APOLOGY = "quelque chose a mal tourné"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.005)
    return found


@dataclass
class BotProcess:
    """``python -m bot run`` or ``web``, with all that it writes."""

    process: asyncio.subprocess.Process
    web_url: str
    lines: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] | None = None

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.lines.append(line.decode())

    async def ended(self, seconds: float = 12.0) -> int:
        assert self.reading
        code = await asyncio.wait_for(self.process.wait(), seconds)
        await self.reading
        return code

    async def terminate(self) -> int:
        """Send SIGTERM unless that was done before, and return the exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self.ended()


@contextlib.asynccontextmanager
async def bot_process(
    command: str,
    directory: Path,
    base_url: str,
    port: int = 0,
    program: Sequence[str | Path] = ("-m", "bot"),
    **environment: str,
) -> AsyncIterator[BotProcess]:
    """Run the bot in an empty directory, with no more of this environment than programs need."""
    port = port or free_port()
    web_url = f"http://127.0.0.1:{port}"
    names = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "SYSTEMROOT", "PYTHONPATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    variables = {
        "TELEGRAM_TOKEN": DEFAULT_TOKEN,
        "TELEGRAM_API_BASE_URL": base_url,
        "WEBHOOK_URL": web_url,
        "WEBHOOK_SECRET": SECRET,
        "PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(*program, command),
        cwd=directory,
        env=kept | {name: value for name, value in (variables | environment).items() if value},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = BotProcess(process, web_url)
    running.reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await running.ended()


@dataclass
class Service:
    """A simulator and the bot that is connected to it."""

    simulator: Simulator
    bot: BotProcess
    mode: str

    @property
    def people(self) -> Any:
        return self.simulator.people

    @property
    def world(self) -> Any:
        return self.simulator.world

    def newcomer(self, name: str = "Zoé", language: str = "fr") -> Person:
        """Bring somebody into the world whom the bot does not know."""
        user = self.people.add_user(name, language)["id"]
        return Person(self, user, user)

    async def group(self, *, privacy: bool = True) -> tuple[Person, Person]:
        """Make a group with two people; returns its creator and its other member, speaking there."""
        self.people.set_privacy(enabled=privacy)
        creator, member = self.newcomer("Inès"), self.newcomer("Marc")
        group = self.people.create_group(creator.user, "Essai", [member.user])["id"]
        here = Person(self, creator.user, group)
        await here.hears(0)
        return here, Person(self, member.user, group)

    def plan(self, *kinds: str, method: str = "sendMessage", **how: Any) -> None:
        """Plan faults for the next calls of a method."""
        self.people.set_faults([{"kind": kind, "method": method, **how} for kind in kinds])

    async def webhook_has_failed(self, reason: str) -> None:
        """Wait until Telegram says why it cannot deliver."""
        address = f"{self.simulator.base_url}/bot{self.simulator.token}/getWebhookInfo"
        deadline = time.monotonic() + 8
        async with httpx.AsyncClient(trust_env=False) as client:
            while (await client.get(address)).json()["result"].get("last_error_message") != reason:
                assert time.monotonic() < deadline, "waited in vain"
                await asyncio.sleep(0.01)

    async def is_ready(self) -> None:
        """Wait until the bot has told Telegram how it gets its updates."""
        if self.mode == "webhook":
            async with httpx.AsyncClient(trust_env=False) as client:
                deadline = time.monotonic() + READY_WITHIN
                while True:
                    with contextlib.suppress(httpx.TransportError):
                        if (await client.get(f"{self.bot.web_url}/readyz")).status_code == 200:
                            return
                    assert time.monotonic() < deadline, self.bot.output
                    assert self.bot.process.returncode is None, self.bot.output
                    await asyncio.sleep(0.02)
        await until(lambda: self.people.log("getUpdates"), READY_WITHIN)


@dataclass
class Person:
    """Somebody in a chat: in private, or in a group."""

    service: Service
    user: int
    chat: int

    def writes(self, text: str, reply_to: int | None = None) -> int:
        """Write, and return the number of the message."""
        sent = self.service.people.send_text(self.user, self.chat, text, reply_to)
        return int(sent["message_id"])

    def heard(self, after: int) -> list[Message]:
        """What the bot has written in the chat since a message."""
        return [
            one
            for one in self.service.people.transcript(self.chat)
            if one["message_id"] > after and one["from"]["id"] == self.service.world.bot.id
        ]

    async def hears(self, after: int, count: int = 1, seconds: float = PATIENCE) -> list[Message]:
        """Wait for so many messages of the bot."""
        await until(lambda: len(self.heard(after)) >= count, seconds)
        return self.heard(after)

    async def asks(self, text: str, reply_to: int | None = None) -> Message:
        """Write, and return the bot's first message after that."""
        return (await self.hears(self.writes(text, reply_to)))[0]

    async def hears_change(self, message: Message) -> None:
        """Wait until the bot has edited a message."""
        await until(lambda: self.now(message).get("text") != message.get("text"))

    async def is_ignored(self, text: str, reply_to: int | None = None) -> None:
        """Write something that must stay unanswered; a command after it, answered in order, shows that."""
        number = self.writes(text, reply_to)
        barrier = self.writes(f"/mesure@{self.service.world.bot.username} 1")
        (first, *_) = await self.hears(number)
        assert first["message_id"] > barrier
        assert first["text"].startswith("Mesure 1 ·"), f"{text!r} was answered: {first['text']}"

    async def presses(self, message: Message, data: str, *, stale: bool = False) -> Message:
        """Press a button, and return how the press was answered."""
        pressed = self.service.people.press(self.user, self.chat, message["message_id"], data, stale=stale)
        answer: Message = await until(lambda: self.service.people.callback_answer(pressed["query_id"]))
        return answer

    async def taps(self, message: Message, label: str) -> Message:
        """Press the button that has these words, and return the message as it is then."""
        button = next((b for b in buttons(message) if label in b["text"]), None)
        assert button, labels(message)
        await self.presses(message, button["callback_data"])
        return self.now(message)

    async def types_inline(self, query: str, offset: str = "") -> Message:
        """Type after the bot's name, and return what is offered."""
        asked = self.service.people.ask_inline(self.user, self.chat, query, offset)
        answer = await until(lambda: self.service.people.inline_answer(asked["query_id"]))
        return {**answer, "query_id": asked["query_id"]}

    def now(self, message: Message) -> Message:
        found = self.service.world.message(self.chat, message["message_id"])
        return dict(found.body)


def buttons(message: Message) -> list[Message]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def labels(message: Message) -> list[str]:
    return [button["text"] for button in buttons(message)]


@contextlib.asynccontextmanager
async def running_service(mode: str, directory: Path, **environment: str) -> AsyncIterator[Service]:
    """Run simulator and bot; at the end the bot must go in peace, and have kept its secrets."""
    command = "web" if mode == "webhook" else "run"
    async with (
        running_simulator(config=SETTINGS) as simulator,
        bot_process(command, directory, simulator.base_url, **environment) as bot,
    ):
        service = Service(simulator, bot, mode)
        await service.is_ready()
        yield service
        simulator.people.set_faults()
        assert await bot.terminate() == 0, bot.output
        assert DEFAULT_TOKEN not in bot.output
        assert SECRET not in bot.output
        assert "Traceback" not in bot.output, bot.output
