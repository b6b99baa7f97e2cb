"""Answers to button presses and to inline questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.simulator.arguments import Arguments, as_text
from bot.simulator.content import MAX_CAPTION, MAX_TEXT, formatted
from bot.simulator.errors import QUERY_TOO_OLD, bad_request
from bot.simulator.links import check_link
from bot.simulator.markup import read_markup

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Json, Unchecked
    from bot.simulator.state import PendingQuery, World

MAX_RESULTS = 50
_MAX_ID_BYTES = 64
_MAX_OFFSET_BYTES = 64
_MAX_ANSWER = 200
_DAY = 24 * 60 * 60
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """End the waiting of a button, with a notice or without; once only."""
    text = arguments.text("text")
    if len(text) > _MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = _open_query(
        world.callback_queries,
        arguments.text("callback_query_id"),
        world.clock(),
        world.config.query_lifetime,
    )
    url = arguments.text("url")
    if url and not url.startswith(f"https://t.me/{world.bot.username}?start="):
        raise bad_request("URL_INVALID")
    query.answer = {"text": text, "show_alert": arguments.boolean("show_alert"), "url": url}
    world.emit(
        {
            "type": "callback_answer",
            "query_id": query.id,
            "user_id": query.user_id,
            "chat_id": query.chat_id,
            **query.answer,
        }
    )
    return True


def answer_inline_query(world: World, arguments: Arguments) -> bool:
    """Answer what a user typed after the bot's name."""
    button = _button(arguments)
    raw = arguments.structure("results", "Can't parse JSON encoded inline query results")
    results = [] if raw is None else raw
    if not isinstance(results, list):
        raise bad_request("Expected an Array of inline query results")
    if len(results) > MAX_RESULTS:
        raise bad_request("Too many inline query results specified")
    parsed = [_result(world, result) for result in results]
    query = _open_query(
        world.inline_queries,
        arguments.text("inline_query_id"),
        world.clock(),
        world.config.inline_lifetime,
    )
    ids = [result["id"] for result in parsed]
    if any(not 0 < len(result_id.encode()) <= _MAX_ID_BYTES for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = arguments.text("next_offset")
    if len(next_offset.encode()) > _MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query.answer = {
        "results": parsed,
        "next_offset": next_offset,
        "button": button,
        "cache_time": arguments.integer("cache_time", 300, 0, _DAY),
        "is_personal": arguments.boolean("is_personal"),
    }
    world.emit({"type": "inline_answer", "query_id": query.id, "user_id": query.user_id})
    return True


def _open_query(queries: dict[str, PendingQuery], query_id: str, now: float, lifetime: float) -> PendingQuery:
    """Return a query that still waits; too late, twice and never asked are one error."""
    query = queries.get(query_id)
    if query is None or query.answer is not None or query.expired or now - query.asked_at > lifetime:
        raise QUERY_TOO_OLD
    return query


def _button(arguments: Arguments) -> Json | None:
    button = arguments.structure("button", "Can't parse inline query results button JSON object")
    if button is None:
        return None
    prefix = "Can't parse inline query results button: "
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}InlineQueryResultsButton must be an Object")
    if "text" not in button:
        raise bad_request(f'{prefix}Can\'t find field "text"')
    if "start_parameter" not in button:
        raise bad_request(f"{prefix}InlineQueryResultsButton must have exactly one optional field")
    if not START_PAYLOAD.fullmatch(str(button["start_parameter"])):
        raise bad_request("START_PARAM_INVALID")
    return {"text": str(button["text"]), "start_parameter": str(button["start_parameter"])}


def _result(world: World, result: Unchecked) -> Json:
    """Return a result with the message that choosing it would send."""
    prefix = "Can't parse inline query result: "
    if not isinstance(result, dict):
        raise bad_request(f"{prefix}Inline query result must be an object")
    for name in ("type", "id"):
        if name not in result:
            raise bad_request(f'{prefix}Can\'t find field "{name}"')
    kind = str(result["type"]).lower()
    shown = {
        "id": as_text(result["id"]),
        "type": kind,
        "description": result.get("description", ""),
    }
    markup = read_markup(result.get("reply_markup"), inline_only=True)
    if kind == "article":
        if not result.get("title"):
            raise bad_request("ARTICLE_TITLE_EMPTY")
        content = _message_content(result.get("input_message_content"), prefix)
        shown |= {"title": result["title"], "thumbnail_url": _thumbnail(result)}
    elif kind == "photo":
        sizes = world.files.photo(str(result.get("photo_file_id") or result.get("photo_url") or ""))
        given = result.get("input_message_content")
        content = _message_content(given, prefix) if given else {"photo": sizes} | _caption(result)
        shown |= {"title": result.get("title", ""), "photo_file_id": sizes[-1]["file_id"]}
    else:
        raise bad_request(f'{prefix}type "{kind}" is unsupported for the inline query result')
    if markup:
        content["reply_markup"] = markup
    return shown | {"_content": content}


def _thumbnail(result: Json) -> str:
    return check_link(str(result.get("thumbnail_url") or "")) or ""


def _message_content(content: Unchecked, prefix: str) -> Json:
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request(f"{prefix}Input message content is not specified")
    raw = str(content["message_text"])
    if not raw:
        raise bad_request(f"{prefix}Message text is empty")
    text, entities = formatted(raw, str(content.get("parse_mode") or ""), content.get("entities"))
    if not text:
        raise bad_request("MESSAGE_EMPTY")
    if len(text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    options = content.get("link_preview_options")
    return {
        "text": text,
        **({"entities": entities} if entities else {}),
        **({"link_preview_options": options} if options else {}),
    }


def _caption(result: Json) -> Json:
    caption, entities = formatted(
        str(result.get("caption") or ""),
        str(result.get("parse_mode") or ""),
        result.get("caption_entities"),
    )
    if len(caption) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    return {
        **({"caption": caption} if caption else {}),
        **({"caption_entities": entities} if entities else {}),
    }


METHODS = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}
