"""A knowledge base by somebody who means harm: refused with file and line, and never run or blown up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import KnowledgeError
from bot.kb import load_knowledge

if TYPE_CHECKING:
    from tests.conftest import WriteKb

ENTRY = """\
title: Piscine
entries:
  - id: piscine
    title: Horaires
    answer: À neuf heures.
    questions: [quand ouvre la piscine ?]
"""
LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
DEEPER = "".join(" " * n + "a:\n" for n in range(500))


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        pytest.param(LAUGHS, 8, "aliases (*) are not allowed", id="billion laughs"),
        pytest.param("x: &x {a: b}\ny: {<<: *x}\n", 8, "aliases (*) are not allowed", id="merge"),
        pytest.param(DEEPER, 27, "over 20 lists and mappings", id="deep blocks"),
        pytest.param("x: " + "[" * 50_000, 7, "nesting depth", id="deep lists"),
        pytest.param("x: " + "{a: " * 100, 7, "over 20 lists and mappings", id="deep mappings"),
        pytest.param("x: " + "9" * 5000 + "\n", 7, "no valid date or number", id="huge number"),
        pytest.param("x: 0x" + "f" * 50_000 + "\n", 7, "no valid date or number", id="huge hexadecimal"),
        pytest.param("x: 1" + ":1" * 100_000 + "\n", 7, "no valid date or number", id="sexagesimal"),
        pytest.param("x: 1" + ":1" * 5000 + ".5\n", 7, "no valid date or number", id="sexagesimal fraction"),
        pytest.param("x: !!python/name:os.system\n", 7, "YAML tags (!!python/name:os", id="python name"),
        pytest.param("x: !!python/object/apply:os.abort []\n", 7, "YAML tags (!!python", id="python call"),
        pytest.param("x: !!timestamp never\n", 7, "YAML tags (!!timestamp)", id="tag of a date"),
        pytest.param("x: !!bool perhaps\n", 7, "YAML tags (!!bool)", id="tag of a truth"),
        pytest.param("x: !!int ''\n", 7, "YAML tags (!!int)", id="tag of a number"),
        pytest.param("x: !<tag:a,b:c> d\n", 7, "YAML tags (tag:a,b:c)", id="tag of one's own"),
        pytest.param("title: Autre\n", 7, "key 'title' is given twice", id="key given twice"),
        pytest.param("---\na: b\n", 7, "another document", id="second document"),
    ],
)
def test_refused_with_file_and_line(write_kb: WriteKb, more: str, line: int, reason: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(write_kb(ENTRY + more))
    first = refused.value.problems[0]
    assert (first.file, first.line) == (Path("kb/a.yaml"), line)
    assert reason in first.text


def test_a_key_given_twice_deep_within(write_kb: WriteKb) -> None:
    with pytest.raises(KnowledgeError, match=r"^kb/a\.yaml:7: key 'answer' is given twice: keep one$"):
        load_knowledge(write_kb(ENTRY + "    answer: À dix heures.\n"))


def test_what_is_too_large_is_not_even_read(write_kb: WriteKb) -> None:
    with pytest.raises(KnowledgeError, match=r"kb/a\.yaml:1: over 4 MB"):
        load_knowledge(write_kb(ENTRY + "#" * 4_000_000))
