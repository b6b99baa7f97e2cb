"""Methods about chats, their members and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.simulator.errors import bad_request
from bot.simulator.people import ADMINS, PRESENT, Chat

if TYPE_CHECKING:
    from bot.simulator.arguments import Arguments
    from bot.simulator.jsontypes import Json
    from bot.simulator.state import World

_ADMIN_RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def get_chat(world: World, arguments: Arguments) -> Json:
    """Return what the bot may know of a chat."""
    chat = world.chat_for_bot(arguments.text("chat_id"))
    return {
        **chat.to_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(world: World, arguments: Arguments) -> Json:
    """Return the standing of a user."""
    user_id = arguments.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = world.chat_for_bot(arguments.text("chat_id"), editing=True)
    if user_id not in world.users:
        raise bad_request("user not found")
    return member_json(world, chat, user_id)


def member_json(world: World, chat: Chat, user_id: int) -> Json:
    """Return a ``ChatMember``."""
    status = chat.members.get(user_id, "member" if chat.is_private else "left")
    member: Json = {"user": world.users[user_id].to_json(), "status": status}
    if status in ADMINS:
        member["is_anonymous"] = False
    if status == "administrator":
        member |= dict.fromkeys(_ADMIN_RIGHTS, False) | {
            "can_manage_chat": True,
            "can_delete_messages": True,
        }
    if status == "kicked":
        member["until_date"] = 0
    return member


def get_chat_administrators(world: World, arguments: Arguments) -> list[Json]:
    """Return who runs the group; bots other than the asking one are left out."""
    chat = world.chat_for_bot(arguments.text("chat_id"), editing=True)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [member_json(world, chat, user_id) for user_id in chat.members if chat.is_admin(user_id)]


def get_chat_member_count(world: World, arguments: Arguments) -> int:
    """Return how many are in the chat."""
    chat = world.chat_for_bot(arguments.text("chat_id"), editing=True)
    return 2 if chat.is_private else sum(status in PRESENT for status in chat.members.values())


def leave_chat(world: World, arguments: Arguments) -> bool:
    """Take the bot out of a group."""
    chat = world.chat_for_bot(arguments.text("chat_id"), editing=True)
    if chat.is_private:
        raise bad_request("chat not found")
    world.add_message(chat, world.bot, {"left_chat_member": world.bot.to_json()})
    chat.members[world.bot.id] = "left"
    world.emit({"type": "chat", "chat_id": chat.id})
    return True


def get_file(world: World, arguments: Arguments) -> Json:
    """Return where to download a file."""
    file_id = arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = world.files.get(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": f"{stored.kind}s/{stored.file_id}",
    }


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getFile": get_file,
}
