"""Methods that change or remove messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.simulator.arguments import Arguments
from bot.simulator.content import caption_content, check_text, text_content
from bot.simulator.errors import NOT_MODIFIED, bad_request
from bot.simulator.markup import read_markup
from bot.simulator.methods.sending import photo_sizes, preview_options

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Json
    from bot.simulator.state import StoredMessage, World

_MAX_DELETED = 100


def edit_message_text(world: World, arguments: Arguments) -> Json | bool:
    """Replace the text, and with it the keyboard."""
    content = text_content(arguments)
    markup = _markup(arguments)
    message = _target(world, arguments)
    if "text" not in message.body:
        raise bad_request("There is no text in the message to edit")
    check_text(content)
    emptied = dict.fromkeys(("entities", "link_preview_options"))
    return _apply(world, message, emptied | content | preview_options(arguments) | {"reply_markup": markup})


def edit_message_caption(world: World, arguments: Arguments) -> Json | bool:
    """Replace the caption of a picture or file."""
    content = caption_content(arguments)
    markup = _markup(arguments)
    message = _target(world, arguments)
    if "photo" not in message.body and "document" not in message.body:
        raise bad_request("There is no caption in the message to edit")
    return _apply(
        world,
        message,
        {"caption": None, "caption_entities": None, **content, "reply_markup": markup},
    )


def edit_message_reply_markup(world: World, arguments: Arguments) -> Json | bool:
    """Replace the keyboard alone."""
    markup = _markup(arguments)
    return _apply(world, _target(world, arguments), {"reply_markup": markup})


def edit_message_media(world: World, arguments: Arguments) -> Json | bool:
    """Replace what a message shows by a picture."""
    media = arguments.structure("media", "Can't parse input media JSON object")
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    if media.get("type") != "photo":
        raise bad_request("Can't parse InputMedia: invalid type specified")
    caption = caption_content(
        Arguments(
            {
                "caption": str(media.get("caption") or ""),
                "parse_mode": str(media.get("parse_mode") or ""),
                "caption_entities": json.dumps(media.get("caption_entities") or []),
            }
        )
    )
    markup = _markup(arguments)
    message = _target(world, arguments)
    sizes = photo_sizes(world, arguments, "media", str(media.get("media") or ""))
    removed = dict.fromkeys(
        ("text", "entities", "document", "caption", "caption_entities", "link_preview_options")
    )
    return _apply(world, message, {**removed, "photo": sizes, **caption, "reply_markup": markup})


def delete_message(world: World, arguments: Arguments) -> bool:
    """Delete one message for everybody."""
    if not arguments.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    message_id = arguments.integer("message_id")
    if message_id <= 0:
        raise bad_request("Message identifier is not specified")
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    message = world.message(chat.id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, arguments: Arguments) -> bool:
    """Delete several; those that are gone are passed over."""
    numbers = arguments.structure("message_ids", "Can't parse message_ids JSON object")
    if not numbers:
        raise bad_request("Message identifiers are not specified")
    if not isinstance(numbers, list):
        raise bad_request("Expected an Array of message identifiers")
    if len(numbers) > _MAX_DELETED:
        raise bad_request("Too many message identifiers specified")
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    for number in numbers:
        if not isinstance(number, int):
            raise bad_request("Message identifier must be a Number")
        message = world.message(chat.id, number)
        if message is not None:
            _delete(world, message)
    return True


def _delete(world: World, message: StoredMessage) -> None:
    chat = world.chats[message.key[0]]
    own = message.sender_id == world.bot.id
    if not (own or chat.is_private or chat.is_admin(world.bot.id)):
        raise bad_request("Message can't be deleted for everyone")
    world.delete_message(message)


def _markup(arguments: Arguments) -> Json | None:
    raw = arguments.structure("reply_markup", "Can't parse reply keyboard markup JSON object")
    return read_markup(raw, inline_only=True)


def _target(world: World, arguments: Arguments) -> StoredMessage:
    """Return the message to edit: the bot's own, or one that a user sent through it."""
    message_id = arguments.integer("message_id")
    if not arguments.text("chat_id") and message_id == 0:
        inline_id = arguments.text("inline_message_id")
        if not inline_id:
            raise bad_request("Message identifier is not specified")
        message = world.by_inline_id.get(inline_id)
        if message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    chat = world.chat_for_bot(arguments.text("chat_id"), editing=True)
    message = world.message(chat.id, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != world.bot.id:
        raise bad_request("Message can't be edited")
    return message


def _apply(world: World, message: StoredMessage, content: Json) -> Json | bool:
    content = world.with_users(content)
    if all(message.body.get(name) == value for name, value in content.items()):
        raise NOT_MODIFIED
    only_markup = set(content) == {"reply_markup"}
    world.change_message(message, content, edited=not only_markup)
    return True if message.sender_id != world.bot.id else message.body


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
