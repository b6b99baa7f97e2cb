from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP

from .test_editing import KEYBOARD
from .test_sending import PNG

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call

CANNOT_PARSE = "can't parse inline query result"
ONE_FIELD = "InlineQueryResultsButton must have exactly one optional field"
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def article(result_id: str = "1", **values: Any) -> dict[str, Any]:
    content = {"message_text": "<b>x</b>", "parse_mode": "HTML"}
    return {
        "type": "article",
        "id": result_id,
        "title": "t",
        "input_message_content": content,
        **values,
    }


@pytest.fixture
def press(call: Call, people: People) -> str:
    sent = call("sendMessage", chat_id=CAMILLE, text="x", reply_markup=KEYBOARD)
    return str(people.press(CAMILLE, CAMILLE, sent["message_id"], "a")["query_id"])


def test_a_press_is_answered_once(call: Call, people: People, press: str) -> None:
    assert call("answerCallbackQuery", callback_query_id=press, text="oui", show_alert=True)
    assert people.callback_answer(press) == {"text": "oui", "show_alert": True, "url": ""}
    with pytest.raises(ApiError) as caught:
        call("answerCallbackQuery", callback_query_id=press)
    assert caught.value.description == TOO_OLD


def test_unknown_late_and_expired_presses(call: Call, people: People, world: World, press: str) -> None:
    with pytest.raises(ApiError) as caught:
        call("answerCallbackQuery", callback_query_id="1")
    assert caught.value.description == TOO_OLD
    with pytest.raises(ApiError, match="MESSAGE_TOO_LONG"):
        call("answerCallbackQuery", callback_query_id=press, text="x" * 201)
    now = world.clock()
    world.clock = lambda: now + 61
    with pytest.raises(ApiError, match="query is too old"):
        call("answerCallbackQuery", callback_query_id=press)
    world.clock = lambda: now
    people.expire_queries()
    with pytest.raises(ApiError, match="query is too old"):
        call("answerCallbackQuery", callback_query_id=press)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {"results": [article(str(n)) for n in range(51)]},
            "too many inline query results specified",
        ),
        ({"results": [article("1"), article("1")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("é" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": {}}, "expected an Array of inline query results"),
        ({"results": "["}, "can't parse JSON encoded inline query results"),
        (
            {"results": [1]},
            "can't parse inline query result: Inline query result must be an object",
        ),
        (
            {"results": [{"type": "article"}]},
            "can't parse inline query result: Can't find field \"id\"",
        ),
        ({"results": [article(title="")]}, "ARTICLE_TITLE_EMPTY"),
        (
            {"results": [article(input_message_content=None)]},
            "can't parse inline query result: Input message content is not specified",
        ),
        (
            {"results": [article(input_message_content={"message_text": ""})]},
            "can't parse inline query result: Message text is empty",
        ),
        (
            {"results": [article(input_message_content={"message_text": "x" * 4097})]},
            "MESSAGE_TOO_LONG",
        ),
        (
            {"results": [{"type": "gif", "id": "1"}]},
            f'{CANNOT_PARSE}: type "gif" is unsupported for the inline query result',
        ),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        (
            {"results": [], "button": {"text": "x", "start_parameter": "a b"}},
            "START_PARAM_INVALID",
        ),
        (
            {"results": [], "button": {"text": "x"}},
            f"{CANNOT_PARSE}s button: {ONE_FIELD}",
        ),
    ],
)
def test_bad_inline_answers(call: Call, people: People, values: dict[str, Any], reason: str) -> None:
    query = people.ask_inline(CAMILLE, GROUP, "x")["query_id"]
    with pytest.raises(ApiError) as caught:
        call("answerInlineQuery", inline_query_id=query, **values)
    assert caught.value.description == f"Bad Request: {reason}"
    assert people.inline_answer(query) is None


def test_a_chosen_result_is_sent_in_the_users_name(call: Call, people: People, world: World) -> None:
    query = people.ask_inline(CAMILLE, GROUP, "baro", "10")["query_id"]
    asked = world.queue.pending[-1].payload
    assert (asked["query"], asked["offset"], asked["chat_type"]) == ("baro", "10", "group")
    result = article(reply_markup=KEYBOARD)
    assert call("answerInlineQuery", inline_query_id=query, results=[result], next_offset="20")
    with pytest.raises(ApiError, match="query is too old"):
        call("answerInlineQuery", inline_query_id=query, results=[])
    message = people.choose(CAMILLE, GROUP, query, "1", "baro")
    assert message["from"]["id"] == CAMILLE
    assert message["via_bot"]["id"] == world.bot.id
    seen, chosen = world.queue.pending[-2:]
    assert seen.payload["text"] == "x"
    assert chosen.kind == "chosen_inline_result"
    inline_id = chosen.payload["inline_message_id"]
    assert call("editMessageText", inline_message_id=inline_id, text="y") is True
    assert people.transcript(GROUP)[-1]["text"] == "y"
    call("editMessageReplyMarkup", inline_message_id=inline_id, reply_markup=KEYBOARD)
    people.press(CAMILLE, GROUP, message["message_id"], "a")
    assert world.queue.pending[-1].payload["inline_message_id"] == inline_id


def test_a_picture_as_result(call: Call, people: People) -> None:
    photo = call("sendPhoto", {"photo": PNG}, chat_id=CAMILLE)["photo"]
    query = people.ask_inline(CAMILLE, CAMILLE, "")["query_id"]
    result = {"type": "photo", "id": "p", "photo_file_id": photo[-1]["file_id"], "caption": "c"}
    call("answerInlineQuery", inline_query_id=query, results=[result])
    message = people.choose(CAMILLE, CAMILLE, query, "p")
    assert (message["photo"], message["caption"]) == (photo, "c")
    with pytest.raises(ApiError, match="RESULT_ID_INVALID"):
        people.choose(CAMILLE, CAMILLE, query, "q")


def test_inline_questions_expire(call: Call, people: People, world: World) -> None:
    query = people.ask_inline(CAMILLE, CAMILLE, "")["query_id"]
    now = world.clock()
    world.clock = lambda: now + 11
    with pytest.raises(ApiError, match="query is too old"):
        call("answerInlineQuery", inline_query_id=query, results=[])


def test_a_long_inline_question_is_cut(people: People, world: World) -> None:
    people.ask_inline(CAMILLE, CAMILLE, "x" * 300)
    assert len(world.queue.pending[-1].payload["query"]) == 256


def test_without_feedback_the_bot_hears_of_no_choice(call: Call, people: People, world: World) -> None:
    query = people.ask_inline(CAMILLE, GROUP, "")["query_id"]
    call("answerInlineQuery", inline_query_id=query, results=[article()])
    people.set_inline_feedback(enabled=False)
    people.choose(CAMILLE, GROUP, query, "1")
    assert world.queue.pending[-1].kind == "message"


def test_a_press_leads_to_the_bot_and_nowhere_else(call: Call, people: People, press: str) -> None:
    with pytest.raises(ApiError, match="URL_INVALID"):
        call("answerCallbackQuery", callback_query_id=press, url="https://example.com/?start=x")
    assert call("answerCallbackQuery", callback_query_id=press, url="https://t.me/nocrise_bot?start=x")
    assert people.callback_answer(press) == {
        "text": "",
        "show_alert": False,
        "url": "https://t.me/nocrise_bot?start=x",
    }


def test_the_caption_of_a_result_is_a_caption(call: Call, people: People) -> None:
    photo = call("sendPhoto", {"photo": PNG}, chat_id=CAMILLE)["photo"][-1]["file_id"]
    query = people.ask_inline(CAMILLE, CAMILLE, "")["query_id"]
    result = {"type": "photo", "id": "p", "photo_file_id": photo, "caption": "x" * 1025}
    with pytest.raises(ApiError, match="MEDIA_CAPTION_TOO_LONG"):
        call("answerInlineQuery", inline_query_id=query, results=[result])
