"""Greetings, thanks and questions about the bot itself; what is a question of the source is none of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answers import texts as t
from bot.answers.courtesy import courtesy
from bot.answers.texts import texts

QUESTIONS = Path(__file__).parent.parent / "questions"


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


@pytest.mark.parametrize(
    "text",
    [
        "qui es-tu ?",
        "Mais t'es qui au fait",
        "t ki toi ?",
        "Êtes-vous une vraie personne ?",
        "bonjour, je parle à un humain ou à une machine ?",
        "tu sais faire quoi ?",
        "Que puis-je te demander ?",
        "aide",
        "Besoin d'aide svp",
        "c'est quoi ce bot ?",
        "who are you?",
        "what can you do",
        "help me please",
    ],
)
def test_who_asks_about_the_bot_is_told(text: str) -> None:
    reply = courtesy(text, "fr")
    assert reply is not None
    assert reply.html == texts("fr")(t.ABOUT_ME)


@pytest.mark.parametrize(
    "text",
    [
        "qui est Corinne Erhel ?",
        "c'est qui",
        "aide aux décideurs",
        "qui aide les PME ?",
        "tu sais quoi, le télétravail avance",
        "t'es pour la mesure 3 ?",
        "?" * 50,
    ],
)
def test_who_asks_about_the_source_is_not(text: str) -> None:
    reply = courtesy(text, "fr")
    assert reply is None or reply.html != texts("fr")(t.ABOUT_ME)


def test_no_question_of_the_source_is_taken_for_courtesy() -> None:
    lines = [
        json.loads(line)
        for name in ("development", "tuned", "sealed")
        for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [line["question"] for line in lines if line["expected"] != ["none"]]
    assert len(asked) > 1000
    assert [text for text in asked if courtesy(text, "fr")] == []
