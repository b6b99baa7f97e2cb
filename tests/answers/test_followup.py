from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.courtesy import courtesy
from bot.answers.followup import follow_up

if TYPE_CHECKING:
    from bot.matching import Matcher


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
    reply = follow_up(matcher, text, "mesure-1", "fr")
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
    assert follow_up(matcher, text, "mesure-1", "fr") is None


def test_only_the_part_asked_for_is_given(matcher: Matcher) -> None:
    reply = follow_up(matcher, "pourquoi ?", "mesure-1", "fr")
    assert reply is not None
    assert matcher.kb.entries["mesure-1"].answer not in reply.plain
    assert reply.entry == "mesure-1"


def test_figures_follow_one_another_and_end(matcher: Matcher) -> None:
    figures = matcher.kb.figures
    second = follow_up(matcher, "et le suivant ?", figures[0].id, "fr")
    assert second is not None
    assert second.entry == figures[1].id
    last = follow_up(matcher, "et le suivant ?", figures[-1].id, "fr")
    assert last is not None
    assert last.plain == "C’était la dernière."


def test_what_has_no_order_has_no_next(matcher: Matcher) -> None:
    after = follow_up(matcher, "and the next one?", "contexte-evenement", "en")
    before = follow_up(matcher, "previous", "contexte-evenement", "fr")
    assert after is not None
    assert before is not None
    assert after.plain == "Nothing comes after this answer."
    assert before.plain == "Il n’y a rien avant cette réponse."


def test_after_a_list_comes_its_first_measure(matcher: Matcher) -> None:
    listed = next(entry for entry in matcher.kb.lists if entry.measures)
    after = follow_up(matcher, "et la suivante ?", listed.id, "fr")
    before = follow_up(matcher, "la précédente ?", listed.id, "fr")
    assert after is not None
    assert before is not None
    assert after.entry == listed.measures[0]
    assert before.plain == "Il n’y a rien avant cette réponse."


def test_an_entry_that_is_gone_is_no_subject(matcher: Matcher) -> None:
    assert follow_up(matcher, "pourquoi ?", "mesure-99", "fr") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bonjour !", "Bonjour ! Quelle est votre question ?"),
        ("merci beaucoup", "Avec plaisir."),
        ("thank you", "Avec plaisir."),
        ("bonjour et merci", "Avec plaisir."),
        ("au revoir", "À bientôt !"),
        ("👍", "Quelle est votre question ?"),
        ("...", "Quelle est votre question ?"),
    ],
)
def test_courtesy(text: str, said: str) -> None:
    reply = courtesy(text, "fr")
    assert reply is not None
    assert reply.plain == said


@pytest.mark.parametrize("text", ["bonjour le télétravail", "merci ?", "mesure 3", "م ا هذا"])
def test_not_courtesy(text: str) -> None:
    assert courtesy(text, "fr") is None
