from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call


def test_a_long_text_goes_out_in_parts(people: People, world: World) -> None:
    people.send_text(CAMILLE, CAMILLE, "x" * 5000)
    assert [len(update.payload["text"]) for update in world.queue.pending] == [4096, 904]


def test_pictures_stickers_and_voices(people: People, world: World) -> None:
    people.send_photo(CAMILLE, CAMILLE, caption="/aide")
    people.send_sticker(CAMILLE, CAMILLE)
    people.send_voice(CAMILLE, CAMILLE)
    photo, sticker, voice = (update.payload for update in world.queue.pending)
    assert photo["caption_entities"][0]["type"] == "bot_command"
    assert sticker["sticker"]["emoji"] == "👍"
    assert voice["voice"]["duration"] == 3


@pytest.mark.parametrize(("text", "reason"), [(" \n", "MESSAGE_EMPTY"), ("x" * 4097, "MESSAGE_TOO_LONG")])
def test_an_edited_text_is_as_long_as_a_message(people: People, world: World, text: str, reason: str) -> None:
    message = people.send_text(CAMILLE, CAMILLE, "un")
    with pytest.raises(ApiError, match=reason):
        people.edit_text(CAMILLE, CAMILLE, message["message_id"], text)
    assert people.transcript(CAMILLE)[0]["text"] == "un"
    assert [update.kind for update in world.queue.pending] == ["message"]


def test_a_caption_is_as_long_as_telegram_lets_it_be(people: People, world: World) -> None:
    people.send_photo(CAMILLE, CAMILLE, caption=f" {'x' * 1024} ")
    with pytest.raises(ApiError, match="MEDIA_CAPTION_TOO_LONG"):
        people.send_photo(CAMILLE, CAMILLE, caption="x" * 1025)
    assert [update.payload["caption"] for update in world.queue.pending] == ["x" * 1024]


def test_deep_links(people: People, world: World) -> None:
    people.block(CAMILLE)
    people.start(CAMILLE, "mesure-3")
    assert world.queue.pending[-1].payload["text"] == "/start mesure-3"
    assert world.chats[CAMILLE].blocked is False
    people.remove_bot(CAMILLE, GROUP)
    people.start(CAMILLE, "g", chat_id=GROUP)
    assert world.queue.pending[-1].payload["text"] == "/start@nocrise_bot g"
    for bad in ("x" * 65, "a b", "é"):
        with pytest.raises(ApiError, match="START_PARAM_INVALID"):
            people.start(CAMILLE, bad)


def test_blocking_and_unblocking_is_told(people: People, world: World) -> None:
    people.block(CAMILLE)
    people.block(CAMILLE)
    with pytest.raises(ApiError, match="YOU_BLOCKED_USER"):
        people.send_text(CAMILLE, CAMILLE, "x")
    people.unblock(CAMILLE)
    first, second = (update.payload for update in world.queue.pending)
    assert first["new_chat_member"]["status"] == second["old_chat_member"]["status"] == "kicked"


def test_joining_and_leaving(people: People, world: World) -> None:
    people.leave(KARIM, GROUP)
    with pytest.raises(ApiError, match="CHAT_WRITE_FORBIDDEN"):
        people.send_text(KARIM, GROUP, "x")
    people.join(KARIM, GROUP)
    left, joined = (update.payload for update in world.queue.pending)
    assert left["left_chat_member"]["id"] == joined["new_chat_members"][0]["id"] == KARIM


def test_member_changes_reach_an_admin_bot_that_asked(people: People, world: World) -> None:
    people.set_admin(CAMILLE, GROUP, target_id=world.bot.id)
    world.queue.allowed = ["chat_member"]
    people.leave(KARIM, GROUP)
    assert world.queue.pending[-1].kind == "chat_member"


def test_the_bot_hears_of_being_added_and_removed(people: People, world: World) -> None:
    group = people.create_group(CAMILLE, "Nouveau", [KARIM])
    people.remove_bot(CAMILLE, group["id"])
    assert [update.kind for update in world.queue.pending] == [
        "my_chat_member",
        "message",
        "message",
        "my_chat_member",
    ]
    quiet = people.create_group(CAMILLE, "Sans bot", bot=False)
    assert world.chats[quiet["id"]].members == {CAMILLE: "creator"}


