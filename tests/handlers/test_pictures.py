from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import exc

from bot.application import Followups, build_application
from bot.followups import pictures as stored
from bot.handlers import pictures
from bot.handlers.menu import publish_commands
from bot.kb import load_knowledge
from bot.pictures import chart_picture, map_picture
from bot.simulator.state import ALEX, CAMILLE, GROUP

from .standin import Chat, Telegram, buttons, labels

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher
    from bot.settings import Settings

PICTURES = ("/chiffres", "/carte")


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch, pixel: bytes) -> list[threading.Thread]:
    """Stands in for drawing (tests/pictures draws for real), and tells in which threads it was done."""
    threads: list[threading.Thread] = []

    def draw(_: object) -> bytes:
        threads.append(threading.current_thread())
        return pixel

    for module in ("chart", "map"):
        monkeypatch.setattr(f"bot.pictures.{module}._draw", draw)
    return threads


def photos(chat: Chat) -> list[Any]:
    return [call.get("photo") for call in chat.telegram.called("sendPhoto")]


def last(chat: Chat, place: int = CAMILLE) -> dict[str, Any]:
    return dict(chat.world.transcript(place)[-1])


async def test_a_real_chart_arrives(chat: Chat) -> None:
    answer = await chat.ask("/chiffres")
    assert max(size["width"] for size in answer["photo"]) == 1080
    assert "Les foyers ayant une tablette : plus de 10\xa0% (foyers français)" in answer["caption"]


@pytest.mark.usefixtures("draws")
async def test_each_figure_of_the_chart_is_a_button_away(chat: Chat) -> None:
    answer = await chat.ask("/chiffres")
    assert labels(answer)[:3] == ["75,2\xa0%", "56\xa0%", "32,8\xa0%"]
    await chat.press(answer, "plus de 10")
    assert last(chat)["text"].startswith("Les foyers ayant une tablette")
    assert chat.now(answer)["caption"] == answer["caption"]


@pytest.mark.usefixtures("draws")
async def test_the_figures_that_are_not_shares_are_a_button_away_too(chat: Chat) -> None:
    assert await chat.press(await chat.ask("/chiffres"), "Tous les chiffres") is not None
    assert last(chat)["text"].startswith("Les chiffres\n\n1. ")


@pytest.mark.usefixtures("draws")
async def test_no_button_of_follow_ups_takes_its_place(follower: Chat) -> None:
    await follower.press(await follower.ask("/chiffres"), "Tous les chiffres")
    assert last(follower)["text"].startswith("Les chiffres\n\n1. ")


@pytest.mark.usefixtures("draws")
async def test_each_city_of_the_map_is_a_button_away(chat: Chat) -> None:
    answer = await chat.ask("/carte")
    assert labels(answer) == ["Marseille (3)", "Bordeaux (3)", "Nantes (3)", "Paris (10)"]
    assert "Paris : 10 mesures" in answer["caption"]
    await chat.press(answer, "Nantes")
    assert last(chat)["text"].startswith("Les mesures de Nantes")


@pytest.mark.parametrize("command", PICTURES)
async def test_it_is_drawn_once_in_a_thread_and_then_sent_by_name(
    chat: Chat, draws: list[threading.Thread], command: str
) -> None:
    first, again = await chat.ask(command), await chat.ask(command)
    assert len(draws) == 1
    assert draws[0] is not threading.main_thread()
    assert photos(chat)[1] == first["photo"][-1]["file_id"] == again["photo"][-1]["file_id"]
    assert again["caption"] == first["caption"]


@pytest.mark.parametrize("command", PICTURES)
async def test_another_process_sends_it_by_name_too(
    follower: Chat,
    settings: Settings,
    kb: KnowledgeBase,
    matcher: Matcher,
    database: Database,
    draws: list[threading.Thread],
    command: str,
) -> None:
    first = await follower.ask(command)
    telegram = follower.telegram
    second = build_application(settings, kb, matcher=matcher, request=telegram, followups=Followups(database))
    async with second:
        again = await Chat(second, telegram).ask(command)
    assert photos(follower)[1] == first["photo"][-1]["file_id"] == again["photo"][-1]["file_id"]
    assert len(draws) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("command", PICTURES)
