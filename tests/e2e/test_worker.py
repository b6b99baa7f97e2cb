"""The worker and its database: away at the start, away in between, gone at the end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.followups import outbox, subscriptions
from bot.followups.database import Store
from bot.followups.outbox import Draft
from bot.simulator import running_simulator
from bot.simulator.config import DEFAULT_TOKEN
from tests.followups.postgres import Server, find_binaries

from .driver import SETTINGS, Person, Service, bot_process, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL IS NOT TESTED"),
]

IMPATIENT = Path(__file__).with_name("impatient.py")
START = 30.0


@pytest.fixture
def server() -> Iterator[Server]:
    """Not started yet."""
    binaries = find_binaries()
    assert binaries
    server = Server(binaries)
    try:
        yield server
    finally:
        server.remove()


async def news_arrives(url: str, person: Person, number: int) -> None:
    """Publish without asking the worker: it has to look by itself."""
    async with Store(url) as store:
        await subscriptions.follow(store, person.chat, "mesure-13", now=time.time())
        draft = Draft(
            key=f"suivi:{number}",
            text="Le barème est voté.",
            source="https://example.org/1",
            data={"topics": ["mesure-13"], "date": "2014-03-01"},
        )
        await outbox.publish(store, draft, ["mesure-13"], now=time.time())
    await until(lambda: len(person.heard(0)) == number, START)


async def test_a_worker_waits_for_its_database(tmp_path: Path, server: Server) -> None:
    url = server.url("postgres")
    async with running_simulator(config=SETTINGS) as simulator:
        where = {"DATABASE_URL": url, "LOG_LEVEL": "DEBUG"}
        async with bot_process(
            "worker", tmp_path, simulator.base_url, program=[IMPATIENT], **where
        ) as worker:
            zoe = Service(simulator, worker, "worker").newcomer()
            simulator.people.send_text(zoe.user, zoe.chat, "/start")
            await until(lambda: "The database is away" in worker.output, START)
            server.start()
            await until(lambda: "the worker works" in worker.output, START)
            await news_arrives(url, zoe, 1)
            before = worker.output.count("The database is away")
            server.stop()
            await until(lambda: worker.output.count("The database is away") > before, START)
            server.start()
            await news_arrives(url, zoe, 2)
            server.stop()
            begin = time.monotonic()
            assert await worker.terminate() == 0, worker.output
            assert time.monotonic() - begin < 10
    for secret in (DEFAULT_TOKEN, "Traceback", "barème", str(zoe.chat), "example.org"):
        assert secret not in worker.output, worker.output
