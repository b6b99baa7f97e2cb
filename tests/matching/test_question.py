"""A question as the matcher sees it."""

import pytest

from bot.matching import Matcher
from bot.matching.question import MIN_FOCUS_WEIGHT, Question, Term


def term(question: Question, typed: str) -> Term:
    return next(term for term in question.terms if term.typed == typed)


def readings(shipped_matcher: Matcher, text: str, typed: str) -> list[str]:
    return [word.text for word, _ in term(shipped_matcher.analyse(text), typed).readings]


def test_function_words_are_no_terms(shipped_matcher: Matcher) -> None:
    question = shipped_matcher.analyse("pourquoi est-ce qu'il y a un baromètre ?")
    assert [one.typed for one in question.terms] == ["barometre"]
    assert "pourquoi" in question.features


def test_a_misspelt_word_is_read_as_a_known_one(shipped_matcher: Matcher) -> None:
    found = term(shipped_matcher.analyse("le barrometre"), "barrometre")
    assert found.known
    assert found.readings[0][0].text == "barometre"
    assert 0 < found.readings[0][1] < 1


def test_a_half_typed_last_word_is_completed(shipped_matcher: Matcher) -> None:
    assert "incubateur" in readings(shipped_matcher, "incubat", "incubat")
    long = "je me demande bien ce que deviennent alors les jeunes incubat"
    assert all(reading.similarity < 1 for reading in shipped_matcher.vocabulary.completions("incubat"))
    assert len(shipped_matcher.analyse(long).terms) >= 1


def test_words_run_together_are_words(shipped_matcher: Matcher) -> None:
    question = shipped_matcher.analyse("des espacespublicsnumeriques pour tous les gens ici")
    assert [term.typed for term in question.terms][:3] == ["espaces", "publics", "numeriques"]
    assert question.pairs[:3] == shipped_matcher.analyse("des espaces publics numériques").pairs


def test_an_ordinary_word_is_that_word(shipped_matcher: Matcher) -> None:
    # 'vélo' is no misspelt anything, however near.
    found = term(shipped_matcher.analyse("l’orchestre du pays entier et ses voisins"), "orchestre")
    assert [word.text for word, _ in found.readings] == ["orchestre"]
    assert not found.known
    assert found.weight > 0


def test_what_follows_a_question_word_is_asked_for(shipped_matcher: Matcher) -> None:
    question = shipped_matcher.analyse("combien de pages pour le baromètre ?")
    assert term(question, "pages").focus
    assert not any(one.focus for one in question.terms if one.typed == "combien")
    assert not term(question, "barometre").focus
    assert term(question, "pages").weight >= MIN_FOCUS_WEIGHT


def test_whether_it_asks(shipped_matcher: Matcher) -> None:
    for text in (
        "le kit ?",
        "pourquoi le kit",
        "est-ce que le kit existe",
        "what is the kit",
        "donne-moi le kit",
    ):
        assert shipped_matcher.analyse(text).asks, text
    for text in ("le kit", "un kit pour les créateurs", "super présentation du kit"):
        assert not shipped_matcher.analyse(text).asks, text


@pytest.mark.parametrize(
    "text", ["Quelle belle journée !", "quelle honte", "Que de monde", "What a day", "combien de monde !"]
)
def test_an_exclamation_asks_nothing(shipped_matcher: Matcher, text: str) -> None:
    assert not shipped_matcher.analyse(text).wonders


@pytest.mark.parametrize(
    "text",
    [
        "Quelle belle journée ?",
        "quel est le budget",
        "Génial ! Et le prix ?",
        "combien coûte le kit",
    ],
)
def test_a_question_is_none(shipped_matcher: Matcher, text: str) -> None:
    assert shipped_matcher.analyse(text).wonders


def test_chatter(shipped_matcher: Matcher) -> None:
    assert shipped_matcher.analyse("bravo pour le kit, à demain").chatter
    assert shipped_matcher.analyse("attends, je t'appelle").chatter
    assert not shipped_matcher.analyse("un kit pour les créateurs").chatter


def test_nothing_typed(shipped_matcher: Matcher) -> None:
    question = shipped_matcher.analyse("")
    assert (question.terms, dict(question.features), question.reference, question.asks) == (
        (),
        {},
        None,
        False,
    )


def test_a_plural_verb_is_its_infinitive(shipped_matcher: Matcher) -> None:
    found = term(shipped_matcher.analyse("le kit pour ceux qui créent leur boîte"), "creent")
    assert [(word.text, similarity) for word, similarity in found.readings] == [("creer", 1.0)]
    assert found.known