async def test_a_name_that_telegram_does_not_know_is_forgotten(
    follower: Chat,
    kb: KnowledgeBase,
    database: Database,
    draws: list[threading.Thread],
    command: str,
    language: str,
) -> None:
    picture = {"/chiffres": chart_picture, "/carte": map_picture}[command](kb, language)
    assert picture
    await stored.keep(database, picture.key, "of-another-bot")
    user = {"fr": CAMILLE, "en": ALEX}[language]
    answer = await follower.ask(command, user=user)
    assert answer["photo"]
    assert photos(follower)[0] == "of-another-bot"
    assert await stored.file_id(database, picture.key) == answer["photo"][-1]["file_id"]
    assert len(draws) == 1
    await follower.ask(command, user=user)
    assert len(draws) == 1


async def test_a_chat_that_takes_no_photos_costs_no_name(
    follower: Chat, kb: KnowledgeBase, database: Database, draws: list[threading.Thread]
) -> None:
    await follower.ask("/carte")
    follower.telegram.refuse("sendPhoto", "not enough rights to send photos to the chat")
    assert "text" in await follower.ask("/carte")
    picture = map_picture(kb, "fr")
    assert picture
    assert await stored.file_id(database, picture.key)
    assert len(draws) == 1


@pytest.mark.usefixtures("draws")
async def test_while_the_database_is_away_pictures_are_sent(
    follower: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise exc.OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(database, "read", refuse)
    monkeypatch.setattr(database, "write", refuse)
    for _ in range(2):
        assert "photo" in await follower.ask("/carte")


PLACES = pytest.mark.parametrize("place", ["private", "group", "supergroup"])


async def place_of(chat: Chat, kind: str) -> int:
    if kind == "supergroup":
        moved = chat.people.upgrade(CAMILLE, GROUP)["id"]
        await chat.deliver()
        return int(moved)
    return CAMILLE if kind == "private" else GROUP


@PLACES
@pytest.mark.usefixtures("draws")
@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        ("/carte", "pourquoi ?", "Cela dépend de la mesure. Laquelle ?"),
        ("/carte", "why?", "That depends on the measure."),
        ("/carte", "d'où viennent-elles ?", "Les 19 mesures"),
        ("/carte", "et à Nantes ?", "Les mesures de Nantes"),
        ("/chiffres", "pourquoi ?", "Ma source n’en donne pas la raison."),
        ("/chiffres", "why?", "My source gives no reason for it."),
        ("/chiffres", "qui ?", "Les constats de Benoît Cassaigne"),
        ("/chiffres", "et les tablettes ?", "Les foyers ayant une tablette"),
    ],
)
async def test_a_question_about_a_picture_is_understood(
    chat: Chat, place: str, command: str, text: str, said: str
) -> None:
    where = await place_of(chat, place)
    (picture,) = await chat.say(f"{command}@nocrise_bot", chat=where)
    assert (await chat.ask(text, chat=where, reply_to=picture["message_id"]))["text"].startswith(said)
    # Later, when something else was shown, the picture that is replied to still counts.
    await chat.say("/mesure@nocrise_bot 3", chat=where)
    assert (await chat.ask(text, chat=where, reply_to=picture["message_id"]))["text"].startswith(said)


@pytest.mark.usefixtures("draws")
async def test_a_picture_is_the_subject_of_what_comes_next(chat: Chat) -> None:
    await chat.ask("mesure 3")
    await chat.ask("/carte")
    assert (await chat.ask("pourquoi ?"))["text"].startswith("Cela dépend de la mesure.")


async def test_many_who_ask_at_once_share_one_drawing(chat: Chat, draws: list[threading.Thread]) -> None:
    await asyncio.gather(*(chat.say("/carte") for _ in range(5)))
    assert len(draws) == 1
    assert len(photos(chat)) == 5


async def test_languages_have_their_own(chat: Chat, draws: list[threading.Thread]) -> None:
    await chat.ask("/carte")
    reader = chat.people.add_user("Ada", "en-GB")["id"]
    english = await chat.ask("/map", user=reader)
    assert "Paris: 10 measures" in english["caption"]
    assert len(draws) == 2


