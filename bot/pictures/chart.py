"""The chart: shares that one speaker gave, on bars of the same scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers import Button, Callback, Reply, Show
from bot.answers import texts as t
from bot.answers.content import change_of, chart_title_of, content_of, number, source_of, title_of, value_of
from bot.answers.html import Html, bold, escape, join
from bot.answers.reply import in_rows
from bot.answers.texts import texts
from bot.pictures import canvas as c
from bot.pictures.card import draw_foot, draw_head, foot_height, head_height
from bot.pictures.picture import Picture, key_of

if TYPE_CHECKING:
    from bot.answers.texts import Texts
    from bot.kb import Figure, KnowledgeBase

ALL_FIGURES = "figures:all"
"""Callback data of the button to the figures that are not in the chart."""
FEWEST = 2
"""A chart of one bar says no more than its number."""
IN_A_ROW = 2
"""A phone cuts longer labels: '7 millions de foyers' needs half its width."""
WHOLE = 100
_HEADING = c.Style(c.HEADING)
_VALUE = c.Style(c.NUMBER, bold=True)
_DETAIL = c.Style(c.NOTE, c.MUTED)
_CHANGE = c.Style(c.NOTE, c.ACCENT, bold=True)
_BAR, _GAP, _BETWEEN = 28, 16, 32


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the chart."""

    title: str
    value: str
    share: float | None
    """Of a hundred; None for a number that is no share, which gets no bar."""
    population: str
    change: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the chart shows, in one language."""

    title: str
    subtitle: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def chart_picture(kb: KnowledgeBase, language: str) -> Picture | None:
    """Return the chart; None where no speaker gave several shares."""
    figures = charted(kb)
    if not figures:
        return None
    text = texts(language)
    chart = _chart(kb, figures, text)
    page = Reply(
        html=_caption(kb, chart, figures, text),
        buttons=_buttons(kb, figures, text),
        entry=figures[0].speaker,
        picture="chart",
    )
    return Picture(page, key_of("chart", language, chart), lambda: _draw(chart))


def charted(kb: KnowledgeBase) -> tuple[Figure, ...]:
    """Return the figures of whoever gave the most shares: those by size, then the speaker's others."""
    speakers = dict.fromkeys(figure.speaker for figure in kb.figures if figure.speaker)
    said = {one: [figure for figure in kb.figures if figure.speaker == one] for one in speakers}
    most = max(said.values(), key=lambda figures: sum(map(_is_share, figures)), default=[])
    shares = sorted(filter(_is_share, most), key=lambda figure: -figure.value)
    if len(shares) < FEWEST:
        return ()
    return (*shares, *(figure for figure in most if not _is_share(figure)))


def _is_share(figure: Figure) -> bool:
    return figure.unit == "%" and 0 <= figure.value <= WHOLE


def _chart(kb: KnowledgeBase, figures: tuple[Figure, ...], text: Texts) -> Chart:
    speaker = kb.entries[figures[0].speaker] if figures[0].speaker else None
    title = chart_title_of(kb, text) or (speaker and content_of(kb, speaker, text).title)
    source = source_of(kb, text)
    return Chart(
        title=title or text.plain(t.FIGURES),
        subtitle=title_of(kb, text),
        lines=tuple(_line(kb, figure, text) for figure in figures),
        notes=(*_givers(kb, figures, text), *([text.plain(t.SOURCE, text=source)] if source else [])),
    )


def _line(kb: KnowledgeBase, figure: Figure, text: Texts) -> Line:
    content = content_of(kb, figure, text)
    change = change_of(figure, text) or ""
    return Line(
        title=content.title,
        value=_value(kb, figure, text),
        share=figure.value if _is_share(figure) else None,
        population=content.population or "",
        change=change.removesuffix("."),
    )


def _value(kb: KnowledgeBase, figure: Figure, text: Texts) -> str:
    return value_of(kb, figure, text) or number(figure.value, text.language)


