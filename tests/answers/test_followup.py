from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import Reply, Show, SwitchInline
from bot.answers.followup import follow_up
from bot.answers.pointing import pointing
from bot.kb import load_knowledge
from bot.matching import Matcher

if TYPE_CHECKING:
    from pathlib import Path


def said_of_a_card(matcher: Matcher, text: str, entry_id: str | None, language: str) -> Reply | None:
    pointer = pointing(matcher, text)
    return follow_up(matcher.kb, pointer, text, entry_id, language) if pointer else None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pourquoi ?", "Pourquoi :"),
        ("pk ?", "Pourquoi :"),
        ("dans quel but", "Pourquoi :"),
        ("qui l'a proposée ?", "D’où elle vient : Marseille"),
        ("ça vient d'où ?", "D’où elle vient : Marseille"),
        ("quelle ville ?", "D’où elle vient : Marseille"),
        ("qui la porterait ?", "Qui la porterait :"),
        ("combien ça coûte ?", "ne dit pas ce que cela coûte"),
        ("c'est pour quand ?", "ne donne pas de date"),
        ("why?", "Pourquoi :"),
        ("et la suivante ?", "Mesure 2 ·"),
        ("et celle d'après", "Mesure 2 ·"),
        ("la précédente ?", "C’était la première."),
    ],
)
def test_questions_about_the_card_above(matcher: Matcher, text: str, said: str) -> None:
    reply = said_of_a_card(matcher, text, "mesure-1", "fr")
    assert reply is not None
    assert said in reply.plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "et à Nantes ?",
        "pourquoi le télétravail ?",
        "combien de mesures ?",
        "mesure 4",
        "tableau de bord",
        "combien de foyers ont un ordinateur ?",
        "qui est Fleur Pellerin ?",
        "la suivante " * 5,
    ],
)
def test_questions_with_a_subject_of_their_own(matcher: Matcher, text: str) -> None:
    assert said_of_a_card(matcher, text, "mesure-1", "fr") is None


def test_only_the_part_asked_for_is_given(matcher: Matcher) -> None:
    reply = said_of_a_card(matcher, "pourquoi ?", "mesure-1", "fr")
    assert reply is not None
    assert matcher.kb.entries["mesure-1"].answer not in reply.plain
    assert reply.entry == "mesure-1"


def test_figures_follow_one_another_and_end(matcher: Matcher) -> None:
    figures = matcher.kb.figures
    second = said_of_a_card(matcher, "et le suivant ?", figures[0].id, "fr")
    assert second is not None
    assert second.entry == figures[1].id
    last = said_of_a_card(matcher, "et le suivant ?", figures[-1].id, "fr")
    assert last is not None
    assert last.plain == "C’était la dernière."


def test_other_entries_follow_one_another_too(matcher: Matcher) -> None:
    after = said_of_a_card(matcher, "and the next one?", "contexte-evenement", "en")
    before = said_of_a_card(matcher, "previous", "contexte-evenement", "fr")
    assert after is not None
    assert before is not None
    assert after.entry == "contexte-soutiens"
    assert before.plain == "C’était la première."


def test_after_a_list_comes_its_first_measure(matcher: Matcher) -> None:
    listed = next(entry for entry in matcher.kb.lists if entry.measures)
    after = said_of_a_card(matcher, "et la suivante ?", listed.id, "fr")
    before = said_of_a_card(matcher, "la précédente ?", listed.id, "fr")
    assert after is not None
    assert before is not None
    assert after.entry == listed.measures[0]
    assert before.plain == "Il n’y a rien avant cette réponse."


@pytest.mark.parametrize("subject", [None, "mesure-99"], ids=["nothing shown", "gone"])
@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("et la suivante ?", "fr", "De quoi parlez-vous ? Nommez d’abord une mesure"),
        ("la précédente", "fr", "par exemple « mesure 1 »."),
        ("next one", "en", "for example “measure 1”."),
        ("pourquoi ?", "fr", "De quoi parlez-vous ?"),
        ("qui l'a proposée ?", "fr", "De quoi parlez-vous ?"),
        ("who proposed it?", "en", "What is it about?"),
    ],
)
def test_without_a_subject_one_is_asked_for(
    matcher: Matcher, subject: str | None, text: str, language: str, said: str
) -> None:
    reply = said_of_a_card(matcher, text, subject, language)
    assert reply is not None
    assert said in reply.plain
    assert reply.entry is None


@pytest.mark.parametrize(
    "text", ["pourquoi le télétravail ?", "combien de mesures ?", "mesure 4", "qui a organisé la journée ?"]
)
def test_what_is_complete_in_itself_needs_no_subject(matcher: Matcher, text: str) -> None:
    assert said_of_a_card(matcher, text, None, "fr") is None


def test_a_base_without_measures_names_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text(
        "- {id: a, title: Le bassin, answer: Couvert., questions: [Où ?]}", encoding="utf-8"
    )
    reply = said_of_a_card(Matcher(load_knowledge(tmp_path)), "et la suivante ?", None, "fr")
    assert reply is not None
    assert "par exemple « Le bassin »." in reply.plain


def test_a_short_answer_keeps_the_ways_on(matcher: Matcher) -> None:
    reply = said_of_a_card(matcher, "pourquoi ?", "mesure-3", "fr")
    assert reply is not None
    assert [[button.text for button in row] for row in reply.buttons] == [
        ["◀ Mesure 2", "Mesure 4 ▶"],
        ["Tout lire", "Partager"],
    ]
    assert reply.buttons[0][1].action == Show("mesure-4")
    assert [button.action for button in reply.buttons[1]] == [Show("mesure-3"), SwitchInline("mesure 3")]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("pourquoi ?", "fr", "Cela dépend de la mesure. Laquelle ?\n\n7. "),
        ("c'est pour quand ?", "fr", "Cela dépend de la mesure."),
        ("why?", "en", "That depends on the measure. Which one?"),
        ("d'où ça vient ?", "fr", "Les mesures de Nantes"),
    ],
)
def test_a_question_about_a_list_is_about_one_of_it(
    matcher: Matcher, text: str, language: str, said: str
) -> None:
    reply = said_of_a_card(matcher, text, "liste-nantes", language)
    assert reply is not None
    assert reply.plain.startswith(said)
    assert [button.text for row in reply.buttons for button in row] == ["7", "8", "9"]
    assert reply.entry == "liste-nantes"
