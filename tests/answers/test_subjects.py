from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.subjects import subject_of

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase

CITIES = ["liste-marseille", "liste-bordeaux", "liste-nantes", "liste-paris"]


@pytest.mark.parametrize(
    ("offered", "subject"),
    [
        (["mesure-9", "mesure-7", "mesure-8"], "liste-nantes"),
        ([f"mesure-{number}" for number in range(1, 20)], "liste-toutes"),
        (CITIES, "liste-toutes"),
        ([*CITIES, "liste-toutes"], "liste-toutes"),
        (["chiffre-ordinateur", "chiffre-tablette"], "contexte-cassaigne"),
        (["chiffre-ordinateur", "chiffre-commande"], None),
        (["chiffre-pib"], None),
        (["mesure-7", "mesure-8"], None),
        (["mesure-7", "mesure-8", "chiffre-ordinateur"], None),
        (CITIES[:3], None),
        ([], None),
    ],
)
def test_what_stands_for_all_that_is_offered(
    kb: KnowledgeBase, offered: list[str], subject: str | None
) -> None:
    assert subject_of(kb, offered) == subject
