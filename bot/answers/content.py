"""An entry's texts in the reader's language, with the knowledge base's own where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
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
        milestones=_dated(entry, translation.milestones, text),
        trend=translation.trend or own.trend,
        population=translation.population or own.population,
        given_by=translation.given_by or own.given_by,
    )


def _dated(entry: Entry, translated: list[str], text: Texts) -> tuple[str, ...]:
    """Put its date before each milestone of a measure; a translation holds words only, perhaps not of all."""
    if not isinstance(entry, Measure):
        return ()
    own = [milestone.text for milestone in entry.milestones]
    said = [*translated, *own[len(translated) :]]
    return tuple(
        text.plain(t.MILESTONE, date=milestone.date, text=words)
        for milestone, words in zip(entry.milestones, said, strict=False)
    )


def _own_content(entry: Entry, text: Texts) -> Content:
    if isinstance(entry, Measure):
        return Content(
            entry.title,
            entry.answer,
            rationale=entry.rationale,
            carriers=entry.carriers,
            milestones=_dated(entry, [], text),
        )
    if isinstance(entry, Figure):
        return Content(
            entry.title,
            entry.answer,
            trend=entry.trend or change_of(entry, text),
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


def chart_title_of(kb: KnowledgeBase, text: Texts) -> str | None:
    """Return what the figures of the chart are about."""
    return (kb.translation.chart if text.language == "en" else None) or kb.chart


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
    qualifier, unit = figure.qualifier, figure.unit
    if text.language != kb.language:
        english = figure.en if text.language == "en" else None
        qualifier = (english and english.qualifier) or _if_no_words(qualifier)
        unit = (english and english.unit) or _if_no_words(unit) or ""
        if not unit or (figure.qualifier and qualifier is None):
            return None
    value = _with_unit(figure.value, unit, text)
    return f"{qualifier} {value}" if qualifier else value


def change_of(figure: Figure, text: Texts) -> str | None:
    """Return the growth within a year: '+2,5 % en un an.'."""
    if figure.change is None:
        return None
    sign = "+" if figure.change > 0 else ""
    return text.plain(t.CHANGE, change=sign + _with_unit(figure.change, "%", text))


def number(value: float, language: str) -> str:
    """Write a number: the decimal sign depends on the language."""
    # Format ``g`` would round to six digits, or write an exponent.
    written = f"{Decimal(str(value)).normalize():f}"
    return written if language == "en" else written.replace(".", ",")


def _name(origin: Origin, text: Texts) -> str:
    return (origin.en.name if origin.en and text.language == "en" else None) or origin.name


def _with_unit(value: float, unit: str, text: Texts) -> str:
    joined = "" if text.language == "en" and unit == "%" else " "
    return f"{number(value, text.language)}{joined}{unit}"


def _if_no_words(text: str | None) -> str | None:
    """Return what reads the same in every language; else None."""
    return None if text is None or any(character.isalpha() for character in text) else text
