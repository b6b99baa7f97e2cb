"""A typed word to the known words that it may stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import load_pack
from bot.matching.vocabulary import (
    MAX_PREFIX_READINGS,
    MAX_READINGS,
    MIN_SIMILARITY,
    PREFIX_SIMILARITY,
    Vocabulary,
)

WORDS = [
    "barometre",
    "tablette",
    "tablettes",
    "tableau",
    "tablier",
    "telephone",
    "numerique",
    "rsa",
    "espace",
    "public",
    "publics",
]
VOCABULARY = Vocabulary.of(WORDS, load_pack("fr"))


def test_known_words() -> None:
    assert "rsa" in VOCABULARY
    assert "rsi" not in VOCABULARY
    assert len(VOCABULARY) == len(WORDS)
    assert len(Vocabulary.of(["a", "a"], load_pack("fr"))) == 1


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("barometr", "barometre"),
        ("baormetre", "barometre"),
        ("barrometre", "barometre"),
        ("baromaitre", "barometre"),
        ("tablete", "tablette"),
        ("numerik", "numerique"),
        ("telefone", "telephone"),
    ],
)
def test_misspelt_words(typed: str, word: str) -> None:
    first, *rest = VOCABULARY.near(typed)
    assert first.word == word
    assert MIN_SIMILARITY <= first.similarity < 1
    assert all(first.similarity >= reading.similarity for reading in rest)
    assert len(rest) < MAX_READINGS


def test_letters_in_the_wrong_order_are_likelier_than_another_word() -> None:
    vocabulary = Vocabulary.of(["internet", "interet", "rentier"], load_pack("fr"))
    assert [reading.word for reading in vocabulary.near("interent")][:2] == ["internet", "interet"]


def test_short_words_with_two_letters_exchanged() -> None:
    for typed in ("ras", "sra"):
        assert [reading.word for reading in VOCABULARY.near(typed)] == ["rsa"]
    pair = Vocabulary.of(["tpe", "pte"], load_pack("fr"))
    assert {reading.word for reading in pair.near("tep")} == {"tpe"}
    assert pair.near("tpa") == ()


@pytest.mark.parametrize("typed", ["rsi", "xxxxxxx", "", "montagne", "tab", "zzzz"])
def test_nothing_near(typed: str) -> None:
    assert VOCABULARY.near(typed) == ()


def test_half_typed_words_shortest_first() -> None:
    found = VOCABULARY.completions("tabl")
    assert [reading.word for reading in found] == ["tableau", "tablier", "tablette", "tablettes"]
    assert {reading.similarity for reading in found} == {PREFIX_SIMILARITY}
    assert [reading.word for reading in VOCABULARY.completions("tablette")] == ["tablettes"]
    assert VOCABULARY.completions("ta") == []
    assert VOCABULARY.completions("zzz") == []


def test_completions_are_bounded() -> None:
    many = Vocabulary.of([f"mot{letter}" for letter in "abcdefghijklmnop"], load_pack("fr"))
    assert len(many.completions("mot")) == MAX_PREFIX_READINGS


def test_words_run_together() -> None:
    assert VOCABULARY.split("espacepublic") == ("espace", "public")
    assert VOCABULARY.split("espacersa") is None
    assert VOCABULARY.split("espaces") is None


def test_many_words_run_together() -> None:
    words = Vocabulary.of(
        ["kit", "numerique", "createur", "d", "entreprise", "du", "rsa", "beneficiaires"], load_pack("fr")
    )
    whole = "kitnumeriquecreateurdentreprise"
    assert words.split(whole) == ("kit", "numerique", "createur", "d", "entreprise")
    assert words.split("beneficiairesdursa") == ("beneficiaires", "du", "rsa")
    # Short words beside each other, or at the end of two, are anything.
    for typed in (
        "rsakit",
        "kitdursa",
        "kitnumerique",
        "dnumerique",
        "numeriqued",
        "dudududu",
        "numeriquedudkit",
    ):
        assert words.split(typed) is None, typed
    assert words.split("numerique" * 5) is None, "longer than any that is meant"


@given(st.text("ab", min_size=1, max_size=60))
def test_parts_are_known_and_make_the_word(typed: str) -> None:
    words = {"a", "b", "ab", "aba", "abba", "baab"}
    parts = Vocabulary.of(words, load_pack("fr")).split(typed)
    assert parts is None or ("".join(parts) == typed and words.issuperset(parts) and len(parts) > 1)


def test_an_empty_vocabulary() -> None:
    empty = Vocabulary.of([], load_pack("fr"))
    assert (empty.near("barometre"), empty.completions("bar"), empty.split("abcdefgh")) == ((), [], None)
