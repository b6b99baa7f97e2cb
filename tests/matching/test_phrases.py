"""What is known of all phrases: their words, their features, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.kb import load_knowledge
from bot.language import load_pack
from bot.matching.analysis import Analyser
from bot.matching.phrases import ANSWER_WEIGHT, FeatureTable, Phrases, analyse_phrases

if TYPE_CHECKING:
    from tests.conftest import WriteKb

KB = """
- {id: a, title: Prix, answer: Dix euros., questions: [combien de livres]}
- {id: b, title: Lieu, answer: Ici., questions: [le lieu]}
"""


def analysed(write_kb: WriteKb, *left_out: tuple[str, int]) -> Phrases:
    kb = load_knowledge(write_kb(KB))
    return analyse_phrases(kb, Analyser(load_pack("fr"), kb.lexicon), left_out)


def test_features_are_laid_end_to_end() -> None:
    table = FeatureTable.of([(0, {"a": 1.0, "b": 0.5}), (1, {}), (1, {"b": 0.7})])
    assert table.names == ["a", "b"]
    assert table.features.tolist() == [0, 1, 1]
    assert table.weights.tolist() == [1.0, 0.5, 0.7]
    assert table.lengths.tolist() == [2, 0, 1]
    assert table.owners.tolist() == [0, 1, 1]


def test_every_phrase_and_every_answer(write_kb: WriteKb) -> None:
    phrases = analysed(write_kb)
    assert phrases.features.owners.tolist() == [0, 0, 0, 1, 1, 1]
    assert {"prix", "combien", "livres", "dix", "euros", "lieu", "ici"} <= phrases.words
    assert [dict(asked) for asked in phrases.asked] == [{"livr": 1}, {}]


def test_the_words_of_an_answer_weigh_less(write_kb: WriteKb) -> None:
    table = analysed(write_kb).features
    of_answer = table.features.tolist().index(table.names.index("dix"))
    assert table.weights[of_answer] == pytest.approx(ANSWER_WEIGHT)


def test_phrases_left_out(write_kb: WriteKb) -> None:
    phrases = analysed(write_kb, ("a", 1))
    assert phrases.features.owners.tolist() == [0, 0, 1, 1, 1]
    assert "livres" not in phrases.words
    assert not any(phrases.asked)
