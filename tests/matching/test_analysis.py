"""Text to words, and words to features."""

import pytest

from bot.kb import Lexicon
from bot.language import load_pack
from bot.matching.analysis import (
    MAX_WORDS,
    NOTION_WEIGHT,
    PAIR_WEIGHT,
    PHRASE_WORDS,
    RAREST_ZIPF,
    SMALL_NUMBER_RARITY,
    STOPWORD_WEIGHT,
    Analyser,
    phrase_features,
    words_asked_for,
)

LEXICON = Lexicon(
    synonyms=[["entreprise", "boîte"], ["petite entreprise", "PME"]],
    spellings={"epn": "espace public numérique", "m gouv": "mgouvernement"},
    stopwords=["Machinchose"],
)
ANALYSER = Analyser(load_pack("fr"), LEXICON)


def texts(text: str, analyser: Analyser = ANALYSER) -> list[str]:
    return [word.text for word in analyser.words(text)]


def test_spellings_of_the_language_and_of_the_lexicon() -> None:
    assert texts("pk 1 EPN ?") == ["pourquoi", "1", "espace", "public", "numerique"]
    assert texts("le M Gouv") == ["le", "mgouvernement"]


def test_elisions_without_their_apostrophe() -> None:
    assert texts("lecole dinternet quemploi") == ["l", "ecole", "d", "internet", "qu", "emploi"]
    # Words of their own; too short; nothing that is elided; nothing that is known.
    words = ["depuis", "lundi", "cil", "dut", "vecole", "lecxyz", "lelecole", "codeurs"]
    assert texts(" ".join(words)) == words


def test_signs_are_left_out_but_for_percent() -> None:
    assert texts("#4 à 10 € ou 3 % ?") == ["4", "a", "10", "ou", "3", "pourcent"]


def test_function_words() -> None:
    stops = {word.text: word.stop for word in ANALYSER.words("pourquoi la machinchose numérique x 4")}
    assert stops == {
        "pourquoi": True,
        "la": True,
        "machinchose": True,
        "numerique": False,
        "x": True,
        "4": False,
    }


def test_forms_of_a_function_word_are_function_words_unless_they_only_look_like_it() -> None:
    stops = {word.text: word.stop for word in ANALYSER.words("correspondaient correspondants machinchoses")}
    assert stops == {"correspondaient": True, "correspondants": False, "machinchoses": True}


def test_forms_of_a_word_share_a_stem() -> None:
    assert len({ANALYSER.word(word).stem for word in ("incubateur", "incubateurs")}) == 1


def test_a_long_text_is_cut() -> None:
    assert len(ANALYSER.words("mot " * 1000)) == MAX_WORDS


def test_notions() -> None:
    stems = [word.stem for word in ANALYSER.words("petite boîte entreprise pme")]
    assert set(ANALYSER.notions(stems)) == {(1, 1, "~0"), (2, 1, "~0"), (3, 1, "~1")}
    assert (0, 2, "~1") in ANALYSER.notions([word.stem for word in ANALYSER.words("petite entreprise")])


@pytest.mark.parametrize(
    ("rare", "common"),
    [("baromètre", "temps"), ("xyzzyx", "baromètre"), ("12", "5"), ("télétravail", "school")],
)
def test_rarity(rare: str, common: str) -> None:
    (one,), (other,) = ANALYSER.words(rare), ANALYSER.words(common)
    assert 0 <= ANALYSER.rarity(other) < ANALYSER.rarity(one) <= 1


def test_rarity_of_numbers() -> None:
    assert [ANALYSER.rarity(word) for word in ANALYSER.words("5 56")] == [SMALL_NUMBER_RARITY, 1.0]


def test_features_of_a_phrase() -> None:
    features = phrase_features(ANALYSER, ANALYSER.words("la boîte numérique"))
    box, digital = (ANALYSER.word(word).stem for word in ("boite", "numerique"))
    assert features == {
        "la": STOPWORD_WEIGHT, box: 1.0, digital: 1.0, "~0": NOTION_WEIGHT,
        f"la {box}": PAIR_WEIGHT, f"{box} {digital}": PAIR_WEIGHT,
    }  # fmt: skip


def test_english() -> None:
    analyser = Analyser(load_pack("en"), Lexicon())
    assert texts("What's a library?", analyser)[-1] == "library"
    assert not analyser.word("library").stop
    assert analyser.word("the").stop


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("combien de toutes ces pages", {"pag"}),
        ("les pages", set()),
        ("combien de celles-ci et de leurs pages", set()),
        ("qui paie, et quel prix ?", {"pai", "prix"}),
        ("quel prix pages", {"prix"}),
        ("les gens qui paient", set()),
        ("ce qui change", set()),
        ("un prix ou des pages", set()),
        ("c'est qui le chef", {"chef"}),
        ("par qui le prix est-il payé", {"prix"}),
    ],
)
def test_words_asked_for_follow_a_question_word(text: str, asked: set[str]) -> None:
    analyser = Analyser(load_pack("fr"), Lexicon())
    assert words_asked_for(analyser, analyser.words(text)) == asked


def test_occurrences_in_an_ordinary_phrase() -> None:
    analyser = Analyser(load_pack("fr"), Lexicon())
    unheard = analyser.word("zzyzx")
    assert analyser.in_ordinary_phrase(unheard) == pytest.approx(PHRASE_WORDS * 10 ** (RAREST_ZIPF - 9))
    assert analyser.in_ordinary_phrase(analyser.word("maison")) > analyser.in_ordinary_phrase(unheard)
