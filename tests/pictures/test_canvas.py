import subprocess
import sys
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from bot.pictures import canvas as c
from tests.pictures.images import pixels, where

PLAIN = c.Style(40)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [c.TEXT, c.MUTED, c.ACCENT])
def test_text_is_legible(colour: str) -> None:
    assert contrast(colour, c.BACKGROUND) >= 7


def test_bars_and_discs_stand_out() -> None:
    assert contrast(c.BAR, c.SUNKEN) >= 3
    assert contrast(c.TEXT, c.LAND) >= 4.5
    assert contrast(c.DARK, c.ACCENT) >= 7


@pytest.mark.parametrize("chat", ["#ffffff", "#17212b", "#0e1621"])
def test_the_card_does_not_depend_on_what_is_behind_it(chat: str) -> None:
    assert pixels(c.Canvas(100).png())[:, :, 3].min() == 1
    assert contrast(c.BACKGROUND, chat) > 1.3


def test_pixels_are_where_they_were_put() -> None:
    canvas = c.Canvas(200)
    canvas.bar(100, 50, 300, 40, c.BAR)
    canvas.circle(700, 100, 30, c.ACCENT, c.DARK)
    png = canvas.png()
    assert pixels(png).shape[:2] == (200, c.WIDTH)
    rows, columns = np.nonzero(where(png, c.BAR))
    assert (rows.min(), rows.max() + 1) == pytest.approx((50, 90), abs=1)
    assert (columns.min(), columns.max() + 1) == pytest.approx((100, 400), abs=1)
    assert where(png, c.ACCENT)[100, 700]


def test_text_stands_on_the_middle_of_its_capitals() -> None:
    canvas = c.Canvas(200)
    canvas.text(c.WIDTH / 2, 100, ["HH"], PLAIN, "center")
    rows, columns = np.nonzero(where(canvas.png(), c.TEXT))
    assert (rows.min() + rows.max()) / 2 == pytest.approx(100, abs=2)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(c.WIDTH / 2, abs=2)


def test_what_looks_like_a_formula_is_text() -> None:
    canvas = c.Canvas(100)
    canvas.text(10, 50, ["3 $ et 4 $ {x}_2 \\frac"], PLAIN)
    assert where(canvas.png(), c.TEXT).any()


def test_lines_fit_and_keep_numbers_whole() -> None:
    text = "Les foyers équipés d'un ordinateur sont 75,2 % de tous"
    lines = c.wrap(text, PLAIN, 400)
    assert " ".join(lines) == text
    assert all(c.width_of(line, PLAIN) <= 400 for line in lines)
    assert any("75,2 %" in line for line in lines)
    assert c.wrap("", PLAIN, 400) == []
    assert c.wrap("Anticonstitutionnellement", PLAIN, 10) == ["Anticonstitutionnellement"]


def test_a_title_does_not_end_in_a_word_alone() -> None:
    title, style = "The digital equipment of households in France", c.Style(48, bold=True)
    greedy, lines = c.wrap(title, style, 1000), c.balanced(title, style, 1000)
    assert len(lines) == len(greedy)
    assert " ".join(lines) == title
    widths = [c.width_of(line, style) for line in lines]
    assert max(widths) <= max(c.width_of(line, style) for line in greedy)
    assert min(widths) > max(widths) / 2
    for short in ("Short", "Oneverylongwordthatneverfitsanywhere" * 3, ""):
        assert c.balanced(short, style, 1000) == c.wrap(short, style, 1000)


def test_apostrophes_are_those_of_print() -> None:
    def drawn(text: str) -> bytes:
        canvas = c.Canvas(100)
        canvas.text(0, 50, [text], c.Style(40))
        return canvas.png()

    assert drawn("l'an") == drawn("l’an") != drawn("lan")


def test_settings_of_matplotlib_change_nothing() -> None:
    def drawn() -> bytes:
        canvas = c.Canvas(100)
        canvas.text(10, 50, ["Nantes"], PLAIN)
        canvas.bar(300, 20, 100, 30, c.BAR)
        return canvas.png()

    plain = drawn()
    changed: Any = {"font.family": "serif", "text.color": "red", "savefig.bbox": "tight", "figure.dpi": 50}
    with mpl.rc_context(changed):
        assert drawn() == plain


def test_matplotlib_is_imported_by_drawing_only() -> None:
    code = "import sys, bot.application, bot.pictures; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "False"
