"""The ways into a knowledge base that no entry holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers.pages import event_page, measures_page, origins_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answers import Reply
    from bot.kb import KnowledgeBase

GHENT = """\
origins:
  - {id: gand, name: Gand, en: {name: Ghent}}
  - {id: g1, name: Groupe 1, parent: gand, en: {name: Group 1}}
measures:
  - {id: m-1, number: 1, title: Une, answer: La première., origin: gand, rationale: null, aliases: [une]}
  - {id: m-2, number: 2, title: Deux, answer: La deuxième., origin: g1, rationale: null, aliases: [deux]}
"""


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def test_cities_are_named_in_the_readers_language(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb(GHENT)
    assert labels(measures_page(kb, "fr"))[0] == "Gand (2)"
    assert labels(measures_page(kb, "en"))[0] == "Ghent (2)"


def test_cities_and_groups_have_pages_of_their_own(kb: KnowledgeBase) -> None:
    cities, groups = (labels(origins_page(kb, "fr", groups=which)) for which in (False, True))
    assert len(cities) == 4
    assert len(groups) == 3


def test_the_event_is_the_first_of_the_other_entries(kb: KnowledgeBase) -> None:
    assert event_page(kb, "fr").entry == "contexte-evenement"


def test_a_base_of_measures_has_no_event(write_kb: Callable[[str], KnowledgeBase]) -> None:
    assert event_page(write_kb(GHENT), "fr").entry is None
