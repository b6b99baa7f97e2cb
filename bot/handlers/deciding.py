"""Who decides for a chat: in a private one who is there, in a group its administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import ChatMember
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.handlers.filtering import is_anonymous_admin

if TYPE_CHECKING:
    from telegram import Bot, Chat, Message

_POWERFUL = (ChatMember.ADMINISTRATOR, ChatMember.OWNER)


async def decides(bot: Bot, chat: Chat, user_id: int) -> bool:
    """Whether somebody decides for a chat; not where Telegram does not say."""
    if chat.type == ChatType.PRIVATE:
        return True
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except TelegramError:
        return False
    return member.status in _POWERFUL


async def writer_decides(bot: Bot, message: Message) -> bool:
    """Whether who wrote a message decides for its chat."""
    if is_anonymous_admin(message):
        return True
    writer = message.from_user
    return writer is not None and await decides(bot, message.chat, writer.id)