def test_upgrading(people: People, world: World) -> None:
    people.send_text(KARIM, GROUP, "avant")
    new = people.upgrade(CAMILLE, GROUP)
    old_side, new_side = (update.payload for update in world.queue.pending[-2:])
    assert old_side["migrate_to_chat_id"] == new["id"]
    assert new_side["migrate_from_chat_id"] == GROUP
    assert new_side["message_id"] == 1
    with pytest.raises(ApiError, match="CHAT_WRITE_FORBIDDEN"):
        people.send_text(KARIM, GROUP, "x")
    with pytest.raises(ApiError, match="CHAT_ID_INVALID"):
        people.upgrade(CAMILLE, new["id"])


def test_pressing_what_is_not_there(people: People, world: World, call: Call) -> None:
    sent = call("sendMessage", chat_id=CAMILLE, text="x")
    with pytest.raises(ApiError, match="DATA_INVALID"):
        people.press(CAMILLE, CAMILLE, sent["message_id"], "a")
    call("deleteMessage", chat_id=CAMILLE, message_id=sent["message_id"])
    with pytest.raises(ApiError, match="MESSAGE_ID_INVALID"):
        people.press(CAMILLE, CAMILLE, sent["message_id"], "a")
    people.press(CAMILLE, CAMILLE, sent["message_id"], "a", stale=True)
    assert world.queue.pending[-1].payload["message"]["date"] == 0


def test_only_ones_own_messages(people: People, world: World) -> None:
    message = people.send_text(KARIM, GROUP, "x")
    with pytest.raises(ApiError, match="MESSAGE_ID_INVALID"):
        people.edit_text(CAMILLE, GROUP, message["message_id"], "y")
    with pytest.raises(ApiError, match="MESSAGE_DELETE_FORBIDDEN"):
        people.delete(CAMILLE, GROUP, message["message_id"])
    assert people.delete(KARIM, GROUP, message["message_id"]) is True
    with pytest.raises(ApiError, match="REPLY_MESSAGE_ID_INVALID"):
        people.send_text(KARIM, GROUP, "y", reply_to=message["message_id"])
    with pytest.raises(ApiError, match="PEER_ID_INVALID"):
        people.send_text(KARIM, CAMILLE, "chez un autre")
    with pytest.raises(ApiError, match="USER_ID_INVALID"):
        people.send_text(5, GROUP, "x")
    with pytest.raises(ApiError, match="MESSAGE_EMPTY"):
        people.send_text(KARIM, GROUP, "  ")
    assert world.queue.pending == []


def test_a_reset_keeps_what_a_running_bot_relies_on(people: People, world: World, call: Call) -> None:
    call("setMyDescription", description="d")
    last = world.queue.pending[-1].id
    user = people.add_user("Zoé")
    people.reset()
    assert user["id"] not in world.users
    assert people.transcript(CAMILLE) == []
    people.send_text(CAMILLE, CAMILLE, "x")
    assert world.queue.pending[0].id > last
    assert call("getMyDescription") == {"description": "d"}


def test_a_reset_ends_the_troubles_that_were_planned(people: People, world: World) -> None:
    people.set_faults([{"kind": "500"}], duplicate_updates=1, reorder_updates=1, webhook_unreachable=True)
    people.set_privacy(enabled=False)
    people.set_limits(enabled=True)
    people.reset()
    people.send_text(CAMILLE, CAMILLE, "x")
    assert [update.payload["text"] for update in world.queue.pending] == ["x"]
    assert (world.faults.planned, world.faults.webhook_unreachable) == ([], False)
    assert (world.privacy_mode, world.limits.enabled) == (True, False)


def test_a_standing_that_stays_is_no_news(people: People, world: World) -> None:
    people.set_admin(CAMILLE, GROUP, target_id=world.bot.id)
    world.queue.allowed = ["chat_member", "my_chat_member"]
    people.set_admin(CAMILLE, GROUP, target_id=world.bot.id)
    people.set_admin(CAMILLE, GROUP, target_id=KARIM, admin=False)
    assert [update.kind for update in world.queue.pending] == ["my_chat_member"]
