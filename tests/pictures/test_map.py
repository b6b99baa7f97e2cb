from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import Show
from bot.kb import KnowledgeBase, load_knowledge
from bot.pictures import canvas as c
from bot.pictures import map_picture
from bot.pictures.map import frame, outline
from tests.pictures.images import where

if TYPE_CHECKING:
    from tests.conftest import WriteKb

MEASURES = """
origins:
  - {id: lille, name: Lille, latitude: 50.63, longitude: 3.06}
  - {id: roubaix, name: Roubaix, latitude: 50.69, longitude: 3.17}
  - {id: brest, name: Brest, latitude: 48.39, longitude: -4.49}
  - {id: london, name: London, latitude: 51.5, longitude: -0.13}
  - {id: nowhere, name: Nowhere}
measures:
"""


def base(write_kb: WriteKb, *origins: str) -> KnowledgeBase:
    measures = [
        f"  - {{id: m{n}, number: {n}, title: T{n}, answer: A., questions: [t{n}?], "
        f"origin: {origin}, rationale: null}}"
        for n, origin in enumerate(origins, start=1)
    ]
    return load_knowledge(write_kb(MEASURES + "\n".join(measures)))


def test_the_outline_is_metropolitan_france() -> None:
    assert frame() == pytest.approx((-4.8, 41.4, 9.6, 51.1), abs=0.1)
    mainland, corsica, *islands = outline()
    assert len(mainland) > 500
    assert all(8 < x < 10 and 41 < y < 43.1 for x, y in corsica)
    assert all(len(island) > 3 for island in islands)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Paris : 10 mesures"),
        ("en", "Paris: 10 measures"),
        ("fr", "Natural Earth"),
        ("en", "Source: “"),
    ],
)
def test_the_caption_says_the_same(shipped_kb: KnowledgeBase, language: str, words: str) -> None:
    picture = map_picture(shipped_kb, language)
    assert picture is not None
    assert words in picture.page.plain.replace("\u202f", " ").replace("\xa0", " ")


def test_buttons_lead_to_the_lists(shipped_kb: KnowledgeBase) -> None:
    picture = map_picture(shipped_kb, "fr")
    assert picture is not None
    actions = [button.action for row in picture.page.buttons for button in row]
    assert actions == [Show(f"liste-{city}") for city in ("marseille", "bordeaux", "nantes", "paris")]


def test_the_same_base_gives_the_same_bytes(shipped_kb: KnowledgeBase) -> None:
    picture = map_picture(shipped_kb, "en")
    assert picture is not None
    png = picture.draw()
    assert png == picture.draw()
    for colour in (c.LAND, c.ACCENT, c.DARK, c.TEXT):
        assert where(png, colour).any()


def test_only_cities_on_the_map_are_drawn_but_all_are_named(write_kb: WriteKb) -> None:
    picture = map_picture(base(write_kb, "lille", "london", "nowhere"), "en")
    assert picture is not None
    assert [line for line in picture.page.plain.splitlines() if "•" in line] == [
        "• Lille: 1 measure",
        "• London: 1 measure",
        "• Nowhere: 1 measure",
    ]
    alone = map_picture(base(write_kb, "lille"), "en")
    assert alone is not None
    assert picture.draw() == alone.draw()


def test_neighbours_and_edges_keep_their_names_on_the_card(write_kb: WriteKb) -> None:
    picture = map_picture(base(write_kb, "lille", "roubaix", "brest", *["lille"] * 120), "fr")
    assert picture is not None
    white = where(picture.draw(), c.TEXT)
    assert not white[:, : c.MARGIN // 2].any()
    assert not white[:, -c.MARGIN // 2 :].any()


@pytest.mark.parametrize("origins", [("london",), ("nowhere", "london")])
def test_nothing_to_show_is_no_map(write_kb: WriteKb, origins: tuple[str, ...]) -> None:
    assert map_picture(base(write_kb, *origins), "fr") is None
