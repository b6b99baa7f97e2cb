from __future__ import annotations

import asyncio
import json

import pytest

from bot.answers.texts import COMMANDS
from bot.handlers.private import encode_question

from .driver import APOLOGY, Message, Person, Service, buttons, labels, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("/start", "Bonjour ! Posez-moi une question"),
        ("/aide", "Posez votre question"),
        ("/help", "Posez votre question"),
        ("/mesures", "Le numérique comme sortie de crise\nD’où viennent"),
        ("/mesure 13", "Mesure 13 ·"),
        ("/mesure baromètre", "Mesure 3 ·"),
        ("/mesure 20", "Il n’y a pas de mesure 20."),
        ("/chiffre smartphone", "Les individus équipés d'un smartphone"),
        ("/ville Nantes", "Les mesures de Nantes"),
        ("/ville", "De quelle ville ?"),
        ("/groupe 2", "Les mesures du Groupe 2"),
        ("/groupe", "De quel groupe ?"),
        ("/discret", "Cette commande ne sert que dans un groupe."),
        ("/nimporte", "Je ne connais pas cette commande."),
        ("pourquoi un barometre ?", "Mesure 3 ·"),
        ("quelles sont les mesures de Bordeaux ?", "Les mesures de Bordeaux"),
        ("la recette de la tarte aux pommes", "Je n’ai pas de réponse"),
        ("bonjour", "Bonjour ! Quelle est votre question ?"),
        ("merci !", "Avec plaisir."),
    ],
)
async def test_what_is_answered(camille: Person, text: str, begins: str) -> None:
    answer = await camille.asks(text)
    assert answer["text"].startswith(begins), answer["text"]


async def test_every_command_of_the_menu_does_something(service: Service) -> None:
    calls = service.people.log("setMyCommands")
    names = {one["command"] for call in calls for one in json.loads(call["arguments"]["commands"])}
    assert names >= set(COMMANDS)
    for name in sorted(names):
        answer = await service.newcomer().asks(f"/{name}")
        said = answer.get("text") or answer.get("caption") or ""
        assert APOLOGY not in said, name
        assert "Je ne connais pas" not in said, name


async def test_english(service: Service) -> None:
    alex = service.newcomer("Alex", "en")
    assert (await alex.asks("/start"))["text"].startswith("Hello!")
    assert "Source:" in (await alex.asks("what is measure 3?"))["text"]


async def test_a_conversation_goes_on(camille: Person) -> None:
    assert (await camille.asks("mesure 3"))["text"].startswith("Mesure 3 ·")
    assert (await camille.asks("et la suivante ?"))["text"].startswith("Mesure 4 ·")
    why = await camille.asks("pourquoi ?")
    assert why["text"].startswith("Mesure 4 ·")
    full = await camille.taps(why, "Tout lire")
    assert len(full["text"]) > len(why["text"])


async def edits_its_answer(service: Service, person: Person) -> bool:
    """Ask, change the question, and tell whether the answer was edited, not given anew."""
    number = person.writes("mesure 3")
    (answer,) = await person.hears(number)
    service.people.edit_text(person.user, person.chat, number, "mesure 5")
    await until(lambda: person.now(answer)["text"].startswith("Mesure 5 ·") or len(person.heard(number)) == 2)
    assert person.now(person.heard(number)[-1])["text"].startswith("Mesure 5 ·")
    return len(person.heard(number)) == 1


async def test_an_edited_question_gets_its_answer_edited(service: Service) -> None:
    # In the rush of the tests before, a webhook may answer without learning the answer's number; it has
    # leisure for that again when there was none for a second.
    for _ in range(5):
        if await edits_its_answer(service, service.newcomer()):
            return
        await asyncio.sleep(1.2)
    pytest.fail("no answer was edited")


async def test_deep_links(service: Service, camille: Person) -> None:
    for payload, begins in [
        ("mesure-3", "Mesure 3 ·"),
        ("mesures", "Le numérique comme sortie de crise\nD’où viennent"),
        ("chiffre-pib", "Le poids du numérique dans le PIB"),
        (encode_question("mesure 7"), "Mesure 7 ·"),
        ("forged-payload", "Bonjour ! Posez-moi"),
    ]:
        number = service.people.start(camille.user, payload)["message_id"]
        answer = (await camille.hears(number))[0]
        assert answer["text"].startswith(begins), (payload, answer["text"])


