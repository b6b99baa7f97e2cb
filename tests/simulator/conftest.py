from __future__ import annotations

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

Call = Callable[..., Any]


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
