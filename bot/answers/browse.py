"""What to list while too little is typed to rank: the entries that have a word that begins so."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers.cards import share_query
from bot.answers.texts import LANGUAGES, texts
from bot.kb import ListEntry, Measure
from bot.language import normalise, tokenise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.kb import Entry, KnowledgeBase

MAX_LETTERS = 2
"""A longer word that nothing matches is a question for the private chat."""
ENTRIES = 500
"""Whose beginnings are remembered, twice: more than anybody will write."""
_MEASURES = frozenset({"mesure", "mesures", "measure", "measures"})
_GROUPS = frozenset({"groupe", "groupes", "group", "groups"})


def browsed(kb: KnowledgeBase, said: str) -> list[str]:
    """Return what the name of a kind, typed alone, browses: the measures, or the groups' lists."""
    words = tokenise(normalise(said))
    if len(words) != 1:
        return []
    if words[0] in _MEASURES:
        return [measure.id for measure in kb.measures.values()]
    if words[0] in _GROUPS:
        return [one.id for one in kb.lists if one.origin and kb.origins[one.origin].parent]
    return []


def shared_as(kb: KnowledgeBase, said: str, language: str) -> tuple[str, str] | None:
    """Return the entry that a card's share button types this for, and the language of that card.

    Where a query is the same in several languages, ``language`` goes first.
    """
    for one in sorted(LANGUAGES, key=lambda other: other != language):
        if entry_id := _share_queries(kb, one).get(said.casefold()):
            return entry_id, one
    return None


@lru_cache(maxsize=len(LANGUAGES))
def _share_queries(kb: KnowledgeBase, language: str) -> Mapping[str, str]:
    """Return the entry of each query that a share button types; of two with the same, the first."""
    entries = [entry for entry in kb.entries.values() if not isinstance(entry, ListEntry)]
    return {share_query(kb, entry, texts(language)).casefold(): entry.id for entry in reversed(entries)}


def beginning_with(kb: KnowledgeBase, said: str) -> list[str]:
    """Return the entries with a word that starts with the last, short one typed; measures first."""
    words = tokenise(normalise(said))
    if not words or not words[-1].isalpha() or len(words[-1]) > MAX_LETTERS:
        return []
    ordered = {entry.id: entry for entry in (*kb.measures.values(), *kb.entries.values())}.values()
    shown = {entry.id for entry in ordered if words[-1] in _beginnings(_shown_names(kb, entry))}
    found = [entry for entry in ordered if entry.id in shown or words[-1] in _beginnings(_other_names(entry))]
    # Each entry has so many aliases that those which show the word must come before.
    found.sort(key=lambda entry: (not isinstance(entry, Measure), entry.id not in shown))
    return [entry.id for entry in found]


def _shown_names(kb: KnowledgeBase, entry: Entry) -> tuple[str, ...]:
    names = [entry.title]
    origin = entry.origin if isinstance(entry, Measure | ListEntry) else None
    while origin:
        names.append(kb.origins[origin].name)
        origin = kb.origins[origin].parent
    return tuple(names)


def _other_names(entry: Entry) -> tuple[str, ...]:
    return (*entry.aliases, entry.en.title) if entry.en else tuple(entry.aliases)


@lru_cache(maxsize=2 * ENTRIES)
def _beginnings(names: tuple[str, ...]) -> frozenset[str]:
    """Return what the words of names begin with; the same names are looked through at each keystroke."""
    words = (word for name in names for word in tokenise(normalise(name)))
    return frozenset(word[:length] for word in words for length in range(1, MAX_LETTERS + 1))
