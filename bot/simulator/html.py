"""HTML of ``parse_mode=HTML`` to text and entities.

A port of the rules (not the code) of tdlib's parser, down to its error texts with *byte* offsets:
bots find out where their markup is broken from that number, so it must be the same here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from bot.simulator.entities import Entity, utf16_length
from bot.simulator.errors import bad_request
from bot.simulator.links import check_link, linked_user

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = {*_SIMPLE, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]+));?")
_SPACES = b" \t\r\n\v\f\0"
_END = b"\0"
_LONGEST_NUMERIC_REFERENCE = 10


@dataclass
class _Open:
    """A start tag whose end has not come yet."""

    tag: str
    argument: str
    offset: int
    text_index: int


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Return the text and its entities, or raise Telegram's "can't parse entities"."""
    return _Parser(html).parse()


class _Parser:
    """One pass over the bytes; a zero byte marks the end, as in the original."""

    def __init__(self, html: str) -> None:
        self.data = html.replace("\0", "").encode() + _END
        self.pos = 0
        self.text: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at() != _END:
            if self.at() == b"<":
                begin = self.pos
                self.pos += 1
                if self.at() == b"/":
                    self.end_tag(begin)
                else:
                    self.start_tag(begin)
            else:
                self.characters()
        if self.open:
            _fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def at(self) -> bytes:
        return self.data[self.pos : self.pos + 1]

    def skip_spaces(self) -> None:
        while self.at() != _END and self.at() in _SPACES:
            self.pos += 1

    def characters(self) -> None:
        """Take what lies before the next tag or reference."""
        decoded = self.reference() if self.at() == b"&" else None
        if decoded is None:
            end = self.pos + 1
            while self.data[end : end + 1] not in (b"<", b"&", _END):
                end += 1
            decoded = self.data[self.pos : end].decode()
            self.pos = end
        self.text.append(decoded)
        self.offset += utf16_length(decoded)

    def reference(self) -> str | None:
        """Take a character reference; an unknown one is ordinary text, which Telegram allows."""
        match = _REFERENCE.match(self.data, self.pos)
        if match is None:
            return None
        if match[3] is not None:
            decoded = _NAMED.get(match[3])
        else:
            digits = match[1] if match[1] is not None else match[2]
            too_long = len(match[0].rstrip(b";")) >= _LONGEST_NUMERIC_REFERENCE
            # Python reads no number of thousands of digits.
            code = 0 if too_long else int(digits or b"0", 16 if match[1] is not None else 10)
            surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - the Unicode range
            bad = code == 0 or code >= 0x10FFFF or surrogate  # noqa: PLR2004 - last code point
            decoded = None if bad else chr(code)
        if decoded is not None:
            self.pos = match.end()
        return decoded

    def start_tag(self, begin: int) -> None:
        while self.at() not in _SPACES and self.at() != b">":
            self.pos += 1
        if self.at() == _END:
            _fail(f"Unclosed start tag at byte offset {begin}")
        tag = self.data[begin + 1 : self.pos].decode().lower()
        if tag not in _TAGS:
            _fail(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        while self.at() != b">":
            self.skip_spaces()
            if self.at() == b">":
                break
            argument = self.attribute(tag, argument, begin)
        self.pos += 1
        if tag == "span" and argument != "spoiler":
            _fail(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, self.offset, len(self.text)))

    def attribute(self, tag: str, argument: str, begin: int) -> str:
        """Take one attribute and return the argument of the tag as known so far."""
        name_begin = self.pos
        while self.at() not in _SPACES and self.at() not in b"=>/\"'":
            self.pos += 1
        name = self.data[name_begin : self.pos].decode()
        if not name:
            _fail(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.skip_spaces()
        if self.at() != b"=":
            if self.at() == _END:
                _fail(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return "1" if (tag, name) == ("blockquote", "expandable") else argument
        self.pos += 1
        self.skip_spaces()
        if self.at() == _END:
            _fail(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self.quoted() if self.at() in b"'\"" else self.token()
        if self.at() == _END:
            _fail(f"Unclosed start tag at byte offset {begin}")
        return _argument(tag, name, value, argument)

    def token(self) -> str:
        begin = self.pos
        while self.at().isalnum() or self.at() in (b".", b"-"):
            self.pos += 1
        if self.at() not in _SPACES and self.at() != b">":
            _fail(f"Unexpected end of name token at byte offset {begin}")
        return self.data[begin : self.pos].decode().lower()

    def quoted(self) -> str:
        quote = self.at()
        self.pos += 1
        value: list[str] = []
        while self.at() not in (quote, _END):
            decoded = self.reference() if self.at() == b"&" else None
            if decoded is None:
                end = self.pos + 1
                while self.data[end : end + 1] not in (quote, b"&", _END):
                    end += 1
                decoded = self.data[self.pos : end].decode()
                self.pos = end
            value.append(decoded)
        if self.at() == quote:
            self.pos += 1
        return "".join(value)

    def end_tag(self, begin: int) -> None:
        if not self.open:
            _fail(f"Unexpected end tag at byte offset {begin}")
        while self.at() not in _SPACES and self.at() != b">":
            self.pos += 1
        name = self.data[begin + 2 : self.pos].decode().lower()
        self.skip_spaces()
        if self.at() != b">":
            _fail(f"Unclosed end tag at byte offset {begin}")
        opened = self.open[-1]
        if name and name != opened.tag:
            _fail(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
        self.pos += 1
        self.open.pop()
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        """Turn a finished tag into an entity."""
        span: Entity = {"offset": opened.offset, "length": self.offset - opened.offset}
        if opened.tag in _SIMPLE:
            span["type"] = _SIMPLE[opened.tag]
        elif opened.tag == "a":
            self.close_link(opened, span)
        elif opened.tag in {"pre", "code"}:
            self.close_code(opened, span)
        elif opened.tag == "blockquote":
            span["type"] = "expandable_blockquote" if opened.argument else "blockquote"
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdecimal() or int(opened.argument) == 0:
                _fail("Invalid custom emoji identifier specified")
            span |= {"type": "custom_emoji", "custom_emoji_id": opened.argument}
        if "type" in span:
            self.entities.append(span)

    def close_code(self, opened: _Open, span: Entity) -> None:
        """Merge code that fills a pre, or is filled by one, into a pre with a language."""
        last = self.entities[-1] if self.entities else {}
        same_span = all(last.get(key) == span[key] for key in ("offset", "length"))
        if opened.tag == "pre" and same_span and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
        elif opened.tag == "code" and same_span and last["type"] == "pre" and opened.argument:
            last["language"] = opened.argument
        else:
            span["type"] = opened.tag
            if opened.argument:
                span["language"] = opened.argument

    def close_link(self, opened: _Open, span: Entity) -> None:
        url = opened.argument or "".join(self.text[opened.text_index :])
        user_id = linked_user(url)
        checked = check_link(url)
        if user_id is not None:
            span |= {"type": "text_mention", "user": {"id": user_id}}
        elif checked is not None:
            span |= {"type": "text_link", "url": checked}


def _argument(tag: str, name: str, value: str, argument: str) -> str:
    """Return what the attribute says about the tag; every other attribute is ignored."""
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if (tag, name) == ("blockquote", "expandable"):
        return "1"
    return argument


def _fail(reason: str) -> NoReturn:
    raise bad_request(f"Can't parse entities: {reason}")
