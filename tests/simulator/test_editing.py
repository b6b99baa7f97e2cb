from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP, KARIM

from .test_sending import PNG, png

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call

KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}


@pytest.fixture
def sent(call: Call) -> dict[str, Any]:
    message: dict[str, Any] = call(
        "sendMessage", chat_id=CAMILLE, text="<b>un</b>", parse_mode="HTML", reply_markup=KEYBOARD
    )
    return {"chat_id": CAMILLE, "message_id": message["message_id"]}


def test_an_edit_replaces_text_and_keyboard(call: Call, world: World, sent: dict[str, Any]) -> None:
    message = call("editMessageText", **sent, text="deux")
    assert message["text"] == "deux"
    assert "edit_date" in message
    assert "reply_markup" not in message
    assert "entities" not in message
    assert world.transcript(CAMILLE)[-1]["_edits"] == ["un"]


def test_an_unchanged_edit_is_refused(call: Call, sent: dict[str, Any]) -> None:
    unchanged = (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    with pytest.raises(ApiError) as caught:
        call("editMessageText", **sent, text="<b>un</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert caught.value.description == unchanged
    with pytest.raises(ApiError) as caught:
        call("editMessageReplyMarkup", **sent, reply_markup=KEYBOARD)
    assert caught.value.description == unchanged
    call("editMessageText", **sent, text="un", reply_markup=KEYBOARD)


def test_link_previews_are_told_as_when_sending(call: Call, sent: dict[str, Any]) -> None:
    options = {"is_disabled": True}
    assert call("editMessageText", **sent, text="un", link_preview_options=options)["link_preview_options"]
    assert "link_preview_options" not in call("editMessageText", **sent, text="un")
    with pytest.raises(ApiError, match="object expected as link preview options"):
        call("editMessageText", **sent, text="deux", link_preview_options=[1])


def test_a_keyboard_alone_leaves_no_edit_mark(call: Call, sent: dict[str, Any]) -> None:
    assert "edit_date" not in call("editMessageReplyMarkup", **sent)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"text": "x"}, "message identifier is not specified"),
        ({"text": "x", "chat_id": CAMILLE}, "message to edit not found"),
        ({"text": "x", "chat_id": CAMILLE, "message_id": 99}, "message to edit not found"),
        ({"text": "x", "chat_id": CAMILLE, "message_id": 1}, "message can't be edited"),
        ({"text": "x", "inline_message_id": "x"}, "MESSAGE_ID_INVALID"),
    ],
)
def test_what_cannot_be_edited(call: Call, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        call("editMessageText", **values)
    assert caught.value.description == f"Bad Request: {reason}"


def test_pictures_have_captions_and_texts_do_not(call: Call, sent: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="there is no caption in the message to edit"):
        call("editMessageCaption", **sent, caption="x")
    photo = call("sendPhoto", {"photo": PNG}, chat_id=CAMILLE)
    where = {"chat_id": CAMILLE, "message_id": photo["message_id"]}
    with pytest.raises(ApiError, match="there is no text in the message to edit"):
        call("editMessageText", **where, text="x")
    assert call("editMessageCaption", **where, caption="x")["caption"] == "x"
    assert "caption" not in call("editMessageCaption", **where)


def test_a_text_becomes_a_picture(call: Call, sent: dict[str, Any]) -> None:
    media = {"type": "photo", "media": "attach://f", "caption": "<i>c</i>", "parse_mode": "HTML"}
    message = call("editMessageMedia", {"f": png(9, 9)}, **sent, media=media)
    assert message["photo"][-1]["width"] == 9
    assert message["caption_entities"][0]["type"] == "italic"
    assert "text" not in message
    with pytest.raises(ApiError, match="can't parse InputMedia: invalid type specified"):
        call("editMessageMedia", **sent, media={"type": "film"})


def test_deleting(call: Call, people: People, sent: dict[str, Any]) -> None:
    assert call("deleteMessage", **sent) is True
    with pytest.raises(ApiError, match="message to delete not found"):
        call("deleteMessage", **sent)
    with pytest.raises(ApiError, match="message to edit not found"):
        call("editMessageText", **sent, text="x")
    other = people.send_text(KARIM, GROUP, "x")
    where = {"chat_id": GROUP, "message_id": other["message_id"]}
    with pytest.raises(ApiError, match="message can't be deleted for everyone"):
        call("deleteMessage", **where)
    people.set_admin(CAMILLE, GROUP, target_id=people.world.bot.id)
    assert call("deleteMessages", chat_id=GROUP, message_ids=[other["message_id"], 99]) is True
    assert people.transcript(GROUP)[0]["_deleted"] is True
    with pytest.raises(ApiError, match="message identifiers are not specified"):
        call("deleteMessages", chat_id=GROUP)


def test_so_many_are_deleted_at_once(call: Call) -> None:
    assert call("deleteMessages", chat_id=CAMILLE, message_ids=list(range(2, 102))) is True
    with pytest.raises(ApiError, match="too many message identifiers specified"):
        call("deleteMessages", chat_id=CAMILLE, message_ids=list(range(2, 103)))
