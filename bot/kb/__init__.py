"""The knowledge base: a directory of YAML files as one immutable, validated object."""

from bot.kb.assemble import assemble
from bot.kb.loader import digest_of, load_knowledge, read_contents
from bot.kb.models import (
    Contents,
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
    "Contents",
    "Entry",
    "FacetName",
    "Figure",
    "KnowledgeBase",
    "Lexicon",
    "ListEntry",
    "Measure",
    "Milestone",
    "Origin",
    "assemble",
    "digest_of",
    "load_knowledge",
    "read_contents",
]
