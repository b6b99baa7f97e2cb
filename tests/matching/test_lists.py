"""Lists are what is asked for when nothing but an origin, a range or all is named."""

import pytest

from bot.matching import Matcher


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
        # No list has just these: the shortest that has them.
        ("mesures 1 à 2", "liste-marseille"),
        ("mesures 3 à 4", "liste-toutes"),
    ],
)
def test_a_list(shipped_matcher: Matcher, text: str, entry: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.shown) == ("list", (entry,))


@pytest.mark.parametrize(
    "text",
    [
        "les trois mesures",
        "le CHU de Nantes",
        "pourquoi les mesures 4 à 6 ?",
        "mesures 10 à 25",
        "mesures 9 à 7",
        "mesures 0 à 3",
        "mesures 1 à 999999999",
    ],
)
def test_no_list(shipped_matcher: Matcher, text: str) -> None:
    assert shipped_matcher.match(text).kind != "list"
