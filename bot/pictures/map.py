"""The map: cities on the outline of France, each with its number of measures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import cos, radians, sqrt
from typing import TYPE_CHECKING

from bot.answers import Button, Reply, Show
from bot.answers import texts as t
from bot.answers.content import origin_name, source_of, title_of
from bot.answers.html import Html, bold, escape, join
from bot.answers.reply import in_rows
from bot.answers.subjects import subject_of
from bot.answers.texts import texts
from bot.pictures import canvas as c
from bot.pictures.card import draw_foot, draw_head, foot_height, head_height
from bot.pictures.picture import Picture, key_of

if TYPE_CHECKING:
    from bot.answers.texts import Texts
    from bot.kb import KnowledgeBase, ListEntry

IN_A_ROW = 2
CREDIT = "Natural Earth"
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_NAME = c.Style(44, bold=True)
_LARGEST, _SMALLEST = 66.0, 36.0
"""Radii of discs; their area is in proportion to the number, as long as a number fits in."""
_GAP = 14
_BELOW = 40
REACH = 0.35
"""Degrees by which a place may lie outside the outline's frame: small islands are not drawn."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city on the map."""

    name: str
    count: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Map:
    """All that the map shows, in one language."""

    title: str
    subtitle: str
    places: tuple[Place, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to pixels: one scale, true at the middle latitude."""

    left: float
    top: float
    scale: float
    """Pixels a degree of latitude."""
    squeeze: float
    west: float
    north: float

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Return where a place is."""
        x = self.left + (longitude - self.west) * self.squeeze * self.scale
        return x, self.top + (self.north - latitude) * self.scale


def map_picture(kb: KnowledgeBase, language: str) -> Picture | None:
    """Return the map; None where no city of the knowledge base lies on it."""
    text = texts(language)
    lists = kb.lists_of(kb.cities)
    places = tuple(place for entry in lists if (place := _place(kb, entry, text)))
    if not places:
        return None
    credit, source = text.plain(t.MAP_CREDIT, text=CREDIT), source_of(kb, text)
    notes = (*([text.plain(t.SOURCE, text=source)] if source else []), credit)
    shown = Map(text.plain(t.MAP), title_of(kb, text), places, notes)
    page = Reply(
        html=_caption(kb, lists, notes, text),
        buttons=_buttons(kb, lists, text),
        entry=subject_of(kb, [entry.id for entry in lists]),
        picture="map",
    )
    return Picture(page, key_of("map", language, shown), lambda: _draw(shown))


@lru_cache(maxsize=1)
def outline() -> tuple[tuple[Point, ...], ...]:
    """Return the rings of metropolitan France, as longitude and latitude."""
    data = json.loads(files(__package__).joinpath("france.json").read_text(encoding="utf-8"))
    return tuple(tuple((x, y) for x, y in ring) for ring in data["rings"])


def frame() -> Box:
    """Return the westernmost, southernmost, easternmost and northernmost degree of the outline."""
    points = [point for ring in outline() for point in ring]
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _place(kb: KnowledgeBase, entry: ListEntry, text: Texts) -> Place | None:
    origin = kb.origins[entry.origin or ""]
    if origin.latitude is None or origin.longitude is None:
        return None
    west, south, east, north = frame()
    beside = west - REACH <= origin.longitude <= east + REACH
    if not beside or not south - REACH <= origin.latitude <= north + REACH:
        return None
    name = origin_name(kb, origin, text)
    return Place(name, len(entry.measures), origin.longitude, origin.latitude)


def _caption(kb: KnowledgeBase, lists: list[ListEntry], notes: tuple[str, ...], text: Texts) -> Html:
    lines = []
    for entry in lists:
        name = origin_name(kb, kb.origins[entry.origin or ""], text)
        counts = text.count(t.KNOWN_MEASURES, len(entry.measures))
        lines.append(Html(f"• {text(t.PLACE, name=name, counts=counts)}"))
    return join(
        "\n\n",
        [bold(text.plain(t.MAP)), join("\n", lines), join("\n", [escape(note) for note in notes])],
    )


def _buttons(kb: KnowledgeBase, lists: list[ListEntry], text: Texts) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(
            text.plain(
                t.BUTTON_ORIGIN,
                name=origin_name(kb, kb.origins[entry.origin or ""], text),
                count=len(entry.measures),
            ),
            Show(entry.id),
        )
        for entry in lists
    ]
    return in_rows(buttons, IN_A_ROW)


def _draw(shown: Map) -> bytes:
    head, foot = head_height(shown.title, shown.subtitle), foot_height(shown.notes)
    west, south, east, north = frame()
    squeeze = cos(radians((south + north) / 2))
    scale = c.INNER / ((east - west) * squeeze)
    canvas = c.Canvas(head + (north - south) * scale + _BELOW + foot)
    draw_head(canvas, shown.title, shown.subtitle)
    project = Projection(c.MARGIN, head, scale, squeeze, west, north)
    for ring in outline():
        canvas.polygon([project(*point) for point in ring], c.LAND, c.COAST)
    _draw_places(canvas, shown.places, project)
    draw_foot(canvas, shown.notes)
    return canvas.png()


def _draw_places(canvas: c.Canvas, places: tuple[Place, ...], project: Projection) -> None:
    most = max(place.count for place in places)
    discs = [
        (*project(place.longitude, place.latitude), max(_SMALLEST, _LARGEST * sqrt(place.count / most)))
        for place in places
    ]
    coast = [project(*point) for ring in outline() for point in ring]
    taken: list[Box] = [(x - r, y - r, x + r, y + r) for x, y, r in discs]
    for place, (x, y, radius) in zip(places, discs, strict=True):
        canvas.circle(x, y, radius, c.ACCENT, c.DARK)
        figures = c.Style(round(radius * (1.0 if place.count < 100 else 0.75)), c.DARK, bold=True)  # noqa: PLR2004 (three digits)
        canvas.text(x, y, [str(place.count)], figures, "center")
        box = _room(x, y, radius, c.width_of(place.name, _NAME), taken, coast)
        taken.append(box)
        canvas.text(box[0], (box[1] + box[3]) / 2, [place.name], _NAME, halo=c.BACKGROUND)


def _room(x: float, y: float, radius: float, width: float, taken: list[Box], coast: list[Point]) -> Box:
    """Return where a name goes: beside the disc, above or below; away from other names and from lines."""
    near, half = radius + _GAP, _NAME.size / 2
    corners = [
        (x + near, y - half),
        (x - near - width, y - half),
        (x - width / 2, y - near - 2 * half),
        (x - width / 2, y + near),
    ]
    boxes = [(left, top, left + width, top + 2 * half) for left, top in corners]
    edge = c.MARGIN / 2
    inside = [box for box in boxes if box[0] >= edge and box[2] <= c.WIDTH - edge] or boxes
    return min(
        inside,
        key=lambda box: (
            sum(_overlap(box, other) for other in taken),
            sum(_overlap(box, (*point, *point)) for point in coast),
        ),
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
