from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from .driver import running_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .driver import Person, Service


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["polling", "webhook"])
async def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    async with running_service(request.param, tmp_path_factory.mktemp(request.param)) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """The bot, which all tests share; people, chats and faults are each test's own."""
    running.people.set_faults()
    return running


@pytest.fixture
def camille(service: Service) -> Person:
    """Somebody new, in private."""
    return service.newcomer("Camille")
