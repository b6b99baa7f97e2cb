"""Lists are what is asked for when nothing but an origin, a range or all is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.kb import load_knowledge
from bot.matching import Matcher

if TYPE_CHECKING:
    from tests.conftest import WriteKb


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("les mesures de Nantes", "liste-nantes"),
        ("les trois préconisations venues de Nantes", "liste-nantes"),
        ("qu'est-ce que les Bordelais ont trouvé", "liste-bordeaux"),
        ("groupe 2 de Paris", "liste-groupe2"),
        ("gr2 paris dis moi tout", "liste-groupe2"),
        ("grpe trois", "liste-groupe3"),
        ("les mesures", "liste-toutes"),
        ("de la 7 à la 9, fais voir", "liste-nantes"),
        ("mesures 10 à 19", "liste-paris"),
        ("de la première mesure à la dernière", "liste-toutes"),
        ("les 3 premières mesures", "liste-marseille"),
        ("les quatre dernières mesures", "liste-groupe3"),
        # The figures tell how many there were elsewhere: the list shows it.
        ("combien de mesures ont été retenues par le groupe 1 ?", "liste-groupe1"),
        ("nombre de mesures de Bordeaux", "liste-bordeaux"),
        ("combien de propositions à Paris ?", "liste-paris"),
        ("how many measures from Nantes?", "liste-nantes"),
    ],
)
def test_a_list(shipped_matcher: Matcher, text: str, entry: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.shown) == ("list", (entry,))


@pytest.mark.parametrize(
    ("text", "entry", "numbers"),
    [
        # No list has just these: the shortest that has them.
        ("mesures 1 à 2", "liste-marseille", (1, 2)),
        ("mesures 3 à 4", "liste-toutes", (3, 4)),
        ("mesure 3, 5 et 9", "liste-toutes", (3, 5, 9)),
        ("les 2 dernières", "liste-groupe3", (18, 19)),
        ("mesures 1 à 3", "liste-marseille", ()),
    ],
)
def test_some_of_a_list(shipped_matcher: Matcher, text: str, entry: str, numbers: tuple[int, ...]) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.shown, outcome.numbers) == ("list", (entry,), numbers)


@pytest.mark.parametrize(
    "text",
    [
        "les trois mesures",
        "le CHU de Nantes",
        "3 sur 50, c'est à Marseille ?",
        "pourquoi les mesures 4 à 6 ?",
        "mesures 10 à 25",
        "mesures 0 à 3",
        "mesures 1 à 999999999",
        "mesures 1 à 99999999999999999999",
    ],
)
def test_no_list(shipped_matcher: Matcher, text: str) -> None:
    assert shipped_matcher.match(text).kind != "list"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("mesures 10 à 25", 25),
        ("mesures 25 à 10", 25),
        ("mesures 0 à 3", 0),
        ("mesure 3 et 30", 30),
        ("les 40 premières mesures", 40),
        ("les 40 dernières mesures", 40),
    ],
)
def test_a_range_that_goes_too_far(shipped_matcher: Matcher, text: str, number: int) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.no_such_number) == ("unknown", number)


@pytest.mark.parametrize(
    "text",
    ["les 100 premiers", "de 2010 à 2024", "mesures 1 et 2013", "4 mesures sur 67"],
)
def test_no_range_of_measures(shipped_matcher: Matcher, text: str) -> None:
    assert shipped_matcher.match(text).no_such_number is None


@pytest.mark.parametrize(
    "text",
    [
        *("les mesures de Lyon", "et à Saint-Étienne ?", "combien de mesures à Lille", "Lyon"),
        *("la journée au Havre", "measures from London"),
    ],
)
def test_a_place_that_nothing_comes_from(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.elsewhere) == ("unknown", True)


def test_nothing_that_resembles_a_place_is_likely(shipped_matcher: Matcher) -> None:
    # Lyon is in a phrase on telework.
    [first, *_] = shipped_matcher.match("Lyon").ranking
    assert first.confidence < 0.1


@pytest.mark.parametrize(
    "text",
    ["les mesures de Nantes", "j'habite Lyon, c'est quoi le kit ?", "à Nantes et à Lyon", "les mesures"],
)
def test_no_such_place_is_asked_for(shipped_matcher: Matcher, text: str) -> None:
    assert not shipped_matcher.match(text).elsewhere


def test_a_phrase_may_speak_of_a_place(write_kb: WriteKb) -> None:
    origins = "origins: [{id: nantes, name: Nantes}]"
    measure = (
        "{id: m, number: 1, origin: nantes, title: Le tram, answer: A., rationale: null, questions: [Lyon]}"
    )
    matcher = Matcher(load_knowledge(write_kb(f"{origins}\nmeasures:\n  - {measure}\n")))
    assert matcher.match("Lyon").shown == ("m",)
    assert matcher.match("Lille").elsewhere


@pytest.mark.parametrize(
    ("text", "entry"),
    [("la 5e mesure de Nantes", "liste-nantes"), ("la dixième de Bordeaux", "liste-bordeaux")],
)
def test_a_place_that_a_list_has_not(shipped_matcher: Matcher, text: str, entry: str) -> None:
    """There is a measure of that number, but not there."""
    assert shipped_matcher.match(text).shown == (entry,)


def test_an_origin_is_known_by_its_english_name(write_kb: WriteKb) -> None:
    kb = """
    origins: [{id: londres, name: Londres, en: {name: London}}]
    measures:
      - {id: a, number: 1, title: A, answer: B, origin: londres, rationale: null, questions: [le pont]}
    """
    assert Matcher(load_knowledge(write_kb(kb))).match("the measures of London").shown == ("liste-londres",)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("combien d'idées avaient été émises à Nantes avant d'en retenir trois ?", "nantes"),
        ("combien de propositions le groupe 2 avait-il au départ ?", "groupe2"),
    ],
)
def test_how_many_there_were_elsewhere_is_no_answer(shipped_matcher: Matcher, text: str, origin: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.related) == ("unknown", f"liste-{origin}")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("combien de mesures du groupe 3 ?", "chiffre-groupe3"),
        ("combien d'idées à Paris, au groupe sur les usages ?", "chiffre-groupe3"),
        ("combien de mesures à Marseille ?", "chiffre-marseille"),
        ("combien de mesures le groupe 3 a-t-il laissées de côté ?", "chiffre-groupe3"),
        ("combien de propositions le groupe 3 a fait au total", "chiffre-groupe3"),
        ("combien de mesures ?", "chiffre-19"),
    ],
)
def test_how_many_there_were_here(shipped_matcher: Matcher, text: str, entry: str) -> None:
    assert shipped_matcher.match(text).shown == (entry,)


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("les mesures de Nantes et de Bordeaux", ("liste-nantes", "liste-bordeaux")),
        ("Nantes ou Bordeaux ?", ("liste-nantes", "liste-bordeaux")),
        ("combien de mesures à Paris et Nantes ?", ("liste-paris", "liste-nantes")),
        ("les mesures des groupes 1 et 2", ("liste-groupe1", "liste-groupe2")),
        ("groupes 1, 2 et 3", ("liste-groupe1", "liste-groupe2", "liste-groupe3")),
        ("combien de mesures pour les groupes 1 et 2 ?", ("liste-groupe1", "liste-groupe2")),
    ],
)
def test_of_several_origins_each_list_is_offered(
    shipped_matcher: Matcher, text: str, lists: tuple[str, ...]
) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.shown) == ("suggest", lists)
    assert tuple(ranked.id for ranked in outcome.ranking[: len(lists)]) == lists
