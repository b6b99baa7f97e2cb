from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.methods.profile import commands_for
from bot.simulator.state import ALEX, CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call


def commands(name: str) -> list[dict[str, str]]:
    return [{"command": name, "description": "d"}]


def test_get_me_shows_the_privacy_flag(call: Call, people: People) -> None:
    me = call("getMe")
    assert me["username"] == "nocrise_bot"
    assert me["can_read_all_group_messages"] is False
    people.set_privacy(enabled=False)
    assert call("getMe")["can_read_all_group_messages"] is True


def test_the_narrowest_scope_wins(call: Call, world: World) -> None:
    call("setMyCommands", commands=commands("partout"))
    call("setMyCommands", commands=commands("prive"), scope={"type": "all_private_chats"})
    call("setMyCommands", commands=commands("groupe"), scope={"type": "all_group_chats"})
    call("setMyCommands", commands=commands("everywhere"), language_code="en")
    admins = {"type": "chat_administrators", "chat_id": GROUP}
    call("setMyCommands", commands=commands("admin"), scope=admins)

    def shown(chat_id: int, user_id: int) -> str:
        return str(commands_for(world, chat_id, user_id)[0]["command"])

    assert shown(CAMILLE, CAMILLE) == "prive"
    assert shown(GROUP, KARIM) == "groupe"
    assert shown(GROUP, CAMILLE) == "admin"
    call("deleteMyCommands", scope={"type": "all_group_chats"})
    assert shown(GROUP, KARIM) == "partout"
    assert shown(GROUP, ALEX) == "everywhere"
    assert call("getMyCommands") == commands("partout")
    assert call("getMyCommands", scope={"type": "all_group_chats"}) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"commands": {}}, "expected an Array of BotCommand"),
        ({"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [{}]}, "can't parse BotCommand: Can't find field \"command\""),
        ({"commands": commands("")}, "command must be non-empty"),
        ({"commands": commands("x" * 33)}, "command length must not exceed 32"),
        ({"commands": commands("Été")}, "BOT_COMMAND_INVALID"),
        (
            {"commands": [{"command": "a", "description": ""}]},
            "command description must be non-empty",
        ),
        (
            {"commands": [], "scope": {"type": "x"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 9}}, "chat not found"),
        ({"commands": [], "language_code": "fra"}, "invalid language code specified"),
    ],
)
def test_bad_commands(call: Call, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        call("setMyCommands", **values)
    assert caught.value.description == f"Bad Request: {reason}"


def test_descriptions_by_language(call: Call) -> None:
    call("setMyDescription", description="un")
    call("setMyDescription", description="one", language_code="en")
    assert call("getMyDescription", language_code="en") == {"description": "one"}
    assert call("getMyDescription", language_code="de") == {"description": "un"}
    assert call("getMyName") == {"name": "#nocrise"}
    with pytest.raises(ApiError, match="is too long"):
        call("setMyShortDescription", short_description="x" * 121)


def test_the_menu_button(call: Call) -> None:
    assert call("getChatMenuButton") == {"type": "default"}
    call("setChatMenuButton", menu_button={"type": "commands"})
    assert call("getChatMenuButton") == {"type": "commands"}
    with pytest.raises(ApiError, match="MenuButton has unsupported type"):
        call("setChatMenuButton", menu_button={"type": "x"})
