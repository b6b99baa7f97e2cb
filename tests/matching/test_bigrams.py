"""Words laid out by their bigrams."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.language import load_pack
from bot.matching.bigrams import MIN_FUZZY_LENGTH, BigramTable, bigrams, long_enough

PACK = load_pack("fr")


def holders(table: BigramTable) -> dict[str, list[int]]:
    return {
        bigram: table.holders[slice(*table.start[number : number + 2])].tolist()
        for number, bigram in enumerate(table.bigrams)
    }


def test_the_ends_of_a_word_count_as_letters() -> None:
    assert bigrams("abc") == {"^a", "ab", "bc", "c$"}
    assert bigrams("") == {"^$"}


def test_words_with_their_bigrams() -> None:
    table = BigramTable.of(["tablier", "rsa", "table", "rsa"], PACK)
    assert table.words == ["rsa", "table", "tablier"]
    assert table.sounds == [PACK.sound("table"), PACK.sound("tablier")]
    found = holders(table)
    assert found["^t"] == [0, 1]
    assert found["ie"] == [1]
    assert "rs" not in found, "a short word is only itself"


def test_no_words() -> None:
    table = BigramTable.of([], PACK)
    assert (table.words, table.sounds, table.bigrams, table.start.tolist()) == ([], [], [], [0])
    short = BigramTable.of(["rsa"], PACK)
    assert (short.words, short.sounds) == (["rsa"], [])


@given(st.lists(st.text("abcdeéphq", min_size=1, max_size=9), max_size=12))
def test_each_word_is_found_by_each_of_its_bigrams(words: list[str]) -> None:
    table = BigramTable.of(words, PACK)
    spelt = long_enough(table.words)
    assert all(len(word) >= MIN_FUZZY_LENGTH for word in spelt)
    found = holders(table)
    for number, word in enumerate(spelt):
        having = {bigram for bigram, some in found.items() if number in some}
        assert having == bigrams(word) | bigrams(PACK.sound(word))
        assert table.counts[number] == len(having)
    assert np.array_equal(table.start, np.cumsum([0, *map(len, found.values())]))
