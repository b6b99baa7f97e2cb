"""Updates answered a second by one core: our bot, and bots that only say back what they are told.

Each bot runs in a process of its own on one core, Telegram's stand-in and its load on another. Messages are
questions of ``tests/questions`` by many people; inline queries are what someone has typed of them so far.

Run: ``python benchmarks/serving.py [--rounds 3] [--seconds 4] [--only ours]``. Ratios of one run can be
compared, figures of two runs cannot.
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import contextlib
import itertools
import json
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from telegram_standin import SECRET, TOKEN, Sender, Telegram, inline_query, message

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "tests" / "questions"
PEOPLE = 20_000
SLOW = 0.05
"""Seconds that a call to the real Telegram takes."""
CONNECTIONS = 100
"""That Telegram has at most to one webhook."""
PATIENCE = 30.0
WARM_UP = 5.0
"""Seconds before anything is counted: a processor that was idle may take some to reach its usual speed."""


@dataclass(frozen=True)
class Bot:
    """How one bot is started."""

    name: str
    command: Callable[[str, int], list[str]]
    """From the address of the API and a port."""
    polls: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    release: tuple[str, ...] = ()
    """What a deployment runs first: who makes the database itself holds what makes it for ever."""


def _echo(how: str, concurrent: int) -> Callable[[str, int], list[str]]:
    return lambda api, port: [sys.executable, str(HERE / "echo.py"), how, str(concurrent), api, str(port)]


def _ours(command: str) -> Callable[[str, int], list[str]]:
    return lambda _api, _port: [sys.executable, "-m", "bot", command]


MIGRATE = (sys.executable, "-m", "bot", "migrate")
BOTS = (
    Bot("nocrise web", _ours("web"), release=MIGRATE),
    Bot(
        "nocrise web, no answer in the response",
        _ours("web"),
        environment={"ANSWER_IN_RESPONSE": "false"},
        release=MIGRATE,
    ),
    Bot("nocrise run", _ours("run"), polls=True, release=MIGRATE),
    Bot("echo, PTB webhook", _echo("webhook", 0)),
    Bot("echo, PTB webhook, concurrent", _echo("webhook", 256)),
    Bot("echo, PTB polling", _echo("polling", 0), polls=True),
    Bot("echo, PTB polling, 16 at once", _echo("polling", 16), polls=True),
)


@dataclass
class Load:
    """Updates without end: many people, many questions, numbered."""

    kind: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        texts: list[str] = [
            json.loads(line)["question"]
            for name in ("development", "tuned")
            for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        self._random = random.Random(1)
        if self.kind == "inline":
            texts = [text[: self._random.randint(1, 24)] for text in texts]
        self._texts = texts

    def text(self) -> str:
        """Return what somebody asks or types."""
        return self._random.choice(self._texts)

    def update(self) -> bytes:
        """Return the next one."""
        number, text = next(self.numbers), self.text()
        person = self._random.randrange(1, PEOPLE)
        return inline_query(number, text, person) if self.kind == "inline" else message(number, text, person)


class Running:
    """A bot's process, and what it has used."""

    def __init__(self, bot: Bot, telegram: Telegram, directory: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        api = f"http://127.0.0.1:{telegram.port}"
        environment = {
            **os.environ,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": api,
            "WEBHOOK_URL": f"http://127.0.0.1:{self.port}",
            "WEBHOOK_SECRET": SECRET,
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{directory}/bench.db",
            "XDG_CACHE_HOME": directory,
            "LOG_LEVEL": "ERROR",
            **bot.environment,
        }
        if bot.release:
            subprocess.run(  # noqa: S603
                bot.release, env=environment, cwd=HERE.parent, stdout=subprocess.DEVNULL, check=True
            )
        self.process = subprocess.Popen(  # noqa: S603
            bot.command(api, self.port), env=environment, cwd=HERE.parent, stderr=subprocess.DEVNULL
        )
        os.sched_setaffinity(self.process.pid, {0})

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, of: str = "VmRSS") -> float:
        """Megabytes that it takes now, or (``VmHWM``) took at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{of}:")[1].split()[0]) / 1024

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True)
class Measured:
    """One round."""

    rate: float
    """Updates answered a second."""
    per_cpu: float
    """Updates answered a second of the bot's processor time."""
    memory: float
    """Megabytes at most."""


async def push(telegram: Telegram, port: int, load: Load, seconds: float) -> None:
    """Send by webhook, each connection the next update as soon as the last is through."""
    senders = [Sender(telegram, port, "/telegram") for _ in range(CONNECTIONS)]
    until = time.perf_counter() + seconds

    async def go(sender: Sender) -> None:
        await sender.open()
        with contextlib.closing(sender):
            while time.perf_counter() < until:
                # PTB's own server takes an update and answers it later: what counts are answers.
                try:
                    await asyncio.wait_for(telegram.room.acquire(), until - time.perf_counter())
                except TimeoutError:
                    return
                await sender.send(load.update())

    await asyncio.gather(*map(go, senders))


