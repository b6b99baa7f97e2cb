"""Hashed maps say what dictionaries say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.language import HashedMap, hashes

WORDS = st.text(max_size=5)


@given(st.dictionaries(WORDS, st.integers(0, 2**31 - 1)), st.lists(WORDS))
def test_a_map_has_the_number_of_each_word(numbers: dict[str, int], others: list[str]) -> None:
    hashed: HashedMap[int] = HashedMap(hashes(numbers), np.array([*numbers.values()], np.int32))
    assert len(hashed) == len(numbers)
    for word in [*numbers, *others]:
        assert hashed.get(word, -1) == numbers.get(word, -1)
        assert (word in hashed) == (word in numbers)


@given(st.dictionaries(WORDS, st.floats(allow_nan=False)))
def test_a_map_keeps_fractions_as_they_are(numbers: dict[str, float]) -> None:
    hashed = HashedMap(hashes(numbers), np.array([*numbers.values()], np.float64))
    assert {word: hashed.get(word, -1.0) for word in numbers} == numbers
