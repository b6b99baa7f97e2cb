from __future__ import annotations

from pathlib import Path

import pytest

from bot.kb import KnowledgeBase, load_knowledge
from bot.matching import Matcher


@pytest.fixture(scope="session")
def kb(shipped_kb: KnowledgeBase) -> KnowledgeBase:
    return shipped_kb


@pytest.fixture(scope="session")
def matcher(shipped_matcher: Matcher) -> Matcher:
    return shipped_matcher


@pytest.fixture
def write_kb(tmp_path: Path) -> object:
    """Return a function that makes a knowledge base of YAML."""

    def write(text: str) -> KnowledgeBase:
        (tmp_path / "base.yaml").write_text(text, encoding="utf-8")
        return load_knowledge(tmp_path)

    return write
