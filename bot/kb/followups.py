"""``suivi.yaml``: what became of measures since, as editors commit it beside the knowledge base."""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import KnowledgeError, Problem
from bot.kb.checks import ANOTHER
from bot.kb.models import Id, KnowledgeBase, Text
from bot.kb.reader import DID_YOU_MEAN, QUOTE, Lines, line_of, read_yaml

EVENT = "evenement"
"""The topic that is all of them."""
FILE = "suivi.yaml"
MAX_TEXT = 3000
"""Characters of a follow-up, so that it fits one message with its heading and source."""
INVALID = "'{name}': {message}"
_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "known keys: id, topics, date, text, source",
    "string_type": QUOTE,
    "list_type": "write a list, one `- ` a line",
    "date_type": "write YYYY-MM-DD without quotes",
    "date_from_datetime_inexact": "write YYYY-MM-DD without a time",
    "string_pattern_mismatch": "see the example in the file's first lines",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FollowUp(_Model):
    """One piece of news on one or more topics."""

    id: Id
    """What it is announced by, once for all: never change or reuse it."""
    topics: list[Id] = Field(min_length=1)
    """Ids of measures and origins, or 'evenement': those who follow any of them are told."""
    date: dt.date
    """When it happened: YYYY-MM-DD."""
    text: Annotated[Text, StringConstraints(max_length=MAX_TEXT)]
    """What became of it, in whole sentences."""
    source: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)]
    """The address of the page that says so."""


class FollowUpFile(_Model):
    """All follow-ups, in any order."""

    followups: list[FollowUp] = []


def topics(kb: KnowledgeBase) -> set[str]:
    """Return all that can be followed."""
    return {EVENT, *kb.origins, *(measure.id for measure in kb.measures.values())}


def load_followups(directory: Path, kb: KnowledgeBase) -> tuple[FollowUp, ...]:
    """Read and check the follow-ups of a knowledge base; none where it has no such file.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    path = directory / FILE
    if not path.exists():
        return ()
    shown = Path(directory.name) / FILE
    data, lines = read_yaml(path, shown)
    try:
        found = FollowUpFile.model_validate(data or {}).followups
    except ValidationError as error:
        raise KnowledgeError([_describe(details, lines, shown) for details in error.errors()]) from error
    problems = _check(found, kb, lines, shown)
    if problems:
        raise KnowledgeError(problems)
    return tuple(found)


def _describe(details: Any, lines: Lines, shown: Path) -> Problem:  # noqa: ANN401 (a pydantic error)
    at = details["loc"]
    name = next((str(step) for step in reversed(at) if isinstance(step, str)), "file")
    remedy = _REMEDIES.get(details["type"], "")
    values = {"name": name, "message": details["msg"], "kind": details["type"]}
    return Problem.of(shown, line_of(at, lines), INVALID, remedy, **values)


def _check(found: list[FollowUp], kb: KnowledgeBase, lines: Lines, shown: Path) -> list[Problem]:
    problems: list[Problem] = []
    known, seen = topics(kb), dict[str, int]()
    for index, one in enumerate(found):
        line = lines.get(("followups", index, "id"), 1)
        if one.id in seen:
            what = "id '{id}' is taken at line {taken}"
            problems.append(Problem.of(shown, line, what, ANOTHER, id=one.id, taken=seen[one.id]))
        seen.setdefault(one.id, line)
        for place, topic in enumerate(one.topics):
            if topic not in known:
                near = get_close_matches(topic, sorted(known), n=1)
                hint = DID_YOU_MEAN if near else "name a measure, an origin or '{event}'"
                line = lines.get(("followups", index, "topics", place), line)
                what, values = "no topic has the id '{id}'", {"near": "".join(near), "event": EVENT}
                problems.append(Problem.of(shown, line, what, hint, id=topic, **values))
    return problems
