"""Small knowledge bases, and what is wrong with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.kb import load_knowledge

ENTRY = """\
entries:
  - id: un
    title: Un
    answer: Le premier.
    questions: [le premier point]
"""
MEASURES = """\
origins:
  - id: lyon
    name: Lyon
measures:
  - id: m-1
    number: 1
    title: Une
    answer: La première.
    origin: lyon
    rationale: null
    aliases: [première idée]
  - id: m-2
    number: 2
    title: Deux
    answer: La deuxième.
    origin: lyon
    rationale: null
    aliases: [autre idée]
"""
FIGURE = """\
figures:
  - id: part
    title: Part
    answer: La moitié.
    value: 50
    unit: "%"
    aliases: [moitié]
"""


def problems(directory: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(directory)
    return str(caught.value).splitlines()


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def assert_one(found: list[str], file: str, line: int, *parts: str) -> None:
    assert len(found) == 1, found
    assert found[0].startswith(f"{file}:{line}: "), found[0]
    for part in parts:
        assert part in found[0]
