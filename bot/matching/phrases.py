"""The phrases of a knowledge base as words and features: what takes longest before an index can be made."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.kb import KnowledgeBase, ListEntry
from bot.matching.analysis import Analyser, phrase_features, words_asked_for
from bot.matching.respelling import respellings

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
    entries = kb.entries.values()
    phrased = [
        [
            analyser.words(phrase)
            for position, phrase in enumerate(entry.phrases)
            if (entry.id, position) not in leave_out
        ]
        for entry in entries
    ]
    answers = [None if isinstance(entry, ListEntry) else analyser.words(entry.answer) for entry in entries]
    titles = [word.text for entry in entries for word in analyser.words(entry.title)]
    words = {word.text for answer in answers if answer for word in answer}
    respelt = respellings(
        {word.text for phrases in phrased for phrase in phrases for word in phrase},
        words.union(titles),
        analyser,
    )
    asked: list[Counter[str]] = [Counter() for _ in kb.entries]

    def featured() -> Iterator[tuple[int, Mapping[str, float]]]:
        for number, (phrases, answer) in enumerate(zip(phrased, answers, strict=True)):
            for misspelt in phrases:
                phrase = [respelt.get(word.text, word) for word in misspelt]
                words.update(word.text for word in phrase)
                asked[number].update(words_asked_for(analyser, phrase))
                yield number, phrase_features(analyser, phrase)
            if answer is not None:
                features = phrase_features(analyser, answer)
                yield number, {feature: ANSWER_WEIGHT * weight for feature, weight in features.items()}

    return Phrases(FeatureTable.of(featured()), frozenset(words), list(asked))
