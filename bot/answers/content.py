"""An entry's texts in the reader's language, with the knowledge base's own where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers import texts as t
from bot.kb import Entry, Figure, KnowledgeBase, Measure, Origin

if TYPE_CHECKING:
    from bot.answers.texts import Texts

SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Content:
    """The texts of an entry."""

    title: str
    answer: str
    rationale: str | None = None
    carriers: str | None = None
    milestones: tuple[str, ...] = ()
    trend: str | None = None
    population: str | None = None
    given_by: str | None = None


def content_of(kb: KnowledgeBase, entry: Entry, text: Texts) -> Content:
    """Return the texts of an entry in a language."""
    own = _own_content(entry, text)
    translation = entry.en if text.language == "en" != kb.language else None
    if translation is None:
        return own
    return Content(
        title=translation.title,
        answer=translation.answer,
        rationale=translation.rationale or own.rationale,
        carriers=translation.carriers or own.carriers,
        milestones=tuple(translation.milestones) or own.milestones,
        trend=translation.trend or own.trend,
        population=translation.population or own.population,
        given_by=translation.given_by or own.given_by,
    )


def _own_content(entry: Entry, text: Texts) -> Content:
    if isinstance(entry, Measure):
        return Content(
            entry.title,
            entry.answer,
            rationale=entry.rationale,
            carriers=entry.carriers,
            milestones=tuple(
                text.plain(t.MILESTONE, date=milestone.date, text=milestone.text)
                for milestone in entry.milestones
            ),
        )
    if isinstance(entry, Figure):
        return Content(
            entry.title,
            entry.answer,
            trend=entry.trend or _change(entry, text),
            population=entry.population,
            given_by=entry.given_by,
        )
    return Content(entry.title, entry.answer)


def label_of(kb: KnowledgeBase, entry: Entry, text: Texts) -> str:
    """Return what names an entry in a list or on a button: number and title."""
    title = content_of(kb, entry, text).title
    if not isinstance(entry, Measure):
        return title
    name = text.plain(t.MEASURE, number=entry.number)
    return text.plain(t.LABEL, name=name, title=title)


def source_of(kb: KnowledgeBase, text: Texts) -> str | None:
    """Return the knowledge base's source."""
    return (kb.translation.source if text.language == "en" else None) or kb.source


def title_of(kb: KnowledgeBase, text: Texts) -> str:
    """Return the knowledge base's title."""
    return (kb.translation.title if text.language == "en" else None) or kb.title


def origin_name(kb: KnowledgeBase, origin: Origin, text: Texts) -> str:
    """Return city and group: 'Paris · Groupe 2'."""
    names = [_name(origin, text)]
    if origin.parent:
        names.insert(0, _name(kb.origins[origin.parent], text))
    return SEPARATOR.join(names)


def theme_of(origin: Origin, text: Texts) -> str | None:
    """Return what a group worked on."""
    return (origin.en.theme if origin.en and text.language == "en" else None) or origin.theme


def observation_of(origin: Origin, text: Texts) -> str | None:
    """Return what a group observed as a whole."""
    translated = origin.en.observation if origin.en and text.language == "en" else None
    return translated or origin.observation


def value_of(kb: KnowledgeBase, figure: Figure, text: Texts) -> str | None:
    """Return the number as written: '75,2 %'; None where its unit is words in another language."""
    words = f"{figure.qualifier or ''}{figure.unit}"
    if text.language != kb.language and any(character.isalpha() for character in words):
        return None
    value = _with_unit(figure.value, figure.unit, text)
    return f"{figure.qualifier} {value}" if figure.qualifier else value


def number(value: float, language: str) -> str:
    """Write a number: the decimal sign depends on the language."""
    written = f"{value:g}" if abs(value) < _EXACT else f"{value:.0f}"
    return written if language == "en" else written.replace(".", ",")


_EXACT = 1_000_000
"""From here on ``g`` would write an exponent."""


def _name(origin: Origin, text: Texts) -> str:
    return (origin.en.name if origin.en and text.language == "en" else None) or origin.name


def _with_unit(value: float, unit: str, text: Texts) -> str:
    joined = "" if text.language == "en" and unit == "%" else " "
    return f"{number(value, text.language)}{joined}{unit}"


def _change(figure: Figure, text: Texts) -> str | None:
    if figure.change is None:
        return None
    sign = "+" if figure.change > 0 else ""
    return text.plain(t.CHANGE, change=sign + _with_unit(figure.change, "%", text))
