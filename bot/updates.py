"""An update from the JSON that Telegram sends: as python-telegram-bot makes it, in a fourth of the time.

``Update.de_json`` looks for some sixty kinds of content in each message, and sets each of its hundred
attributes through a check of its own: a quarter of all the time that a question took. What holds text and
nothing unusual is a copy of a message made before, with its own text, sender and chat written in.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar

from telegram import Chat, InlineQuery, Message, MessageEntity, TelegramObject, Update, User
from telegram.constants import ChatType

if TYPE_CHECKING:
    from telegram import Bot

T = TypeVar("T", bound=TelegramObject)

_KINDS = frozenset(Update.ALL_TYPES)
_CHAT_TYPES = {str(kind): kind for kind in (ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP)}


class Parser:
    """Makes updates for one bot."""

    def __init__(self, bot: Bot | None) -> None:
        self._bot = bot
        user, chat = User(1, "", is_bot=False), Chat(1, ChatType.PRIVATE)
        message, query = Message(1, dt.datetime.now(dt.UTC), chat, text=""), InlineQuery("", user, "", "")
        self._user = Stamp(user, bot, *_USER.names)
        self._chat = Stamp(chat, bot, *_CHAT.names)
        self._message = Stamp(message, bot, "message_id", "chat", "date", "from_user", "text", "entities")
        self._query = Stamp(query, bot, "id", "from_user", "query", "offset", "chat_type")
        self._of_message = Stamp(Update(1), bot, "update_id", "message")
        self._of_query = Stamp(Update(1), bot, "update_id", "inline_query")

    def parse(self, body: bytes) -> tuple[str, Update] | None:
        """Return the kind of an update and the update; None for what is none."""
        try:
            data = json.loads(body)
        except (RecursionError, ValueError):
            return None
        update = self.read(data)
        return (next((name for name in data if name in _KINDS), "other"), update) if update else None

    def read(self, data: object) -> Update | None:
        """Return the update that JSON holds; None for what is none."""
        if not self.is_numbered(data):
            return None
        try:
            return self._usual(data) or _checked(Update.de_json(data, self._bot))
        except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError):
            return None

    @staticmethod
    def is_numbered(data: object) -> TypeGuard[dict[str, Any]]:
        """Whether JSON has the number of an update."""
        return isinstance(data, dict) and _is_id(data.get("update_id"))

    def _usual(self, data: dict[str, Any]) -> Update | None:
        """Return what is quickly made; None for all else, to be looked at closely."""
        if values := _WITH_MESSAGE.values(data):
            message = self._text_message(values[1])
            return self._of_message(values[0], message) if message else None
        if values := _WITH_QUERY.values(data):
            query = self._inline_query(values[1])
            return self._of_query(values[0], query) if query else None
        return None

    def _text_message(self, data: object) -> Message | None:
        if not (values := _MESSAGE.values(data)):
            return None
        number, chat, sent, user, text, entities = values
        chat, user = self._plain_chat(chat), self._plain_user(user)
        if not (chat and user and _is_id(number) and type(sent) is int and type(entities) in _LISTS):
            return None
        marked = tuple(MessageEntity.de_list(entities, self._bot)) if entities else ()
        return self._message(number, chat, dt.datetime.fromtimestamp(sent, dt.UTC), user, text, marked)

    def _inline_query(self, data: object) -> InlineQuery | None:
        if not (values := _QUERY.values(data)):
            return None
        user = self._plain_user(values[1])
        return self._query(values[0], user, *values[2:]) if user else None

    def _plain_user(self, data: object) -> User | None:
        values = _USER.values(data)
        return self._user(*values) if values and _is_id(values[0]) else None

    def _plain_chat(self, data: object) -> Chat | None:
        if not (values := _CHAT.values(data)) or not isinstance(values[1], str):
            return None
        kind = _CHAT_TYPES.get(values[1])
        return self._chat(values[0], kind, *values[2:]) if kind and _is_id(values[0]) else None


class Stamp(Generic[T]):
    """Makes objects that are like a given one but for some attributes, by writing their slots."""

    def __init__(self, model: T, bot: Bot | None, *differ: str) -> None:
        """Prepare for a bot's objects.

        ``differ`` names the attributes that calls give, those first by which two objects are compared.
        """
        model.set_bot(bot)
        self._type = type(model)
        slots = {
            name: getattr(base, name)
            for base in self._type.__mro__
            for name in vars(base).get("__slots__", ())
            if hasattr(model, name)
        }
        compared = slots.pop("_id_attrs")
        self._compare, self._compared = compared.__set__, len(compared.__get__(model))
        self._differ = [slots.pop(name).__set__ for name in differ]
        self._alike = [(slot.__set__, slot.__get__(model)) for slot in slots.values()]

    def __call__(self, *values: object) -> T:
        """Return a new object."""
        made = self._type.__new__(self._type)
        for write, value in self._alike:
            write(made, value)
        for write, value in zip(self._differ, values, strict=True):
            write(made, value)
        self._compare(made, values[: self._compared])
        return made


class _Fields:
    """What an object of Telegram's holds where it is nothing unusual."""

    def __init__(self, needed: str, other: str = "") -> None:
        self.names = (*needed.split(), *other.split())
        self._needed, self._known = frozenset(needed.split()), frozenset(self.names)

    def values(self, data: object) -> list[Any] | None:
        """Return its values, None for each that is missing; None if it holds less or more."""
        if not isinstance(data, dict) or not self._needed <= data.keys() <= self._known:
            return None
        return [data.get(name) for name in self.names]


_WITH_MESSAGE, _WITH_QUERY = _Fields("update_id message"), _Fields("update_id inline_query")
_MESSAGE = _Fields("message_id chat date from text", "entities")
_QUERY = _Fields("id from query offset chat_type")
_USER = _Fields("id is_bot first_name", "last_name username language_code is_premium")
_LISTS = (list, type(None))
_CHAT = _Fields("id type", "title username first_name last_name")


def _checked(update: Update) -> Update | None:
    """Return an update whose ids are ids: for PTB any JSON is one, and what is kept by chat needs numbers."""
    message = update.effective_message
    ids = [one.id for one in (update.effective_chat, update.effective_user, message) if one]
    if message:
        ids += filter(None, (message.migrate_to_chat_id, message.migrate_from_chat_id))
    return update if all(map(_is_id, ids)) else None


def _is_id(value: object) -> bool:
    """Whether something is a number of 64 bits: the Bot API promises that of ids, and a database needs it."""
    return type(value) is int and -(2**63) <= value < 2**63
