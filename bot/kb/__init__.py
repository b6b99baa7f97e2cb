"""The knowledge base: a directory of YAML files as one immutable, validated object."""

from bot.kb.loader import digest_of, load_knowledge
from bot.kb.models import (
    Entry,
    FacetName,
    Figure,
    KnowledgeBase,
    Lexicon,
    ListEntry,
    Measure,
    Milestone,
    Origin,
)

__all__ = [
    "Entry",
    "FacetName",
    "Figure",
    "KnowledgeBase",
    "Lexicon",
    "ListEntry",
    "Measure",
    "Milestone",
    "Origin",
    "digest_of",
    "load_knowledge",
]
