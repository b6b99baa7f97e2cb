from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import (
    add_found_entities,
    find_entities,
    trim,
    utf16_length,
    utf16_slice,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", [("bot_command", "/start")]),
        ("/start@nocrise_bot mesure-3", [("bot_command", "/start@nocrise_bot")]),
        ("et/ou 3/4 /aide", [("bot_command", "/aide")]),
        ("😀 #nocrise !", [("hashtag", "#nocrise")]),
        ("#19 #été_2013 a#b", [("hashtag", "#été_2013")]),
        ("@nocrise_bot, @ab et x@nocrise_bot", [("mention", "@nocrise_bot")]),
        (
            "voir https://example.com/a?b=1, ou example.org.",
            [
                ("url", "https://example.com/a?b=1"),
                ("url", "example.org"),
            ],
        ),
        ("camille@example.com", [("email", "camille@example.com")]),
        ("$EUR", [("cashtag", "$EUR")]),
        ("rien à voir", []),
    ],
)
def test_entities_of_incoming_text(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in find_entities(text)]
    assert found == expected


def test_nothing_is_found_inside_code_and_links() -> None:
    code = {"type": "code", "offset": 0, "length": 5}
    assert add_found_entities("/aide #a", [code]) == [
        code,
        {"type": "hashtag", "offset": 6, "length": 2},
    ]


def test_trimming_moves_entities_and_drops_empty_ones() -> None:
    entities = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 0, "length": 2},
    ]
    assert trim("  ab  ", entities) == ("ab", [{"type": "bold", "offset": 0, "length": 2}])


@given(st.text(alphabet="aé😀 /@#.$\n_1", max_size=80))
def test_entities_never_overlap_and_stay_inside(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert entity["offset"] >= end
        end = entity["offset"] + entity["length"]
    assert end <= utf16_length(text)


def test_a_text_has_a_hundred_entities() -> None:
    assert len(add_found_entities("#a " * 101, [])) == 100
