from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.command_names import ENGLISH_COMMANDS
from bot.answers.texts import texts
from bot.handlers.conversation import QUESTIONS_PER_MINUTE
from bot.handlers.memory import CONTEXT_LIFE
from bot.handlers.private import decode_question, encode_question
from bot.simulator.state import ALEX, CAMILLE

from .standin import Chat, buttons, labels

if TYPE_CHECKING:
    from .conftest import Clock


async def test_any_text_is_a_question(chat: Chat) -> None:
    answer = await chat.ask("pourquoi un baromètre ?")
    assert answer["text"].startswith("Mesure 3 · Un baromètre")
    assert answer["text"].split("\n\n")[1].startswith("Pourquoi :")
    assert answer["entities"][0] == {"offset": 0, "length": 58, "type": "bold"}
    assert {"◀ Mesure 2", "Mesure 4 ▶", "Partager", "👍 Utile", "👎 Pas utile"} <= set(labels(answer))
    assert "reply_to_message" not in answer


async def test_html_in_a_question_does_no_harm(chat: Chat) -> None:
    answer = await chat.ask("<b>mesure 3</b> & <script>")
    assert answer["text"]


async def test_start_offers_questions_whose_answers_come_below(chat: Chat) -> None:
    welcome = await chat.ask("/start")
    assert "19 mesures, 12 chiffres" in welcome["text"]
    examples = labels(welcome)
    assert len(examples) == 4
    assert all(label.endswith("?") for label in examples)
    before = len(chat.world.transcript(CAMILLE))
    await chat.press(welcome, examples[0])
    new = chat.world.transcript(CAMILLE)[before:]
    assert [one["text"].startswith("Mesure 1 ·") for one in new] == [True]
    assert chat.now(welcome)["text"] == welcome["text"]


async def test_start_opens_an_entry(chat: Chat) -> None:
    assert (await chat.ask("/start mesure-7"))["text"].startswith("Mesure 7 ·")
    assert (await chat.ask("/start liste-nantes"))["text"].startswith("Les mesures de Nantes")
    assert (await chat.ask("/start no-such-entry"))["text"].startswith("Bonjour !")


async def test_start_opens_the_pages_of_commands(chat: Chat) -> None:
    for payload, command in (("villes", "ville"), ("groupes", "groupe"), ("evenement",) * 2, ("aide",) * 2):
        assert (await chat.ask(f"/start {payload}"))["text"] == (await chat.ask(f"/{command}"))["text"]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("user", "chart", "cities"),
    [
        (CAMILLE, "L'équipement numérique des foyers", "D’où viennent les mesures"),
        (ALEX, "The digital equipment of households", "Where the measures come from"),
    ],
)
async def test_start_opens_the_pictures(chat: Chat, user: int, chart: str, cities: str) -> None:
    for payload, opening in (("chiffres", chart), ("carte", cities)):
        answer = await chat.ask(f"/start {payload}", user=user)
        assert answer["photo"]
        assert answer["caption"].startswith(opening)


@pytest.mark.usefixtures("undrawn")
async def test_a_picture_opened_by_link_counts_once(chat: Chat) -> None:
    for _ in range(QUESTIONS_PER_MINUTE):
        assert "photo" in await chat.ask("/start carte")
    assert "beaucoup de questions" in (await chat.ask("/start carte"))["text"]


async def test_start_opens_a_question(chat: Chat) -> None:
    payload = encode_question("pourquoi un baromètre ?")
    assert (await chat.ask(f"/start {payload}"))["text"].startswith("Mesure 3 ·")


async def test_a_question_opened_by_link_counts_once(chat: Chat) -> None:
    link = f"/start {encode_question('pourquoi un baromètre ?')}"
    for _ in range(QUESTIONS_PER_MINUTE):
        assert (await chat.ask(link))["text"].startswith("Mesure 3 ·")
    assert "beaucoup de questions" in (await chat.ask(link))["text"]


@pytest.mark.parametrize("question", ["", "é" * 200, "mot " * 40, "😀" * 30, "a"])
def test_questions_fit_a_deep_link(question: str) -> None:
    payload = encode_question(question)
    assert len(payload) <= 64
    read = decode_question(payload)
    assert read is not None
    assert question.startswith(read)


@pytest.mark.parametrize("payload", ["mesure-1", "q-!", "q-_w", "q-a"])
def test_payloads_that_are_no_questions(payload: str) -> None:
    assert decode_question(payload) is None


async def test_help_lists_the_commands(chat: Chat) -> None:
    said = (await chat.ask("/aide"))["text"]
    assert "/mesures" in said
    assert "#nocrise" in said
    assert "@nocrise_bot" in said
    assert (await chat.ask("/help"))["text"] == said


