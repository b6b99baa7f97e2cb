"""Several measures at once are seen where numbers stand beside each other, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import load_pack, normalise
from bot.matching.spans import Span, find_span


def find(text: str) -> Span | None:
    return find_span(normalise(text), load_pack("fr"))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("de la 7 à la 9", Span(7, 9)),
        ("de sept à neuf ?", Span(7, 9)),
        ("from 7 to 9", Span(7, 9)),
        ("mesures 4 à 6, svp", Span(4, 6, named=True)),
        ("mesures un à trois", Span(1, 3, named=True)),
        ("measures 3 through 5", Span(3, 5, named=True)),
        ("les mesures 3-5", Span(3, 5, named=True)),
        ("measures 3 – 5", Span(3, 5, named=True)),
        ("mesures 5 à 3", Span(3, 5, named=True)),
        ("de la première mesure à la dernière", Span(1, None, named=True)),
        ("montre-moi toutes les propositions de 1 jusqu'à 19", Span(1, 19, named=True)),
    ],
)
def test_a_range(text: str, span: Span) -> None:
    assert find(text) == span


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("les mesures 7 et 9", (7, 9)),
        ("la mesure 7 et la 9", (7, 9)),
        ("mesures 9, 7, 8", (7, 8, 9)),
        ("mesure douze ou treize", (12, 13)),
        ("mesures 1,2,3,4", (1, 2, 3, 4)),
        ("mesures n° 1,2", (1, 2)),
        ("mesures 1 à 3 et 5", (1, 2, 3, 5)),
        ("mesures 1-3 et 5", (1, 2, 3, 5)),
    ],
)
def test_a_list(text: str, numbers: tuple[int, ...]) -> None:
    assert find(text) == Span(numbers[0], numbers[-1], numbers, named=True)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("les trois premières", Span(1, 3)),
        ("les premières 3 mesures", Span(1, 3, named=True)),
        ("the first three measures", Span(1, 3, named=True)),
        ("les 4 dernières mesures", Span(-4, None, named=True)),
    ],
)
def test_so_many_from_either_end(text: str, span: Span) -> None:
    assert find(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *("mesure 7", "7 et 9", "à 7", "à", "7 à 8 à 9", "la dernière à la première"),
        # One measure, and a number of something else.
        *("mesure 13 en 2014", "la mesure 5, c'est pour 2014 ?", "is measure 3 for 2020?", "mesure 3 sur 19"),
        *("4 mesures sur 67", "les 19 mesures de 2013", "quelle est la mesure 4 des 19 ?"),
        *("les mesures 7 et 9 du rapport Gallois", "de 10 à 19 ans", "75,2 ça mesure quoi"),
        *("la première mesure", "les premières mesures", "les trois premières classes"),
        *("7-9", "mesure -7", "mesure 06-12 du décret"),
    ],
)
def test_no_span(text: str) -> None:
    assert find(text) is None


WORDS = st.sampled_from(
    [
        "mesures",
        "mesure",
        "1",
        "2,3",
        "19",
        "un",
        "dernière",
        "premières",
        "à",
        "et",
        "de",
        "sur",
        "2013",
        "%",
        "1,2,3",
    ]
)


@given(st.lists(WORDS, max_size=12))
def test_nothing_else_is_said_and_what_is_found_is_in_order(words: list[str]) -> None:
    span = find(" ".join(words))
    assert span is None or ("kit" not in words and span.some == tuple(sorted(set(span.some))))


def test_a_range_within_a_list_is_bounded() -> None:
    span = find("mesures 1 à 999999 et 3")
    assert span is not None
    assert span.some == (1, 3, 999999)
