"""An outcome to a reply: each kind of decision has its own way of being told."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers import texts as t
from bot.answers.cards import PARAGRAPH, card, entry_button, list_rows, number_buttons, source_line
from bot.answers.content import content_of, label_of, origin_name, title_of
from bot.answers.courtesy import courtesy
from bot.answers.html import Html, bold, escape, italic, join
from bot.answers.reply import Button, Callback, Reply, Show
from bot.answers.texts import Texts, texts
from bot.kb import ListEntry, Measure
from bot.language import fold, load_pack

if TYPE_CHECKING:
    from bot.answers.reply import Buttons
    from bot.kb import Entry, KnowledgeBase, Origin
    from bot.matching import Outcome

NONE_OF_THESE = "none"
"""Callback data of 'none of these'."""
LARGEST_ECHO = 9999
"""A longer number is not repeated."""
MAX_UNDERSTOOD = 3
_WORD = re.compile(r"[^\W\d_]{3,}")


def compose(kb: KnowledgeBase, outcome: Outcome, language: str = "fr") -> Reply:
    """Say an outcome."""
    text = texts(language)
    if outcome.kind == "silent":
        return Reply(html="")
    if outcome.numbers:
        return _measures(kb, outcome, text)
    if outcome.kind in ("answer", "list") and outcome.shown:
        shown = card(kb, outcome.shown[0], language, outcome.facet)
        return _with_understood(kb, outcome, _with_count(kb, outcome, shown, text), text)
    if outcome.kind == "suggest":
        return suggest(kb, outcome.shown, language)
    return _unanswered(kb, outcome, text) or courtesy(outcome.question, language) or unknown(kb, language)


def _with_count(kb: KnowledgeBase, outcome: Outcome, reply: Reply, text: Texts) -> Reply:
    """Say at the top how many measures a list has, where that was asked."""
    entry = kb.entries[outcome.shown[0]]
    if outcome.facet != "how_many" or not isinstance(entry, ListEntry):
        return reply
    count = bold(text.count(t.KNOWN_MEASURES, len(entry.measures)))
    return _below(count, reply)


def _below(line: Html, reply: Reply) -> Reply:
    """Return a reply with a line above it."""
    short = join("\n", [line, Html(reply.short)]) if reply.short else None
    return replace(reply, html=join(PARAGRAPH, [line, Html(reply.html)]), short=short)


def _unanswered(kb: KnowledgeBase, outcome: Outcome, text: Texts) -> Reply | None:
    """Say what exactly it is that the source does not hold; None where that is not known."""
    if outcome.no_such_number is not None:
        return _no_such_number(kb, outcome, text)
    if outcome.elsewhere:
        return _no_such_place(kb, text)
    if outcome.related is not None:
        return _related(kb, kb.entries[outcome.related], outcome.facet, text)
    return None


def _measures(kb: KnowledgeBase, outcome: Outcome, text: Texts) -> Reply:
    """List the measures asked for, and no others of the list that holds them: it is not what is shown."""
    measures = [kb.measures[number] for number in outcome.numbers]
    rows = list_rows(kb, measures, text)
    return Reply(html=join(PARAGRAPH, [rows, source_line(kb, text)]), buttons=number_buttons(measures))


def suggest(
    kb: KnowledgeBase, entry_ids: tuple[str, ...], language: str, question: str = t.DID_YOU_MEAN
) -> Reply:
    """Ask which of a few entries was meant."""
    text = texts(language)
    rows = [Html(f"• {escape(label_of(kb, kb.entries[one], text))}") for one in entry_ids]
    none = Button(text.plain(t.NONE_OF_THESE), Callback(NONE_OF_THESE))
    return Reply(
        html=join("\n", [text(question), *rows]),
        buttons=(*((entry_button(kb, one, text),) for one in entry_ids), (none,)),
    )


def unknown(kb: KnowledgeBase, language: str) -> Reply:
    """Admit that there is no answer, and say what there is."""
    text = texts(language)
    return Reply(
        html=join(PARAGRAPH, [text(t.UNKNOWN), known(kb, text)]),
        buttons=_all_button(kb, text),
    )


def known(kb: KnowledgeBase, text: Texts) -> Html:
    """Say what the knowledge base is about, and how much of what it holds."""
    return text(t.KNOWN, title=title_of(kb, text), counts=counts(kb, text))


def counts(kb: KnowledgeBase, text: Texts) -> Html:
    """Say how many entries of which kind there are."""
    kinds = ((t.KNOWN_MEASURES, kb.measures), (t.KNOWN_FIGURES, kb.figures), (t.KNOWN_OTHERS, kb.others))
    return join(", ", [text.count(forms, len(entries)) for forms, entries in kinds if entries])


def _all_button(kb: KnowledgeBase, text: Texts) -> tuple[tuple[Button, ...], ...]:
    complete = next((entry for entry in kb.lists if entry.origin is None), None)
    return ((Button(text.plain(t.SEE_ALL), Show(complete.id)),),) if complete else ()


def _related(kb: KnowledgeBase, entry: Entry, facet: str, text: Texts) -> Reply:
    missing = text(t.MISSING.get(facet, t.MISSING_OTHER))
    return Reply(
        html=join(
            PARAGRAPH,
            [
                join(" ", [missing, text(t.HERE_IS)]),
                join("\n", [
                    bold(label_of(kb, entry, text)), escape(content_of(kb, entry, text).answer),
                ]),
            ],
        ),
        buttons=((Button(text.plain(t.MORE), Show(entry.id)),), *_in_general(kb, entry, facet, text)),
        entry=entry.id,
    )  # fmt: skip


def _in_general(kb: KnowledgeBase, entry: Entry, facet: str, text: Texts) -> Buttons:
    """Return the way to what is said of all: no measure has a price, but none is to cost the state more."""
    if facet != "cost":
        return ()
    general = (one for one in kb.entries.values() if not isinstance(one, Measure | ListEntry))
    holding = next((one for one in general if facet in one.holds and one.id != entry.id), None)
    return ((entry_button(kb, holding.id, text),),) if holding else ()


def _no_such_number(kb: KnowledgeBase, outcome: Outcome, text: Texts) -> Reply:
    number = outcome.no_such_number
    small = number is not None and abs(number) <= LARGEST_ECHO
    if outcome.number_of == "group":
        said = text(t.NO_SUCH_GROUP, number=number) if small else text(t.NO_SUCH_GROUP_AT_ALL)
        rest = text(t.GROUPS, names=_names(kb, kb.groups, text)) if kb.groups else Html()
        return Reply(html=join(" ", [said, rest]), buttons=_list_buttons(kb, kb.groups, text))
    said = text(t.NO_SUCH_MEASURE, number=number) if small else text(t.NO_SUCH_NUMBER)
    numbers = list(kb.measures)
    rest = text.count(t.NUMBERED, len(numbers), first=numbers[0], last=numbers[-1])
    return Reply(html=join(" ", [said, rest]), buttons=_all_button(kb, text))


def _no_such_place(kb: KnowledgeBase, text: Texts) -> Reply:
    places = text(t.PLACES, names=_names(kb, kb.cities, text))
    return Reply(html=join(" ", [text(t.NO_SUCH_PLACE), places]), buttons=_list_buttons(kb, kb.cities, text))


def _names(kb: KnowledgeBase, origins: tuple[Origin, ...], text: Texts) -> str:
    return ", ".join(origin_name(kb, origin, text) for origin in origins)


def _list_buttons(kb: KnowledgeBase, origins: tuple[Origin, ...], text: Texts) -> Buttons:
    return tuple((entry_button(kb, one.id, text),) for one in kb.lists_of(origins))


def _with_understood(kb: KnowledgeBase, outcome: Outcome, reply: Reply, text: Texts) -> Reply:
    """Say at the top which words of the entry were meant, where they were misspelt."""
    if not outcome.understood:
        return reply
    known = _own_words(kb.entries[outcome.shown[0]], kb.language)
    stem = load_pack(kb.language).stemmer.stemWord
    # Of the words that lead to an entry, those alone that it says itself: the others may be misread, and are
    # of no use to whoever reads on.
    meant = (known.get(word) or known.get(stem(word)) for _, word in outcome.understood)
    words = [word for word in dict.fromkeys(meant) if word is not None][:MAX_UNDERSTOOD]
    if not words:
        return reply
    quoted = [text(t.QUOTED, text=word) for word in words]
    return _below(italic(text(t.UNDERSTOOD, words=join(", ", quoted))), reply)


def _own_words(entry: Entry, language: str) -> dict[str, str]:
    said = [entry.answer]
    if isinstance(entry, Measure):
        said += filter(None, (entry.rationale, entry.carriers))
    # Titles last: their first words have capitals.
    said += [entry.title, *((entry.en.answer, entry.en.title) if entry.en else ())]
    return _spellings(tuple(said), language)


@lru_cache(maxsize=64)
def _spellings(said: tuple[str, ...], language: str) -> dict[str, str]:
    """Return the words of texts as they are first spelt, by their folded form and by its stem."""
    stem = load_pack(language).stemmer.stemWord
    spellings: dict[str, str] = {}
    for text in said:
        for word in _WORD.findall(text):
            folded = fold(word)
            spellings.setdefault(folded, word)
            spellings.setdefault(stem(folded), word)
    return spellings
