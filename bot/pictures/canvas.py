"""Drawing in pixels from the top left corner, with matplotlib behind it, imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.patches import Patch

WIDTH = 1080
MARGIN = 64
INNER = WIDTH - 2 * MARGIN
# Deep blue: a card of its own on Telegram's white as well as on its near-black; white on it has a
# contrast of 11, the greyish blue of 7.
BACKGROUND = "#1b3a5c"
SUNKEN = "#32547a"
LAND = "#3d6490"
COAST = "#7fa3c8"
TEXT = "#ffffff"
MUTED = "#c9d8e8"
BAR = "#5cc0f2"
ACCENT = "#ffc35c"
DARK = "#10243b"
TITLE, HEADING, NUMBER, NOTE = 48, 36, 48, 30
"""Sizes of text in pixels; a phone shows the picture at a third of its size."""
LINE = 1.28
_DPI = 100
_FRONT = 4
"""Discs and texts: what is drawn later covers what was drawn before."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks."""

    size: int
    colour: str = TEXT
    bold: bool = False

    @property
    def line(self) -> float:
        """Return the distance between two lines."""
        return self.size * LINE


Anchor = Literal["left", "center", "right"]


class Canvas:
    """A card of a fixed width; matplotlib's global state and configuration are left alone."""

    def __init__(self, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        self.height = round(height)
        figure = Figure(figsize=(WIDTH / _DPI, self.height / _DPI), dpi=_DPI, facecolor=BACKGROUND)
        self._agg = FigureCanvasAgg(figure)
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(self.height, 0)
        self._axes.set_axis_off()

    def text(
        self, x: float, y: float, lines: Sequence[str], style: Style, anchor: Anchor = "left", halo: str = ""
    ) -> None:
        """Write lines; ``y`` is the middle of the first one's capitals."""
        from matplotlib import patheffects  # noqa: PLC0415
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415

        font = FontProperties(fname=font_file(style.bold), size=style.size * 72 / _DPI)
        for place, line in enumerate(typographic(line) for line in lines):
            # The baseline lies half the height of a capital (0.73 of the size) below the middle.
            baseline = y + place * style.line + 0.365 * style.size
            text = self._axes.text(
                x,
                baseline,
                line,
                fontproperties=font,
                color=style.colour,
                ha=anchor,
                va="baseline",
                parse_math=False,
                zorder=_FRONT,
            )
            if halo:
                text.set_path_effects([patheffects.withStroke(linewidth=6, foreground=halo)])

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw a bar with round ends."""
        from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415

        radius = min(height, width) / 2
        shape = f"round,pad=0,rounding_size={radius}"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=shape, facecolor=colour, edgecolor="none"))

    def circle(self, x: float, y: float, radius: float, colour: str, edge: str) -> None:
        """Draw a disc with a rim."""
        from matplotlib.patches import Circle  # noqa: PLC0415

        self._add(Circle((x, y), radius, facecolor=colour, edgecolor=edge, linewidth=3, zorder=_FRONT))

    def polygon(self, points: Sequence[tuple[float, float]], colour: str, edge: str) -> None:
        """Draw a filled outline."""
        from matplotlib.patches import Polygon  # noqa: PLC0415

        self._add(Polygon(points, facecolor=colour, edgecolor=edge, linewidth=1.5, joinstyle="round"))

    def png(self) -> bytes:
        """Return the picture; the same drawing gives the same bytes."""
        buffer = BytesIO()
        # Without this, the file would name matplotlib's version.
        self._agg.print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return buffer.getvalue()

    def _add(self, patch: Patch) -> None:
        self._axes.add_patch(patch)


def font_file(bold: bool) -> Path:
    """Return a font that comes with matplotlib, so that a machine's own fonts change nothing."""
    from matplotlib import get_data_path  # noqa: PLC0415

    return Path(get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


def width_of(text: str, style: Style) -> float:
    """Return how wide a line is."""
    from matplotlib.font_manager import get_font  # noqa: PLC0415

    font = get_font(str(font_file(style.bold)))
    font.set_size(style.size, 72)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64


def wrap(text: str, style: Style, width: float) -> list[str]:
    """Break a text between words into lines that fit; a word that is too long stays whole."""
    lines: list[str] = []
    # Not str.split(): that would also break at no-break spaces.
    for word in text.replace("\n", " ").split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, style) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def balanced(text: str, style: Style, width: float) -> list[str]:
    """Break a text into as few lines as fit, about equally long: no title ends in a word alone."""
    lines = wrap(text, style, width)
    while len(lines) > 1:
        width -= style.size
        narrower = wrap(text, style, width)
        if len(narrower) > len(lines) or any(width_of(line, style) > width for line in narrower):
            break
        lines = narrower
    return lines


def typographic(text: str) -> str:
    """Return a text with the apostrophe of print."""
    return text.replace("'", "’")
