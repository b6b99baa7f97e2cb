"""What a message is about that shows no single card: a list, a page, a chart, a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.kb import KnowledgeBase


def subject_of(kb: KnowledgeBase, offered: Collection[str]) -> str | None:
    """Return the entry that stands for all that a message offers to open; None where there is none.

    That is the list of just these measures, the list of all where each city is offered, the speaker of
    these figures.
    """
    ids = set(offered)
    if not ids:
        return None
    for entry in kb.lists:
        if ids == set(entry.measures):
            return entry.id
    cities = {entry.id for entry in kb.lists_of(kb.cities)}
    if cities and cities <= ids:
        return next((entry.id for entry in kb.lists if entry.origin is None), None)
    figures = [figure for figure in kb.figures if figure.id in ids]
    speakers = {figure.speaker for figure in figures}
    return speakers.pop() if len(figures) == len(ids) and len(speakers) == 1 else None
