"""What a matcher looks things up in, made of a knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.kb import load_knowledge
from bot.language import load_pack
from bot.matching.analysis import Analyser
from bot.matching.tables import Tables, make_tables

if TYPE_CHECKING:
    from tests.conftest import WriteKb

KB = """
lexicon: {synonyms: [[tarif, montant]]}
entries:
  - {id: a, title: Prix, answer: Dix euros., questions: [combien de livres]}
  - {id: b, title: Lieu, answer: Ici., questions: [le lieu]}
"""


def made(write_kb: WriteKb, *left_out: tuple[str, int]) -> Tables:
    kb = load_knowledge(write_kb(KB))
    return make_tables(kb, Analyser(load_pack("fr"), kb.lexicon), left_out)


def test_every_entry_every_word(write_kb: WriteKb) -> None:
    tables = made(write_kb)
    assert tables.postings.phrases_of.tolist() == [3, 3]
    assert {"prix", "livres", "dix", "lieu", "tarif", "montant"} <= set(tables.words.words)
    assert [dict(asked) for asked in tables.asked] == [{"livr": 1}, {}]


def test_function_words_are_known_but_say_nothing(write_kb: WriteKb) -> None:
    tables = made(write_kb)
    assert "lesquels" in tables.words.words
    assert {"prix", "livr"} <= set(tables.stems)
    assert load_pack("fr").stemmer.stemWord("lesquels") not in tables.stems
    assert tables.stems == sorted(set(tables.stems))


def test_phrases_left_out(write_kb: WriteKb) -> None:
    tables = made(write_kb, ("a", 1))
    assert tables.postings.phrases_of.tolist() == [2, 3]
    assert "livr" not in tables.stems
