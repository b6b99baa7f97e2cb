"""The world that the simulator keeps: pure data and what changes it, no HTTP."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.simulator.config import SimulatorConfig
from bot.simulator.errors import bad_request, forbidden
from bot.simulator.faults import Faults
from bot.simulator.files import FileStore
from bot.simulator.limits import RateLimits
from bot.simulator.people import Chat, User
from bot.simulator.queue import UpdateQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.simulator.jsontypes import Json

CAMILLE, KARIM, ALEX = 1001, 1002, 1003
GROUP = -4001
_FIRST_SUPERGROUP = -1_001_000_000_001


@dataclass
class StoredMessage:
    """A message as the Bot API shows it, and what became of it."""

    body: Json
    deleted: bool = False
    edits: list[str] = field(default_factory=list)
    """Earlier texts or captions, oldest first."""
    inline_id: str | None = None
    """Under which id the bot may edit a message that a user sent through it."""

    @property
    def sender_id(self) -> int:
        """Return who wrote it."""
        return int(self.body["from"]["id"])

    @property
    def key(self) -> tuple[int, int]:
        """Return chat and number."""
        return self.body["chat"]["id"], self.body["message_id"]

    def to_json(self) -> Json:
        """Return the message for the page and for tests."""
        return {
            **self.body,
            "_deleted": self.deleted,
            "_edits": self.edits,
            "_inline_id": self.inline_id,
        }


@dataclass
class PendingQuery:
    """A button press or an inline question that the bot has yet to answer."""

    id: str
    user_id: int
    chat_id: int
    asked_at: float
    answer: Json | None = None
    expired: bool = False


class World:
    """Everything; one per running simulator."""

    def __init__(self, config: SimulatorConfig | None = None) -> None:
        self.config = config or SimulatorConfig()
        self.listeners: list[Callable[[Json], None]] = []
        self.clock: Callable[[], float] = time.time
        self.queue = UpdateQueue()
        self.profile: Json = {}
        """Names, descriptions, commands and menu buttons that the bot has set."""
        self.reset()

    def reset(self) -> None:
        """Start afresh with the usual cast.

        What the bot has told Telegram of itself stays, and updates go on being numbered: a bot that
        runs meanwhile must not notice more than silence.
        """
        self.queue.clear()
        self.bot = User(self.config.bot_id, self.config.bot_name, self.config.bot_username, is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], StoredMessage] = {}
        self.by_inline_id: dict[str, StoredMessage] = {}
        self.files = FileStore()
        self.faults = Faults()
        self.limits = RateLimits()
        self.privacy_mode = True
        self.inline_feedback = True
        self.callback_queries: dict[str, PendingQuery] = {}
        self.inline_queries: dict[str, PendingQuery] = {}
        self.log: deque[Json] = deque(maxlen=self.config.log_size)
        self._last_message = 0
        self._last_in_supergroup: dict[int, int] = {}
        self._last_id = 7_000_000_000_000_000
        self._populate()
        self.emit({"type": "reset"})

    def _populate(self) -> None:
        for user in (
            User(CAMILLE, "Camille", "camille_nocrise", "fr"),
            User(KARIM, "Karim", "karim_nocrise", "fr"),
            User(ALEX, "Alex", "alex_nocrise", "en"),
        ):
            self.add_user(user)
        members = {CAMILLE: "creator", KARIM: "member", ALEX: "member", self.bot.id: "member"}
        self.chats[GROUP] = Chat(GROUP, "group", "Équipe #nocrise", members=members, seen=True)

    def add_user(self, user: User) -> User:
        """Add a person with an empty private chat."""
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def emit(self, event: Json) -> None:
        """Tell the open pages."""
        for listener in list(self.listeners):
            listener(event)

    def now(self) -> int:
        """Return the time in whole seconds, as Telegram dates things."""
        return int(self.clock())

    def new_id(self) -> str:
        """Return an id for a query or a file of no fixed form."""
        self._last_id += 1
        return str(self._last_id)

    def next_message_id(self, chat: Chat) -> int:
        """Count messages as Telegram does: in each supergroup apart, elsewhere together."""
        if chat.type == "supergroup":
            number = self._last_in_supergroup.get(chat.id, 0) + 1
            self._last_in_supergroup[chat.id] = number
            return number
        self._last_message += 1
        return self._last_message

    def new_supergroup_id(self) -> int:
        """Return the id of the next supergroup."""
        return min([_FIRST_SUPERGROUP + 1, *self.chats]) - 1

    def add_message(self, chat: Chat, sender: User, content: Json) -> StoredMessage:
        """Store a message and show it."""
        body: Json = {
            "message_id": self.next_message_id(chat),
            "from": sender.to_json(),
            "chat": chat.to_json(),
            "date": self.now(),
            **self.with_users(content),
        }
        message = StoredMessage(body)
        self.messages[message.key] = message
        self.emit({"type": "message", "message": message.to_json()})
        return message

    def with_users(self, content: Json) -> Json:
        """Return the content with mentioned users in full; who is unknown is no mention."""
        complete = dict(content)
        for name in ("entities", "caption_entities"):
            if content.get(name):
                complete[name] = [self._with_user(one) for one in content[name] if self._knows(one)]
        return complete

    def _knows(self, entity: Json) -> bool:
        if entity["type"] != "text_mention":
            return True
        user_id = entity["user"].get("id")
        return isinstance(user_id, int) and user_id in self.users

    def _with_user(self, entity: Json) -> Json:
        if entity["type"] != "text_mention":
            return entity
        return {**entity, "user": self.users[entity["user"]["id"]].to_json()}

    def change_message(self, message: StoredMessage, content: Json, *, edited: bool = True) -> None:
        """Replace parts of a message; None removes one."""
        before = str(message.body.get("text", message.body.get("caption", "")))
        after = content.get("text", content.get("caption", before))
        if before != after:
            message.edits.append(before)
        for name, value in content.items():
            if value is None:
                message.body.pop(name, None)
            else:
                message.body[name] = value
        if edited:
            message.body["edit_date"] = self.now()
        self.emit({"type": "edit", "message": message.to_json()})

    def delete_message(self, message: StoredMessage) -> None:
        """Hide a message from everybody; the transcript still knows it."""
        message.deleted = True
        chat_id, message_id = message.key
        self.emit({"type": "delete", "chat_id": chat_id, "message_id": message_id})

    def message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """Return a message that is still there."""
        found = self.messages.get((chat_id, message_id))
        return None if found is None or found.deleted else found

    def transcript(self, chat_id: int) -> list[Json]:
        """Return all that was said in a chat, deleted messages included."""
        return [message.to_json() for key, message in self.messages.items() if key[0] == chat_id]

    def chat_for_bot(self, raw_id: str, *, writing: bool = False, editing: bool = False) -> Chat:
        """Return the chat that a call names, or refuse as Telegram would.

        Telegram asks for more to write than to edit, and for more to edit than to read: an upgraded
        group can still be read, a group that the bot has left cannot be edited in.
        """
        if not raw_id:
            raise bad_request("chat_id is empty")
        try:
            chat = self.chats.get(int(raw_id))
        except ValueError:
            chat = None
        if chat is None or not (chat.seen or chat.started):
            raise bad_request("chat not found")
        if chat.is_private:
            if writing and chat.blocked:
                raise forbidden("bot was blocked by the user")
            if writing and not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        if chat.migrated_to is not None and writing:
            error = bad_request("group chat was upgraded to a supergroup chat")
            error.parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise error
        kind = f"{chat.type} chat"
        needs_membership = writing or editing or chat.type == "supergroup"
        if needs_membership and chat.migrated_to is None and not chat.is_present(self.bot.id):
            kicked = chat.members.get(self.bot.id) == "kicked"
            raise forbidden(
                f"bot was kicked from the {kind}" if kicked else f"bot is not a member of the {kind}"
            )
        return chat