async def test_help_names_commands_in_the_readers_language_and_for_the_chat(follower: Chat) -> None:
    english = (await follower.ask("/help", user=ALEX))["text"]
    assert {"/measures", "/city", "/follow", "/mydata"} <= set(english.split())
    assert not {"/mesures", "/ville", "/suivre", "/mesdonnees", "/quiet", "/report"} & set(english.split())
    assert not {"/discret", "/bilan"} & set((await follower.ask("/aide"))["text"].split())
    (in_group,) = await follower.in_group("/aide@nocrise_bot")
    assert {"/discret", "/bilan"} <= set(in_group["text"].split())


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_no_text_names_a_command_that_is_not_there(follower: Chat, language: str) -> None:
    """What texts suggest is answered: by its own name in each language."""
    constants = [one for name, one in {**vars(t), **vars(f)}.items() if not name.startswith("__")]
    said = [*constants, *t.COMMANDS.values(), *f.COMMANDS.values()]
    translated = [texts(language)._catalogue.gettext(one) for one in said if isinstance(one, str) and one]
    named = {name for text in translated for name in re.findall(r"(?<![\w/:<])/([a-z]{3,})\b", text)}
    assert len(named) >= 8
    admins = {"setprivacy", "publier", "publish"}
    user = {"fr": CAMILLE, "en": ALEX}[language]
    for name in sorted(named - admins):
        (answer,) = await follower.say(f"/{name}", user=user)
        assert "/aide dit" not in answer.get("text", ""), name
        assert "/help says" not in answer.get("text", "")
        assert name in map(str, {one for pair in ENGLISH_COMMANDS.items() for one in pair} | {"stop"})


async def test_an_unknown_command_is_named_as_such(chat: Chat) -> None:
    assert "pas cette commande" in (await chat.ask("/bidule"))["text"]


@pytest.mark.parametrize("send", ["send_sticker", "send_voice", "send_photo"])
async def test_what_is_no_text_gets_one_polite_line(chat: Chat, send: str) -> None:
    getattr(chat.people, send)(CAMILLE, CAMILLE)
    await chat.deliver()
    (answer,) = [m for m in chat.world.transcript(CAMILLE) if m["from"]["is_bot"]]
    assert "Je ne lis que le texte" in answer["text"]


@pytest.mark.parametrize(("caption", "said"), [("", "Je ne lis que le texte"), ("mesure 3", "Mesure 3 ·")])
async def test_an_album_is_answered_once(chat: Chat, caption: str, said: str) -> None:
    for number in range(4):
        message: dict[str, Any] = {
            "message_id": 900 + number,
            "date": 1,
            "chat": {"id": CAMILLE, "type": "private"},
            "from": {"id": CAMILLE, "is_bot": False, "first_name": "C", "language_code": "fr"},
            "media_group_id": "13400000000000001",
            "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
        }
        # Telegram shows the caption of the first below them all.
        await chat.update(message=message | ({"caption": caption} if caption and not number else {}))
    (answer,) = chat.telegram.called("sendMessage")
    assert said in answer["text"]


async def test_a_caption_is_a_question(chat: Chat) -> None:
    chat.people.send_photo(CAMILLE, CAMILLE, caption="mesure 3")
    await chat.deliver()
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 3 ·")


async def test_the_subject_is_kept(chat: Chat, clock: Clock) -> None:
    await chat.ask("mesure 16")
    assert (await chat.ask("et la suivante ?"))["text"].startswith("Mesure 17 ·")
    assert "Groupe 3" in (await chat.ask("qui l'a proposée ?"))["text"]
    assert "Nantes" in (await chat.ask("et à Nantes ?"))["text"]
    await chat.ask("mesure 16")
    clock.now += CONTEXT_LIFE + 1
    assert "De quoi parlez-vous" in (await chat.ask("pourquoi ?"))["text"]


async def test_the_card_replied_to_goes_before_the_last_one(chat: Chat) -> None:
    card = await chat.ask("mesure 3")
    await chat.ask("mesure 16")
    answer = await chat.ask("pourquoi ?", reply_to=card["message_id"])
    assert answer["text"].startswith("Mesure 3 ·")


async def test_each_chat_has_its_own_subject(chat: Chat) -> None:
    await chat.ask("mesure 3")
    assert "What is it about?" in (await chat.ask("why?", user=ALEX))["text"]


async def test_english_for_who_writes_it_or_has_it(chat: Chat) -> None:
    assert (await chat.ask("what is the digital kit?"))["text"].startswith("Measure 16 ·")
    assert (await chat.ask("/mesure 16", user=ALEX))["text"].startswith("Measure 16 ·")
    assert (await chat.ask("pourquoi un baromètre ?", user=ALEX))["text"].startswith("Mesure 3 ·")


