from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import utf16_length, utf16_slice
from bot.simulator.errors import ApiError
from bot.simulator.html import parse_html

ERRORS = [
    ("<b>gras", 'Can\'t find end tag corresponding to start tag "b"'),
    ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
    ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
    ("a <", "Unclosed start tag at byte offset 2"),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    (
        "<b><i>x</b></i>",
        'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=a/b>y</a>", "Unexpected end of name token at byte offset 8"),
    ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
]


@pytest.mark.parametrize(("html", "reason"), ERRORS)
def test_broken_markup_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<B>x</B>", "x", [("bold", 0, 1)]),
        ("😀<i>é</i>", "😀é", [("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b></b>x", "x", []),
        ("&lt;b&gt; &amp;&quot; &#233; &#xe9;", '<b> &" é é', []),
        ("&nbsp; AT&T &", "&nbsp; AT&T &", []),
        ("&#0;&#x110000;", "&#0;&#x110000;", []),
        (f"&#{'9' * 5000};", f"&#{'9' * 5000};", []),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("<del>x</del ><u>y</u>", "xy", [("strikethrough", 0, 1), ("underline", 1, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<a href='pas un lien'>x</a>", "x", []),
    ],
)
def test_markup_becomes_text_and_entities(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found_text, found = parse_html(html)
    assert found_text == text
    assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


def test_a_link_is_stored_as_telegram_stores_it() -> None:
    assert parse_html('<a href="Example.com">x</a>')[1][0]["url"] == "http://example.com/"
    assert parse_html("<a>example.com</a>")[1][0]["url"] == "http://example.com/"
    assert parse_html('<a href="https://e.fr/?a=1&amp;b=2">x</a>')[1][0]["url"].endswith("a=1&b=2")
    assert parse_html('<a href="tg://user?id=5">x</a>')[1][0]["user"] == {"id": 5}


@pytest.mark.parametrize(
    "html",
    [
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ],
)
def test_code_in_pre_is_one_entity_with_a_language(html: str) -> None:
    assert parse_html(html)[1] == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
TAGS = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code"}


@given(TEXT)
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(escape(text, quote=False)) == (text, [])


@given(st.lists(st.tuples(st.sampled_from([*TAGS, None]), TEXT)))
def test_entities_cover_exactly_what_was_marked(parts: list[tuple[str | None, str]]) -> None:
    html = "".join(
        f"<{tag}>{escape(text)}</{tag}>".replace("&#x27;", "&#39;") if tag else escape(text)
        for tag, text in parts
    )
    text, entities = parse_html(html)
    assert text == "".join(part for _, part in parts)
    expected = [(TAGS[tag], part) for tag, part in parts if tag and part]
    found = [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in entities]
    assert found == expected


@given(st.text(alphabet="<>/&;=\"' abiu#xé😀\0\n", max_size=60))
def test_any_text_is_parsed_or_refused_but_never_breaks_the_parser(html: str) -> None:
    try:
        text, entities = parse_html(html)
    except ApiError as error:
        assert error.description.startswith("Bad Request: can't parse entities: ")  # noqa: PT017
        return
    for entity in entities:
        assert entity["offset"] >= 0
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= utf16_length(text)
