"""Fixtures that several test packages share."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.kb import KnowledgeBase, load_knowledge
from bot.matching import Matcher

ROOT = Path(__file__).parents[1]
KNOWLEDGE = ROOT / "knowledge"
WriteKb = Callable[[str | bytes | Mapping[str, str | bytes]], Path]


@pytest.fixture(scope="session", autouse=True)
def _unsettled() -> Iterator[None]:
    """Keep bots within this process from freezing what tests have made: it takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.lifecycle.settle", lambda: None)
        patched.setattr("bot.reloading.settle_anew", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep analyses for this run alone, and for all of its processes."""
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patched:
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        patched.setenv("XDG_CACHE_HOME", str(shared / "cache"))
        yield


@pytest.fixture(scope="session")
def shipped_kb() -> KnowledgeBase:
    """The knowledge base that comes with the bot."""
    return load_knowledge(KNOWLEDGE)


@pytest.fixture(scope="session")
def shipped_matcher(shipped_kb: KnowledgeBase) -> Matcher:
    return Matcher(shipped_kb)


@pytest.fixture
def write_kb(tmp_path: Path) -> WriteKb:
    """Write a knowledge base, as one text or as texts by file name, and return its directory."""

    def write(files: str | bytes | Mapping[str, str | bytes]) -> Path:
        directory = tmp_path / "kb"
        directory.mkdir(exist_ok=True)
        for name, content in ({"a.yaml": files} if isinstance(files, str | bytes) else files).items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return directory

    return write