async def test_an_edited_question_edits_its_answer(chat: Chat) -> None:
    answer = await chat.ask("mesure 3")
    question = chat.world.transcript(CAMILLE)[0]
    chat.people.edit_text(CAMILLE, CAMILLE, question["message_id"], "mesure 4")
    await chat.deliver()
    assert chat.now(answer)["text"].startswith("Mesure 4 ·")
    assert len(chat.world.transcript(CAMILLE)) == 2
    assert (await chat.ask("et la suivante ?"))["text"].startswith("Mesure 5 ·")


async def test_an_answer_that_cannot_be_edited_is_given_anew(chat: Chat) -> None:
    await chat.ask("mesure 3")
    question = chat.world.transcript(CAMILLE)[0]
    chat.telegram.refuse("editMessageText", "Bad Request: message can't be edited")
    chat.people.edit_text(CAMILLE, CAMILLE, question["message_id"], "mesure 4")
    await chat.deliver()
    assert chat.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 4 ·")


async def test_an_edit_that_changes_no_answer_is_no_trouble(chat: Chat) -> None:
    answer = await chat.ask("mesure 3")
    question = chat.world.transcript(CAMILLE)[0]
    chat.people.edit_text(CAMILLE, CAMILLE, question["message_id"], "mesure 3 !")
    await chat.deliver()
    assert chat.now(answer)["text"] == answer["text"]
    assert len(chat.world.transcript(CAMILLE)) == 2


async def test_too_many_questions_get_one_line_and_then_nothing(chat: Chat, clock: Clock) -> None:
    for _ in range(QUESTIONS_PER_MINUTE):
        assert len(await chat.say("mesure 3")) == 1
    (line,) = await chat.say("mesure 3")
    assert "beaucoup de questions" in line["text"]
    assert await chat.say("mesure 3") == []
    clock.now += 61
    assert len(await chat.say("mesure 3")) == 1


async def test_our_own_inline_results_and_channel_posts_are_not_questions(chat: Chat) -> None:
    found = await chat.inline("mesure 3")
    chat.people.choose(CAMILLE, CAMILLE, found["query_id"], "mesure-3")
    await chat.deliver()
    assert chat.telegram.called("sendMessage") == []
    await chat.update(
        message={
            "message_id": 5,
            "date": 1,
            "chat": {"id": CAMILLE, "type": "private"},
            "from": {"id": CAMILLE, "is_bot": False, "first_name": "C"},
            "text": "mesure 3",
            "forward_origin": {
                "type": "channel",
                "date": 1,
                "chat": {"id": -1001, "type": "channel", "title": "C"},
                "message_id": 3,
            },
        }
    )
    assert chat.telegram.called("sendMessage") == []


async def test_a_long_answer_is_cut_well(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.sending.MessageLimit", SimpleNamespace(MAX_TEXT_LENGTH=50))
    answer = await chat.ask("mesure 3")
    assert len(answer["text"]) <= 50
    assert answer["text"].endswith("…")


async def test_a_share_button_finds_the_entry_again(chat: Chat) -> None:
    answer = await chat.ask("mesure 3")
    (share,) = [b["switch_inline_query"] for b in buttons(answer) if "switch_inline_query" in b]
    assert (await chat.inline(share))["results"][0]["id"] == "mesure-3"


@pytest.mark.parametrize(
    ("asked", "shared", "title"),
    [
        ("quelle part du PIB pour le numérique ?", "Le poids du numérique dans le PIB", "Le poids"),
        ("what is the digital share of GDP?", "The digital economy's share of GDP", "The digital economy's"),
    ],
)
async def test_a_figure_is_shared_in_the_language_of_its_card(
    chat: Chat, asked: str, shared: str, title: str
) -> None:
    answer = await chat.ask(asked)
    (share,) = [b["switch_inline_query"] for b in buttons(answer) if "switch_inline_query" in b]
    assert share == shared
    first = (await chat.inline(share))["results"][0]
    assert first["id"] == "chiffre-pib"
    assert first["title"].startswith(title)


async def test_figures_are_turned_like_measures(chat: Chat) -> None:
    card = await chat.ask("/chiffre smartphone")
    await chat.press(card, "Suivant ▶")
    assert chat.now(card)["text"].startswith("Les foyers sans accès à Internet")
    await chat.press(chat.now(card), "◀ Précédent")
    assert chat.now(card)["text"] == card["text"]


async def test_a_turn_without_a_card_asks_for_one(chat: Chat) -> None:
    said = (await chat.ask("et la suivante ?"))["text"]
    assert said == "De quoi parlez-vous ? Nommez d’abord une mesure ou un sujet, par exemple « mesure 1 »."
    (in_group,) = await chat.in_group("@nocrise_bot next one", user=ALEX)
    assert in_group["text"].startswith("What is it about?")
