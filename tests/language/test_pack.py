"""A language pack is complete, consistent and compiled."""

from typing import get_args

import pytest

from bot.errors import LanguageError
from bot.kb import FacetName
from bot.language import AVAILABLE, LanguagePack, fold, frequencies, load_pack


@pytest.fixture(params=AVAILABLE)
def pack(request: pytest.FixtureRequest) -> LanguagePack:
    return load_pack(request.param)


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    with pytest.raises(LanguageError, match="language 'de' is not one of: fr, en"):
        load_pack("de")


def test_a_pack_is_read_once(pack: LanguagePack) -> None:
    assert load_pack(pack.code) is pack


def test_words_are_written_as_the_normaliser_leaves_them(pack: LanguagePack) -> None:
    words = {*pack.stopwords, *pack.spellings, *pack.range_words, *pack.reference_nouns, *pack.group_nouns}
    words |= {word for sequence in [*pack.numbers, *pack.ordinals, *pack.last_words] for word in sequence}
    # What holds an accent or a hyphen can never be met, but does no harm: the two there are today.
    assert {word for word in words if fold(word) != word} <= {"jé"}


def test_facets_are_those_of_the_schema(pack: LanguagePack) -> None:
    names = {facet.name for facet in pack.facets}
    assert names >= {"why", "who", "when", "how_many"}
    assert names <= set(get_args(FacetName))


def test_what_french_entries_must_hold_to_answer() -> None:
    strict = {facet.name for facet in load_pack("fr").facets if facet.strict}
    assert strict == {
        "cost", "apply", "status", "opinion", "definition", "personal", "abroad", "when", "how_many",
        "reactions", "other_time", "who",
    }  # fmt: skip


def test_numbers_and_ordinals_agree(pack: LanguagePack) -> None:
    assert set(range(1, 20)) <= set(pack.numbers.values())
    assert set(range(1, 20)) <= set(pack.ordinals.values())
    assert max(map(len, pack.numbers)) <= 3
    assert max(map(len, pack.ordinals)) <= 3


def test_templates_can_be_filled(pack: LanguagePack) -> None:
    for template in pack.list_templates:
        assert "Lyon" in template.format(name="Lyon")
    for template in pack.list_theme_templates:
        assert "métiers" in template.format(theme="métiers")
    for template in pack.list_all_templates:
        assert "{" not in template.format(count=3)
    assert set(pack.list_titles) == {"one", "group", "all"}


def test_frequencies(pack: LanguagePack) -> None:
    words = frequencies(pack.code)
    values = list(words.values())
    assert len(values) > 5000
    assert values == sorted(values, reverse=True)
    assert min(values) >= 3.1
    assert all(pack.words.get(word, 0.0) == value for word, value in words.items())
    commonest = "de" if pack.code == "fr" else "the"
    assert pack.zipf.get(pack.stemmer.stemWord(commonest), 0.0) == words[commonest] > 7


def test_a_stem_is_as_frequent_as_its_most_frequent_word(pack: LanguagePack) -> None:
    words = frequencies(pack.code)
    best: dict[str, float] = {}
    for word, value in words.items():
        stem = pack.stemmer.stemWord(word)
        best[stem] = max(best.get(stem, 0.0), value)
    assert len(pack.zipf) == len(best)
    assert all(pack.zipf.get(stem, 0.0) == value for stem, value in best.items())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kelke", "quelque"),
        ("numerik", "numerique"),
        ("filozofi", "philosophie"),
        ("baromaitre", "barometre"),
    ],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert load_pack("fr").sound(one) == load_pack("fr").sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("mesure", "masure"), ("tablette", "tableau"), ("campus", "campagne")]
)
def test_words_that_do_not(one: str, other: str) -> None:
    assert load_pack("fr").sound(one) != load_pack("fr").sound(other)


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("aident", "aider"),
        ("creent", "creer"),
        ("innovent", "innover"),
        ("parent", None),
        ("president", None),
        ("document", None),
        ("ment", None),
        ("aider", None),
        ("", None),
    ],
)
def test_forms_of_verbs_that_look_like_nouns(word: str, verb: str | None) -> None:
    assert load_pack("fr").infinitive(word) == verb
    assert load_pack("en").infinitive(word) is None
