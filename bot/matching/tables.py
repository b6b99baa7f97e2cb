"""All that a matcher looks things up in: numbers and words, which can be kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.kb import KnowledgeBase
from bot.matching.analysis import Analyser
from bot.matching.bigrams import BigramTable
from bot.matching.phrases import analyse_phrases
from bot.matching.postings import Postings, post


@dataclass(frozen=True, slots=True)
class Tables:
    """What a matcher knows of the phrases of a knowledge base, and of its words."""

    postings: Postings
    words: BigramTable
    """The words of its phrases and lexicon, and the function words of the language."""
    stems: list[str]
    """Of those of the phrases and of the lexicon."""
    asked: list[Mapping[str, int]]
    """For each entry, how many phrases ask for which stem or notion: 'combien de *foyers*'."""


def make_tables(kb: KnowledgeBase, analyser: Analyser, leave_out: Collection[tuple[str, int]] = ()) -> Tables:
    """Analyse a knowledge base, except the phrases left out (entry id, position)."""
    phrases = analyse_phrases(kb, analyser, leave_out)
    known = phrases.words | analyser.synonym_words
    return Tables(
        postings=post(phrases.features, len(kb.entries)),
        words=BigramTable.of(known | analyser.pack.stopwords, analyser.pack),
        stems=sorted({analyser.word(word).stem for word in known}),
        asked=phrases.asked,
    )
