"""What to list while too little is typed to rank: the entries that have a word that begins so."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from operator import itemgetter
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
        return [one.id for one in kb.lists_of(kb.groups)]
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
    return _by_beginning(kb).get(words[-1], []) if words else []


@lru_cache(maxsize=1)
def _by_beginning(kb: KnowledgeBase) -> Mapping[str, list[str]]:
    """Return the entries of each beginning of a word, in the order in which they are offered."""
    found: defaultdict[str, list[tuple[bool, bool, str]]] = defaultdict(list)
    for entry in {entry.id: entry for entry in (*kb.measures.values(), *kb.entries.values())}.values():
        shown, others = _beginnings(_shown_names(kb, entry)), _beginnings(_other_names(entry))
        for beginning in shown | others:
            # Each entry has so many aliases that those which show the word must come before.
            found[beginning].append((not isinstance(entry, Measure), beginning not in shown, entry.id))
    return {
        beginning: [entry_id for *_, entry_id in sorted(rows, key=itemgetter(0, 1))]
        for beginning, rows in found.items()
    }


def _shown_names(kb: KnowledgeBase, entry: Entry) -> tuple[str, ...]:
    names = [entry.title]
    origin = entry.origin if isinstance(entry, Measure | ListEntry) else None
    while origin:
        names.append(kb.origins[origin].name)
        origin = kb.origins[origin].parent
    return tuple(names)


def _other_names(entry: Entry) -> tuple[str, ...]:
    return (*entry.aliases, entry.en.title) if entry.en else tuple(entry.aliases)


def _beginnings(names: tuple[str, ...]) -> frozenset[str]:
    words = (word for name in names for word in tokenise(normalise(name)) if word.isalpha())
    return frozenset(word[:length] for word in words for length in range(1, MAX_LETTERS + 1))
