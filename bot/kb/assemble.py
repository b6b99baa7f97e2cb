"""Checked files to the one ``KnowledgeBase`` that they make up, with what follows from them."""

from __future__ import annotations

from typing import Any

from bot.kb.derive import derive_lists
from bot.kb.models import BaseTranslation, Contents, Entry, KnowledgeBase, Lexicon, Origin
from bot.language import load_pack

DEFAULT_LANGUAGE = "fr"
SECTIONS = ("measures", "figures", "entries")
"""Of a file: where it has entries."""
SINGLES = ("language", "title", "source", "chart", "en")
"""What one file says for all."""


def assemble(contents: Contents, name: str) -> KnowledgeBase:
    """Return the knowledge base of contents that have been checked; ``name`` is for one without a title."""
    files = contents.files
    singles: dict[str, Any] = {
        key: value for file in files for key in SINGLES if (value := getattr(file, key)) is not None
    }
    written: dict[str, Entry] = {
        entry.id: entry for file in files for section in SECTIONS for entry in getattr(file, section)
    }
    origins: dict[str, Origin] = {origin.id: origin for file in files for origin in file.origins}
    lexicons = [file.lexicon for file in files if file.lexicon]
    language = singles.get("language", DEFAULT_LANGUAGE)
    lists = derive_lists(written.values(), origins, load_pack(language))
    return KnowledgeBase(
        language=language,
        title=singles.get("title", name),
        source=singles.get("source"),
        chart=singles.get("chart"),
        translation=singles.get("en", BaseTranslation()),
        origins=origins,
        entries=written | {entry.id: entry for entry in lists},
        lexicon=Lexicon(
            synonyms=[row for lexicon in lexicons for row in lexicon.synonyms],
            spellings={k: v for lexicon in lexicons for k, v in lexicon.spellings.items()},
            stopwords=[word for lexicon in lexicons for word in lexicon.stopwords],
        ),
        digest=contents.digest,
    )
