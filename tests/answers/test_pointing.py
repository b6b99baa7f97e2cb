"""What a text points at once something was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.followup import follow_up
from bot.answers.pointers import News
from bot.answers.pointing import pointing
from bot.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.kb import KnowledgeBase


def shown(matcher: Matcher, text: str, entry_id: str | None, language: str = "fr") -> tuple[str, str] | None:
    """The entry that a text leads to after another, and what is said."""
    pointer = pointing(matcher, text)
    reply = follow_up(matcher.kb, pointer, text, entry_id, language) if pointer else None
    return (reply.entry or "", reply.plain) if reply else None


def leads_to(matcher: Matcher, text: str, entry_id: str) -> str:
    """The entry alone, which there must be."""
    found = shown(matcher, text, entry_id)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("text", "origin", "entry"),
    [
        ("la première", "liste-nantes", "mesure-7"),
        ("et la deuxième ?", "liste-groupe3", "mesure-17"),
        ("la dernière mesure", "liste-bordeaux", "mesure-6"),
        ("the second one", "liste-marseille", "mesure-2"),
        ("la 2e", "liste-nantes", "mesure-8"),
        ("et la 1ère ?", "liste-nantes", "mesure-7"),
        ("the 3rd", "liste-bordeaux", "mesure-6"),
    ],
)
def test_a_place_is_one_of_the_list_above(matcher: Matcher, text: str, origin: str, entry: str) -> None:
    assert leads_to(matcher, text, origin) == entry


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        # There is no such place in it, or no list above, or a number and no place.
        ("la quatrième", "liste-nantes"),
        ("la 4e", "liste-nantes"),
        ("la première", "mesure-7"),
        ("la première", None),
        ("3", "liste-nantes"),
        ("mesure 3", "liste-nantes"),
        ("la première réunion", "liste-nantes"),
    ],
)
def test_no_place_of_the_list_above(matcher: Matcher, text: str, entry_id: str | None) -> None:
    assert shown(matcher, text, entry_id) is None


@pytest.mark.parametrize(
    ("text", "entry_id", "said"),
    [
        ("c'est pour qui ?", "mesure-16", "au créateur d'entreprise"),
        ("à qui s'adresse-t-il ?", "mesure-16", "au créateur d'entreprise"),
        ("pr ki", "mesure-12", "RSA"),
        ("qui en bénéficie ?", "mesure-12", "RSA"),
        ("qui ça concerne", "mesure-12", "RSA"),
        ("ça concerne qui ?", "mesure-12", "RSA"),
        ("plus précisément ?", "mesure-3", "baromètre"),
        ("c'est cher ?", "mesure-3", "ne dit pas ce que cela coûte"),
        ("plus de détails", "mesure-3", "baromètre"),
        ("dis-m'en plus", "mesure-3", "baromètre"),
        ("qu'a-t-elle dit ?", "contexte-erhel", "poids du numérique"),
        ("de quel parti est-elle ?", "contexte-erhel", "PS"),
        ("quelle est sa fonction ?", "contexte-buffet", "président"),
        ("quel âge a-t-elle ?", "contexte-erhel", "ne dit rien de la vie des personnes"),
        ("c'est où ?", "mesure-8", "Nantes"),
        ("combien ?", "contexte-pellerin", "2 %"),
        ("c'est d'où ?", "mesure-17", "D’où elle vient : Paris"),
        ("ok et ça sort d'où", "mesure-8", "D’où elle vient : Nantes"),
        ("quand est-ce que ça commence ?", "mesure-1", "ne donne pas de date"),
        ("when will it be applied?", "mesure-1", "ne donne pas de date"),
        ("et le budget ?", "mesure-1", "ne dit pas ce que cela coûte"),
        ("ça en est où ?", "mesure-15", "ne dit pas ce que c’est devenu"),
        ("qu'est-ce qu'elle a dit d'autre ?", "contexte-raudiere", "Gallois"),
        ("parti ?", "contexte-erhel", "PS"),
        ("son âge ?", "contexte-erhel", "ne dit rien de la vie des personnes"),
        ("c'est quelle mesure ?", "mesure-3", "Mesure 3 ·"),
        ("et en hausse de combien ?", "chiffre-multi", "Évolution : En hausse de 2,9 %"),
        ("ça augmente ?", "chiffre-tablette", "ne dit pas comment ce chiffre évolue"),
    ],
)
def test_what_the_card_above_says(matcher: Matcher, text: str, entry_id: str, said: str) -> None:
    found = shown(matcher, text, entry_id)
    assert found is not None
    assert found[0] == entry_id
    assert said in found[1]


@pytest.mark.parametrize(
    ("text", "entry_id", "listed"),
    [
        ("et les autres ?", "mesure-17", "liste-groupe3"),
        ("donne-moi les autres mesures du groupe", "mesure-12", "liste-groupe1"),
        ("les autres mesures de cette ville", "mesure-13", "liste-paris"),
        ("celles de la même ville", "mesure-5", "liste-bordeaux"),
        ("and the others?", "mesure-4", "liste-bordeaux"),
        ("et les autres ?", "liste-nantes", "liste-toutes"),
        ("et le 3 ?", "liste-groupe2", "liste-groupe3"),
        ("le deux alors", "liste-groupe1", "liste-groupe2"),
    ],
)
def test_the_lists_beside_what_is_above(matcher: Matcher, text: str, entry_id: str, listed: str) -> None:
    assert leads_to(matcher, text, entry_id) == listed


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        # No measures come with these, no groups beside those, and how figures change is not asked of others.
        ("et les autres ?", "chiffre-tablette"),
        ("et les autres ?", "liste-toutes"),
        ("et les autres ?", None),
        ("et le 3 ?", "liste-nantes"),
        ("et le 3 ?", "mesure-10"),
        ("et le kit ?", "liste-groupe1"),
        ("en hausse ?", "mesure-3"),
    ],
)
def test_nothing_beside_it(matcher: Matcher, text: str, entry_id: str | None) -> None:
    assert shown(matcher, text, entry_id) is None


def test_a_group_that_there_is_not(matcher: Matcher) -> None:
    found = shown(matcher, "et le 4 ?", "liste-groupe2")
    assert found is not None
    assert "Il n’y a pas de groupe 4" in found[1]


@pytest.mark.parametrize(
    "text",
    [
        "préviens-moi quand ça bouge",
        "tu peux me prévenir s'il y a du nouveau ?",
        "Tenez-moi au courant !",
        "je veux suivre l'événement",
        "comment m'abonner ?",
        "let me know if there is news",
        "keep me posted",
    ],
)
def test_the_wish_for_news(matcher: Matcher, text: str) -> None:
    assert isinstance(pointing(matcher, text), News)


@pytest.mark.parametrize(
    "text",
    ["préviens-moi si la mesure 15 avance", "qui prévient les entreprises ?", "je veux suivre une formation"],
)
def test_what_names_a_subject_is_no_wish_for_news(matcher: Matcher, text: str) -> None:
    assert not isinstance(pointing(matcher, text), News)


@pytest.mark.parametrize(
    "text", ["combien coûte un portable ?", "combien de paysans ?", "où sont les données ?", "où voter ?"]
)
def test_words_that_only_begin_alike_are_subjects(matcher: Matcher, text: str) -> None:
    assert shown(matcher, text, "mesure-4") is None


def test_what_is_a_phrase_of_its_own_points_at_nothing(write_kb: Callable[[str], KnowledgeBase]) -> None:
    entries = (
        "- {id: salle, title: Salle, answer: Rue Haute., questions: [la salle des fêtes]}\n"
        "- {id: vote, title: Vote, answer: En mai., questions: [quand vote-t-on ?]}\n"
    )
    matcher = Matcher(write_kb(entries))
    assert shown(matcher, "quand vote-t-on ?", "salle") is None
    assert shown(matcher, "quand le vote ?", "salle") is not None


@pytest.mark.parametrize("text", ["pourquoi ?", "plus de détails", "combien ?"])
def test_with_nothing_above_a_subject_is_asked_for(matcher: Matcher, text: str) -> None:
    found = shown(matcher, text, None)
    assert found is not None
    assert "De quoi parlez-vous ?" in found[1]
