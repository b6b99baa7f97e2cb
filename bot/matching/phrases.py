"""The phrases of a knowledge base as words and features: what takes longest before an index can be made."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.kb import KnowledgeBase, ListEntry
from bot.matching.analysis import Analyser, Word, phrase_features, words_asked_for

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

ANSWER_WEIGHT = 0.3
"""The words of an answer lead to it too, less than the phrases that are written to be asked."""


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The features of phrases, laid end to end: as mappings, all phrases take more memory than the index."""

    names: list[str]
    """What each number of a feature stands for."""
    features: Ints
    weights: Doubles
    """Of the features, side by side; shape (features of all phrases,)."""
    lengths: Ints
    """How many features each phrase has; shape (phrases,)."""
    owners: Ints
    """The number of each phrase's entry; shape (phrases,)."""

    @classmethod
    def of(cls, phrases: Iterable[tuple[int, Mapping[str, float]]]) -> FeatureTable:
        """Lay out phrases, each given as the number of its entry and its features with weights."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        features, weights, lengths, owners = array("i"), array("d"), array("i"), array("i")
        for owner, phrase in phrases:
            owners.append(owner)
            lengths.append(len(phrase))
            features.extend(map(numbers.__getitem__, phrase))
            weights.extend(phrase.values())
        # Or the map would hold itself, and stay until garbage is looked for.
        numbers.default_factory = None
        return cls(
            list(numbers),
            np.asarray(features),
            np.asarray(weights),
            np.asarray(lengths),
            np.asarray(owners),
        )


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a matcher must know of all phrases."""

    features: FeatureTable
    words: frozenset[str]
    """All words, spelt out."""
    asked: list[Mapping[str, int]]
    """For each entry, how many phrases ask for which stem or notion: 'combien de *foyers*'."""


def analyse_phrases(
    kb: KnowledgeBase, analyser: Analyser, leave_out: Collection[tuple[str, int]] = ()
) -> Phrases:
    """Analyse the phrases and answers of all entries, except the phrases left out (entry id, position)."""
    words: set[str] = set()
    asked: list[Counter[str]] = [Counter() for _ in kb.entries]

    def known(text: str) -> list[Word]:
        found = analyser.words(text)
        words.update(word.text for word in found)
        return found

    def featured() -> Iterator[tuple[int, Mapping[str, float]]]:
        for number, entry in enumerate(kb.entries.values()):
            for position, phrase in enumerate(entry.phrases):
                if (entry.id, position) in leave_out:
                    continue
                analysed = known(phrase)
                asked[number].update(words_asked_for(analyser, analysed))
                yield number, phrase_features(analyser, analysed)
            if not isinstance(entry, ListEntry):
                features = phrase_features(analyser, known(entry.answer))
                yield number, {feature: ANSWER_WEIGHT * weight for feature, weight in features.items()}

    return Phrases(FeatureTable.of(featured()), frozenset(words), list(asked))
