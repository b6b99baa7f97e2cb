"""Which messages of a group a bot gets to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.simulator.entities import utf16_slice

if TYPE_CHECKING:
    from bot.simulator.people import Chat
    from bot.simulator.state import World

_SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "group_chat_created",
    }
)


def visible_to_bot(world: World, chat: Chat, body: dict[str, Any]) -> bool:
    """Say whether the bot receives a message.

    In privacy mode: commands (but not those meant for another bot), mentions, replies to its own
    messages, messages sent through it, and service messages.
    """
    if chat.is_private:
        return not chat.blocked
    if not chat.is_present(world.bot.id):
        return False
    if not world.privacy_mode or chat.is_admin(world.bot.id) or _SERVICE & body.keys():
        return True
    if body.get("via_bot", {}).get("id") == world.bot.id:
        return True
    if body.get("reply_to_message", {}).get("from", {}).get("id") == world.bot.id:
        return True
    return _addressed(world, body)


def _addressed(world: World, body: dict[str, Any]) -> bool:
    text = body.get("text") or body.get("caption") or ""
    name = f"@{world.bot.username}".lower()
    for entity in body.get("entities") or body.get("caption_entities") or []:
        covered = utf16_slice(text, entity["offset"], entity["length"]).lower()
        if entity["type"] == "mention" and covered == name:
            return True
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            return "@" not in covered or covered.endswith(name)
    return False