async def pace(telegram: Telegram, port: int, load: Load, seconds: float, rate: float) -> list[float]:
    """Send so many a second whatever comes back; returns the seconds that each took."""
    idle: list[Sender] = []
    taken: list[float] = []

    async def one() -> None:
        if idle:
            sender = idle.pop()
        else:
            sender = Sender(telegram, port, "/telegram")
            await sender.open()
        taken.append(await sender.send(load.update()))
        idle.append(sender)

    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            await asyncio.sleep(begin + number / rate - time.perf_counter())
            group.create_task(one())
    for sender in idle:
        sender.close()
    return taken


async def offer(telegram: Telegram, load: Load, seconds: float) -> None:
    """Keep enough updates waiting for a bot that polls."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + seconds):
            while True:
                await telegram.room.acquire()
                telegram.waiting.append(load.update())
    telegram.waiting.clear()


async def ready(bot: Bot, telegram: Telegram, running: Running, load: Load) -> None:
    """Wait until the bot answers."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        if bot.polls:
            telegram.waiting.append(load.update())
            await asyncio.sleep(0.2)
            if telegram.answered:
                return
        else:
            with contextlib.suppress(OSError, RuntimeError, asyncio.IncompleteReadError):
                sender = Sender(telegram, running.port, "/telegram")
                await sender.open()
                with contextlib.closing(sender):
                    await sender.send(load.update())
                return
            await asyncio.sleep(0.02)
    raise TimeoutError(f"{bot.name} does not answer")


@contextlib.asynccontextmanager
async def started(bot: Bot, telegram: Telegram, load: Load, directory: str) -> AsyncIterator[Running]:
    """Run a bot that answers, against a stand-in for Telegram that listens meanwhile."""
    server = await telegram.start()
    running = Running(bot, telegram, directory)
    try:
        await ready(bot, telegram, running, load)
        yield running
    finally:
        running.stop()
        server.close()


async def measure(bot: Bot, kind: str, delay: float, seconds: float) -> Measured:
    """Start a bot, let it warm up, and count."""
    telegram, load = Telegram(), Load(kind)
    with tempfile.TemporaryDirectory() as directory:
        async with started(bot, telegram, load, directory) as running:
            telegram.delay = delay

            async def work(duration: float) -> None:
                if bot.polls:
                    await offer(telegram, load, duration)
                else:
                    await push(telegram, running.port, load, duration)

            await work(WARM_UP)
            answered, cpu, begin = telegram.answered, running.cpu(), time.perf_counter()
            await work(seconds)
            elapsed, used = time.perf_counter() - begin, running.cpu() - cpu
            count = telegram.answered - answered
            return Measured(count / elapsed, count / used if used else 0.0, running.memory("VmHWM"))


async def latency(kind: str, seconds: float, rate: float) -> list[float]:
    """Return the seconds that updates take at a steady rate, with an instant API."""
    telegram, load = Telegram(), Load(kind)
    with tempfile.TemporaryDirectory() as directory:
        async with started(BOTS[0], telegram, load, directory) as running:
            await pace(telegram, running.port, load, WARM_UP, rate)
            return await pace(telegram, running.port, load, seconds, rate)


async def start_up(bot: Bot, rounds: int) -> list[float]:
    """Return the seconds from each start to the first answer; the first one makes and analyses everything."""
    bot, load, taken = replace(bot, release=()), Load("message"), []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(rounds + 1):
            begin = time.perf_counter()
            async with started(bot, Telegram(), load, directory):
                taken.append(time.perf_counter() - begin)
    return taken


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", default="", help="bots whose name contains this")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    # As an installation does; otherwise each start compiles what was edited last.
    compileall.compile_dir(HERE.parent / "bot", quiet=1)
    os.sched_setaffinity(0, {1} if len(os.sched_getaffinity(0)) > 1 else {0})
    print("updates answered a second (and a second of the bot's processor time), median of the rounds")
    for bot in BOTS:
        if arguments.only not in bot.name:
            continue
        cells = []
        memory = 0.0
        for delay, kind in itertools.product((0.0, SLOW), ("message", "inline")):
            rounds = [
                asyncio.run(measure(bot, kind, delay, arguments.seconds)) for _ in range(arguments.rounds)
            ]
            rate = statistics.median(one.rate for one in rounds)
            per_cpu = statistics.median(one.per_cpu for one in rounds)
            memory = max(memory, *(one.memory for one in rounds))
            cells.append(f"{kind} at {delay * 1000:.0f} ms: {rate:,.0f} ({per_cpu:,.0f})")
        print(f"{bot.name:40} {' · '.join(cells)} · {memory:.0f} MB", flush=True)
    first, *others = asyncio.run(start_up(BOTS[0], arguments.rounds))
    usual = statistics.median(others)
    print(f"nocrise web answers {usual:.2f} s after its start, {first:.2f} s after its first one")
    for kind in ("message", "inline"):
        taken = sorted(asyncio.run(latency(kind, arguments.seconds, 200)))
        middle, p99 = statistics.median(taken) * 1000, taken[int(len(taken) * 0.99)] * 1000
        print(f"nocrise web at 200 {kind} a second: median {middle:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
