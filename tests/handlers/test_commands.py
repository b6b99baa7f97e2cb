from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.application import build_application
from bot.handlers.menu import publish_commands
from bot.kb import load_knowledge
from bot.simulator.state import ALEX, CAMILLE, GROUP

from .standin import Chat, Telegram, labels

if TYPE_CHECKING:
    from pathlib import Path

    from bot.kb import KnowledgeBase
    from bot.settings import Settings


@pytest.mark.parametrize(
    ("said", "opening"),
    [
        ("/mesure 13", "Mesure 13 ·"),
        ("/mesure n°13", "Mesure 13 ·"),
        ("/mesure 20", "Il n’y a pas de mesure 20. Il y en a 19"),
        ("/mesure -3", "Il n’y a pas de mesure -3."),
        ("/mesure " + "9" * 4000, "Il n’y a pas de mesure à ce numéro."),
        ("/mesure le télétravail", "Mesure 17 ·"),
        ("/mesure", "Le numérique comme sortie de crise"),
        ("/chiffre smartphone", "Les individus équipés d'un smartphone : 56 %"),
        ("/chiffre", "Les chiffres"),
        ("/ville Nantes", "Les mesures de Nantes"),
        ("/ville bordelais", "Les mesures de Bordeaux"),
        ("/ville bordeau", "Les mesures de Bordeaux"),
        ("/ville marsielle", "Les mesures de Marseille"),
        ("/ville nante stp", "Les mesures de Nantes"),
        ("/ville Lyon", "De quelle ville ?"),
        ("/ville télétravail", "De quelle ville ?"),
        ("/mesure teletravail", "Mesure 17 ·"),
        ("/mesure teletravial", "Vous parlez sans doute de « télétravail ».\n\nMesure 17 ·"),
        ("/chiffre smartfone", "Les individus équipés d'un smartphone : 56 %"),
        ("/chiffre tabletes", "Les foyers ayant une tablette"),
        ("/groupe troisiem", "Les mesures du Groupe 3"),
        ("/groupe télétravail", "De quel groupe ?"),
        ("/groupe deuxiem groupe", "Les mesures du Groupe 2"),
        ("/ville", "De quelle ville ?"),
        ("/groupe 2", "Les mesures du Groupe 2"),
        ("/groupe deuxième groupe", "Les mesures du Groupe 2"),
        ("/groupe 9", "Il n’y a pas de groupe 9."),
        ("/groupe " + "9" * 4000, "Il n’y a pas de groupe à ce numéro."),
        ("/groupe", "De quel groupe ?"),
        ("/evenement", "La journée à l'Assemblée nationale"),
    ],
)
async def test_look_up(chat: Chat, said: str, opening: str) -> None:
    assert (await chat.ask(said))["text"].startswith(opening)


@pytest.mark.parametrize(
    ("said", "opening"),
    [
        ("/city bordeau", "The measures from Bordeaux"),
        ("/measure telewrok", "You probably mean “telework”.\n\nMeasure 17 ·"),
        ("/figure smartfone", "People with a smartphone: 56%"),
        ("/group two", "The measures of Group 2"),
    ],
)
async def test_look_up_in_english(chat: Chat, said: str, opening: str) -> None:
    assert (await chat.ask(said, user=ALEX))["text"].startswith(opening)


async def test_chiffres_lists_values(chat: Chat) -> None:
    await chat.press(await chat.ask("/chiffres"), "Tous les chiffres")
    answer = chat.world.transcript(CAMILLE)[-1]
    assert "1. Les foyers équipés d'un ordinateur : 75,2 %" in answer["text"]
    await chat.press(answer, "3")
    assert chat.now(answer)["text"].startswith("Les foyers ayant une tablette")
    await chat.press(chat.now(answer), "Retour")
    assert chat.now(answer)["text"] == answer["text"]


