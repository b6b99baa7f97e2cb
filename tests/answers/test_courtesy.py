"""Greetings and thanks; what is a question of the source is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.about import small_talk
from bot.answers.courtesy import courtesy
from bot.evaluation import read_questions
from bot.matching import Matcher

QUESTIONS = Path(__file__).parent.parent / "questions"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bonjour !", "Bonjour ! Quelle est votre question ?"),
        ("merci beaucoup", "Avec plaisir."),
        ("thank you", "Avec plaisir."),
        ("bonjour et merci", "Avec plaisir."),
        ("super !", "Avec plaisir."),
        ("ok merci", "Avec plaisir."),
        ("aurevoir", "À bientôt !"),
        ("au revoir", "À bientôt !"),
        ("merci quand même", "Avec plaisir."),
        ("merci beaucoup pour votre aide", "Avec plaisir."),
        ("Je vous remercie !", "Avec plaisir."),
        ("t'es con ou quoi", "Quelle est votre question ?"),
        ("vraiment nul", "Quelle est votre question ?"),
        ("tu sers à rien", "Quelle est votre question ?"),
        ("ok laisse tomber", "Avec plaisir."),
        ("mouais", "Quelle est votre question ?"),
        ("pff", "Quelle est votre question ?"),
        ("d'accord", "Avec plaisir."),
        ("bonne soirée", "À bientôt !"),
        ("bon week-end à tous", "À bientôt !"),
        ("have a nice day", "À bientôt !"),
        ("salut ça va ?", "Tout va bien, merci ! Quelle est votre question ?"),
        ("comment vas-tu ?", "Tout va bien, merci ! Quelle est votre question ?"),
        ("how are you?", "Tout va bien, merci ! Quelle est votre question ?"),
        ("how's it going", "Tout va bien, merci ! Quelle est votre question ?"),
        ("good evening", "Bonjour ! Quelle est votre question ?"),
        ("bonjour ?", "Bonjour ! Quelle est votre question ?"),
        ("nice one", "Avec plaisir."),
        ("merci pour ta réponse", "Avec plaisir."),
        ("non ça va merci", "Avec plaisir."),
        ("daccord", "Avec plaisir."),
        ("à plus", "À bientôt !"),
        ("non", "Dites-moi en quelques mots ce que vous cherchez, ou choisissez un bouton."),
        ("oui oui", "Dites-moi en quelques mots ce que vous cherchez, ou choisissez un bouton."),
        ("mdrrr", "Quelle est votre question ?"),
        ("hahaha", "Quelle est votre question ?"),
        ("👍", "Quelle est votre question ?"),
        ("...", "Quelle est votre question ?"),
    ],
)
def test_courtesy(text: str, said: str) -> None:
    reply = courtesy(text, "fr")
    assert reply is not None
    assert reply.plain == said


@pytest.mark.parametrize(
    "text",
    [
        *("bonjour le télétravail", "ok et le baromètre", "super kit", "merci ?", "mesure 3", "م ا هذا"),
        *("la journée", "non numérique", "oui mais pourquoi", "ok et c'est où", "plus", "quoi", "oui ?"),
        *("pas compris", "pas d'accord", "pas top", "not great", "j'ai rien compris", "il y en a plus"),
        *("oui, et après", "ok, celle d'avant", "le télétravail c'est nul", "nul ?"),
    ],
)
def test_not_courtesy(text: str) -> None:
    assert courtesy(text, "fr") is None


def test_no_question_of_the_source_is_taken_for_courtesy(shipped_matcher: Matcher) -> None:
    files = [QUESTIONS / f"{name}.jsonl" for name in ("development", "tuned", "sealed")]
    asked = [one.text for file in files for one in read_questions(file) if one.answerable]
    assert len(asked) > 1000
    assert [text for text in asked if small_talk(shipped_matcher, text, "fr")] == []
