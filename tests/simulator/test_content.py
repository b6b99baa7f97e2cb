from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.content import formatted
from bot.simulator.errors import ApiError


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


def test_given_entities_are_kept_beside_found_ones() -> None:
    text, entities = formatted(" 😀 #a ", "", [bold(1, 2), bold(4, 0)])
    assert text == "😀 #a"
    assert entities == [bold(0, 2), {"type": "hashtag", "offset": 3, "length": 2}]


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        ([1], "can't parse MessageEntity: expected an Object"),
        ([{"type": "bold"}], "can't parse MessageEntity: Can't find field \"offset\""),
        (
            [{"type": "bold", "offset": "x", "length": 1}],
            'can\'t parse MessageEntity: Field "offset" must be of type Number',
        ),
        (
            [{"type": [], "offset": 0, "length": 1}],
            'can\'t parse MessageEntity: Field "type" must be of type String',
        ),
        (
            [{"type": "text_mention", "offset": 0, "length": 1}],
            "can't parse MessageEntity: Can't find field \"user\"",
        ),
        ([bold(-1, 9)], "receive an entity with incorrect offset -1"),
        ([bold(9, 1)], "entity begins after the end of the text at UTF-16 offset 9"),
        (
            [bold(1, 5)],
            "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 6",
        ),
    ],
)
def test_bad_entities(entities: list[Any], reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        formatted("texte", "", entities)
    assert caught.value.description == f"Bad Request: {reason}"


def test_markdown_is_refused_rather_than_half_understood() -> None:
    with pytest.raises(ApiError, match="the simulator reads HTML only"):
        formatted("*x*", "MarkdownV2", None)
