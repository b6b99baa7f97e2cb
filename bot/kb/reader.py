"""YAML text to plain data with the line of every value; refuses what hides mistakes."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from bot.errors import KnowledgeError, Problem

Location = tuple[str | int, ...]
Lines = dict[Location, int]

MAX_BYTES = 4_000_000
"""No editor writes a file of this size; a runaway or hostile one is refused before parsing."""

BAD_YAML = "bad YAML: {reason}"
_CONFUSIONS = (
    ("mapping values are not allowed", "align it with the line above, or quote a text that holds ': '"),
    ("tab character", "indent with spaces, and quote what begins with a sign"),
    ("cannot start any token", "indent with spaces, and quote what begins with a sign"),
    ("could not find expected ':'", "write a colon and a space after the key"),
    ("did not find expected", "align it with the lines above, and close what is open"),
    ("unexpected end of stream", "close the quotation mark"),
    ("unknown escape character", "use ' as quotation marks"),
)
"""Parts of what libyaml says, and what has mostly happened."""
DID_YOU_MEAN = "did you mean '{near}'?"
QUOTE = "put it in quotes"
MAX_DEPTH = 20
"""Lists and mappings within each other; the schema needs five."""
MAX_NUMBER = 30
"""Characters of a number or a date; YAML also reads 1:1:1… as one, in the square of its length."""

_CONVERTED = frozenset(f"tag:yaml.org,2002:{name}" for name in ("timestamp", "int", "float"))
"""Values that look like a date or a number, and may be none: 2013-99-99."""
_WORDS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"})
"""What a key may be: not 1, null, yes or no, which YAML takes for other things than words."""


def read_yaml(path: Path, shown: Path) -> tuple[Any, Lines]:
    """Return the file's data and the 1-based line of each value by its location.

    Aliases (``*x``) are refused, which also rules out documents that expand without bound, and so are
    tags (``!!x``), which turn a value into something else than it looks like.

    Raises:
        KnowledgeError: unreadable, too large, not UTF-8, not YAML, or a key given twice.

    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refusal(shown, 1, "over {limit} MB", "split the file", limit=MAX_BYTES // 1_000_000)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _refusal(shown, line, "not valid UTF-8", "save the file in UTF-8") from error
    except OSError as error:
        raise _refusal(shown, 1, "cannot be read: {reason}", reason=error.strerror) from error
    try:
        _refuse_cunning(text, shown)
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        lines: Lines = {}
        problems: list[Problem] = []
        if node is None:
            return None, lines
        _walk(node, (), lines, problems, shown)
        if problems:
            raise KnowledgeError(problems)
        # Of the same nodes: parsing is most of the time.
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        raise _confusion(error, shown) from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise _refusal(shown, line, BAD_YAML, reason=_one_line(error)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _refusal(shown, 1, BAD_YAML, reason=_one_line(error)) from error


def line_of(at: Location, lines: Lines) -> int:
    """Return the line of a value, or of the nearest around it: what is missing has none."""
    return next((lines[at[:cut]] for cut in range(len(at), -1, -1) if at[:cut] in lines), 1)


def _refusal(shown: Path, line: int, what: str, remedy: str = "", **values: object) -> KnowledgeError:
    return KnowledgeError([Problem.of(shown, line, what, remedy, **values)])


def _confusion(error: yaml.MarkedYAMLError, shown: Path) -> KnowledgeError:
    reason = str(error.problem)
    remedy = next((remedy for part, remedy in _CONFUSIONS if part in reason), "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in reason:
        # Where the quotation mark is that nothing closes, not where the file ends.
        mark = error.context_mark or mark
    return _refusal(shown, mark.line + 1 if mark else 1, BAD_YAML, remedy, reason=reason)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _refuse_cunning(text: str, shown: Path) -> None:
    """Refuse what YAML can do and no editor needs, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(shown, line, "YAML aliases (*) are not allowed", "repeat")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:40]
            raise _refusal(shown, line, "YAML tags ({tag}) are not allowed", "write plain values", tag=tag)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _refusal(shown, line, "over {most} lists and mappings within each other", most=MAX_DEPTH)


def _is_what_it_looks_like(node: yaml.ScalarNode) -> bool:
    if node.tag not in _CONVERTED:
        return True
    if len(node.value) > MAX_NUMBER:
        return False
    try:
        yaml.constructor.SafeConstructor().construct_object(node)
    except ValueError:
        return False
    return True


def _walk(node: yaml.Node, at: Location, lines: Lines, problems: list[Problem], shown: Path) -> None:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        if not _is_what_it_looks_like(node):
            what = "'{value}' is no valid date or number"
            problems.append(Problem.of(shown, lines[at], what, QUOTE, value=f"{node.value:.40}"))
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), lines, problems, shown)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                what, remedy = "a key must be one word", "quote what begins with [ or {{"
                problems.append(Problem.of(shown, line, what, remedy))
                continue
            if key.tag not in _WORDS:
                what = "key '{key}' is no word to YAML"
                problems.append(Problem.of(shown, line, what, QUOTE, key=key.value))
            if key.value in seen:
                what = "key '{key}' is given twice"
                problems.append(Problem.of(shown, line, what, "keep one", key=key.value))
            seen.add(key.value)
            _walk(value, (*at, key.value), lines, problems, shown)
            lines[(*at, key.value)] = line
