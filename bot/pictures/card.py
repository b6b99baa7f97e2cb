"""What all pictures have in common: a heading above, small print below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.pictures import canvas as c

if TYPE_CHECKING:
    from bot.pictures.canvas import Canvas

TITLE = c.Style(c.TITLE, bold=True)
SUBTITLE = c.Style(c.NOTE + 2, c.MUTED)
NOTE = c.Style(c.NOTE, c.MUTED)


def head_height(title: str, subtitle: str) -> float:
    """Return where the heading ends."""
    lines = len(c.wrap(title, TITLE, c.INNER)) * TITLE.line
    return c.MARGIN + lines + len(c.wrap(subtitle, SUBTITLE, c.INNER)) * SUBTITLE.line + 36


def draw_head(canvas: Canvas, title: str, subtitle: str) -> None:
    """Write the title and the line below it."""
    lines = c.balanced(title, TITLE, c.INNER)
    y = c.MARGIN + TITLE.size / 2
    canvas.text(c.MARGIN, y, lines, TITLE)
    below = c.MARGIN + len(lines) * TITLE.line + 6 + SUBTITLE.size / 2
    canvas.text(c.MARGIN, below, c.wrap(subtitle, SUBTITLE, c.INNER), SUBTITLE)


def foot_height(notes: Sequence[str]) -> float:
    """Return how much room the notes take, margin included."""
    return len(_lines(notes)) * NOTE.line + c.MARGIN


def draw_foot(canvas: Canvas, notes: Sequence[str]) -> None:
    """Write the notes at the bottom."""
    y = canvas.height - foot_height(notes) + NOTE.line / 2
    canvas.text(c.MARGIN, y, _lines(notes), NOTE)


def _lines(notes: Sequence[str]) -> list[str]:
    return [line for note in notes for line in c.wrap(note, NOTE, c.INNER)]
