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
        "pas compris",
        "je comprends rien",
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


@pytest.mark.parametrize(
    "text",
    [
        "d'où viennent tes infos ?",
        "c'est quoi ta source",
        "sources ?",
        "tes infos viennent d'où ?",
        "qui a écrit le compte rendu ?",
        "qui est l'auteur de l'article ?",
        "c'est qui David Fayon",
        "qui est Fayon ?",
        "what's your source?",
        "qui est l'auteur ?",
        "tu tiens ça d'où ?",
        "where do you get your information from?",
        "who wrote this report?",
    ],
)
def test_who_asks_for_the_source_is_told(shipped_matcher: Matcher, text: str) -> None:
    reply = about_me(shipped_matcher, text, "fr")
    assert reply is not None
    assert "compte rendu de David Fayon" in reply.plain


@pytest.mark.parametrize(
    "text",
    [
        # Words of the source's title, and sources of what it tells.
        *("numérique", "qui est Numérique ?", "l'Assemblée nationale", "qui a écrit le rapport Gallois ?"),
        *(
            "d'où viennent les données de Médiamétrie ?",
            "d'où vient la mesure 3 ?",
            "qui est Benoît Cassaigne ?",
        ),
    ],
)
def test_who_asks_for_something_else_is_not(shipped_matcher: Matcher, text: str) -> None:
    assert about_me(shipped_matcher, text, "fr") is None


def test_words_of_the_source_may_be_a_subject(write_kb: Callable[[str], KnowledgeBase]) -> None:
    entry = "{id: un, title: Les prix, answer: A., questions: [les tarifs, tarifs de la Poste]}"
    matcher = Matcher(write_kb(f"source: La Poste, Tarifs 2024\nentries:\n  - {entry}\n"))
    for text in ("tarifs", "poste", "tarifs poste"):
        assert about_me(matcher, text, "fr") is None


def test_without_a_source_nothing_is_said_of_it(write_kb: Callable[[str], KnowledgeBase]) -> None:
    matcher = Matcher(write_kb("entries:\n  - {id: un, title: Un, answer: A., questions: [un]}\n"))
    assert about_me(matcher, "c'est quoi ta source ?", "fr") is None


def test_a_knowledge_base_may_answer_it_itself(write_kb: Callable[[str], KnowledgeBase]) -> None:
    entry = "{id: un, title: Nous, answer: A., questions: [Qui êtes-vous ?], aliases: [aide]}"
    matcher = Matcher(write_kb(f"entries:\n  - {entry}\n"))
    assert about_me(matcher, "qui êtes-vous", "fr") is None
    assert about_me(matcher, "Aide !", "fr") is None
    assert about_me(matcher, "es-tu un robot ?", "fr") is not None


def test_no_phrase_of_the_shipped_knowledge_is_about_the_bot(shipped_matcher: Matcher) -> None:
    phrases = [phrase for entry in shipped_matcher.kb.entries.values() for phrase in entry.phrases]
    assert [phrase for phrase in phrases if about_me(shipped_matcher, phrase, "fr")] == []
