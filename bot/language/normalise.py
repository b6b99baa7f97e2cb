"""Text as typed to comparable tokens: one place decides what a character and a word are."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 2000
"""Longer questions are cut here: nobody asks one, and it bounds the work on hostile input."""

_URL = re.compile(r"(?:https?://|www\.)\S+|(?<![\w-])[\w-]+\.(?:com|fr|org|net|io|me)\b\S*")
_MENTION = re.compile(r"(?<!\w)@\w{2,}")
_HASHTAG = re.compile(r"#(?=\w*[^\W\d])\w+")
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f ](?=\d{3}\b)")
_TOKEN = re.compile(r"n°|\d+(?:\.\d+)?|[^\W\d_]+|[%#€?]")
_MAX_DIGITS = 9
"""A longer number names nothing here, and Python refuses to convert huge ones."""


class _Plain(dict[int, str | None]):
    """Drops marks and invisible characters, turns controls into spaces, spells out; learns as it goes."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        plain = " " if category == "Cc" else None if category in ("Mn", "Cf", "Cs") else character
        if len(self) < _LEARNT:
            self[code] = plain
        return plain


_LEARNT = 10_000
_PLAIN = _Plain({ord(a): b for a, b in (("œ", "oe"), ("æ", "ae"), ("’", "'"), ("ʼ", "'"), ("`", "'"))})


def fold(text: str) -> str:
    """Lower case without accents, ligatures, invisible characters or typographic variants."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    # Cut again: there is a character that stands for eighteen.
    return text.casefold().translate(_PLAIN)[:MAX_CHARACTERS]


def normalise(text: str) -> str:
    """``fold``, without URLs and mentions, decimals with a point: '75,2 %' to '75.2 %'."""
    # NFKD turns the numero sign and the degree sign of 'n°' into letters: keep them readable.
    text = text[:MAX_CHARACTERS].replace("№", "n°").replace("º", "°")
    text = fold(text)
    # Most texts hold nothing of this, and looking for one character is free.
    if "." in text or "/" in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    if "," in text:
        text = _DECIMAL.sub(".", text)
    return _THOUSANDS.sub("", text)


def without_hashtags(text: str) -> str:
    """Drop hashtags that accompany a message; '#4' is a number and stays, as does a lone hashtag."""
    rest = _HASHTAG.sub(" ", text)
    return rest if any(character.isalnum() for character in rest) else text


def tokenise(normalised: str) -> list[str]:
    """Words, numbers and the signs ``% # € ?``, in order; numbers of over nine digits are dropped."""
    return [
        token for token in _TOKEN.findall(normalised) if not (token[0].isdigit() and len(token) > _MAX_DIGITS)
    ]
