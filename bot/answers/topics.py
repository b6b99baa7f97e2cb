"""What can be followed: a measure, a city, a group, or the whole event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import followup_texts as f
from bot.answers.content import label_of, origin_name
from bot.kb import ListEntry, Measure
from bot.kb.followups import EVENT, topics
from bot.language import fold

if TYPE_CHECKING:
    from bot.answers.texts import Texts
    from bot.kb import KnowledgeBase, Origin

_ALL = frozenset({"tout", "all", "event", "evenement", "l'evenement", "everything"})


def topic_of(kb: KnowledgeBase, entry_id: str) -> str:
    """Return what one follows who follows an entry: itself, its origin, or the whole event."""
    entry = kb.entries[entry_id]
    if isinstance(entry, Measure):
        return entry.id
    return (entry.origin or EVENT) if isinstance(entry, ListEntry) else EVENT


def touched(kb: KnowledgeBase, topic: str) -> tuple[str, ...]:
    """Return the topics whose followers news on one concerns: a measure, its group, its city."""
    entry = kb.entries.get(topic)
    origin_id = entry.origin if isinstance(entry, Measure) else topic
    origin = kb.origins.get(origin_id)
    up = [found.id for found in (origin, _parent(kb, origin)) if found]
    return tuple(dict.fromkeys([topic, *up, EVENT]))


def topic_label(kb: KnowledgeBase, topic: str, text: Texts) -> str:
    """Return what a topic is called; its id where the knowledge base has it no more."""
    if topic in kb.origins:
        return origin_name(kb, kb.origins[topic], text)
    if topic in topics(kb) and topic in kb.entries:
        return label_of(kb, kb.entries[topic], text)
    return text.plain(f.THE_EVENT) if topic == EVENT else topic


def topic_named(kb: KnowledgeBase, said: str) -> str | None:
    """Return the topic that words name: an id, a number, a city, a group, all."""
    wanted = fold(said).strip().removeprefix("#")
    if wanted in topics(kb):
        return wanted
    if wanted.isdecimal() and len(wanted) < 6:  # noqa: PLR2004 (no base has a million measures)
        measure = kb.measures.get(int(wanted))
        return measure.id if measure else None
    if wanted in _ALL:
        return EVENT
    for origin in kb.origins.values():
        if wanted in map(fold, origin.names):
            return origin.id
    return None


def _parent(kb: KnowledgeBase, origin: Origin | None) -> Origin | None:
    return kb.origins[origin.parent] if origin and origin.parent else None