def _unbroken(text: str) -> str:
    """Keep the sign on the number's line."""
    return text.replace(" %", "\xa0%")


def _givers(kb: KnowledgeBase, figures: tuple[Figure, ...], text: Texts) -> list[str]:
    """Return who gave the figures, each once."""
    said = (content_of(kb, figure, text).given_by for figure in figures)
    return [giver for giver in dict.fromkeys(said) if giver]


def _caption(kb: KnowledgeBase, chart: Chart, figures: tuple[Figure, ...], text: Texts) -> Html:
    lines = []
    for line in chart.lines:
        said = text(t.VALUED, title=line.title, value=bold(_unbroken(line.value)))
        details = ", ".join(filter(None, [line.population, _unbroken(line.change)]))
        lines.append(Html(f"{said} ({escape(details)})") if details else said)
    givers = join(", ", [escape(giver) for giver in _givers(kb, figures, text)])
    source = source_of(kb, text)
    return join(
        "\n\n",
        [
            bold(chart.title),
            join("\n", [Html(f"• {line}") for line in lines]),
            text(t.GIVEN_BY, text=givers) if givers else Html(),
            text(t.SOURCE, text=source) if source else Html(),
        ],
    )


def _buttons(kb: KnowledgeBase, figures: tuple[Figure, ...], text: Texts) -> tuple[tuple[Button, ...], ...]:
    values = [Button(_unbroken(_value(kb, figure, text)), Show(figure.id)) for figure in figures]
    rows = in_rows(values, IN_A_ROW)
    if len(figures) == len(kb.figures):
        return rows
    return (*rows, (Button(text.plain(t.ALL_FIGURES), Callback(ALL_FIGURES)),))


def _draw(chart: Chart) -> bytes:
    head, foot = head_height(chart.title, chart.subtitle), foot_height(chart.notes)
    canvas = c.Canvas(head + sum(_height(line) for line in chart.lines) + foot)
    draw_head(canvas, chart.title, chart.subtitle)
    y = head
    for line in chart.lines:
        _draw_line(canvas, y, line)
        y += _height(line)
    draw_foot(canvas, chart.notes)
    return canvas.png()


def _titles(line: Line) -> list[str]:
    taken = c.width_of(line.value, _VALUE) + 2 * _GAP if line.share is not None else 0
    return c.wrap(line.title, _HEADING, c.INNER - taken)


def _titles_height(titles: list[str]) -> float:
    return _VALUE.line + (len(titles) - 1) * _HEADING.line


def _height(line: Line) -> float:
    titles = _titles_height(_titles(line))
    if line.share is None:
        return titles + _VALUE.line + _BETWEEN
    return titles + _BAR + _GAP + (_DETAIL.line if line.population or line.change else 0) + _BETWEEN


def _draw_line(canvas: c.Canvas, y: float, line: Line) -> None:
    titles, right = _titles(line), c.WIDTH - c.MARGIN
    population = line.population[:1].upper() + line.population[1:]
    middle = y + _VALUE.line / 2
    canvas.text(c.MARGIN, middle, titles, _HEADING)
    y += _titles_height(titles)
    if line.share is None:
        canvas.bar(c.MARGIN, middle - _VALUE.line / 2 - _GAP, c.INNER, 2, c.SUNKEN)
        canvas.text(c.MARGIN, y + _DETAIL.size / 2, [population], _DETAIL)
        canvas.text(right, y + _VALUE.size / 2, [line.value], _VALUE, "right")
        return
    canvas.text(right, middle, [line.value], _VALUE, "right")
    canvas.bar(c.MARGIN, y, c.INNER, _BAR, c.SUNKEN)
    if line.share:
        canvas.bar(c.MARGIN, y, c.INNER * line.share / WHOLE, _BAR, c.BAR)
    y += _BAR + _GAP
    canvas.text(c.MARGIN, y + _DETAIL.size / 2, [population], _DETAIL)
    canvas.text(right, y + _DETAIL.size / 2, [line.change], _CHANGE, "right")
