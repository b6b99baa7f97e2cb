from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.simulator.actions import People

    from .conftest import Call


def test_members(call: Call, people: People) -> None:
    assert call("getChatMember", chat_id=GROUP, user_id=CAMILLE)["status"] == "creator"
    assert call("getChatMember", chat_id=GROUP, user_id=KARIM)["status"] == "member"
    people.leave(KARIM, GROUP)
    assert call("getChatMember", chat_id=GROUP, user_id=KARIM)["status"] == "left"
    assert call("getChatMemberCount", chat_id=GROUP) == 3
    bot = people.world.bot.id
    people.set_admin(CAMILLE, GROUP, target_id=bot)
    administrators = call("getChatAdministrators", chat_id=GROUP)
    assert {member["user"]["id"] for member in administrators} == {CAMILLE, bot}


def test_what_cannot_be_asked(call: Call) -> None:
    with pytest.raises(ApiError, match="invalid user_id specified"):
        call("getChatMember", chat_id=GROUP)
    with pytest.raises(ApiError, match="user not found"):
        call("getChatMember", chat_id=GROUP, user_id=5)
    with pytest.raises(ApiError, match="there are no administrators in the private chat"):
        call("getChatAdministrators", chat_id=CAMILLE)
    with pytest.raises(ApiError, match="chat not found"):
        call("leaveChat", chat_id=CAMILLE)
    with pytest.raises(ApiError, match="wrong file_id"):
        call("getFile", file_id="x")


def test_chats_and_files(call: Call) -> None:
    assert call("getChat", chat_id=GROUP)["title"] == "Équipe #nocrise"
    assert call("getChat", chat_id=CAMILLE)["first_name"] == "Camille"
    sent = call("sendDocument", {"document": b"abc"}, chat_id=CAMILLE)["document"]
    assert call("getFile", file_id=sent["file_id"])["file_size"] == 3
