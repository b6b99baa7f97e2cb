"""Which messages are for the bot at all."""

from __future__ import annotations

from telegram import Message, MessageEntity, MessageOriginChannel
from telegram.constants import ChatID
from telegram.ext import filters


class _FromPeople(filters.MessageFilter):
    """Messages that a person wrote here: no bots, no channels, nothing of our own inline results."""

    def filter(self, message: Message) -> bool:
        return (
            message.via_bot is None
            and not isinstance(message.forward_origin, MessageOriginChannel)
            and not _is_bot(message)
            and (message.sender_chat is None or is_anonymous_admin(message))
        )


FROM_PEOPLE = _FromPeople(name="FROM_PEOPLE")


WORDS = filters.TEXT | filters.CAPTION
"""Messages that say something, be it below a picture."""


def words_of(message: Message) -> str:
    """Return what a message says; empty where it says nothing."""
    return message.text or message.caption or ""


def somebody_above(message: Message) -> Message | None:
    """Return the message that another replies to, unless a bot wrote it."""
    above = message.reply_to_message
    return None if above and above.from_user and above.from_user.is_bot else above


def is_anonymous_admin(message: Message) -> bool:
    """Whether an administrator wrote in the name of the group."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat_id


def carries(message: Message, hashtag: str) -> bool:
    """Whether a message has the hashtag as a word of its own."""
    tags = _marked(message, MessageEntity.HASHTAG).values()
    return any(tag.casefold() == hashtag.casefold() for tag in tags)


def is_addressed(message: Message, bot_id: int, username: str) -> bool:
    """Whether a message mentions the bot or replies to it."""
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot_id:
        return True
    return mentions(message, bot_id, username)


def mentions(message: Message, bot_id: int, username: str) -> bool:
    """Whether a message names the bot."""
    found = _marked(message, MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
    return any(
        text.casefold() == f"@{username}".casefold() or (entity.user is not None and entity.user.id == bot_id)
        for entity, text in found.items()
    )


def _marked(message: Message, *kinds: str) -> dict[MessageEntity, str]:
    try:
        parse = message.parse_entities if message.text else message.parse_caption_entities
        return parse(list(kinds))
    except UnicodeDecodeError:
        # An entity that begins or ends within an emoji marks nothing.
        return {}


def _is_bot(message: Message) -> bool:
    """Whether a bot wrote it; the one in whose name anonymous administrators write does not count."""
    sender = message.from_user
    return sender is not None and sender.is_bot and sender.id != ChatID.ANONYMOUS_ADMIN
