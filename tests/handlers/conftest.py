from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.application import Followups, build_application
from bot.followups.database import Store as Database
from bot.handlers.memory import MemoryStore
from bot.matching import Matcher
from bot.settings import Settings
from bot.simulator.config import DEFAULT_TOKEN
from bot.simulator.state import KARIM
from bot.storage import opened

from .standin import Chat, Telegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.kb import KnowledgeBase


@pytest.fixture(scope="session")
def kb(shipped_kb: KnowledgeBase) -> KnowledgeBase:
    return shipped_kb


@pytest.fixture(scope="session")
def matcher(shipped_matcher: Matcher) -> Matcher:
    return shipped_matcher


@pytest.fixture(scope="session")
def ambiguous(matcher: Matcher) -> str:
    """A question that is answered with a few entries to choose from."""
    candidates = ("paiement", "la jeunesse", "les commerçants", "argent public", "les villes", "emploi")
    return next(text for text in candidates if matcher.match(text).kind == "suggest")


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture(scope="session")
def pixel() -> bytes:
    """The smallest picture."""
    return (Path(__file__).parent / "pixel.png").read_bytes()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch, pixel: bytes) -> None:
    """Send a stand-in for each picture: drawing takes a second."""
    for module in ("chart", "map"):
        monkeypatch.setattr(f"bot.pictures.{module}._draw", lambda _: pixel)


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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date SQLite database to copy."""
    path = tmp_path_factory.mktemp("migrated") / "nocrise.db"

    async def migrate() -> None:
        async with opened(SecretStr(f"sqlite:///{path}")) as database:
            assert database is not None

    asyncio.run(migrate())
    return path


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as database:
        yield database


class Dates(Clock):
    """A Monday at ten in Paris."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2013, 6, 24, 8, 0, tzinfo=UTC).timestamp()


ADMIN = KARIM


@pytest.fixture
def dates() -> Dates:
    return Dates()


@pytest_asyncio.fixture
async def follower(
    settings: Settings,
    kb: KnowledgeBase,
    matcher: Matcher,
    database: Database,
    telegram: Telegram,
    dates: Dates,
) -> AsyncIterator[Chat]:
    """A bot with everything that a database allows; nothing runs beside its updates yet."""
    settings = settings.model_copy(update={"admin_ids": frozenset({ADMIN})})
    followups = Followups(database, clock=dates)
    app = build_application(settings, kb, matcher=matcher, request=telegram, followups=followups)
    async with app:
        yield Chat(app, telegram)
