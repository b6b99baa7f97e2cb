from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.answers import Callback, Show
from bot.kb import KnowledgeBase, load_knowledge
from bot.pictures import canvas as c
from bot.pictures import chart_picture
from bot.pictures.chart import ALL_FIGURES, charted
from tests.pictures.images import pixels, where

if TYPE_CHECKING:
    from tests.conftest import WriteKb

FIGURES = """
entries:
  - {id: ann, title: What Ann said, answer: Much., questions: [ann which?]}
  - {id: bob, title: What Bob said, answer: Little., questions: [bob which?]}
figures:
  - {id: f1, title: Cats, answer: Many., questions: [f1 which?], value: 20, unit: "%", speaker: bob}
  - {id: f2, title: Dogs, answer: Many., questions: [f2 which?], value: 30, unit: "%", speaker: ann}
  - {id: f3, title: Growth, answer: Fast., questions: [f3 which?], value: 250, unit: "%", speaker: ann}
  - {id: f4, title: Birds, answer: Many., questions: [f4 which?], value: 40, unit: "%", speaker: ann}
  - {id: f5, title: Fish, answer: Many., questions: [f5 which?], value: 0, unit: "%", speaker: ann}
"""


def runs(mask: np.ndarray) -> list[int]:
    """Return how wide the colour is in each of the bars, from the top."""
    widths = mask.sum(axis=1)
    starts = np.flatnonzero((widths > 0) & (np.roll(widths, 1) == 0))
    return [int(widths[start : start + c.NUMBER].max()) for start in starts]


def test_the_speaker_with_the_most_shares_is_charted(shipped_kb: KnowledgeBase) -> None:
    assert [figure.id for figure in charted(shipped_kb)] == [
        "chiffre-ordinateur",
        "chiffre-smartphone",
        "chiffre-multi",
        "chiffre-tablette",
        "chiffre-non-numerique",
        "chiffre-sans-internet",
    ]


def test_another_base_has_its_own_chart(write_kb: WriteKb) -> None:
    kb = load_knowledge(write_kb(FIGURES))
    assert [figure.id for figure in charted(kb)] == ["f4", "f2", "f5", "f3"]
    picture = chart_picture(kb, "fr")
    assert picture is not None
    assert picture.page.plain.startswith("What Ann said\n\n• Birds : 40")
    assert len(runs(where(picture.draw(), c.BAR))) == 2


def test_a_base_says_what_its_chart_is_about(write_kb: WriteKb) -> None:
    titled = "chart: Les animaux\nen: {chart: Animals}\n" + FIGURES
    kb = load_knowledge(write_kb(titled))
    for language, title in (("fr", "Les animaux"), ("en", "Animals")):
        picture = chart_picture(kb, language)
        assert picture is not None
        assert picture.page.plain.startswith(f"{title}\n\n")
        assert picture.page.entry == "ann"


@pytest.mark.parametrize("kept", ["f1", "f2", "f3"])
def test_one_bar_is_no_chart(write_kb: WriteKb, kept: str) -> None:
    lines = [line for line in FIGURES.splitlines() if "id: f" not in line or kept in line]
    assert chart_picture(load_knowledge(write_kb("\n".join(lines))), "fr") is None


def test_no_figures_no_chart(write_kb: WriteKb) -> None:
    assert (
        chart_picture(
            load_knowledge(write_kb("- {id: a, title: A, answer: B., questions: [a which?]}")), "fr"
        )
        is None
    )


def test_bars_are_as_long_as_the_shares(shipped_kb: KnowledgeBase) -> None:
    picture = chart_picture(shipped_kb, "fr")
    assert picture is not None
    widths = runs(where(picture.draw(), c.BAR))
    assert widths == pytest.approx([c.INNER * share for share in (0.752, 0.56, 0.328, 0.10, 0.075)], abs=3)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            [
                "Les foyers équipés d'un ordinateur : 75,2 % (foyers français, +2,5 % en un an)",
                "plus de 10 %",
                "7 millions de foyers",
                "Benoît Cassaigne, directeur",
                "Source : «",
            ],
        ),
        (
            "en",
            [
                "Households with a computer: 75.2% (French households, +2.5% in a year)",
                "more than 10%",
                "7 million households",
                "Benoît Cassaigne, executive director",
                "Source: “",
            ],
        ),
    ],
)
def test_the_caption_says_the_same(shipped_kb: KnowledgeBase, language: str, words: list[str]) -> None:
    picture = chart_picture(shipped_kb, language)
    assert picture is not None
    said = picture.page.plain.replace("\u202f", " ").replace("\xa0", " ")
    assert [word for word in words if word not in said] == []
    assert len(picture.page.html) <= 1024


def test_buttons_lead_to_the_figures_and_to_the_others(shipped_kb: KnowledgeBase) -> None:
    picture = chart_picture(shipped_kb, "fr")
    assert picture is not None
    *rows, rest = picture.page.buttons
    actions = [button.action for row in rows for button in row]
    assert actions == [Show(figure.id) for figure in charted(shipped_kb)]
    assert [button.action for button in rest] == [Callback(ALL_FIGURES)]


def test_the_same_base_gives_the_same_bytes(shipped_kb: KnowledgeBase) -> None:
    french, again = chart_picture(shipped_kb, "fr"), chart_picture(shipped_kb, "fr")
    english = chart_picture(shipped_kb, "en")
    assert french is not None
    assert again is not None
    assert english is not None
    assert french.draw() == again.draw()
    assert french.key == again.key
    assert french.key != english.key


def test_long_texts_stay_on_the_card(write_kb: WriteKb) -> None:
    long = "Une très longue désignation de ce que l'on a compté " * 4
    text = FIGURES.replace("Birds", long).replace("What Ann said", long)
    picture = chart_picture(load_knowledge(write_kb(text)), "fr")
    assert picture is not None
    rows = pixels(picture.draw())
    edges = np.concatenate([rows[:, : c.MARGIN - 8, :3], rows[:, -(c.MARGIN - 8) :, :3]], axis=1)
    assert np.ptp(edges.reshape(-1, 3), axis=0).max() == 0
