"""Misspelt words of phrases are those that were meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.kb import Lexicon, load_knowledge
from bot.language import load_pack
from bot.matching import Matcher
from bot.matching.analysis import Analyser
from bot.matching.respelling import respellings

if TYPE_CHECKING:
    from tests.conftest import WriteKb

ANALYSER = Analyser(load_pack("fr"), Lexicon())


def respelt(phrased: set[str], written: set[str] | None = None) -> dict[str, str]:
    found = respellings(phrased, written or set(), ANALYSER)
    return {text: word.text for text, word in found.items()}


def test_what_sounds_alike_is_what_was_meant() -> None:
    phrased = {"dossie", "dossier", "gouvernemen", "gouvernement", "interent", "internet"}
    meant = {"dossie": "dossier", "gouvernemen": "gouvernement", "interent": "internet"}
    assert respelt(phrased) == meant


def test_the_right_spelling_must_be_there() -> None:
    assert respelt({"dossie", "internet"}) == {}


def test_a_rare_word_that_is_written_with_care_is_well_spelt() -> None:
    assert respelt({"cassaigne", "casaigne"}) == {}
    assert respelt({"cassaigne", "casaigne"}, {"cassaigne"}) == {"casaigne": "cassaigne"}


def test_between_two_words_nothing_is_chosen() -> None:
    assert respelt({"balaade", "balade"}) == {"balaade": "balade"}
    assert respelt({"balaade", "balade", "ballade"}) == {}


def test_of_two_that_sound_alike_the_one_with_fewer_errors_was_meant() -> None:
    phrased = {"corespondants", "correspondants", "correspondents"}
    assert respelt(phrased, phrased - {"corespondants"}) == {"corespondants": "correspondants"}


def test_the_words_of_the_lexicon_are_well_spelt() -> None:
    analyser = Analyser(load_pack("fr"), Lexicon(synonyms=[["bécane", "ordinateur"]]))
    assert respelt({"becane", "became"}) == {"becane": "became"}
    assert respellings({"becane", "became"}, set(), analyser) == {}


def test_a_question_with_the_same_error_is_led_to_all_that_the_word_leads_to(write_kb: WriteKb) -> None:
    kb = load_knowledge(
        write_kb(
            "- {id: a, title: Dossiers, answer: Un dossier., questions: [le dossier de prêt, mon dossier]}\n"
            "- {id: b, title: Le lieu, answer: Ici., questions: [ou envoyé le dossié]}\n"
        )
    )
    matcher = Matcher(kb)
    assert "dossie" not in matcher.vocabulary
    assert matcher.match("mon dossié").ranking[0].id == "a"
