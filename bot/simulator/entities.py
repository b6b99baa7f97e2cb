"""Entities in UTF-16 units: what Telegram finds by itself in a text, and how it trims one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Entity = dict[str, Any]

MAX_ENTITIES = 100
_OPAQUE = {"code", "pre", "text_link", "text_mention"}

_WORD = r"\w"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "bot_command",
        re.compile(rf"(?<![{_WORD}/<>@])/[A-Za-z0-9_]{{1,64}}(?:@[A-Za-z0-9_]{{3,32}})?(?![{_WORD}/<>])"),
    ),
    (
        "email",
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}(?![\w-])"),
    ),
    (
        "url",
        re.compile(
            r"(?i)(?<![\w@./-])(?:https?://[^\s<>«»\"]*[^\s<>«»\".,;:!?'’()\[\]]|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|fr|eu|io|me|info|dev|gouv|paris|bzh)(?![\w-])(?::\d+)?(?:/[^\s<>«»\"]*[^\s<>«»\".,;:!?'’()\[\]])?/?)"
        ),
    ),
    ("mention", re.compile(rf"(?<![{_WORD}@/])@[A-Za-z0-9_]{{3,32}}(?![{_WORD}])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=[\w·]*[^\W\d])[\w·]{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts offsets."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of the text that an entity covers."""
    encoded = text.encode("utf-16-le")
    return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def find_entities(text: str) -> list[Entity]:
    """Return commands, mentions, hashtags and links, in order and without overlaps."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            begin, end = match.span()
            if all(end <= other_begin or begin >= other_end for other_begin, other_end in taken):
                taken.append((begin, end))
                found.append((begin, end, kind))
    return [
        {
            "type": kind,
            "offset": utf16_length(text[:begin]),
            "length": utf16_length(text[begin:end]),
        }
        for begin, end, kind in sorted(found)
    ]


def add_found_entities(text: str, given: list[Entity]) -> list[Entity]:
    """Return the given entities with the found ones, except inside code and links."""
    opaque = [entity for entity in given if entity["type"] in _OPAQUE]
    found = [entity for entity in find_entities(text) if not any(overlap(entity, other) for other in opaque)]
    merged = sorted([*given, *found], key=lambda entity: (entity["offset"], -entity["length"]))
    return merged[:MAX_ENTITIES]


def overlap(one: Entity, other: Entity) -> bool:
    """Say whether two entities share a unit."""
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the text as Telegram does before storing it, and move the entities along."""
    left = len(text) - len(text.lstrip())
    stripped = text.strip()
    end = utf16_length(stripped)
    return stripped, list(_moved(entities, left, end))


def _moved(entities: list[Entity], left: int, end: int) -> Iterator[Entity]:
    # White space is never outside the Basic Multilingual Plane, so characters are units here.
    for entity in entities:
        begin = max(entity["offset"] - left, 0)
        stop = min(entity["offset"] - left + entity["length"], end)
        if stop > begin:
            yield entity | {"offset": begin, "length": stop - begin}
