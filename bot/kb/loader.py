"""A directory of YAML files to a ``KnowledgeBase``; every fault is reported at once."""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import KnowledgeError, Problem
from bot.kb.assemble import SECTIONS, assemble
from bot.kb.checks import LoadedFile, check
from bot.kb.followups import FILE as FOLLOWUPS
from bot.kb.models import HALF_PLACE, Contents, KnowledgeBase, KnowledgeFile
from bot.kb.reader import DID_YOU_MEAN, QUOTE, Lines, Location, line_of, read_yaml

_MISPLACED = frozenset({FOLLOWUPS, Path(FOLLOWUPS).with_suffix(".yml").name})
"""Names of files that hold follow-ups, and are read by nobody unless they are the one at the top."""
INVALID = "'{name}': {message}, not {given}"
_REMEDIES = {
    "string_type": QUOTE,
    "string_too_short": "write it, or remove the key",
    "string_pattern_mismatch": "use letters, digits, '-' and '_', 48 at most",
    "list_type": "write a list, one `- ` a line",
    "model_type": "write `key: value` lines",
    "dict_type": "write `key: value` lines",
    "int_type": "write a whole number without quotes",
}
"""What would be right, by pydantic's type of error, where its message does not say."""


def load_knowledge(directory: Path, *, shared_phrases: bool = False) -> KnowledgeBase:
    """Return the knowledge base of a directory; see `read_contents`."""
    return assemble(read_contents(directory, shared_phrases=shared_phrases), directory.name)


def read_contents(directory: Path, *, shared_phrases: bool = False) -> Contents:
    """Read and check every ``*.yaml`` and ``*.yml`` below a directory, except hidden ones.

    ``shared_phrases`` lets two entries claim one phrase: an editor must decide, but whoever asks a question
    of a knowledge base that came from elsewhere is better served by it than by a refusal.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    if not directory.is_dir():
        raise KnowledgeError([Problem(directory, 1, "no such directory", "give one with YAML files")])
    # Before anything is read, so that what is written meanwhile is found to be new.
    digest = digest_of(directory)
    paths = [path for path in _yaml_files(directory) if path != directory / FOLLOWUPS]
    if not paths:
        raise KnowledgeError([Problem(directory, 1, "holds no .yaml file", "add one with `entries:`")])
    problems: list[Problem] = []
    loaded: list[LoadedFile] = []
    for path in paths:
        shown = directory.name / path.relative_to(directory)
        if path.name in _MISPLACED:
            # Left alone, it would be valid for whoever wrote it, and announced to nobody.
            what, remedy = "follow-ups are read from '{followups}' at the top only", "move or rename it"
            problems.append(Problem.of(shown, 1, what, remedy, followups=FOLLOWUPS))
            continue
        try:
            loaded.append(_load_file(path, shown))
        except KnowledgeError as error:
            problems += error.problems
    if not problems:
        problems = check(loaded, shared_phrases=shared_phrases)
        if not any(getattr(file.content, section) for file in loaded for section in SECTIONS):
            problems.append(Problem(directory, 1, "holds no entry", "add one under `entries:`"))
    if problems:
        raise KnowledgeError(problems)
    return Contents(digest=digest, files=[file.content for file in loaded])


def digest_of(directory: Path) -> str:
    """Return what tells whether any YAML file of a directory, `suivi.yaml` included, has changed."""
    digest = hashlib.sha256()
    for path in _yaml_files(directory):
        name = path.relative_to(directory)
        try:
            content = path.read_bytes()
        except OSError:
            # Gone by now, or not to be read: who reads it says so, whatever was there before.
            digest.update(f"{name}\0?\0".encode())
            continue
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _yaml_files(directory: Path) -> list[Path]:
    # A hidden file is an editor's own ('.#a.yaml' while 'a.yaml' is open), a hidden directory a tool's.
    return sorted(
        path
        for path in directory.rglob("*.y*ml")
        if path.suffix in (".yaml", ".yml") and not _is_hidden(path.relative_to(directory))
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _load_file(path: Path, shown: Path) -> LoadedFile:
    data, lines = read_yaml(path, shown)
    if data is None:
        data = {}
    if isinstance(data, list):
        # A bare list of entries is the shortest form of a minimal knowledge base.
        data, lines = {"entries": data}, {("entries", *at): line for at, line in lines.items()}
    try:
        return LoadedFile(shown, KnowledgeFile.model_validate(data), lines)
    except ValidationError as error:
        raise KnowledgeError(
            [_describe(details, data, lines, shown) for details in error.errors()]
        ) from error


def _describe(details: ErrorDetails, data: Any, lines: Lines, shown: Path) -> Problem:  # noqa: ANN401
    at: Location = details["loc"]
    name = _name(at)
    kind = details["type"]
    values: dict[str, object] = {"name": name}
    if kind == "extra_forbidden":
        known = _known_keys(at)
        near = get_close_matches(name, known, n=1)
        what, remedy = "unknown key '{name}'", DID_YOU_MEAN if near else "known keys: {known}"
        values |= {"near": "".join(near), "known": ", ".join(known)}
    elif kind == "missing":
        owner = _owner(at, data)
        what = "'{name}' is missing in '{owner}'" if owner else "'{name}' is missing"
        remedy = "add `{name}:`"
        values["owner"] = owner
    elif kind == HALF_PLACE:
        what, remedy = "origin '{id}' has one of latitude and longitude", "give both, or neither"
        values = dict(details["ctx"])
    else:
        what, remedy = INVALID, _REMEDIES.get(kind, "")
        expected = details.get("ctx", {}).get("expected", "")
        values |= {"message": details["msg"], "given": _in_yaml(details["input"])}
        values |= {"kind": kind, "expected": expected}
    return Problem.of(shown, line_of(at, lines), what, remedy, **values)


def _in_yaml(value: object) -> str:
    """Return a value in the words of YAML: 2013-01-31 and true, not Python's names for them."""
    if isinstance(value, str):
        return f"{value!r:.60}"
    dumped = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=float("inf"))
    return dumped.splitlines()[0][:60]


def _name(at: Location) -> str:
    """Name a place as an editor sees it: a key, or 'questions, item 2'."""
    if not at:
        return "file"
    return f"{at[-2]}, item {at[-1] + 1}" if isinstance(at[-1], int) else at[-1]


def _known_keys(at: Location) -> list[str]:
    fields: dict[str, Any] = dict(KnowledgeFile.model_fields)
    for step in at[:-1]:
        if isinstance(step, int):
            continue
        if step not in fields:
            return []
        models = [KnowledgeFile.model_fields, *_nested(fields[step].annotation)]
        fields = dict(models[-1])
    return sorted(fields)


def _nested(annotation: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a typing annotation)
    if hasattr(annotation, "model_fields"):
        return [annotation.model_fields]
    found: list[dict[str, Any]] = []
    for argument in getattr(annotation, "__args__", ()):
        found += _nested(argument)
    return found


def _owner(at: Location, data: Any) -> str:  # noqa: ANN401 (any YAML)
    """Return the id of what lacks a key, if it has one."""
    for step in at[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(data["id"]) if isinstance(data, dict) and "id" in data else ""
