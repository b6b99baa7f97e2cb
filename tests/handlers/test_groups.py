from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.handlers.conversation import QUESTIONS_PER_MINUTE
from bot.handlers.groups import AMBIENT_PER_MINUTE
from bot.simulator.state import CAMILLE, GROUP, KARIM

from .standin import SUPERGROUP_BOT, Chat, buttons

if TYPE_CHECKING:
    from .conftest import Clock

QUESTION = "#nocrise pourquoi un baromètre ?"
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who forwards the posts of a linked channel."""


@pytest.fixture(autouse=True)
def sees_everything(chat: Chat) -> None:
    chat.people.set_privacy(enabled=False)


def written(text: str, **more: Any) -> dict[str, Any]:
    """A group's message as Telegram sends it, with what the simulator's people cannot do."""
    message: dict[str, Any] = {
        "message_id": 500,
        "date": 1,
        "chat": {"id": GROUP, "type": "group", "title": "G"},
        "from": {"id": KARIM, "is_bot": False, "first_name": "K"},
        "text": text,
        "entities": [{"type": "hashtag", "offset": 0, "length": 8}] if text.startswith("#") else [],
    }
    return message | more


async def test_silence_is_the_rule(chat: Chat) -> None:
    for text in (
        "bonjour",
        "pourquoi un baromètre ?",
        "mesure 3",
        "merci",
        "nocrise pourquoi un baromètre ?",
    ):
        assert await chat.in_group(text) == []
    assert chat.telegram.called("sendMessage") == []


async def test_a_hashtag_question_gets_a_short_reply(chat: Chat) -> None:
    (answer,) = await chat.in_group(QUESTION, user=KARIM)
    assert answer["text"].startswith("Mesure 3 ·")
    assert "Source" not in answer["text"]
    assert answer["reply_to_message"]["text"] == QUESTION
    (link,) = buttons(answer)
    assert link["url"] == "https://t.me/nocrise_bot?start=mesure-3"


@pytest.mark.parametrize(
    "text",
    [
        "#nocrise je suis content d'être là",
        "#nocrise",
        "#nocrise demain on parle de télétravail",
        "#nocrises pourquoi un baromètre ?",
        "#NOCRISE bravo à tous",
    ],
)
async def test_hashtags_without_a_question_get_none(chat: Chat, text: str) -> None:
    assert await chat.in_group(text) == []


async def test_the_hashtag_may_stand_anywhere_in_any_case(chat: Chat) -> None:
    assert len(await chat.in_group("pourquoi un baromètre ? #NoCrise")) == 1


async def test_overhearing_is_limited_per_group_and_minute(chat: Chat, clock: Clock) -> None:
    answers = [len(await chat.in_group(QUESTION)) for _ in range(AMBIENT_PER_MINUTE + 2)]
    assert answers == [1] * AMBIENT_PER_MINUTE + [0, 0]
    clock.now += 61
    assert len(await chat.in_group(QUESTION)) == 1


async def test_a_mention_is_answered_in_full(chat: Chat) -> None:
    (answer,) = await chat.in_group("@nocrise_bot pourquoi un baromètre ?")
    assert "Source" in answer["text"]
    assert answer["reply_to_message"]["text"].startswith("@nocrise_bot")
    (admitted,) = await chat.in_group("@NOCRISE_BOT zzzz qqqq ?")
    assert "pas de réponse" in admitted["text"]


async def asks_below(chat: Chat, text: str) -> dict[str, Any]:
    """Ask the bot below somebody else's question; returns the answer."""
    chat.people.send_text(KARIM, GROUP, "pourquoi un baromètre ?")
    await chat.deliver()
    question = chat.world.transcript(GROUP)[-1]
    (answer,) = await chat.in_group(text, reply_to=question["message_id"])
    return answer


@pytest.mark.parametrize("text", ["@nocrise_bot", "@nocrise_bot stp", "@nocrise_bot ?"])
async def test_a_mention_below_a_question_answers_that(chat: Chat, text: str) -> None:
    assert (await asks_below(chat, text))["text"].startswith("Mesure 3 ·")