async def test_what_is_not_text(service: Service, camille: Person) -> None:
    for send in (service.people.send_photo, service.people.send_sticker, service.people.send_voice):
        number = send(camille.user, camille.chat)["message_id"]
        assert (await camille.hears(number))[0]["text"].startswith("Je ne lis que le texte")
    number = service.people.send_photo(camille.user, camille.chat, "mesure 3")["message_id"]
    assert (await camille.hears(number))[0]["text"].startswith("Mesure 3 ·")


async def test_browsing(camille: Person) -> None:
    page = await camille.asks("/mesures")
    city = await camille.taps(page, "Nantes")
    assert city["text"].startswith("Les mesures de Nantes")
    card = await camille.taps(city, "7")
    assert card["text"].startswith("Mesure 7 ·")
    assert (await camille.taps(card, "Retour"))["text"].startswith("Les mesures de Nantes")
    assert (await camille.taps(city, "Retour"))["text"] == page["text"]


async def test_thumbs(camille: Person) -> None:
    card = await camille.asks("mesure 3")
    assert (await camille.presses(card, "up:mesure-3"))["text"] == "Merci !"
    assert (await camille.presses(card, "down:mesure-3"))["text"] == "Merci, c’est noté."
    (other,) = await camille.hears(card["message_id"])
    assert other["text"].startswith("Peut-être plutôt :")
    assert "Aucune de celles-ci" in labels(other)
    assert (await camille.taps(other, "Aucune"))["text"].startswith("Alors je n’ai sans doute pas")


@pytest.mark.parametrize("data", ["s:no-such-entry", "zz", "down:../x", "v:@admin", "s:"])
async def test_forged_and_old_buttons(camille: Person, data: str) -> None:
    card = await camille.asks("mesure 3")
    answer = await camille.presses(card, data, stale=True)
    assert answer["text"] == "Ce bouton est trop ancien : reposez votre question."
    assert camille.now(card)["text"] == card["text"]


async def test_a_press_too_old_to_answer_does_no_harm(service: Service, camille: Person) -> None:
    card = await camille.asks("mesure 3")
    service.people.press(camille.user, camille.chat, card["message_id"], "s:mesure-4")
    service.people.expire_queries()
    await camille.hears_change(card)
    assert (await camille.asks("mesure 5"))["text"].startswith("Mesure 5 ·")


async def test_every_button_that_can_be_reached(service: Service) -> None:
    """Press all there is, from the pages on; each must be answered, and none with an apology."""
    zoe = service.newcomer()
    todo: list[tuple[Message, str]] = []
    known: set[str] = set()

    def note(message: Message) -> None:
        for button in buttons(message):
            data = button.get("callback_data")
            if data and data not in known:
                known.add(data)
                todo.append((message, data))

    for text in ("/start", "/mesures", "/chiffres", "/ville", "/groupe", "/evenement", "formation", "xyz"):
        note(await zoe.asks(text))
    last = 0
    while todo:
        message, data = todo.pop()
        answer = await zoe.presses(message, data, stale=True)
        assert APOLOGY not in (answer.get("text") or ""), data
        assert "trop ancien" not in (answer.get("text") or ""), data
        note(zoe.now(message))
        for new in zoe.heard(last):
            note(new)
            last = max(last, new["message_id"])
    prefixes = {data.partition(":")[0] for data in known}
    assert {"s", "v", "x", "up", "down", "none"} <= prefixes
    assert {f"s:mesure-{number}" for number in range(1, 20)} <= known


async def test_blocked_and_back(service: Service, camille: Person) -> None:
    await camille.asks("mesure 3")
    service.plan("slow", delay=0.1)
    camille.writes("mesure 4")
    await until(lambda: service.world.faults.planned[0].times == 0)
    service.people.block(camille.user)
    await until(lambda: service.people.log("sendMessage")[-1].get("error_code") == 403)
    number = service.people.start(camille.user)["message_id"]
    assert (await camille.hears(number))[0]["text"].startswith("Bonjour !")


async def test_flooding_ends_with_one_line(service: Service) -> None:
    eager = service.newcomer()
    first = eager.writes("merci")
    for _ in range(24):
        eager.writes("merci")
    other = service.newcomer()
    assert (await other.asks("merci"))["text"] == "Avec plaisir."
    heard = await eager.hears(first, 21)
    assert [one["text"] for one in heard[:20]] == ["Avec plaisir."] * 20
    assert "Cela fait beaucoup de questions" in heard[20]["text"]
