"""A directory of YAML files to a ``KnowledgeBase``; every fault is reported at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import KnowledgeError, Problem
from bot.kb.assemble import SECTIONS, SINGLES, assemble
from bot.kb.derive import ALL, list_id
from bot.kb.models import (
    HALF_PLACE,
    Contents,
    Entry,
    Figure,
    KnowledgeBase,
    KnowledgeFile,
    Measure,
    Origin,
)
from bot.kb.reader import DID_YOU_MEAN, QUOTE, Lines, Location, read_yaml
from bot.language import normalise, tokenise

_OTHER_SCHEMAS = frozenset({"suivi.yaml", "suivi.yml"})
"""Files of the directory that are not part of the knowledge base proper."""
_MAX_GAPS = 20
"""Missing numbers reported: `number: 20150000` is one mistake, not twenty million."""
INVALID = "'{name}': {message}, not {given}"
ANOTHER = "choose another"
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


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One file that fits the schema."""

    shown: Path
    content: KnowledgeFile
    lines: Lines

    def line(self, *at: str | int) -> int:
        return self.lines.get(at, 1)


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
    paths = [path for path in _yaml_files(directory) if path.name not in _OTHER_SCHEMAS]
    if not paths:
        raise KnowledgeError([Problem(directory, 1, "holds no .yaml file", "add one with `entries:`")])
    problems: list[Problem] = []
    loaded: list[_Loaded] = []
    for path in paths:
        try:
            loaded.append(_load_file(path, directory.name / path.relative_to(directory)))
        except KnowledgeError as error:
            problems += error.problems
    if not problems:
        phrases = _phrases(loaded)
        problems = [
            *_check_ids(loaded),
            *_check_phrases(loaded, phrases),
            *_check_parents(loaded),
            *_check_links(loaded),
            *_check_singles(loaded),
        ]
        if not _written(loaded):
            problems.append(Problem(directory, 1, "holds no entry", "add one under `entries:`"))
        if not shared_phrases:
            problems += _check_owners(phrases)
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
    # A hidden file is an editor's own: '.#a.yaml' while 'a.yaml' is open.
    return sorted(
        path
        for path in directory.rglob("*")
        if path.suffix in (".yaml", ".yml") and not path.name.startswith(".")
    )


def _load_file(path: Path, shown: Path) -> _Loaded:
    data, lines = read_yaml(path, shown)
    if data is None:
        data = {}
    if isinstance(data, list):
        # A bare list of entries is the shortest form of a minimal knowledge base.
        data, lines = {"entries": data}, {("entries", *at): line for at, line in lines.items()}
    try:
        return _Loaded(shown, KnowledgeFile.model_validate(data), lines)
    except ValidationError as error:
        raise KnowledgeError(
            [_describe(details, data, lines, shown) for details in error.errors()]
        ) from error


def _describe(details: ErrorDetails, data: Any, lines: Lines, shown: Path) -> Problem:  # noqa: ANN401
    at: Location = details["loc"]
    line = next((lines[at[:cut]] for cut in range(len(at), -1, -1) if at[:cut] in lines), 1)
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
    return Problem.of(shown, line, what, remedy, **values)


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


def _written(loaded: list[_Loaded]) -> list[tuple[_Loaded, str, int, Entry]]:
    """Return every written entry with its file, section and index."""
    return [
        (file, section, index, entry)
        for file in loaded
        for section in SECTIONS
        for index, entry in enumerate(getattr(file.content, section))
    ]


