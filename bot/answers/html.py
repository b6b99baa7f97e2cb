"""Telegram's HTML: safe building, plain text, and cuts that leave it well-formed."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ELLIPSIS = "…"
WORD_SEARCH = 30
"""How far back a cut looks for the end of a word."""
_ANCHOR = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?([a-z][a-z0-9-]*)[^<>]*>")
_PIECE = re.compile(rf"(?P<tag>{_TAG.pattern})|(?P<text>&[#a-zA-Z0-9]+;|.)", re.DOTALL)
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


class Html(str):
    """A piece of text that is already safe HTML."""

    __slots__ = ()


def escape(value: object) -> Html:
    """Make any value safe; what is ``Html`` already stays as it is."""
    return value if isinstance(value, Html) else Html(html.escape(str(value), quote=False))


def bold(value: object) -> Html:
    """Return the value in bold."""
    return Html(f"<b>{escape(value)}</b>")


def italic(value: object) -> Html:
    """Return the value in italics."""
    return Html(f"<i>{escape(value)}</i>")


def join(separator: str, parts: list[Html]) -> Html:
    """Join the parts that are not empty."""
    return Html(separator.join(part for part in parts if part))


def to_plain(text: str) -> str:
    """Return the text as one reads it, with the address of a link after its words."""
    text = _ANCHOR.sub(r"\2 (\1)", text)
    return html.unescape(_TAG.sub("", text))


def utf16_length(text: str) -> int:
    """Return the length that Telegram counts: characters beyond the first plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def truncate_html(text: str, limit: int) -> str:
    """Cut to ``limit`` visible UTF-16 units, tags and entities not counted, and close what is open.

    The cut falls between words where one ends nearby, never inside a tag, an entity or a composed
    character, and shows as an ellipsis that is counted too.
    """
    if utf16_length(text) <= limit:
        # Nothing shows longer than it is written; most texts need not be taken apart.
        return text
    pieces = list(_pieces(text))
    if sum(width for _, _, width in pieces) <= limit:
        return text
    kept = _last_break(pieces, _fitting(pieces, limit - utf16_length(ELLIPSIS)))
    while kept and not pieces[kept - 1][1] and pieces[kept - 1][0].isspace():
        kept -= 1
    open_tags: list[str] = []
    for piece, tag, _ in pieces[:kept]:
        if piece.startswith("</") and tag:
            if tag in open_tags:
                open_tags.remove(tag)
        elif tag:
            open_tags.append(tag)
    ending = ELLIPSIS if limit > 0 else ""
    closing = "".join(f"</{tag}>" for tag in reversed(open_tags))
    return "".join(piece for piece, _, _ in pieces[:kept]) + ending + closing


def _pieces(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield each tag and character: itself, the tag's name, its visible width."""
    for match in _PIECE.finditer(text):
        piece = match.group()
        if match.group("tag"):
            yield piece, match.group(2), 0
        else:
            yield piece, "", utf16_length(html.unescape(piece))


def _fitting(pieces: list[tuple[str, str, int]], room: int) -> int:
    """Return how many pieces fit into the room."""
    for count, (_, _, width) in enumerate(pieces):
        room -= width
        if room < 0:
            return count
    return len(pieces)


def _last_break(pieces: list[tuple[str, str, int]], fitting: int) -> int:
    """Return the last place, at most ``fitting``, where a cut reads well."""
    lowest = max(fitting - WORD_SEARCH, 1)
    for place in range(fitting, lowest - 1, -1):
        if pieces[place][0].isspace():
            return place
    place = fitting
    while place > 0 and (_continues(pieces[place][0]) or pieces[place - 1][0] == "\u200d"):
        place -= 1
    return place


def _continues(piece: str) -> bool:
    """Whether a piece belongs to the character before it."""
    return piece in _JOINERS or (len(piece) == 1 and unicodedata.category(piece) in ("Mn", "Me"))
