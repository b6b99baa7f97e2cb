"""A directory of YAML files to a ``KnowledgeBase``; every fault is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import KnowledgeError, Problem
from bot.kb.derive import ALL, derive_lists, list_id
from bot.kb.models import (
    BaseTranslation,
    Entry,
    Figure,
    KnowledgeBase,
    KnowledgeFile,
    Lexicon,
    Measure,
    Origin,
)
from bot.kb.reader import Lines, Location, read_yaml
from bot.language import load_pack, normalise, tokenise

DEFAULT_LANGUAGE = "fr"
_SECTIONS = ("measures", "figures", "entries")
_OTHER_SCHEMAS = frozenset({"suivi.yaml", "suivi.yml"})
"""Files of the directory that are not part of the knowledge base proper."""
_MAX_GAPS = 20
"""Missing numbers reported: `number: 20150000` is one mistake, not twenty million."""
_REMEDIES = {
    "string_type": "put it in quotes",
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
    """Read and check every ``*.yaml`` and ``*.yml`` below a directory.

    ``shared_phrases`` lets two entries claim one phrase: an editor must decide, but whoever asks a question
    of a knowledge base that came from elsewhere is better served by it than by a refusal.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    if not directory.is_dir():
        raise KnowledgeError([Problem(directory, 1, "no such directory: give one with YAML files")])
    paths = sorted(
        path
        for path in directory.rglob("*")
        if path.suffix in (".yaml", ".yml") and path.name not in _OTHER_SCHEMAS
    )
    if not paths:
        raise KnowledgeError([Problem(directory, 1, "holds no .yaml file: add one with `entries:`")])
    problems: list[Problem] = []
    loaded: list[_Loaded] = []
    for path in paths:
        try:
            loaded.append(_load_file(path, directory.name / path.relative_to(directory)))
        except KnowledgeError as error:
            problems += error.problems
    if not problems:
        checks = (_check_ids, _check_phrases, _check_parents, _check_links)
        problems = [problem for check in checks for problem in check(loaded)]
        if not shared_phrases:
            problems += _check_owners(loaded)
    if problems:
        raise KnowledgeError(problems)
    return _assemble(loaded, directory)


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
    if kind == "extra_forbidden":
        known = _known_keys(at)
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
        text = f"unknown key '{name}': {hint}"
    elif kind == "missing":
        text = f"'{name}' is missing{_owner(at, data)}: add `{name}:`"
    elif kind == "value_error":
        text = details["msg"].removeprefix("Value error, ")
    else:
        remedy = f": {_REMEDIES[kind]}" if kind in _REMEDIES else ""
        text = f"'{name}': {details['msg']}, not {details['input']!r:.60}{remedy}"
    return Problem(shown, line, text)


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
    for step in at[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return f" in '{data['id']}'" if isinstance(data, dict) and "id" in data else ""


def _written(loaded: list[_Loaded]) -> list[tuple[_Loaded, str, int, Entry]]:
    """Return every written entry with its file, section and index."""
    return [
        (file, section, index, entry)
        for file in loaded
        for section in _SECTIONS
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
                text = f"origin '{origin.id}' is given at {taken}: choose another id"
                problems.append(Problem(file.shown, line, text))
            if list_id(origin.id) == ALL or len(origin.id) > _MAX_ORIGIN_ID:
                text = f"origin id '{origin.id}' leaves no id for its list: choose another, shorter one"
                problems.append(Problem(file.shown, line, text))
    for file, section, index, entry in _written(loaded):
        where = f"{file.shown}:{file.line(section, index, 'id')}"
        if entry.id in owners:
            text = f"id '{entry.id}' is taken at {owners[entry.id]}: choose another"
            problems.append(Problem(file.shown, file.line(section, index, "id"), text))
        owners.setdefault(entry.id, where)
        if isinstance(entry, Measure):
            line = file.line(section, index, "number")
            if entry.number in numbers:
                text = f"number {entry.number} is taken at {numbers[entry.number]}: choose another"
                problems.append(Problem(file.shown, line, text))
            numbers.setdefault(entry.number, f"{file.shown}:{line}")
    gaps = (number for number in range(1, max(numbers, default=0)) if number not in numbers)
    for missing in islice(gaps, _MAX_GAPS):
        file = next(file for file in loaded if file.content.measures)
        text = f"no measure has number {missing}: number them without gaps"
        problems.append(Problem(file.shown, file.line("measures"), text))
    return problems


_MAX_ORIGIN_ID = 48 - len(list_id(""))


def _check_phrases(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    for file, section, index, entry in _written(loaded):
        if not entry.questions and not entry.aliases:
            text = f"entry '{entry.id}' has no phrase: add `questions:`"
            problems.append(Problem(file.shown, file.line(section, index), text))
    problems += [
        Problem(file.shown, line, f"phrase '{phrase}' holds no word: write one or remove it")
        for file, line, _, phrase, form in _phrases(loaded)
        if not form
    ]
    return problems


def _check_owners(loaded: list[_Loaded]) -> list[Problem]:
    problems: list[Problem] = []
    owners: dict[tuple[str, ...], tuple[str, str]] = {}
    for file, line, entry_id, phrase, form in _phrases(loaded):
        owner, where = owners.setdefault(form, (entry_id, f"{file.shown}:{line}"))
        if form and owner != entry_id:
            text = f"phrase '{phrase}' belongs to '{owner}' ({where}): keep it in one entry"
            problems.append(Problem(file.shown, line, text))
    return problems


def _phrases(loaded: list[_Loaded]) -> Iterator[tuple[_Loaded, int, str, str, tuple[str, ...]]]:
    """Yield every written phrase: its file, line, entry, text, and form by which phrases are compared."""
    for file, section, index, entry in _written(loaded):
        for key in ("aliases", "questions"):
            for place, phrase in enumerate(getattr(entry, key)):
                form = tuple(word for word in tokenise(normalise(phrase)) if word != "?")
                yield file, file.line(section, index, key, place), entry.id, phrase, form


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
                text = f"parent '{origin.parent}' has a parent itself: name an origin without one"
                problems.append(Problem(file.shown, line, text))
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
    hint = f"did you mean '{near[0]}'?" if near else f"add it, or remove this {kind}"
    return Problem(file.shown, line, f"no {kind} has the id '{target}': {hint}")


def _assemble(loaded: list[_Loaded], directory: Path) -> KnowledgeBase:
    problems: list[Problem] = []
    singles: dict[str, Any] = {}
    for file in loaded:
        for key in ("language", "title", "source", "en"):
            value = getattr(file.content, key)
            if value is None:
                continue
            if singles.get(key, value) != value:
                text = f"'{key}' is given differently in another file: keep one"
                problems.append(Problem(file.shown, file.line(key), text))
            singles[key] = value
    written = {entry.id: entry for *_, entry in _written(loaded)}
    if not written:
        problems.append(Problem(directory, 1, "holds no entry: add one under `entries:`"))
    if problems:
        raise KnowledgeError(problems)
    language = singles.get("language", DEFAULT_LANGUAGE)
    origins = {origin.id: origin for file in loaded for origin in file.content.origins}
    lexicons = [file.content.lexicon for file in loaded if file.content.lexicon]
    lists = derive_lists(written.values(), origins, load_pack(language))
    return KnowledgeBase(
        language=language,
        title=singles.get("title", directory.name),
        source=singles.get("source"),
        translation=singles.get("en", BaseTranslation()),
        origins=origins,
        entries=written | {entry.id: entry for entry in lists},
        lexicon=Lexicon(
            synonyms=[row for lexicon in lexicons for row in lexicon.synonyms],
            spellings={k: v for lexicon in lexicons for k, v in lexicon.spellings.items()},
            stopwords=[word for lexicon in lexicons for word in lexicon.stopwords],
        ),
    )
