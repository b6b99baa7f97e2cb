"""SECURITY.md promises tests: they are there, and none of this directory is left out."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

DOCUMENT = (ROOT / "SECURITY.md").read_text()
REFUSALS = DOCUMENT.split("\n## What each surface refuses\n")[1].split("\n## ")[0]


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def test_each_refusal_names_a_test_that_exists() -> None:
    rows = [row for row in re.findall(r"^\|.*\|$", REFUSALS, re.MULTILINE) if "---" not in row]
    lines = [row for row in rows if not row.startswith("| refused |")]
    assert len(lines) > 30
    for line in lines:
        named = re.fullmatch(r"\|.+\|.+\| `([^`:]+)::(\w+)` \|", line)
        assert named, line
        assert named[2] in names_in(named[1]), line


def test_no_surface_is_without_a_line() -> None:
    """What a section of this directory tests is what the document says of it."""
    for name in ("forged", "html", "hostile_text", "yaml", "secrets", "webhook"):
        assert f"tests/security/test_{name}.py::" in REFUSALS
