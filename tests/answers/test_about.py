"""Who asks the bot about itself is told; what is a question of the source is none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import texts as t
from bot.answers.about import about_me
from bot.answers.texts import texts
from bot.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.kb import KnowledgeBase


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
        "aidez-moi svp",
        "c'est quoi ce bot ?",
        "who are you?",
        "what can you do",
        "help me please",
    ],
)
def test_who_asks_about_the_bot_is_told(shipped_matcher: Matcher, text: str) -> None:
    reply = about_me(shipped_matcher, text, "fr")
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
        "tu es une machine ou tu connais la mesure 3 ?",
        "es tu humain ou non et quelle est la mesure 3",
        "commande",
        "menu",
        "besoin d'aide",
        "Que peut-on demander ?",
        "je peux demander quoi ?",
        "?" * 50,
    ],
)
def test_who_asks_about_the_source_is_not(shipped_matcher: Matcher, text: str) -> None:
    reply = about_me(shipped_matcher, text, "fr")
    assert reply is None


def test_a_knowledge_base_may_answer_it_itself(write_kb: Callable[[str], KnowledgeBase]) -> None:
    entry = "{id: un, title: Nous, answer: A., questions: [Qui êtes-vous ?], aliases: [aide]}"
    matcher = Matcher(write_kb(f"entries:\n  - {entry}\n"))
    assert about_me(matcher, "qui êtes-vous", "fr") is None
    assert about_me(matcher, "Aide !", "fr") is None
    assert about_me(matcher, "es-tu un robot ?", "fr") is not None


def test_no_phrase_of_the_shipped_knowledge_is_about_the_bot(shipped_matcher: Matcher) -> None:
    phrases = [phrase for entry in shipped_matcher.kb.entries.values() for phrase in entry.phrases]
    assert [phrase for phrase in phrases if about_me(shipped_matcher, phrase, "fr")] == []
