"""What people do in Telegram: write, press, join, block; with the updates that this makes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from bot.simulator.content import MAX_CAPTION, MAX_TEXT
from bot.simulator.entities import find_entities
from bot.simulator.errors import bad_request
from bot.simulator.faults import Fault
from bot.simulator.methods.chats import member_json
from bot.simulator.methods.queries import START_PAYLOAD
from bot.simulator.methods.sending import quoted
from bot.simulator.people import Chat, User
from bot.simulator.privacy import visible_to_bot
from bot.simulator.state import PendingQuery, StoredMessage, World

if TYPE_CHECKING:
    from bot.simulator.jsontypes import Json

_MAX_INLINE_QUERY = 256
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class People:
    """The people's side of the world; every method is also an endpoint of the control API."""

    def __init__(self, world: World) -> None:
        self.world = world

    # Writing

    def send_text(self, user_id: int, chat_id: int, text: str, reply_to: int | None = None) -> Json:
        """Write a message; a text beyond the limit goes out in parts, as clients do it."""
        text = text.strip()
        if not text:
            raise bad_request("MESSAGE_EMPTY")
        parts = [text[begin : begin + MAX_TEXT] for begin in range(0, len(text), MAX_TEXT)]
        sent = [self._send(user_id, chat_id, _text(part), reply_to) for part in parts]
        return sent[0]

    def edit_text(self, user_id: int, chat_id: int, message_id: int, text: str) -> Json:
        """Edit one's own message."""
        message = self.world.message(chat_id, message_id)
        if message is None or message.sender_id != user_id or "text" not in message.body:
            raise bad_request("MESSAGE_ID_INVALID")
        text = text.strip()
        if not text:
            raise bad_request("MESSAGE_EMPTY")
        if len(text) > MAX_TEXT:
            raise bad_request("MESSAGE_TOO_LONG")
        self.world.change_message(message, {"entities": None, **_text(text)})
        self._deliver("edited_message", message)
        return message.to_json()

    def delete(self, user_id: int, chat_id: int, message_id: int) -> bool:
        """Delete one's own message; bots are not told."""
        message = self.world.message(chat_id, message_id)
        if message is None or message.sender_id != user_id:
            raise bad_request("MESSAGE_DELETE_FORBIDDEN")
        self.world.delete_message(message)
        return True

    def send_photo(
        self,
        user_id: int,
        chat_id: int,
        caption: str = "",
        data: str = "",
        reply_to: int | None = None,
    ) -> Json:
        """Send a picture, given in base64 or left to a dot."""
        caption = caption.strip()
        if len(caption) > MAX_CAPTION:
            raise bad_request("MEDIA_CAPTION_TOO_LONG")
        sizes = self.world.files.add_photo(base64.b64decode(data) if data else _PIXEL)
        content: Json = {"photo": sizes}
        if caption:
            written = _text(caption)
            content["caption"] = written["text"]
            if "entities" in written:
                content["caption_entities"] = written["entities"]
        return self._send(user_id, chat_id, content, reply_to)

    def send_sticker(self, user_id: int, chat_id: int, emoji: str = "👍") -> Json:
        """Send a sticker."""
        stored = self.world.files.add(_PIXEL, kind="sticker", content_type="image/png", name=emoji)
        sticker = {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._send(user_id, chat_id, {"sticker": sticker})

    def send_voice(self, user_id: int, chat_id: int, duration: int = 3) -> Json:
        """Send a voice message."""
        stored = self.world.files.add(b"OggS", kind="voice", content_type="audio/ogg", name="voice.ogg")
        voice = {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "duration": duration,
            "mime_type": stored.content_type,
        }
        return self._send(user_id, chat_id, {"voice": voice})

    def start(self, user_id: int, payload: str = "", chat_id: int | None = None) -> Json:
        """Follow a deep link, into the private chat or (``startgroup``) into a group."""
        if payload and not START_PAYLOAD.fullmatch(payload):
            raise bad_request("START_PARAM_INVALID")
        if chat_id is None:
            self.unblock(user_id)
            return self.send_text(user_id, user_id, f"/start {payload}")
        if not self._group(chat_id).is_present(self.world.bot.id):
            self.add_bot(user_id, chat_id)
        return self.send_text(user_id, chat_id, f"/start@{self.world.bot.username} {payload}")

    # Buttons and inline mode

    def press(self, user_id: int, chat_id: int, message_id: int, data: str, *, stale: bool = False) -> Json:
        """Press a button; ``stale`` presses one that the message no longer has."""
        message = self.world.messages.get((chat_id, message_id))
        if message is None or (message.deleted and not stale):
            raise bad_request("MESSAGE_ID_INVALID")
        keyboard = message.body.get("reply_markup", {}).get("inline_keyboard", [])
        if not stale and not any(button.get("callback_data") == data for row in keyboard for button in row):
            raise bad_request("DATA_INVALID")
        query = PendingQuery(self.world.new_id(), user_id, chat_id, self.world.clock())
        self.world.callback_queries[query.id] = query
        payload: Json = {
            "id": query.id,
            "from": self._user(user_id).to_json(),
            "chat_instance": str(chat_id * 7919),
            "data": data,
        }
        if message.inline_id:
            payload["inline_message_id"] = message.inline_id
        elif message.deleted:
            payload["message"] = {"chat": message.body["chat"], "message_id": message_id, "date": 0}
        else:
            payload["message"] = dict(message.body)
        self.world.chats[user_id].seen = True
        self.world.queue.put("callback_query", payload, chat_id)
        return {"query_id": query.id}

    def callback_answer(self, query_id: str) -> Json | None:
        """Return what the bot answered to a press, None where it has not."""
        return self.world.callback_queries[query_id].answer

    def ask_inline(self, user_id: int, chat_id: int, query: str, offset: str = "") -> Json:
        """Type after the bot's name."""
        chat = self.world.chats[chat_id]
        pending = PendingQuery(self.world.new_id(), user_id, chat_id, self.world.clock())
        self.world.inline_queries[pending.id] = pending
        payload = {
            "id": pending.id,
            "from": self._user(user_id).to_json(),
            "query": query[:_MAX_INLINE_QUERY],
            "offset": offset,
            "chat_type": "sender" if chat.is_private else chat.type,
        }
        self.world.chats[user_id].seen = True
        self.world.queue.put("inline_query", payload, user_id)
        return {"query_id": pending.id, "query": payload["query"]}

    def inline_answer(self, query_id: str) -> Json | None:
        """Return what the bot answered to an inline question, None where it has not."""
        return self.world.inline_queries[query_id].answer

    def choose(self, user_id: int, chat_id: int, query_id: str, result_id: str, query: str = "") -> Json:
        """Send an inline result."""
        answer = self.inline_answer(query_id) or {"results": []}
        result = next((result for result in answer["results"] if result["id"] == result_id), None)
        if result is None:
            raise bad_request("RESULT_ID_INVALID")
        content = {**result["_content"], "via_bot": self.world.bot.to_json()}
        message = self._add(user_id, chat_id, content, None)
        chosen: Json = {
            "result_id": result_id,
            "from": self._user(user_id).to_json(),
            "query": query,
        }
        if "reply_markup" in content:
            message.inline_id = f"SIMinline{self.world.new_id()}"
            self.world.by_inline_id[message.inline_id] = message
            chosen["inline_message_id"] = message.inline_id
        self._deliver("message", message)
        if self.world.inline_feedback:
            self.world.queue.put("chosen_inline_result", chosen, user_id)
        return message.to_json()

    # Membership

    def add_user(self, first_name: str, language_code: str = "fr", user_id: int | None = None) -> Json:
        """Bring a new person into the world."""
        new_id = user_id or max(self.world.users.keys() - {self.world.bot.id}) + 1
        user = self.world.add_user(User(new_id, first_name, None, language_code))
        self.world.emit({"type": "chat", "chat_id": user.id})
        return user.to_json()

    def create_group(
        self, user_id: int, title: str, members: list[int] | None = None, *, bot: bool = True
    ) -> Json:
        """Make a group, with the bot or without."""
        chat_id = min([0, *(chat_id for chat_id in self.world.chats if chat_id > -(10**12))]) - 1
        chat = Chat(chat_id, "group", title, members={user_id: "creator"})
        chat.members |= dict.fromkeys(members or [], "member")
        self.world.chats[chat_id] = chat
        self.world.emit({"type": "chat", "chat_id": chat_id})
        if bot:
            self.add_bot(user_id, chat_id)
        return chat.to_json()

    def join(self, user_id: int, chat_id: int) -> bool:
        """Enter a group."""
        user, chat = self._user(user_id), self._group(chat_id)
        self._set_status(chat, user_id, "member", by=user_id)
        self._service(chat, user, {"new_chat_members": [user.to_json()]})
        return True

    def leave(self, user_id: int, chat_id: int) -> bool:
        """Go out of a group."""
        user, chat = self._user(user_id), self._group(chat_id)
        self._service(chat, user, {"left_chat_member": user.to_json()})
        self._set_status(chat, user_id, "left", by=user_id)
        return True

    def add_bot(self, user_id: int, chat_id: int) -> bool:
        """Add the bot to a group."""
        chat = self._group(chat_id)
        chat.seen = True
        self._set_status(chat, self.world.bot.id, "member", by=user_id)
        self._service(chat, self._user(user_id), {"new_chat_members": [self.world.bot.to_json()]})
        return True

    def remove_bot(self, user_id: int, chat_id: int) -> bool:
        """Throw the bot out of a group."""
        chat = self._group(chat_id)
        self._service(chat, self._user(user_id), {"left_chat_member": self.world.bot.to_json()})
        self._set_status(chat, self.world.bot.id, "kicked", by=user_id)
        return True

    def set_admin(self, user_id: int, chat_id: int, *, target_id: int, admin: bool = True) -> bool:
        """Make somebody (or the bot) an administrator, or an ordinary member again."""
        self._set_status(self._group(chat_id), target_id, "administrator" if admin else "member", by=user_id)
        return True

    def block(self, user_id: int) -> bool:
        """Block the bot."""
        return self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> bool:
        """Unblock the bot."""
        return self._set_blocked(user_id, blocked=False)

    def upgrade(self, user_id: int, chat_id: int) -> Json:
        """Turn a group into a supergroup: a new chat with a new id, as in Telegram."""
        old, user = self._group(chat_id), self._user(user_id)
        if old.type != "group":
            raise bad_request("CHAT_ID_INVALID")
        new = Chat(
            self.world.new_supergroup_id(),
            "supergroup",
            old.title,
            members=dict(old.members),
            seen=old.seen,
        )
        self.world.chats[new.id] = new
        self._service(old, user, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        old.members[self.world.bot.id] = "left"
        self._service(new, user, {"migrate_from_chat_id": old.id})
        self.world.emit({"type": "chat", "chat_id": new.id})
        return new.to_json()

    # The world's rules

    def set_privacy(self, *, enabled: bool) -> bool:
        """Switch the bot's privacy mode."""
        self.world.privacy_mode = enabled
        self.world.emit({"type": "profile"})
        return True

    def set_limits(self, *, enabled: bool) -> bool:
        """Switch Telegram's sending limits."""
        self.world.limits.enabled = enabled
        return True

    def set_inline_feedback(self, *, enabled: bool) -> bool:
        """Switch whether the bot hears which result was chosen."""
        self.world.inline_feedback = enabled
        return True

    def expire_queries(self) -> bool:
        """Make every press and inline question so far too old to answer."""
        for query in [*self.world.callback_queries.values(), *self.world.inline_queries.values()]:
            query.expired = True
        return True

    def set_faults(
        self,
        faults: list[Json] | None = None,
        *,
        duplicate_updates: int = 0,
        reorder_updates: int = 0,
        webhook_unreachable: bool = False,
    ) -> bool:
        """Plan the trouble to come, in place of what was planned."""
        self.world.faults.planned = [Fault.of(values) for values in faults or []]
        self.world.faults.webhook_unreachable = webhook_unreachable
        self.world.queue.duplicate_next = duplicate_updates
        self.world.queue.reorder_next = reorder_updates
        return True

    def reset(self) -> bool:
        """Start the world afresh."""
        self.world.reset()
        return True

    # Looking

    def transcript(self, chat_id: int) -> list[Json]:
        """Return all that was said in a chat."""
        return self.world.transcript(chat_id)

    def log(self, method: str = "") -> list[Json]:
        """Return the calls so far, of one method or of all."""
        wanted = method.lower()
        return [call for call in self.world.log if not wanted or call["method"].lower() == wanted]

    # Inside

    def _user(self, user_id: int) -> User:
        user = self.world.users.get(user_id)
        if user is None:
            raise bad_request("USER_ID_INVALID")
        return user

    def _group(self, chat_id: int) -> Chat:
        chat = self.world.chats.get(chat_id)
        if chat is None or chat.is_private:
            raise bad_request("CHAT_ID_INVALID")
        return chat

    def _send(self, user_id: int, chat_id: int, content: Json, reply_to: int | None = None) -> Json:
        message = self._add(user_id, chat_id, content, reply_to)
        self._deliver("message", message)
        return message.to_json()

    def _add(self, user_id: int, chat_id: int, content: Json, reply_to: int | None) -> StoredMessage:
        user, chat = self._user(user_id), self.world.chats.get(chat_id)
        if chat is None or (chat.is_private and chat_id != user_id):
            raise bad_request("PEER_ID_INVALID")
        if chat.is_private:
            if chat.blocked:
                raise bad_request("YOU_BLOCKED_USER")
            chat.started = chat.seen = True
        elif chat.migrated_to is not None or not chat.is_present(user_id):
            raise bad_request("CHAT_WRITE_FORBIDDEN")
        if reply_to is not None:
            target = self.world.message(chat_id, reply_to)
            if target is None:
                raise bad_request("REPLY_MESSAGE_ID_INVALID")
            content = {**content, "reply_to_message": quoted(target.body)}
        return self.world.add_message(chat, user, content)

    def _deliver(self, kind: str, message: StoredMessage) -> None:
        chat = self.world.chats[message.key[0]]
        if visible_to_bot(self.world, chat, message.body):
            self.world.chats[message.sender_id].seen = True
            self.world.queue.put(kind, dict(message.body), chat.id)

    def _service(self, chat: Chat, user: User, content: Json) -> None:
        self._deliver("message", self.world.add_message(chat, user, content))

    def _set_status(self, chat: Chat, user_id: int, status: str, *, by: int) -> None:
        """Change a standing and tell the bot: of itself always, of others where it is admin."""
        before = member_json(self.world, chat, user_id)
        chat.members[user_id] = status
        about_bot = user_id == self.world.bot.id
        if before["status"] != status and (about_bot or chat.is_admin(self.world.bot.id)):
            kind = "my_chat_member" if about_bot else "chat_member"
            self._member_update(kind, chat, by, before, member_json(self.world, chat, user_id))
        self.world.emit({"type": "chat", "chat_id": chat.id})

    def _set_blocked(self, user_id: int, *, blocked: bool) -> bool:
        self._user(user_id)
        chat = self.world.chats[user_id]
        if chat.blocked != blocked:
            chat.blocked = blocked
            before, after = ("member", "kicked") if blocked else ("kicked", "member")
            bot = self.world.bot.to_json()
            self._member_update(
                "my_chat_member",
                chat,
                user_id,
                {"user": bot, **_standing(before)},
                {"user": bot, **_standing(after)},
            )
            self.world.emit({"type": "chat", "chat_id": chat.id})
        return True

    def _member_update(self, kind: str, chat: Chat, by: int, before: Json, after: Json) -> None:
        payload = {
            "chat": chat.to_json(),
            "from": self._user(by).to_json(),
            "date": self.world.now(),
            "old_chat_member": before,
            "new_chat_member": after,
        }
        self.world.queue.put(kind, payload, chat.id)


def _standing(status: str) -> Json:
    return {"status": status, **({"until_date": 0} if status == "kicked" else {})}


def _text(text: str) -> Json:
    entities: list[dict[str, Any]] = find_entities(text)
    return {"text": text, **({"entities": entities} if entities else {})}
