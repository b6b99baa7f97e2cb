"""Methods that add messages or signs of activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.simulator.content import caption_content, check_text, text_content
from bot.simulator.errors import bad_request
from bot.simulator.markup import read_markup

if TYPE_CHECKING:
    from bot.simulator.arguments import Arguments
    from bot.simulator.jsontypes import Json
    from bot.simulator.people import Chat
    from bot.simulator.state import World

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, arguments: Arguments) -> Json:
    """Send a text."""
    content = text_content(arguments)
    options = preview_options(arguments)
    markup = _markup(arguments)
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    reply = _reply(world, arguments, chat)
    check_text(content)
    return _send(world, chat, content | options | reply | markup, arguments)


def send_photo(world: World, arguments: Arguments) -> Json:
    """Send a picture, new or by the ``file_id`` of one sent before."""
    if not arguments.text("photo") and "photo" not in arguments.uploads:
        raise bad_request("There is no photo in the request")
    caption = caption_content(arguments)
    markup = _markup(arguments)
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    reply = _reply(world, arguments, chat)
    sizes = photo_sizes(world, arguments, "photo", arguments.text("photo"))
    return _send(world, chat, {"photo": sizes} | caption | reply | markup, arguments)


def send_document(world: World, arguments: Arguments) -> Json:
    """Send a file."""
    upload = arguments.uploads.get("document")
    file_id = arguments.text("document")
    if upload is None and file_id.startswith("attach://"):
        upload = arguments.uploads.get(file_id.removeprefix("attach://"))
    if upload is None and not file_id:
        raise bad_request("There is no document in the request")
    caption = caption_content(arguments)
    markup = _markup(arguments)
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    reply = _reply(world, arguments, chat)
    if upload is None:
        stored = world.files.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
    elif not upload.data:
        raise bad_request("file must be non-empty")
    else:
        stored = world.files.add(
            upload.data, kind="document", content_type=upload.content_type, name=upload.name
        )
    document = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_name": stored.name,
        "mime_type": stored.content_type,
        "file_size": len(stored.data),
    }
    return _send(world, chat, {"document": document} | caption | reply | markup, arguments)


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """Show that the bot is at work."""
    action = arguments.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = world.chat_for_bot(arguments.text("chat_id"), writing=True)
    world.emit({"type": "action", "chat_id": chat.id, "action": action})
    return True


def photo_sizes(world: World, arguments: Arguments, field: str, value: str) -> list[Json]:
    """Return the sizes of an uploaded or known picture."""
    upload = arguments.uploads.get(field)
    if value.startswith("attach://"):
        upload = arguments.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("There is no photo in the request")
    if upload is None:
        return world.files.photo(value)
    if not upload.data:
        raise bad_request("file must be non-empty")
    return world.files.add_photo(upload.data)


def _markup(arguments: Arguments) -> Json:
    raw = arguments.structure("reply_markup", "Can't parse reply keyboard markup JSON object")
    markup = read_markup(raw)
    return {"reply_markup": markup} if markup else {}


def preview_options(arguments: Arguments) -> Json:
    """Return how links are previewed; nothing where the call does not say."""
    options = arguments.structure("link_preview_options", "Can't parse link preview options JSON object")
    if options is not None and not isinstance(options, dict):
        raise bad_request("Object expected as link preview options")
    return {"link_preview_options": options} if options else {}


def _reply(world: World, arguments: Arguments, chat: Chat) -> Json:
    parameters = arguments.structure("reply_parameters", "Can't parse reply parameters JSON object")
    if parameters is None:
        parameters = {
            "message_id": arguments.integer("reply_to_message_id"),
            "allow_sending_without_reply": arguments.boolean("allow_sending_without_reply"),
        }
    if not isinstance(parameters, dict):
        raise bad_request("Object expected as reply parameters")
    message_id = parameters.get("message_id")
    if not isinstance(message_id, int) or message_id <= 0:
        return {}
    target = world.message(chat.id, message_id)
    if target is not None:
        return {"reply_to_message": quoted(target.body)}
    if parameters.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def quoted(body: Json) -> Json:
    """Return a message as another quotes it: without what it quotes itself."""
    return {name: value for name, value in body.items() if name != "reply_to_message"}


def _send(world: World, chat: Chat, content: Json, arguments: Arguments) -> Json:
    extra: dict[str, Any] = {}
    if arguments.boolean("protect_content"):
        extra["has_protected_content"] = True
    return world.add_message(chat, world.bot, content | extra).body


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
}
