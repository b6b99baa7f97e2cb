"""What must hold between entries and between files: ids, numbers, phrases and links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import Problem
from bot.kb.assemble import SECTIONS, SINGLES
from bot.kb.derive import ALL, list_id
from bot.kb.models import Entry, Figure, KnowledgeFile, Measure, Origin
from bot.kb.reader import DID_YOU_MEAN, Lines
from bot.language import normalise, tokenise

_MAX_GAPS = 20
"""Missing numbers reported: `number: 20150000` is one mistake, not twenty million."""
ANOTHER = "choose another"
_MAX_ORIGIN_ID = 48 - len(list_id(""))
_PLAIN_WORD = re.compile(r"[A-Za-z]+ ")


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file that fits the schema."""

    shown: Path
    content: KnowledgeFile
    lines: Lines

    def line(self, *at: str | int) -> int:
        """Return where a value stands."""
        return self.lines.get(at, 1)


def check(loaded: list[LoadedFile], *, shared_phrases: bool) -> list[Problem]:
    """Return all that is wrong between files that fit the schema, each by itself."""
    phrases = _phrases(loaded)
    return [
        *_check_origins(loaded),
        *_check_ids(loaded),
        *_check_numbers(loaded),
        *_check_gaps(loaded),
        *_check_phrases(loaded, phrases),
        *_check_parents(loaded),
        *_check_links(loaded),
        *_check_singles(loaded),
        *([] if shared_phrases else _check_owners(phrases)),
    ]


def _written(loaded: list[LoadedFile]) -> list[tuple[LoadedFile, str, int, Entry]]:
    """Return every written entry with its file, section and index."""
    return [
        (file, section, index, entry)
        for file in loaded
        for section in SECTIONS
        for index, entry in enumerate(getattr(file.content, section))
    ]


def _check_origins(loaded: list[LoadedFile]) -> list[Problem]:
    problems: list[Problem] = []
    former: dict[str, str] = {}
    for file in loaded:
        for index, origin in enumerate(file.content.origins):
            line = file.line("origins", index, "id")
            where = f"{file.shown}:{line}"
            taken = former.get(origin.id)
            former.setdefault(origin.id, where)
            if taken is not None:
                what, remedy = "origin '{id}' is given at {taken}", "choose another id"
                problems.append(Problem.of(file.shown, line, what, remedy, id=origin.id, taken=taken))
            if list_id(origin.id) == ALL or len(origin.id) > _MAX_ORIGIN_ID:
                what, remedy = "origin id '{id}' leaves no id for its list", "choose another, shorter one"
                problems.append(Problem.of(file.shown, line, what, remedy, id=origin.id))
    return problems


def _check_ids(loaded: list[LoadedFile]) -> list[Problem]:
    problems: list[Problem] = []
    owners = _owners_of_lists(loaded)
    for file, section, index, entry in _written(loaded):
        line = file.line(section, index, "id")
        if entry.id in owners:
            what, taken = "id '{id}' is taken at {taken}", owners[entry.id]
            problems.append(Problem.of(file.shown, line, what, ANOTHER, id=entry.id, taken=taken))
        owners.setdefault(entry.id, f"{file.shown}:{line}")
    return problems


def _owners_of_lists(loaded: list[LoadedFile]) -> dict[str, str]:
    """Return the ids that are kept for derived lists, and where each comes from."""
    owners: dict[str, str] = {}
    for file in loaded:
        for index, origin in enumerate(file.content.origins):
            owners.setdefault(list_id(origin.id), f"{file.shown}:{file.line('origins', index, 'id')}")
        if file.content.measures:
            owners.setdefault(ALL, f"{file.shown}:{file.line('measures')}")
    return owners


def _check_numbers(loaded: list[LoadedFile]) -> list[Problem]:
    problems: list[Problem] = []
    former: dict[int, str] = {}
    for file in loaded:
        for index, measure in enumerate(file.content.measures):
            line, number = file.line("measures", index, "number"), measure.number
            if number in former:
                what, taken = "number {number} is taken at {taken}", former[number]
                problems.append(Problem.of(file.shown, line, what, ANOTHER, number=number, taken=taken))
            former.setdefault(number, f"{file.shown}:{line}")
    return problems


def _check_gaps(loaded: list[LoadedFile]) -> list[Problem]:
    files = [file for file in loaded if file.content.measures]
    numbers = {measure.number for file in files for measure in file.content.measures}
    gaps = (number for number in range(1, max(numbers, default=0)) if number not in numbers)
    what, remedy = "no measure has number {number}", "number them without gaps"
    return [
        Problem.of(files[0].shown, files[0].line("measures"), what, remedy, number=missing)
        for missing in islice(gaps, _MAX_GAPS)
    ]


def _check_phrases(loaded: list[LoadedFile], phrases: list[_Phrase]) -> list[Problem]:
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


def _phrases(loaded: list[LoadedFile]) -> list[_Phrase]:
    return [
        _Phrase(file.shown, file.line(section, index, key, place), entry.id, text)
        for file, section, index, entry in _written(loaded)
        for key in ("aliases", "questions")
        for place, text in enumerate(getattr(entry, key))
    ]


def _form(phrase: str) -> str:
    """Return what phrases are compared by: '' for one without a word."""
    return " ".join(word for word in tokenise(normalise(phrase)) if word != "?")


def _check_parents(loaded: list[LoadedFile]) -> list[Problem]:
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


def _check_links(loaded: list[LoadedFile]) -> list[Problem]:
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


def _list_ids(loaded: list[LoadedFile], origins: Mapping[str, Origin]) -> set[str]:
    """Return the ids of the lists that will be derived: an origin without measures has none."""
    used = {measure.origin for file in loaded for measure in file.content.measures}
    parents = {origins[origin].parent for origin in used if origin in origins}
    return {list_id(origin) for origin in origins if origin in used | parents} | ({ALL} if used else set())


def _dangling(file: LoadedFile, line: int, kind: str, target: str, known: set[str]) -> Problem:
    near = get_close_matches(target, sorted(known), n=1)
    hint = DID_YOU_MEAN if near else f"add it, or remove this {kind}"
    return Problem.of(file.shown, line, f"no {kind} has the id '{{id}}'", hint, id=target, near="".join(near))


def _check_singles(loaded: list[LoadedFile]) -> list[Problem]:
    problems: list[Problem] = []
    singles: dict[str, Any] = {}
    for file in loaded:
        for key in SINGLES:
            value = getattr(file.content, key)
            if value is not None and singles.setdefault(key, value) != value:
                what = "'{key}' is given differently in another file"
                problems.append(Problem.of(file.shown, file.line(key), what, "keep one", key=key))
    return problems
