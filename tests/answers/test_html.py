from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.html import bold, escape, italic, join, to_plain, truncate_html, utf16_length

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Well-formed HTML, two levels deep, with text that needs escaping."""
    parts = []
    for inner in draw(st.lists(TEXTS, max_size=5)):
        tag = draw(st.sampled_from(["", "b", "i", "code"]))
        piece = f"<{tag}>{escape(inner)}</{tag}>" if tag else str(escape(inner))
        if draw(st.booleans()):
            piece = f'<a href="https://example.org/?a=1&amp;b=2">{piece}</a>'
        parts.append(piece)
    return " ".join(parts)


class Strict(HTMLParser):
    """Fails on a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data


def parsed(text: str) -> str:
    parser = Strict()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser.seen


@given(documents(), st.integers(min_value=1, max_value=200))
def test_a_cut_text_is_well_formed_and_fits(text: str, limit: int) -> None:
    cut = truncate_html(text, limit)
    assert utf16_length(parsed(cut)) <= limit


@given(documents(), st.integers(min_value=1, max_value=200))
def test_a_cut_text_is_the_beginning_of_the_whole(text: str, limit: int) -> None:
    whole, cut = parsed(text), parsed(truncate_html(text, limit))
    if utf16_length(whole) <= limit:
        assert truncate_html(text, limit) == text
    else:
        assert cut.endswith("…")
        assert whole.startswith(cut.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("<b>bonjour</b> tout le monde", 16, "<b>bonjour</b> tout le…"),
        ("<b>bonjour tout le monde</b>", 13, "<b>bonjour tout…</b>"),
        ("&amp;" * 10, 5, "&amp;" * 4 + "…"),
        ("😀" * 10, 6, "😀😀…"),
        ("e\u0301" * 10, 4, "e\u0301…"),
        ("👩\u200d🚀👩\u200d🚀", 8, "👩\u200d🚀…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
    ],
)
def test_cuts(text: str, limit: int, cut: str) -> None:
    assert truncate_html(text, limit) == cut


@given(TEXTS)
def test_plain_text_gives_back_what_was_escaped(text: str) -> None:
    assert to_plain(bold(text) + italic(text)) == text + text


def test_a_link_keeps_its_address_in_plain_text() -> None:
    assert to_plain('<a href="https://a.org">ici</a>') == "ici (https://a.org)"


def test_what_is_html_already_is_not_escaped_again() -> None:
    assert bold(italic("<")) == "<b><i>&lt;</i></b>"
    assert html.unescape(escape("&lt;")) == "&lt;"


def test_join_leaves_out_what_is_empty() -> None:
    assert join(" ", [escape("a"), escape(""), escape("b")]) == "a b"
