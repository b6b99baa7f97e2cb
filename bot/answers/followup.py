"""Answers to what points at the card shown last: only the part that was asked for."""

from __future__ import annotations

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.cards import (
    PARAGRAPH,
    card,
    list_rows,
    neighbours,
    number_buttons,
    share_button,
    turn_buttons,
)
from bot.answers.compose import compose
from bot.answers.content import content_of
from bot.answers.html import Html, join
from bot.answers.pointers import TREND, WHOLE, News, OtherGroup, Part, Place, Pointer, Siblings, Turn
from bot.answers.reply import Button, Reply, Show
from bot.answers.texts import texts
from bot.kb import Entry, Figure, KnowledgeBase, ListEntry, Measure
from bot.matching import Outcome

_COUNT = "how_many"


def follow_up(
    kb: KnowledgeBase,
    pointer: Pointer,
    text: str,
    entry_id: str | None,
    language: str,
    *,
    follows: bool = False,
) -> Reply | None:
    """Answer a text that points at the entry shown last; None if it is to be answered by itself.

    Where nothing was shown, ask for a subject. ``follows`` says that topics can be followed.
    """
    entry = kb.entries.get(entry_id) if entry_id else None
    match pointer:
        case Place(number):
            reply = _row(kb, entry, number, language)
        case Siblings(city):
            reply = _siblings(kb, entry, language, city=city)
        case OtherGroup(number):
            reply = _other_group(kb, entry, number, language)
        case Turn(by):
            reply = _turned(kb, entry, by, language) if entry else _about_what(kb, language)
        case Part(facet, complete):
            by_itself = complete and (facet == _COUNT or entry is None)
            reply = None if by_itself else _part(kb, entry, facet, text, language)
        case News():
            reply = _how_to_follow(kb, entry, language) if follows else None
    return reply


def _how_to_follow(kb: KnowledgeBase, entry: Entry | None, language: str) -> Reply:
    """Say how to be told of what comes next."""
    text = texts(language)
    if entry is None:
        return Reply(html=text(f.FOLLOW_BY_COMMAND))
    shown = card(kb, entry.id, language)
    html = join(PARAGRAPH, [text(f.FOLLOW_BY_BUTTON), Html(shown.short or shown.html)])
    return Reply(html=html, entry=entry.id)


def _row(kb: KnowledgeBase, entry: Entry | None, place: int, language: str) -> Reply | None:
    """Open what stands at a place of the list shown last: after the measures of Nantes, 'la première'."""
    listed = entry.measures if isinstance(entry, ListEntry) else []
    row = place if place < 0 else place - 1
    return card(kb, listed[row], language) if -len(listed) <= row < len(listed) else None


def _siblings(kb: KnowledgeBase, entry: Entry | None, language: str, *, city: bool) -> Reply | None:
    """Show the list that an entry stands in, and after a list the list of all."""
    if not isinstance(entry, Measure | ListEntry) or entry.origin is None:
        return None
    wanted: str | None = entry.origin
    if city:
        wanted = kb.origins[entry.origin].parent or wanted
    elif isinstance(entry, ListEntry):
        wanted = None
    found = next((one for one in kb.lists if one.origin == wanted), None)
    return card(kb, found.id, language) if found else None


def _other_group(kb: KnowledgeBase, entry: Entry | None, number: int, language: str) -> Reply | None:
    """Show the list of another group than that shown last, or say that there is no such group."""
    origin = kb.origins[entry.origin] if isinstance(entry, ListEntry) and entry.origin else None
    if origin is None or origin.parent is None:
        return None
    numbered = kb.lists_of(group for group in kb.groups if group.number == number)
    if numbered:
        return card(kb, numbered[0].id, language)
    absent = Outcome("", "unknown", WHOLE, (), no_such_number=number, number_of="group")
    return compose(kb, absent, language)


def _about_what(kb: KnowledgeBase, language: str) -> Reply:
    """Ask for a subject, with an example of how to name one."""
    text = texts(language)
    named = text.plain(t.MEASURE_QUERY, number=min(kb.measures)) if kb.measures else None
    example = named or content_of(kb, next(iter(kb.entries.values())), text).title
    return Reply(html=text(t.ABOUT_WHAT, example=example))


def _turned(kb: KnowledgeBase, entry: Entry, turn: int, language: str) -> Reply:
    first, last = t.FIRST_ONE, t.LAST_ONE
    if isinstance(entry, ListEntry):
        # Before a list comes nothing, after it what it lists.
        first = t.NO_PREVIOUS
        target = kb.entries[entry.measures[0]] if turn > 0 else None
    else:
        target = neighbours(kb, entry)[turn > 0]
    if target is None:
        return Reply(html=texts(language)(last if turn > 0 else first), entry=entry.id)
    return card(kb, target.id, language)


def _part(kb: KnowledgeBase, entry: Entry | None, facet: str, text: str, language: str) -> Reply | None:
    """Give only the part that was asked for: the rest of the card is right above."""
    if entry is None:
        return _about_what(kb, language)
    if facet == TREND and not isinstance(entry, Figure):
        return None
    held = entry.facets
    if facet == TREND and content_of(kb, entry, texts(language)).trend:
        # The card tells both in one line: how it changes, and until when.
        facet, held = "when", held | {"when"}
    if facet == "where" and facet not in held and "origin" in held:
        facet = "origin"
    if isinstance(entry, ListEntry):
        reply = card(kb, entry.id, language)
        return reply if facet in held else _which_of(kb, entry, language)
    if facet not in held and not (isinstance(entry, Measure) and facet == "who"):
        missing = Outcome(question=text, kind="unknown", facet=facet, ranking=(), related=entry.id)
        return compose(kb, missing, language)
    reply = card(kb, entry.id, language, facet)
    if facet == WHOLE:
        return reply
    said = texts(language)
    more = Button(said.plain(t.MORE), Show(entry.id))
    rows = (turn_buttons(kb, entry, said), (more, share_button(kb, entry, said)))
    return Reply(
        html=Html(reply.short or reply.html),
        buttons=tuple(row for row in rows if row),
        entry=entry.id,
        short=reply.short,
    )


def _which_of(kb: KnowledgeBase, entry: ListEntry, language: str) -> Reply:
    """Ask which measure of a list a question is about."""
    text = texts(language)
    measures = [measure for one in entry.measures if isinstance(measure := kb.entries[one], Measure)]
    return Reply(
        html=join(PARAGRAPH, [text(t.WHICH_MEASURE), list_rows(kb, measures, text)]),
        buttons=number_buttons(measures),
        entry=entry.id,
    )