async def test_one_message_is_browsed_in_place(chat: Chat) -> None:
    page = await chat.ask("/mesures")
    assert labels(page) == ["Marseille (3)", "Bordeaux (3)", "Nantes (3)", "Paris (10)", "Les 19 mesures"]
    await chat.press(page, "Nantes")
    assert chat.now(page)["text"].startswith("Les mesures de Nantes")
    await chat.press(chat.now(page), "8")
    assert chat.now(page)["text"].startswith("Mesure 8 ·")
    await chat.press(chat.now(page), "Mesure 9 ▶")
    assert chat.now(page)["text"].startswith("Mesure 9 ·")
    await chat.press(chat.now(page), "Retour")
    assert chat.now(page)["text"].startswith("Les mesures de Nantes")
    await chat.press(chat.now(page), "Retour")
    assert chat.now(page)["text"] == page["text"]
    assert len(chat.telegram.called("sendMessage")) == 1


async def test_commands_work_in_groups_and_name_the_bot(chat: Chat) -> None:
    (answer,) = await chat.in_group("/mesure@nocrise_bot 3")
    assert answer["text"].startswith("Mesure 3 ·")
    assert await chat.in_group("/mesure@other_bot 3") == []


async def test_an_edited_command_is_not_answered_twice(chat: Chat) -> None:
    await chat.ask("/mesure 3")
    question = chat.world.transcript(CAMILLE)[0]
    chat.people.edit_text(CAMILLE, CAMILLE, question["message_id"], "/mesure 4")
    await chat.deliver()
    assert len(chat.telegram.called("sendMessage")) == 1


async def test_the_menu_is_set_by_scope_and_language(chat: Chat, kb: KnowledgeBase) -> None:
    await publish_commands(chat.app.bot, kb)
    calls = chat.telegram.called("setMyCommands")
    menus = {
        (call["scope"]["type"], call.get("language_code")): {
            command["command"]: command["description"] for command in call["commands"]
        }
        for call in calls
    }
    assert set(menus) == {
        (scope, code) for scope in ("all_private_chats", "all_group_chats") for code in (None, "en")
    }
    assert menus["all_private_chats", None]["mesures"] == "Parcourir les mesures par ville"
    assert menus["all_private_chats", "en"]["measures"] == "Browse the measures by city"
    assert menus["all_private_chats", "en"]["measure"] == "One measure: /measure 13"
    assert "discret" in menus["all_group_chats", None]
    assert "discret" not in menus["all_private_chats", None]


async def test_a_menu_that_cannot_be_set_does_not_stop_the_bot(chat: Chat, kb: KnowledgeBase) -> None:
    chat.telegram.refuse("setMyCommands", "Too Many Requests", 429, retry_after=5)
    await publish_commands(chat.app.bot, kb)
    assert len(chat.telegram.called("setMyCommands")) == 1


async def test_a_base_of_plain_entries_works_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text(
        "title: Piscine\n"
        "entries:\n"
        "  - {id: bassin, title: Grand bassin, answer: Il est couvert., questions: [Bassin couvert ?]}",
        encoding="utf-8",
    )
    kb, telegram = load_knowledge(tmp_path), Telegram()
    async with build_application(settings, kb, request=telegram) as app:
        chat = Chat(app, telegram)
        assert (await chat.ask("grand bassin"))["text"].startswith("Grand bassin\n\nIl est")
        for command in ("/mesures", "/mesure 3", "/chiffres", "/chiffre x", "/ville x", "/groupe 2"):
            assert len(await chat.say(command)) == 1
        assert (await chat.ask("/evenement"))["text"].startswith("Grand bassin")
        assert "« Piscine » : 1 autre sujet" in (await chat.ask("/start"))["text"]
        assert [r["id"] for r in (await chat.inline(""))["results"]] == ["bassin"]
        await publish_commands(app.bot, kb)
        assert all(
            "mesures" not in {c["command"] for c in call["commands"]}
            for call in telegram.called("setMyCommands")
        )
    assert GROUP not in {call["chat_id"] for call in telegram.called("sendMessage")}