@pytest.mark.usefixtures("draws")
async def test_in_a_group_it_replies(chat: Chat) -> None:
    (answer,) = await chat.in_group("/carte")
    assert answer["reply_to_message"]["text"] == "/carte"


@pytest.mark.parametrize(("command", "opening"), [("/chiffres", "Les chiffres"), ("/carte", "D’où viennent")])
async def test_without_matplotlib_it_is_said_in_words(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, command: str, opening: str
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for _ in range(2):
        answer = await chat.ask(command)
        assert answer["text"].startswith(opening)
        assert buttons(answer)
    assert photos(chat) == []


@pytest.mark.parametrize("command", PICTURES)
@pytest.mark.usefixtures("draws")
@pytest.mark.parametrize(
    "refusal",
    ["not enough rights to send photos to the chat", "IMAGE_PROCESS_FAILED", "wrong file identifier"],
)
async def test_a_picture_that_is_refused_is_said_in_words(chat: Chat, command: str, refusal: str) -> None:
    chat.telegram.refuse("sendPhoto", refusal)
    assert buttons(await chat.ask(command))
    chat.telegram.refusals.clear()
    assert "photo" in await chat.ask(command)
    chat.telegram.refuse("sendPhoto", refusal)
    assert "text" in await chat.ask(command)
    chat.telegram.refusals.clear()
    assert "photo" in await chat.ask(command)


async def test_a_fault_in_a_drawing_leaves_the_words(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(_: object) -> bytes:
        raise ValueError("a fault")

    monkeypatch.setattr("bot.pictures.map._draw", draw)
    assert "Paris : 10 mesures" in (await chat.ask("/carte"))["text"]


@pytest.mark.usefixtures("draws")
async def test_someone_who_blocked_the_bot_hears_nothing(chat: Chat) -> None:
    for method in ("sendPhoto", "sendMessage"):
        chat.telegram.refuse(method, "Forbidden: bot was blocked by the user", 403)
    assert await chat.say("/carte") == []


@pytest.mark.usefixtures("draws")
async def test_a_group_that_moved_gets_its_answer_in_words(chat: Chat) -> None:
    chat.telegram.refuse("sendPhoto", "group chat was upgraded", 400, migrate_to_chat_id=-100)
    (answer,) = await chat.in_group("/carte")
    assert answer["text"].startswith("D’où viennent")


async def test_a_base_without_shares_or_places(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text(
        "- {id: a, title: Bassin, answer: Couvert., questions: [Où ?]}", encoding="utf-8"
    )
    kb, telegram = load_knowledge(tmp_path), Telegram()
    async with build_application(settings, kb, request=telegram) as app:
        chat = Chat(app, telegram)
        assert (await chat.ask("/chiffres"))["text"] == "Cette base ne contient pas de chiffres."
        assert (await chat.ask("/carte"))["text"] == "Cette base ne contient pas de mesures numérotées."
        await publish_commands(app.bot, kb)
    assert "carte" not in str(telegram.called("setMyCommands"))


async def test_the_menu_has_the_map(chat: Chat, kb: KnowledgeBase) -> None:
    await publish_commands(chat.app.bot, kb)
    assert "La carte des villes" in str(chat.telegram.called("setMyCommands"))


async def test_a_name_can_be_forgotten_twice() -> None:
    cache = pictures.MemoryPictureCache()
    await cache.keep("a", "b")
    assert await cache.file_id("a") == "b"
    await cache.forget("a")
    await cache.forget("a")
    assert await cache.file_id("a") is None


async def test_the_loop_is_free_while_a_picture_is_drawn(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, pixel: bytes
) -> None:
    started, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def draw(_: object) -> bytes:
        loop.call_soon_threadsafe(started.set)
        assert release.wait(10)
        return pixel

    monkeypatch.setattr("bot.pictures.map._draw", draw)
    slow = asyncio.ensure_future(chat.ask("/carte"))
    await started.wait()
    assert (await chat.in_group("/mesure 3"))[0]["text"].startswith("Mesure 3")
    release.set()
    assert "photo" in await slow