async def test_an_edited_mention_below_a_question_still_does(chat: Chat) -> None:
    answer = await asks_below(chat, "@nocrise_bot")
    mention = next(one for one in chat.world.transcript(GROUP) if one["text"] == "@nocrise_bot")
    await edited(chat, mention, "@nocrise_bot svp")
    assert chat.now(answer)["text"] == answer["text"]
    assert len(chat.telegram.called("sendMessage")) == 1


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


async def test_what_stands_below_a_picture_is_said_too(chat: Chat) -> None:
    def answers() -> list[str]:
        return [str(one["text"]) for one in chat.telegram.called("sendMessage")]

    picture = written("", photo=PHOTO, caption="@nocrise_bot pourquoi un baromètre ?")
    del picture["text"]
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    await chat.update(message=picture | {"caption_entities": mention})
    assert ["Mesure 3 ·" in answer for answer in answers()] == [True]
    # Below a picture that asks, a mention asks for the answer to that.
    below = picture | {"message_id": 501, "caption": "c'est quoi la mesure 9 ?"}
    named = written("@nocrise_bot", message_id=502, entities=mention, reply_to_message=below)
    await chat.update(message=named)
    assert "Mesure 9 ·" in answers()[-1]
    # And one that says nothing to the bot is left alone.
    await chat.update(message=picture | {"message_id": 503, "caption": "pourquoi un baromètre ?"})
    assert len(answers()) == 2


async def test_a_bare_mention_gets_a_hint(chat: Chat) -> None:
    (answer,) = await chat.in_group("@nocrise_bot")
    assert "/aide" in answer["text"]


async def test_a_reply_to_the_bot_is_answered_if_it_asks(chat: Chat) -> None:
    (card,) = await chat.in_group("@nocrise_bot mesure 3")
    (answer,) = await chat.in_group("pourquoi ?", reply_to=card["message_id"])
    assert answer["text"].startswith("Mesure 3 ·\nPourquoi"[:10])
    assert await chat.in_group("mdr", reply_to=card["message_id"]) == []
    for text in ("la suivante", "plus de détails"):
        assert len(await chat.in_group(text, reply_to=card["message_id"])) == 1, text


async def test_a_reply_to_a_short_answer_knows_its_subject(chat: Chat) -> None:
    (short,) = await chat.in_group(QUESTION)
    await chat.in_group("@nocrise_bot mesure 16")
    (answer,) = await chat.in_group("d'où ça vient ?", reply_to=short["message_id"])
    assert "Marseille" in answer["text"]


