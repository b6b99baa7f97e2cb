"""Numbers in digits, words and Roman numerals."""

import pytest

from bot.language import load_pack
from bot.matching.numerals import number_at, ordinal_at, sequence_at

PACK = load_pack("fr")


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        (["13"], (13, 1)),
        (["treize"], (13, 1)),
        (["dix", "sept"], (17, 2)),
        (["vingt", "et", "un", "euros"], (21, 3)),
        (["treise"], None),
        (["xiv"], None),
        (["kit"], None),
        ([], None),
    ],
)
def test_a_number(tokens: list[str], found: tuple[int, int] | None) -> None:
    assert number_at(tokens, 0, PACK.numbers) == found


@pytest.mark.parametrize(
    ("token", "value"), [("treise", 13), ("xiv", 14), ("ix", 9), ("kit", None), ("trei", None)]
)
def test_where_a_number_is_announced_it_may_be_misspelt_or_roman(token: str, value: int | None) -> None:
    found = number_at([token], 0, PACK.numbers, fuzzy=True)
    assert found == (None if value is None else (value, 1))


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        (["treizieme"], (13, 1)),
        (["13", "e"], (13, 2)),
        (["2", "nd"], (2, 2)),
        (["13"], None),
        (["vingt", "et", "unieme"], (21, 3)),
        (["troizieme"], None),
    ],
)
def test_an_ordinal(tokens: list[str], found: tuple[int, int] | None) -> None:
    assert ordinal_at(tokens, 0, PACK) == found


def test_a_misspelt_ordinal_only_where_one_is_expected() -> None:
    assert ordinal_at(["troizieme"], 0, PACK, fuzzy=True) == (3, 1)


def test_the_longest_sequence_is_taken() -> None:
    assert sequence_at(["avant", "derniere"], 0, PACK.last_words) == (1, 2)
    assert sequence_at(["derniere", "avant"], 0, PACK.last_words) == (0, 1)
