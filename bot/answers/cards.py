"""The card of an entry: all that the knowledge base says of it, what was asked for first."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import groupby

from bot.answers import texts as t
from bot.answers.content import (
    content_of,
    label_of,
    observation_of,
    origin_name,
    source_of,
    theme_of,
    value_of,
)
from bot.answers.html import Html, bold, escape, italic, join, truncate_html
from bot.answers.reply import Button, Buttons, Reply, Show, SwitchInline, in_rows
from bot.answers.texts import Texts, texts
from bot.kb import Entry, Figure, KnowledgeBase, ListEntry, Measure

SHORT_LENGTH = 500
"""Characters of the text of a short version."""
SHORT_LIST = 6
BUTTON_LENGTH = 60
"""Telegram shows about this much of a button that has a row to itself."""
NUMBERS_IN_A_ROW = 5
MAX_RELATED = 2
MAX_QUERY = 256
"""Characters of an inline query."""
PARAGRAPH = "\n\n"
CARDS = 500
"""Kept: to make one takes a tenth of a question's time, and answers that show it share its text."""

Section = tuple[Collection[str], Html]
"""A paragraph, and the facets that it answers."""


@lru_cache(maxsize=CARDS)
def card(kb: KnowledgeBase, entry_id: str, language: str = "fr", lead: str | None = None) -> Reply:
    """Return the card of an entry; ``lead`` is the facet that was asked for."""
    entry, text = kb.entries[entry_id], texts(language)
    if isinstance(entry, ListEntry):
        return _list_card(kb, entry, text)
    if isinstance(entry, Measure):
        heading, sections = _measure_sections(kb, entry, lead, text)
    elif isinstance(entry, Figure):
        heading, sections = _figure_sections(kb, entry, text)
    else:
        content = content_of(kb, entry, text)
        heading, sections = bold(content.title), [((), escape(content.answer))]
    ordered = _lead_first(sections, lead)
    return Reply(
        html=join(PARAGRAPH, [heading, *ordered, source_line(kb, text)]),
        buttons=_buttons(kb, entry, text),
        entry=entry_id,
        short=join("\n", [heading, Html(truncate_html(ordered[0], SHORT_LENGTH))]),
    )


def _lead_first(sections: list[Section], lead: str | None) -> list[Html]:
    first = [html for facets, html in sections if lead in facets]
    return first + [html for facets, html in sections if lead not in facets]


def _measure_sections(
    kb: KnowledgeBase, measure: Measure, lead: str | None, text: Texts
) -> tuple[Html, list[Section]]:
    content = content_of(kb, measure, text)
    origin = kb.origins[measure.origin]
    theme = theme_of(origin, text)
    where = join(
        ", ",
        [
            escape(origin_name(kb, origin, text)),
            text(t.QUOTED, text=theme) if theme else Html(),
        ],
    )
    sections: list[Section] = [
        ((), escape(content.answer)),
        (("origin", "where"), text(t.ORIGIN, text=where)),
        (("why",), _why(kb, measure, text)),
    ]
    if content.carriers:
        sections.append((("who",), text(t.CARRIERS, text=content.carriers)))
    elif lead == "who":
        # Said only when asked: as a line of every card it would be noise.
        sections.append((("who",), text(t.NO_CARRIERS)))
    if content.milestones:
        sections.append((("when",), text(t.MILESTONES, text="\n".join(content.milestones))))
    return bold(label_of(kb, measure, text)), sections


def _why(kb: KnowledgeBase, measure: Measure, text: Texts) -> Html:
    rationale = content_of(kb, measure, text).rationale
    if rationale:
        return text(t.WHY, text=rationale)
    origin = kb.origins[measure.origin]
    observation = observation_of(origin, text)
    reason = text(t.NO_RATIONALE)
    if observation:
        name = origin_name(kb, origin, text)
        reason = join(" ", [reason, text(t.OBSERVATION, origin=name, text=observation)])
    return text(t.WHY, text=reason)


def _figure_sections(kb: KnowledgeBase, figure: Figure, text: Texts) -> tuple[Html, list[Section]]:
    content = content_of(kb, figure, text)
    value = value_of(kb, figure, text)
    sections: list[Section] = [((), escape(content.answer))]
    lines = [
        (("where",), t.POPULATION, content.population),
        (("when",), t.TREND, content.trend),
        (("origin", "who"), t.GIVEN_BY, content.given_by),
    ]
    sections += [(facets, text(line, text=said)) for facets, line, said in lines if said]
    heading = bold(content.title)
    return (text(t.VALUED, title=heading, value=bold(value)) if value else heading), sections


