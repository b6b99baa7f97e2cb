"""Text and captions of calls: parsed, trimmed, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.simulator.entities import Entity, add_found_entities, trim, utf16_length
from bot.simulator.errors import bad_request
from bot.simulator.html import parse_html

if TYPE_CHECKING:
    from bot.simulator.arguments import Arguments
    from bot.simulator.jsontypes import Json, Unchecked

MAX_TEXT = 4096
MAX_CAPTION = 1024
_MAX_BYTES = 1 << 15
_MAX_OFFSET = 1_000_000


def formatted(text: str, parse_mode: str, entities: Unchecked) -> tuple[str, list[Entity]]:
    """Return text and entities, with those that Telegram adds by itself."""
    if len(text.encode()) > _MAX_BYTES:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if text and mode not in ("", "none"):
        if mode != "html":
            # Markdown is left out on purpose: the bot writes HTML, and half a parser would lie.
            reason = (
                "Unsupported parse_mode"
                if not mode.startswith("markdown")
                else ("can't parse entities: the simulator reads HTML only")
            )
            raise bad_request(reason)
        text, given = parse_html(text)
    else:
        given = _given(text, entities)
    text, given = trim(text, given)
    return text, add_found_entities(text, given)


def _given(text: str, entities: Unchecked) -> list[Entity]:
    if not isinstance(entities, list):
        return []
    for entity in entities:
        _check_fields(entity)
    end = utf16_length(text)
    filled = [dict(entity) for entity in entities if entity["length"] > 0]
    for entity in filled:
        begin, stop = entity["offset"], entity["offset"] + entity["length"]
        if begin >= end:
            reason = f"Entity begins after the end of the text at UTF-16 offset {begin}"
            raise bad_request(reason)
        if stop > end:
            beginning = f"Entity beginning at UTF-16 offset {begin}"
            raise bad_request(f"{beginning} ends after the end of the text at UTF-16 offset {stop}")
    return filled


def _check_fields(entity: Unchecked) -> None:
    prefix = "Can't parse MessageEntity: "
    if not isinstance(entity, dict):
        raise bad_request(f"{prefix}expected an Object")
    for name in ("offset", "length", "type"):
        if name not in entity:
            raise bad_request(f'{prefix}Can\'t find field "{name}"')
    if not isinstance(entity["type"], str):
        raise bad_request(f'{prefix}Field "type" must be of type String')
    if entity["type"] == "text_mention" and not isinstance(entity.get("user"), dict):
        raise bad_request(f'{prefix}Can\'t find field "user"')
    for name in ("offset", "length"):
        if not isinstance(entity[name], int):
            raise bad_request(f'{prefix}Field "{name}" must be of type Number')
        if not 0 <= entity[name] <= _MAX_OFFSET:
            raise bad_request(f"Receive an entity with incorrect {name} {entity[name]}")


def text_content(arguments: Arguments) -> Json:
    """Return text and entities of a message or of an edit."""
    raw = arguments.text("text")
    if not raw:
        raise bad_request("Message text is empty")
    entities = arguments.structure("entities", "Can't parse entities JSON object")
    text, found = formatted(raw, arguments.text("parse_mode"), entities)
    return {"text": text, **({"entities": found} if found else {})}


def check_text(content: Json) -> None:
    """Refuse a text that only the sending itself finds wrong."""
    if not content["text"]:
        raise bad_request("text must be non-empty")
    if len(content["text"]) > MAX_TEXT:
        raise bad_request("Message is too long")


def caption_content(arguments: Arguments) -> Json:
    """Return caption and entities; both are missing where there is no caption."""
    entities = arguments.structure("caption_entities", "Can't parse entities JSON object")
    caption, found = formatted(arguments.text("caption"), arguments.text("parse_mode"), entities)
    if len(caption) > MAX_CAPTION:
        raise bad_request("Message caption is too long")
    content: Json = {"caption": caption} if caption else {}
    if found:
        content["caption_entities"] = found
    return content
