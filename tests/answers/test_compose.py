from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import NONE_OF_THESE, Callback, Show, compose
from bot.matching import Outcome, Ranked

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answers import Reply
    from bot.kb import KnowledgeBase


def outcome(kind: str, **more: object) -> Outcome:
    values: dict[str, object] = {"question": "q", "facet": "what", "ranking": ()} | more
    return Outcome(kind=kind, **values)  # type: ignore[arg-type]


def actions(reply: Reply) -> list[object]:
    return [button.action for row in reply.buttons for button in row]


def test_an_answer_is_the_card_with_the_facet_first(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("answer", facet="why", shown=("mesure-3",)))
    assert reply.entry == "mesure-3"
    assert reply.plain.split("\n\n")[1].startswith("Pourquoi :")


def test_silence_is_empty(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("silent", ranking=(Ranked("mesure-1", 0.4),)))
    assert not reply
    assert reply.html == reply.plain == ""


def test_suggestions_are_titles_and_a_way_out(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("suggest", shown=("mesure-3", "chiffre-pib")))
    assert "Mesure 3 · Un baromètre" in reply.plain
    assert "Le poids du numérique dans le PIB" in reply.plain
    assert actions(reply) == [Show("mesure-3"), Show("chiffre-pib"), Callback(NONE_OF_THESE)]
    assert reply.entry is None


def test_of_a_list_only_what_was_asked_for_is_shown(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("list", shown=("liste-toutes",), numbers=(3, 5)))
    *rows, blank, source = reply.plain.splitlines()
    assert [line.split(".")[0] for line in rows] == ["3", "5"]
    assert (blank, source.partition(":")[0]) == ("", "Source ")
    assert actions(reply) == [Show("mesure-3"), Show("mesure-5")]
    # 'Et la suivante ?' is not the first of all.
    assert reply.entry is None


def test_beside_a_price_that_no_measure_has_stands_what_all_are_to_cost(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("unknown", facet="cost", related="mesure-3"))
    assert actions(reply) == [Show("mesure-3"), Show("contexte-methode")]
    assert "dépenses publiques" in kb.entries["contexte-methode"].answer
    other = compose(kb, outcome("unknown", facet="when", related="mesure-3"))
    assert actions(other) == [Show("mesure-3")]


def test_how_many_a_list_has_is_said_first(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("list", shown=("liste-nantes",), facet="how_many"))
    assert reply.plain.startswith("3 mesures\n\nLes mesures de Nantes")
    assert reply.short
    assert reply.short.startswith("<b>3 mesures</b>\n")
    assert compose(kb, outcome("list", shown=("liste-nantes",))).plain.startswith("Les mesures de Nantes")


def test_of_a_place_that_nothing_comes_from_the_places_are_told(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("unknown", elsewhere=True))
    assert "Les mesures viennent de : Marseille, Bordeaux, Nantes, Paris." in reply.plain
    assert actions(reply) == [Show(f"liste-{city}") for city in ("marseille", "bordeaux", "nantes", "paris")]


def test_an_unknown_question_is_admitted(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("unknown"))
    assert "Je n’ai pas de réponse" in reply.plain
    assert "19 mesures, 12 chiffres, 10 autres sujets" in reply.plain
    assert actions(reply) == [Show("liste-toutes")]


@pytest.mark.parametrize(
    ("facet", "said"),
    [
        ("cost", "ne dit pas ce que cela coûte"),
        ("when", "ne donne pas de date"),
        ("apply", "comment s’inscrire"),
        ("status", "ce que c’est devenu"),
        ("something else", "Ma source ne le dit pas"),
    ],
)
def test_what_the_source_does_not_say_is_named(kb: KnowledgeBase, facet: str, said: str) -> None:
    reply = compose(kb, outcome("unknown", facet=facet, related="mesure-16"))
    assert said in reply.plain
    assert "Mesure 16 · Un kit numérique" in reply.plain
    assert actions(reply)[0] == Show("mesure-16")
    assert reply.entry == "mesure-16"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (20, "Il n’y a pas de mesure 20."),
        (0, "Il n’y a pas de mesure 0."),
        (-3, "Il n’y a pas de mesure -3."),
        (10**400, "Il n’y a pas de mesure à ce numéro."),
    ],
)
def test_a_number_that_does_not_exist(kb: KnowledgeBase, number: int, said: str) -> None:
    reply = compose(kb, outcome("unknown", no_such_number=number))
    assert reply.plain == f"{said} Il y en a 19, numérotées de 1 à 19."


def test_a_group_that_does_not_exist(kb: KnowledgeBase) -> None:
    reply = compose(kb, outcome("unknown", no_such_number=7, number_of="group"))
    assert reply.plain.startswith("Il n’y a pas de groupe 7.")
    assert Show("liste-groupe3") in actions(reply)


def test_a_misspelt_word_is_given_back_as_it_is_written(kb: KnowledgeBase) -> None:
    shown = outcome("answer", shown=("mesure-17",), understood=(("teletravial", "teletravail"),))
    reply = compose(kb, shown)
    assert reply.plain.startswith("Vous parlez sans doute de « télétravail ».\n\nMesure 17")
    assert reply.short is not None
    assert "télétravail" in reply.short.splitlines()[0]


@pytest.mark.parametrize(
    ("word", "told"),
    [("entreprise", "entreprises"), ("telecommuting", None), ("xb", None), ("travail", None)],
)
def test_only_what_the_entry_says_itself_is_given_back(
    kb: KnowledgeBase, word: str, told: str | None
) -> None:
    reply = compose(kb, outcome("answer", shown=("mesure-3",), understood=(("xa", word),)))
    assert ("Vous parlez sans doute de" in reply.plain) is (told is not None)
    assert told is None or f"« {told} »" in reply.plain.splitlines()[0]


def test_of_two_forms_of_a_word_one_is_given_back(kb: KnowledgeBase) -> None:
    understood = (("entreprse", "entreprise"), ("xa", "xb"), ("entreprses", "entreprises"))
    reply = compose(kb, outcome("answer", shown=("mesure-3",), understood=understood))
    assert reply.plain.startswith("Vous parlez sans doute de « entreprises ».\n\nMesure 3")


def test_english(kb: KnowledgeBase) -> None:
    assert "There are 19, numbered 1 to 19." in compose(kb, outcome("unknown", no_such_number=20), "en").plain
    assert "I have no answer" in compose(kb, outcome("unknown"), "en").plain


def test_a_base_without_measures(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb("title: Aide\nentries: [{id: a, title: T, answer: R, questions: [quoi ?]}]")
    reply = compose(kb, outcome("unknown"))
    assert "« Aide », 1 autre sujet." in reply.plain
    assert reply.buttons == ()


def test_one_measure_is_singular(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb(
        "origins: [{id: lyon, name: Lyon}]\n"
        "measures:\n"
        "  - {id: m, number: 1, title: T, answer: R, origin: lyon, rationale: null, questions: [quoi ?]}"
    )
    assert compose(kb, outcome("unknown", no_such_number=2)).plain.endswith("Il y en a 1, la mesure 1.")
