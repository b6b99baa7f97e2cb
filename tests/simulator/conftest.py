from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.simulator import Simulator, SimulatorConfig, running_simulator
from bot.simulator.actions import People
from bot.simulator.arguments import Arguments, Upload
from bot.simulator.methods import METHODS
from bot.simulator.state import CAMILLE, World
from bot.simulator.updates import SECRET_HEADER

Call = Callable[..., Any]

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
NO_BROWSER = "NO BROWSER, SO THE PAGE IS NOT TESTED. Run: apt-get install chromium"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if BROWSER is None:
        terminalreporter.section(NO_BROWSER, sep="!", red=True, bold=True)


class Hook:
    """A webhook made by hand: it notes what it gets and answers what it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[Any] = []
        self.secrets: list[str | None] = []
        self.answers: list[bytes] = []
        self.on_body: Callable[[Any], object] = self.bodies.append

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = httpx.Headers(
            [
                (name, value)
                for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
                if name
            ]
        )
        body = await reader.readexactly(int(headers["Content-Length"]))
        self.secrets.append(headers.get(SECRET_HEADER))
        self.on_body(json.loads(body))
        answer = self.answers.pop(0) if self.answers else b"200 OK\r\nContent-Length: 0\r\n\r\n"
        writer.write(b"HTTP/1.1 " + answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies]


async def until(condition: Callable[[], object], seconds: float = 3.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.005)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def people(world: World) -> People:
    return People(world)


@pytest.fixture
def call(world: World) -> Call:
    """Run a method directly; the private chat with Camille is open."""
    People(world).send_text(CAMILLE, CAMILLE, "bonjour")

    def run(method: str, uploads: dict[str, bytes] | None = None, **values: Any) -> Any:
        arguments = Arguments.of(values)
        for name, data in (uploads or {}).items():
            arguments.uploads[name] = Upload(name, "application/octet-stream", data)
        return METHODS[method.lower()](world, arguments)

    return run


@pytest_asyncio.fixture
async def simulator() -> AsyncIterator[Simulator]:
    config = SimulatorConfig(webhook_retry_delay=0.02, webhook_timeout=1.0)
    async with running_simulator(config=config) as running:
        running.people.send_text(CAMILLE, CAMILLE, "bonjour")
        yield running


@pytest_asyncio.fixture
async def http(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose relative addresses are Bot API methods."""
    address = f"{simulator.base_url}/bot{simulator.token}/"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    server = await asyncio.start_server(hook.serve, "127.0.0.1", 0)
    hook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/telegram"
    async with server:
        yield hook
