from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.browse import beginning_with, browsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.kb import KnowledgeBase

BASE = """
origins: [{id: brest, name: Brest}, {id: g, name: Équipe 1, parent: brest}]
measures:
  - {id: m1, number: 1, title: Un œuf, answer: R, origin: g, rationale: null, questions: [quoi ?]}
entries:
  - {id: a, title: Brume, aliases: [été], answer: R, questions: [bruit ?], en: {title: Mist, answer: A}}
"""


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("b", ["m1", "a", "liste-brest", "liste-g"]),
        ("la BRR", []),
        ("le É", ["m1", "liste-g", "a"]),
        ("oe", ["m1"]),
        ("mi", ["a"]),
        ("zz", []),
        ("2", []),
        ("", []),
        ("?", []),
    ],
)
def test_the_last_letters_begin_a_word(
    write_kb: Callable[[str], KnowledgeBase], typed: str, found: list[str]
) -> None:
    assert beginning_with(write_kb(BASE), typed) == found


def test_the_name_of_a_kind_browses(kb: KnowledgeBase) -> None:
    assert browsed(kb, "Mesures") == [f"mesure-{n}" for n in range(1, 20)]
    assert browsed(kb, "group ") == ["liste-groupe1", "liste-groupe2", "liste-groupe3"]
    assert browsed(kb, "mesure 3") == browsed(kb, "") == []
