"""What the misspelt words of phrases are meant to be.

Editors write phrases as people type: 'le dossié'. Such a word must lead to what 'dossier' leads to, and no
more be a word of its own, by which a question with the same error would match this one phrase.
"""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz.distance import OSA

from bot.matching.analysis import RAREST_ZIPF, Analyser, Word
from bot.matching.vocabulary import Vocabulary

SURE = 0.93
"""Similarity from which a word is the misspelling of another: it sounds alike, or two letters are swapped."""


def respellings(phrased: Collection[str], written: Collection[str], analyser: Analyser) -> dict[str, Word]:
    """Return the misspelt ones among the words of phrases, each with the word that is meant.

    Well spelt are words of ordinary language, those of the lexicon, and those of texts ``written`` with care,
    such as names; a word as near to two of different stems is left as it is.
    """
    ordinary = {text for text in phrased if _is_ordinary(text, analyser)}
    well_spelt = ordinary.union(written, analyser.synonym_words)
    vocabulary = Vocabulary.of(well_spelt | analyser.pack.stopwords, analyser.pack)
    found = {}
    for text in phrased:
        if text in well_spelt:
            continue
        errors = {
            near.word: OSA.distance(text, near.word)
            for near in vocabulary.near(text)
            if near.similarity >= SURE
        }
        fewest = min(errors.values(), default=0)
        meant = [analyser.word(word) for word, number in errors.items() if number == fewest]
        if len({word.stem for word in meant}) == 1:
            found[text] = meant[0]
    return found


def _is_ordinary(text: str, analyser: Analyser) -> bool:
    word = analyser.word(text)
    return word.stop or not text.isalpha() or analyser.zipf(word) > RAREST_ZIPF