def source_line(kb: KnowledgeBase, text: Texts) -> Html:
    """Return the line that says where all of it comes from; empty where nothing does."""
    source = source_of(kb, text)
    return italic(text(t.SOURCE, text=source)) if source else Html()


def _list_card(kb: KnowledgeBase, entry: ListEntry, text: Texts) -> Reply:
    measures = [kb.entries[measure_id] for measure_id in entry.measures]
    found = [measure for measure in measures if isinstance(measure, Measure)]
    title = bold(content_of(kb, entry, text).title)
    origin = kb.origins[entry.origin] if entry.origin else None
    theme = theme_of(origin, text) if origin else None
    parts = [join("\n", [title, text(t.THEME, text=theme) if theme else Html()])]
    for origin_id, group in groupby(found, key=lambda measure: measure.origin):
        rows = [row(kb, measure, text) for measure in group]
        if origin_id != entry.origin:
            rows.insert(0, bold(origin_name(kb, kb.origins[origin_id], text)))
        parts.append(join("\n", rows))
    shown = [row(kb, measure, text) for measure in found[:SHORT_LIST]]
    left = len(found) - len(shown)
    more = [text.count(t.AND_MORE, left)] if left else []
    return Reply(
        html=join(PARAGRAPH, [*parts, source_line(kb, text)]),
        buttons=number_buttons(found),
        entry=entry.id,
        short=join("\n", [title, *shown, *more]),
    )


def list_rows(kb: KnowledgeBase, measures: list[Measure], text: Texts) -> Html:
    """Return the lines of measures."""
    return join("\n", [row(kb, measure, text) for measure in measures])


def row(kb: KnowledgeBase, measure: Measure, text: Texts) -> Html:
    """Return the line of a measure in a list."""
    return Html(f"{measure.number}. {escape(content_of(kb, measure, text).title)}")


def number_buttons(measures: list[Measure]) -> Buttons:
    """Return one button a measure, with its number: the titles are in the text above."""
    buttons = [Button(str(measure.number), Show(measure.id)) for measure in measures]
    return in_rows(buttons, NUMBERS_IN_A_ROW)


def entry_button(kb: KnowledgeBase, entry_id: str, text: Texts) -> Button:
    """Return a button that opens an entry, labelled as in a list."""
    return Button(shortened(label_of(kb, kb.entries[entry_id], text)), Show(entry_id))


def shortened(label: str, limit: int = BUTTON_LENGTH) -> str:
    """Cut a label at a length."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def siblings(kb: KnowledgeBase, entry: Entry) -> list[Entry]:
    """Return the entries of the same kind in their order; lists have none."""
    if isinstance(entry, ListEntry):
        return []
    if isinstance(entry, Measure):
        return list(kb.measures.values())
    if isinstance(entry, Figure):
        return list(kb.figures)
    return list(kb.others)


def neighbours(kb: KnowledgeBase, entry: Entry) -> tuple[Entry | None, Entry | None]:
    """Return the entries of the same kind before and after one."""
    order = siblings(kb, entry)
    if entry not in order:
        return None, None
    place = order.index(entry)
    return (
        order[place - 1] if place > 0 else None,
        order[place + 1] if place + 1 < len(order) else None,
    )


def turn_buttons(kb: KnowledgeBase, entry: Entry, text: Texts) -> tuple[Button, ...]:
    """Return a row that leads to the entries before and after one; titles would be too long for it."""
    named, plain = (t.PREVIOUS, t.NEXT), (t.PREVIOUS_ONE, t.NEXT_ONE)
    return tuple(
        Button(
            text.plain(named[side], number=other.number)
            if isinstance(other, Measure)
            else text.plain(plain[side]),
            Show(other.id),
        )
        for side, other in enumerate(neighbours(kb, entry))
        if other
    )


def share_query(kb: KnowledgeBase, entry: Entry, text: Texts) -> str:
    """Return the inline query that finds the entry again."""
    if isinstance(entry, Measure):
        return text.plain(t.MEASURE_QUERY, number=entry.number)
    return content_of(kb, entry, text).title[:MAX_QUERY]


def share_button(kb: KnowledgeBase, entry: Entry, text: Texts) -> Button:
    """Return a button that lets one choose a chat and types that query there."""
    return Button(text.plain(t.SHARE), SwitchInline(share_query(kb, entry, text)))


def _buttons(kb: KnowledgeBase, entry: Entry, text: Texts) -> Buttons:
    near = {other.id for other in neighbours(kb, entry) if other}
    related = [other for other in entry.related if other not in near][:MAX_RELATED]
    rows = [
        turn_buttons(kb, entry, text),
        *((entry_button(kb, other, text),) for other in related),
        (share_button(kb, entry, text),),
    ]
    return tuple(row for row in rows if row)
