"""Methods about the bot itself: who it is, its commands and descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.simulator.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.simulator.arguments import Arguments
    from bot.simulator.jsontypes import Json, Unchecked
    from bot.simulator.state import World

_MAX_COMMAND = 32
_MAX_COMMAND_DESCRIPTION = 256
_MAX_COMMANDS = 100
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES}
)
_LANGUAGE = re.compile(r"[a-z]{2}")


def get_me(world: World, _arguments: Arguments) -> Json:
    """Return the bot, with the flags that only it sees."""
    return {
        **world.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def set_my_commands(world: World, arguments: Arguments) -> bool:
    """Set the commands of a scope and language."""
    raw = arguments.structure("commands", "Can't parse commands JSON object")
    if raw is not None and not isinstance(raw, list):
        raise bad_request("Expected an Array of BotCommand")
    commands = [_parsed(command) for command in raw or []]
    key = _scope(world, arguments), _language(arguments)
    checked = [_command(name, description) for name, description in commands]
    if len(checked) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    table = commands_of(world)
    if checked:
        table[key] = checked
    else:
        table.pop(key, None)
    world.emit({"type": "commands"})
    return True


def get_my_commands(world: World, arguments: Arguments) -> list[Json]:
    """Return the commands of exactly that scope and language."""
    return commands_of(world).get((_scope(world, arguments), _language(arguments)), [])


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    """Remove the commands of a scope and language."""
    commands_of(world).pop((_scope(world, arguments), _language(arguments)), None)
    world.emit({"type": "commands"})
    return True


def commands_of(world: World) -> dict[tuple[str, str], list[Json]]:
    """Return all commands, by scope and language."""
    table: dict[tuple[str, str], list[Json]] = world.profile.setdefault("commands", {})
    return table


def commands_for(world: World, chat_id: int, user_id: int) -> list[Json]:
    """Return what a user sees: the narrowest scope with commands, own language first."""
    chat = world.chats[chat_id]
    scopes = [f"chat:{chat_id}"]
    if chat.is_private:
        scopes += ["all_private_chats"]
    else:
        scopes = [f"chat_member:{chat_id}:{user_id}"]
        if chat.is_admin(user_id):
            scopes += [f"chat_administrators:{chat_id}"]
        scopes += [f"chat:{chat_id}"]
        if chat.is_admin(user_id):
            scopes += ["all_chat_administrators"]
        scopes += ["all_group_chats"]
    table = commands_of(world)
    languages = [world.users[user_id].language_code or "", ""]
    for scope in [*scopes, "default"]:
        for language in languages:
            if (scope, language) in table:
                return table[scope, language]
    return []


def _parsed(command: Unchecked) -> tuple[str, str]:
    if not isinstance(command, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if name not in command:
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    return str(command["command"]), str(command["description"])


def _command(raw_name: str, raw_description: str) -> Json:
    name, description = raw_name.strip().removeprefix("/"), raw_description.strip()
    if not name:
        raise bad_request("Command must be non-empty")
    if len(name) > _MAX_COMMAND:
        raise bad_request(f"Command length must not exceed {_MAX_COMMAND}")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > _MAX_COMMAND_DESCRIPTION:
        raise bad_request(f"Command description length must not exceed {_MAX_COMMAND_DESCRIPTION}")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _scope(world: World, arguments: Arguments) -> str:
    """Return the scope as a text that ``commands_for`` can build again."""
    scope = arguments.structure("scope", "Can't parse BotCommandScope JSON object")
    if scope is None:
        return "default"
    prefix = "Can't parse BotCommandScope: "
    if not isinstance(scope, dict):
        raise bad_request(f"{prefix}BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind is None:
        raise bad_request(f'{prefix}Can\'t find field "type"')
    if str(kind) not in _SCOPES:
        raise bad_request(f"{prefix}Unsupported type specified")
    if str(kind) not in _CHAT_SCOPES:
        return str(kind)
    if "chat_id" not in scope:
        raise bad_request(f'{prefix}Can\'t find field "chat_id"')
    chat = world.chat_for_bot(str(scope["chat_id"]))
    if kind == "chat_member":
        if not isinstance(scope.get("user_id"), int) or scope["user_id"] <= 0:
            raise bad_request(f"{prefix}Invalid user_id specified")
        return f"chat_member:{chat.id}:{scope['user_id']}"
    return f"{kind}:{chat.id}"


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _setter(field: str) -> Callable[[World, Arguments], bool]:
    def set_text(world: World, arguments: Arguments) -> bool:
        value = arguments.text(field)
        if len(value) > _LIMITS[field]:
            raise bad_request(f"Bot {field.replace('_', ' ')} is too long")
        texts = world.profile.setdefault(field, {})
        texts[_language(arguments)] = value
        world.emit({"type": "profile"})
        return True

    return set_text


def _getter(field: str) -> Callable[[World, Arguments], Json]:
    def get_text(world: World, arguments: Arguments) -> Json:
        texts = world.profile.get(field, {})
        default = world.bot.first_name if field == "name" else ""
        return {field: texts.get(_language(arguments)) or texts.get("") or default}

    return get_text


def set_chat_menu_button(world: World, arguments: Arguments) -> bool:
    """Set what the button beside the input does."""
    button = arguments.structure("menu_button", "Can't parse menu button JSON object")
    button = {"type": "default"} if button is None else button
    if not isinstance(button, dict):
        raise bad_request("Can't parse menu button: MenuButton must be an Object")
    if str(button.get("type")) not in {"commands", "web_app", "default"}:
        raise bad_request("Can't parse menu button: MenuButton has unsupported type")
    world.profile["menu_button"] = button
    return True


def get_chat_menu_button(world: World, _arguments: Arguments) -> Json:
    """Return what the button beside the input does."""
    button: Json = world.profile.get("menu_button", {"type": "default"})
    return button


METHODS = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