async def test_a_mark_that_ends_within_an_emoji_marks_nothing(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    halves = [{"type": kind, "offset": 1, "length": 1} for kind in ("mention", "hashtag")]
    await chat.update(message=written("😀 bonjour") | {"entities": halves})
    assert not caplog.records


@pytest.mark.parametrize(
    "more",
    [
        {"via_bot": {"id": 123456789, "is_bot": True, "first_name": "b", "username": "nocrise_bot"}},
        {"from": {"id": 77, "is_bot": True, "first_name": "Other bot"}},
        {
            "is_automatic_forward": True,
            "from": TELEGRAM,
            "sender_chat": {"id": -1009, "type": "channel", "title": "C"},
        },
        {
            "forward_origin": {
                "type": "channel",
                "date": 1,
                "chat": {"id": -1009, "type": "channel", "title": "C"},
                "message_id": 1,
            }
        },
        {
            "from": {"id": SUPERGROUP_BOT, "is_bot": True, "first_name": "Group"},
            "sender_chat": {"id": GROUP, "type": "group", "title": "G"},
        },
        {
            "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
            "sender_chat": {"id": -1009, "type": "channel", "title": "C"},
        },
    ],
    ids=["own inline result", "bot", "automatic forward", "channel post", "anonymous admin", "channel"],
)
async def test_never_answered(chat: Chat, more: dict[str, Any]) -> None:
    await chat.update(message=written(QUESTION))
    assert len(chat.telegram.called("sendMessage")) == 1
    await chat.update(message=written(QUESTION, **more))
    assert len(chat.telegram.called("sendMessage")) == 1


async def place_of(chat: Chat, kind: str) -> int:
    if kind == "group":
        return GROUP
    moved = chat.people.upgrade(CAMILLE, GROUP)["id"]
    await chat.deliver()
    return int(moved)


async def edited(chat: Chat, question: dict[str, Any], text: str) -> None:
    chat.people.edit_text(question["from"]["id"], question["chat"]["id"], question["message_id"], text)
    await chat.deliver()


@pytest.mark.parametrize("kind", ["group", "supergroup"])
@pytest.mark.parametrize(
    ("text", "opening", "label"),
    [
        ("#nocrise c'est quoi le kit numérique ?", "Mesure 16 ·", "En savoir plus"),
        ("#nocrise what is the digital kit?", "Measure 16 ·", "Read more"),
        (
            "#nocrise qui tient le baromètre de la numérisation des entreprises ?",
            "Mesure 3 ·",
            "En savoir plus",
        ),
    ],
)
async def test_an_edited_message_gets_its_overheard_answer_edited(
    chat: Chat, kind: str, text: str, opening: str, label: str
) -> None:
    group = await place_of(chat, kind)
    (answer,) = await chat.say(QUESTION, chat=group, user=KARIM)
    await edited(chat, answer["reply_to_message"], text)
    now = chat.now(answer)
    assert now["text"].startswith(opening)
    assert now["text"] != answer["text"]
    assert "Source" not in now["text"]
    assert [button["text"] for button in buttons(now)] == [label]
    assert len(chat.telegram.called("sendMessage")) == 1
    (why,) = await chat.say("d'où ça vient ?", chat=group, reply_to=answer["message_id"])
    assert opening.split()[1] in why["text"]


@pytest.mark.parametrize(
    "text",
    ["#nocrise je suis content d'être là", "#nocrise", "c'est quoi le kit numérique ?", QUESTION + " "],
)
async def test_an_edit_that_asks_nothing_sure_leaves_the_answer_alone(chat: Chat, text: str) -> None:
    (answer,) = await chat.in_group(QUESTION, user=KARIM)
    await edited(chat, answer["reply_to_message"], text)
    assert chat.now(answer)["text"] == answer["text"]
    assert len(chat.telegram.called("sendMessage")) == 1


async def test_an_edit_that_asks_for_the_first_time_gets_no_late_answer(chat: Chat) -> None:
    await chat.in_group("#nocrise je suis content", user=KARIM)
    await edited(chat, chat.world.transcript(GROUP)[-1], QUESTION)
    assert chat.telegram.called("sendMessage") == []


async def test_a_group_that_went_discreet_gets_no_edits_either(chat: Chat) -> None:
    (answer,) = await chat.in_group(QUESTION, user=KARIM)
    await chat.in_group("/discret")
    await edited(chat, answer["reply_to_message"], "#nocrise c'est quoi le kit numérique ?")
    assert chat.now(answer)["text"] == answer["text"]


async def test_edits_count_against_what_is_overheard_in_a_minute(chat: Chat) -> None:
    (answer,) = await chat.in_group(QUESTION, user=KARIM)
    for number in range(AMBIENT_PER_MINUTE + 2):
        await edited(chat, answer["reply_to_message"], f"#nocrise c'est quoi la mesure {number + 5} ?")
    assert chat.now(answer)["text"].startswith(f"Mesure {AMBIENT_PER_MINUTE + 3} ·")


async def test_an_edited_mention_or_command_gets_its_full_answer_edited(chat: Chat) -> None:
    for before, after in (("@nocrise_bot mesure 3", "@nocrise_bot mesure 4"), ("/mesure@nocrise_bot 3",) * 2):
        (answer,) = await chat.in_group(before, user=KARIM)
        await edited(chat, answer["reply_to_message"], after.replace(" 3", " 4"))
        assert chat.now(answer)["text"].startswith("Mesure 4 ·")
        assert "Source" in chat.now(answer)["text"]


async def test_administrators_switch_overhearing_off_and_on(chat: Chat) -> None:
    (refused,) = await chat.in_group("/discret", user=KARIM)
    assert "administrateurs" in refused["text"]
    (off,) = await chat.in_group("/discret", user=CAMILLE)
    assert "je ne réponds plus" in off["text"]
    assert await chat.in_group(QUESTION) == []
    (on,) = await chat.in_group("/discret", user=CAMILLE)
    assert "de nouveau" in on["text"]
    assert len(await chat.in_group(QUESTION)) == 1


async def test_discret_counts_as_a_question(chat: Chat) -> None:
    for _ in range(QUESTIONS_PER_MINUTE):
        await chat.in_group("/discret", user=KARIM)
    (slow,) = await chat.in_group("/discret", user=KARIM)
    assert "beaucoup de questions" in slow["text"]
    assert await chat.in_group("/discret", user=KARIM) == []


async def test_an_anonymous_administrator_may_too(chat: Chat) -> None:
    await chat.update(
        message=written(
            "/discret",
            entities=[{"type": "bot_command", "offset": 0, "length": 8}],
            sender_chat={"id": GROUP, "type": "group", "title": "G"},
            **{"from": {"id": SUPERGROUP_BOT, "is_bot": True, "first_name": "Group"}},
        )
    )
    assert await chat.in_group(QUESTION) == []


async def test_anonymous_administrators_are_counted_by_group(chat: Chat) -> None:
    def asked(group: int, number: int) -> dict[str, Any]:
        return {
            "message_id": number,
            "date": 1,
            "chat": {"id": group, "type": "supergroup", "title": "G"},
            "sender_chat": {"id": group, "type": "supergroup", "title": "G"},
            "from": {"id": SUPERGROUP_BOT, "is_bot": True, "first_name": "Group"},
            "text": "/mesure 3",
            "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
        }

    def answers(group: int) -> int:
        return sum(one.get("chat_id") == group for name, one in chat.telegram.calls if name == "sendMessage")

    for number in range(QUESTIONS_PER_MINUTE + 5):
        await chat.update(message=asked(-1001, number + 1))
    assert answers(-1001) == QUESTIONS_PER_MINUTE + 1, "the last tells to slow down"
    await chat.update(message=asked(-1002, 1))
    assert answers(-1002) == 1


async def test_discret_is_for_groups(chat: Chat) -> None:
    assert "dans un groupe" in (await chat.ask("/discret"))["text"]


async def test_a_supergroup_keeps_the_settings(chat: Chat) -> None:
    await chat.in_group("/discret", user=CAMILLE)
    new = chat.people.upgrade(CAMILLE, GROUP)
    await chat.deliver()
    assert await chat.say(QUESTION, chat=new["id"]) == []
    await chat.say("/discret", chat=new["id"])
    assert len(await chat.say(QUESTION, chat=new["id"])) == 1


async def test_an_answer_follows_a_group_that_moved(chat: Chat) -> None:
    chat.people.send_text(CAMILLE, GROUP, "@nocrise_bot mesure 3")
    pending = chat.world.queue.pending
    chat.world.queue.clear()
    new = chat.people.upgrade(CAMILLE, GROUP)
    chat.world.queue.clear()
    await chat.update(message=pending[0].payload)
    assert chat.world.transcript(new["id"])[-1]["text"].startswith("Mesure 3 ·")


async def test_the_bot_introduces_itself_in_three_lines(chat: Chat) -> None:
    group = chat.people.create_group(CAMILLE, "Neuf")
    await chat.deliver()
    (said,) = [m for m in chat.world.transcript(group["id"]) if "text" in m]
    assert len(said["text"].splitlines()) == 3


async def test_with_privacy_mode_it_says_how_to_be_heard(chat: Chat) -> None:
    chat.people.set_privacy(enabled=True)
    group = chat.people.create_group(CAMILLE, "Neuf")
    await chat.deliver()
    (said,) = [m for m in chat.world.transcript(group["id"]) if "text" in m]
    assert "/setprivacy" in said["text"]


async def test_leaving_or_being_promoted_is_no_introduction(chat: Chat) -> None:
    chat.people.set_admin(CAMILLE, GROUP, target_id=chat.world.bot.id)
    chat.people.remove_bot(CAMILLE, GROUP)
    await chat.deliver()
    assert chat.telegram.called("sendMessage") == []


@pytest.mark.parametrize(
    "refusal",
    ["Bad Request: not enough rights to send text messages to the chat", "Bad Request: CHAT_WRITE_FORBIDDEN"],
)
async def test_a_group_where_it_may_not_write(
    chat: Chat, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.refuse("sendMessage", refusal)
    assert await chat.in_group("@nocrise_bot mesure 3") == []
    assert len(chat.telegram.called("sendMessage")) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
