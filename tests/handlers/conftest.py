from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.application import build_application
from bot.handlers.memory import MemoryStore
from bot.kb import load_knowledge
from bot.matching import Matcher
from bot.settings import Settings
from bot.simulator.config import DEFAULT_TOKEN

from .standin import Chat, Telegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.kb import KnowledgeBase

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return load_knowledge(KNOWLEDGE)


@pytest.fixture(scope="session")
def matcher(kb: KnowledgeBase) -> Matcher:
    return Matcher(kb)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    return MemoryStore(clock)


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, telegram_token=SecretStr(DEFAULT_TOKEN))


@pytest_asyncio.fixture
async def chat(
    settings: Settings, kb: KnowledgeBase, matcher: Matcher, store: MemoryStore, telegram: Telegram
) -> AsyncIterator[Chat]:
    app = build_application(settings, kb, store=store, matcher=matcher, request=telegram)
    async with app:
        yield Chat(app, telegram)