def _check_ids(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    numbers: dict[int, str] = {}
    for file in loaded:
        for index, origin in enumerate(file.content.origins):
            line = file.line("origins", index, "id")
            taken = owners.setdefault(list_id(origin.id), f"{file.shown}:{line}")
            if taken != f"{file.shown}:{line}":
                what = "origin '{id}' is given at {taken}"
                problems.append(
                    Problem.of(file.shown, line, what, "choose another id", id=origin.id, taken=taken)
                )
            if list_id(origin.id) == ALL or len(origin.id) > _MAX_ORIGIN_ID:
                what = "origin id '{id}' leaves no id for its list"
                problems.append(
                    Problem.of(file.shown, line, what, "choose another, shorter one", id=origin.id)
                )
    for file, section, index, entry in _written(loaded):
        where = f"{file.shown}:{file.line(section, index, 'id')}"
        if entry.id in owners:
            line, what = file.line(section, index, "id"), "id '{id}' is taken at {taken}"
            values = {"id": entry.id, "taken": owners[entry.id]}
            problems.append(Problem.of(file.shown, line, what, ANOTHER, **values))
        owners.setdefault(entry.id, where)
        if isinstance(entry, Measure):
            line = file.line(section, index, "number")
            if entry.number in numbers:
                what, taken = "number {number} is taken at {taken}", numbers[entry.number]
                problems.append(Problem.of(file.shown, line, what, ANOTHER, number=entry.number, taken=taken))
            numbers.setdefault(entry.number, f"{file.shown}:{line}")
    gaps = (number for number in range(1, max(numbers, default=0)) if number not in numbers)
    for missing in islice(gaps, _MAX_GAPS):
        file = next(file for file in loaded if file.content.measures)
        what, remedy = "no measure has number {number}", "number them without gaps"
        problems.append(Problem.of(file.shown, file.line("measures"), what, remedy, number=missing))
    return problems


_MAX_ORIGIN_ID = 48 - len(list_id(""))


def _check_phrases(loaded: list[_Loaded], phrases: list[_Phrase]) -> list[Problem]:
    problems: list[Problem] = []
    for file, section, index, entry in _written(loaded):
        if not entry.questions and not entry.aliases:
            line, what = file.line(section, index), "entry '{id}' has no phrase"
            problems.append(Problem.of(file.shown, line, what, "add `questions:`", id=entry.id))
    problems += [
        Problem.of(
            phrase.shown,
            phrase.line,
            "phrase '{phrase}' holds no word",
            "write one or remove it",
            phrase=phrase.text,
        )
        for phrase in phrases
        # Most phrases begin with a word that needs no closer look.
        if not _PLAIN_WORD.match(phrase.text) and not _form(phrase.text)
    ]
    return problems


def _check_owners(phrases: list[_Phrase]) -> list[Problem]:
    problems: list[Problem] = []
    first: dict[str, _Phrase] = {}
    for phrase in phrases:
        form = _form(phrase.text)
        former = first.setdefault(form, phrase)
        if form and former.owner != phrase.owner:
            what, remedy = "phrase '{phrase}' belongs to '{owner}' ({where})", "keep it in one entry"
            where = f"{former.shown}:{former.line}"
            values = {"phrase": phrase.text, "owner": former.owner, "where": where}
            problems.append(Problem.of(phrase.shown, phrase.line, what, remedy, **values))
    return problems


class _Phrase(NamedTuple):
    """A phrase as written, and where."""

    shown: Path
    line: int
    owner: str
    text: str


_PLAIN_WORD = re.compile(r"[A-Za-z]+ ")


def _phrases(loaded: list[_Loaded]) -> list[_Phrase]:
    return [
        _Phrase(file.shown, file.line(section, index, key, place), entry.id, text)
        for file, section, index, entry in _written(loaded)
        for key in ("aliases", "questions")
        for place, text in enumerate(getattr(entry, key))
    ]


def _form(phrase: str) -> str:
    """Return what phrases are compared by: '' for one without a word."""
    return " ".join(word for word in tokenise(normalise(phrase)) if word != "?")


def _check_parents(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    origins = {origin.id: origin for file in loaded for origin in file.content.origins}
    for file in loaded:
        for index, origin in enumerate(file.content.origins):
            if origin.parent is None:
                continue
            line = file.line("origins", index, "parent")
            if origin.parent not in origins:
                problems.append(_dangling(file, line, "origin", origin.parent, set(origins)))
            elif origins[origin.parent].parent is not None:
                what, remedy = "parent '{id}' has a parent itself", "name an origin without one"
                problems.append(Problem.of(file.shown, line, what, remedy, id=origin.parent))
    return problems


def _check_links(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    origins = {origin.id: origin for file in loaded for origin in file.content.origins}
    ids = {entry.id for *_, entry in _written(loaded)} | _list_ids(loaded, origins)
    for file, section, index, entry in _written(loaded):
        for place, target in enumerate(entry.related):
            if target not in ids:
                line = file.line(section, index, "related", place)
                problems.append(_dangling(file, line, "entry", target, ids))
        if isinstance(entry, Measure) and entry.origin not in origins:
            line = file.line(section, index, "origin")
            problems.append(_dangling(file, line, "origin", entry.origin, set(origins)))
        if isinstance(entry, Figure) and entry.speaker and entry.speaker not in ids:
            line = file.line(section, index, "speaker")
            problems.append(_dangling(file, line, "entry", entry.speaker, ids))
    return problems


def _list_ids(loaded: list[_Loaded], origins: Mapping[str, Origin]) -> set[str]:
    """Return the ids of the lists that will be derived: an origin without measures has none."""
    used = {measure.origin for file in loaded for measure in file.content.measures}
    parents = {origins[origin].parent for origin in used if origin in origins}
    return {list_id(origin) for origin in origins if origin in used | parents} | ({ALL} if used else set())


def _dangling(file: _Loaded, line: int, kind: str, target: str, known: set[str]) -> Problem:
    near = get_close_matches(target, sorted(known), n=1)
    hint = DID_YOU_MEAN if near else f"add it, or remove this {kind}"
    return Problem.of(file.shown, line, f"no {kind} has the id '{{id}}'", hint, id=target, near="".join(near))


def _check_singles(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    singles: dict[str, Any] = {}
    for file in loaded:
        for key in SINGLES:
            value = getattr(file.content, key)
            if value is not None and singles.setdefault(key, value) != value:
                what = "'{key}' is given differently in another file"
                problems.append(Problem.of(file.shown, file.line(key), what, "keep one", key=key))
    return problems
