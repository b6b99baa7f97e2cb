from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def png(width: int, height: int) -> bytes:
    """A black picture that a browser can show."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1) * height, level=1)
    return PNG[:8] + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("values", "code", "description"),
    [
        ({"chat_id": CAMILLE}, 400, "Bad Request: message text is empty"),
        ({"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ({"chat_id": 99, "text": "x"}, 400, "Bad Request: chat not found"),
        ({"chat_id": "@personne", "text": "x"}, 400, "Bad Request: chat not found"),
        ({"chat_id": KARIM, "text": "x"}, 400, "Bad Request: chat not found"),
        ({"chat_id": CAMILLE, "text": " \n"}, 400, "Bad Request: text must be non-empty"),
        ({"chat_id": CAMILLE, "text": "é" * 4097}, 400, "Bad Request: message is too long"),
        ({"chat_id": CAMILLE, "text": "x" * 40_000}, 400, "Bad Request: text is too long"),
        (
            {"chat_id": CAMILLE, "text": "x", "parse_mode": "xml"},
            400,
            "Bad Request: unsupported parse_mode",
        ),
        (
            {"chat_id": CAMILLE, "text": "x", "reply_parameters": {"message_id": 999}},
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            {"chat_id": CAMILLE, "text": "x", "reply_markup": "{"},
            400,
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
    ],
)
def test_what_cannot_be_sent(call: Call, values: dict[str, Any], code: int, description: str) -> None:
    with pytest.raises(ApiError) as caught:
        call("sendMessage", **values)
    assert (caught.value.code, caught.value.description) == (code, description)


def test_protection_is_told(call: Call) -> None:
    sent = call("sendMessage", chat_id=CAMILLE, text="x", protect_content=True)
    assert sent["has_protected_content"] is True
    assert "has_protected_content" not in call("sendMessage", chat_id=CAMILLE, text="x")


def test_length_counts_after_parsing(call: Call) -> None:
    message = call("sendMessage", chat_id=CAMILLE, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
    assert message["text"] == "&" * 4096
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


def test_a_reply_holds_what_it_answers(call: Call) -> None:
    message = call("sendMessage", chat_id=CAMILLE, text="x", reply_parameters={"message_id": 1})
    assert message["reply_to_message"]["text"] == "bonjour"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    message = call("sendMessage", chat_id=CAMILLE, text="x", reply_parameters=lenient)
    assert "reply_to_message" not in message


def test_a_user_who_blocked_the_bot(call: Call, people: People) -> None:
    people.block(CAMILLE)
    for method, values in (
        ("sendMessage", {"text": "x"}),
        ("sendChatAction", {"action": "typing"}),
    ):
        with pytest.raises(ApiError) as caught:
            call(method, chat_id=CAMILLE, **values)
        assert caught.value.code == 403
        assert caught.value.description == "Forbidden: bot was blocked by the user"


def test_a_bot_cannot_write_first(call: Call, people: People) -> None:
    people.send_text(KARIM, GROUP, "/aide")
    with pytest.raises(ApiError) as caught:
        call("sendMessage", chat_id=KARIM, text="x")
    assert caught.value.description == "Forbidden: bot can't initiate conversation with a user"


def test_a_group_without_the_bot(call: Call, people: People) -> None:
    call("leaveChat", chat_id=GROUP)
    with pytest.raises(ApiError) as caught:
        call("sendMessage", chat_id=GROUP, text="x")
    assert caught.value.description == "Forbidden: bot is not a member of the group chat"
    people.add_bot(CAMILLE, GROUP)
    people.remove_bot(CAMILLE, GROUP)
    with pytest.raises(ApiError) as caught:
        call("sendMessage", chat_id=GROUP, text="x")
    assert caught.value.description == "Forbidden: bot was kicked from the group chat"


def test_a_group_that_became_a_supergroup(call: Call, people: People) -> None:
    new = people.upgrade(CAMILLE, GROUP)
    with pytest.raises(ApiError) as caught:
        call("sendMessage", chat_id=GROUP, text="x")
    error = caught.value.to_json()
    assert error["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert error["parameters"] == {"migrate_to_chat_id": new["id"]}
    assert call("sendMessage", chat_id=new["id"], text="x")["chat"]["type"] == "supergroup"


def test_what_a_bot_may_ask_of_a_group_that_it_has_left(call: Call, people: People) -> None:
    people.remove_bot(CAMILLE, GROUP)
    assert call("getChat", chat_id=GROUP)["id"] == GROUP
    with pytest.raises(ApiError, match="bot was kicked from the group chat"):
        call("getChatMember", chat_id=GROUP, user_id=CAMILLE)
    people.add_bot(CAMILLE, GROUP)
    supergroup = people.upgrade(CAMILLE, GROUP)["id"]
    people.remove_bot(CAMILLE, supergroup)
    with pytest.raises(ApiError, match="bot was kicked from the supergroup chat"):
        call("getChat", chat_id=supergroup)


def test_a_photo_is_sent_again_by_its_file_id(call: Call) -> None:
    first = call("sendPhoto", {"photo": png(800, 400)}, chat_id=CAMILLE, caption="#a")
    assert [(size["width"], size["height"]) for size in first["photo"]] == [(320, 160), (800, 400)]
    assert first["caption_entities"] == [{"type": "hashtag", "offset": 0, "length": 2}]
    again = call("sendPhoto", chat_id=CAMILLE, photo=first["photo"][0]["file_id"])
    assert again["photo"] == first["photo"]
    attached = call("sendPhoto", {"f": PNG}, chat_id=CAMILLE, photo="attach://f")
    assert attached["photo"][-1]["width"] == 1


@pytest.mark.parametrize(
    ("uploads", "values", "reason"),
    [
        ({}, {}, "there is no photo in the request"),
        ({}, {"photo": "AgAD"}, "wrong file identifier/HTTP URL specified"),
        ({}, {"photo": "https://example.com/a.png"}, "failed to get HTTP URL content"),
        ({"photo": b""}, {}, "file must be non-empty"),
        ({"photo": b"texte"}, {}, "IMAGE_PROCESS_FAILED"),
        ({"photo": PNG + bytes(10 * 1024 * 1024)}, {}, "file is too big"),
        ({"photo": png(9000, 1100)}, {}, "PHOTO_INVALID_DIMENSIONS"),
        ({"photo": png(2100, 100)}, {}, "PHOTO_INVALID_DIMENSIONS"),
        ({"photo": PNG}, {"caption": "x" * 1025}, "message caption is too long"),
        ({}, {"photo": "attach://rien"}, "there is no photo in the request"),
    ],
)
def test_bad_photos(call: Call, uploads: dict[str, bytes], values: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        call("sendPhoto", uploads, chat_id=CAMILLE, **values)
    assert caught.value.description == f"Bad Request: {reason}"


def test_documents(call: Call, world: World) -> None:
    sent = call("sendDocument", {"document": b"a,b"}, chat_id=CAMILLE)["document"]
    assert call("sendDocument", chat_id=CAMILLE, document=sent["file_id"])["document"] == sent
    assert world.files.get(sent["file_id"]).data == b"a,b"  # type: ignore[union-attr]
    with pytest.raises(ApiError, match="can't use file of type Document as Photo"):
        call("sendPhoto", chat_id=CAMILLE, photo=sent["file_id"])


def test_chat_actions(call: Call, world: World) -> None:
    events: list[dict[str, Any]] = []
    world.listeners.append(events.append)
    assert call("sendChatAction", chat_id=CAMILLE, action="typing") is True
    assert events == [{"type": "action", "chat_id": CAMILLE, "action": "typing"}]
    with pytest.raises(ApiError, match="wrong parameter action in request"):
        call("sendChatAction", chat_id=CAMILLE, action="dormir")


def test_a_mention_by_link_names_a_known_user(call: Call) -> None:
    html = f'<a href="tg://user?id={KARIM}">lui</a> <a href="tg://user?id=5">?</a>'
    message = call("sendMessage", chat_id=CAMILLE, text=html, parse_mode="HTML")
    (mention,) = message["entities"]
    assert mention["user"]["first_name"] == "Karim"
    where = {"chat_id": CAMILLE, "message_id": message["message_id"]}
    with pytest.raises(ApiError, match="message is not modified"):
        call("editMessageText", **where, text=html, parse_mode="HTML")
