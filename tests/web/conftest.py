from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot import web
from bot.endpoint import SECRET_HEADER
from bot.kb import load_knowledge
from bot.matching import Matcher
from bot.settings import Settings
from bot.simulator import SimulatorConfig, running_simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.simulator import Simulator

SECRET = "secret-des-essais"  # noqa: S105 - of no webhook
QUESTION, ANSWER = "quand ouvre la piscine ?", "La piscine ouvre à 9 heures."
SMALL = f"""\
title: Piscine
entries:
  - id: piscine
    title: Horaires de la piscine
    answer: {ANSWER}
    questions: ["{QUESTION}", horaires de la piscine, la piscine ouvre à quelle heure ?]
"""
"""A knowledge base that loads at once, for tests that start many processes."""


@dataclass
class Server:
    """A webhook server in this process, Telegram beside it, and a client that may call both."""

    simulator: Simulator
    url: str
    client: httpx.AsyncClient
    stop: asyncio.Event
    task: asyncio.Task[None]

    async def post(self, content: Any, secret: str | bytes | None = SECRET, **how: Any) -> httpx.Response:
        """Post what claims to be an update: bytes as they are, else as JSON."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        how["content" if isinstance(content, bytes) or hasattr(content, "__aiter__") else "json"] = content
        return await self.client.post("/telegram", headers=headers, **how)

    async def metrics(self) -> str:
        return (await self.client.get("/metrics")).text

    async def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.005)

    async def until_ready(self) -> None:
        deadline = time.monotonic() + 20
        while (await self.client.get("/readyz")).status_code != 200:
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running_server(
    directory: Path, matcher: Matcher, *, in_response: bool = True
) -> AsyncIterator[Server]:
    config = SimulatorConfig(webhook_retry_delay=0.05, webhook_timeout=8.0)
    async with running_simulator(config=config) as simulator:
        with web.listen(0) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            settings = Settings(
                _env_file=None,
                telegram_token=simulator.token,
                telegram_api_base_url=simulator.base_url,
                database_url=f"sqlite:///{directory}/nocrise.db",
                webhook_url=url,
                webhook_secret=SECRET,
                answer_in_response=in_response,
            )
            stop = asyncio.Event()
            serving = web.serve(settings, matcher, listener, stop)
            task = asyncio.create_task(serving)
            async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
                server = Server(simulator, url, client, stop, task)
                try:
                    await server.until_ready()
                    yield server
                finally:
                    simulator.people.set_faults()
                    stop.set()
                    await task


@pytest.fixture
def matcher(write_kb: Callable[[str], Path]) -> Matcher:
    return Matcher(load_knowledge(write_kb(SMALL)))


@pytest.fixture
async def server(tmp_path: Path, matcher: Matcher) -> AsyncIterator[Server]:
    async with running_server(tmp_path, matcher) as running:
        yield running
