"""The handlers' store in the database: what every process of a deployment sees."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from telegram.constants import ChatType

from bot.followups import answered, chats, migration, pictures, updates
from bot.followups.database import is_outage
from bot.followups.values import Visit
from bot.handlers.filtering import FROM_PEOPLE
from bot.handlers.ordering import MemoryRegister

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Message, Update

    from bot.followups.database import Store as Database
    from bot.followups.values import Answered, Claim

logger = logging.getLogger(__name__)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DatabaseStore:
    """A store that outlives the process.

    While the database is away, questions are answered as if nothing was known of the chat: an answer
    matters more than its context. Only what somebody asks to have kept fails then.
    """

    database: Database
    clock: Callable[[], float]

    def show_entry(self, chat_id: int, entry_id: str) -> None:
        """Remember, for a while, which entry a chat saw last."""
        chats.show_entry(self.database, chat_id, entry_id, now=self.clock())

    async def visit(self, key: str, chat_id: int) -> Visit:
        """Count one event and recall what is known of a chat, both at once."""
        person = _counted(key)
        visiting = _foreseen(person, chat_id) or chats.visit(self.database, person, chat_id, now=self.clock())
        return await _or(Visit(0), visiting)

    def save_answer(self, chat_id: int, question_id: int, answer: Answered) -> None:
        """Remember which message answered which."""
        answered.save(self.database, chat_id, question_id, answer, now=self.clock())

    async def answer_to(self, chat_id: int, question_id: int) -> Answered | None:
        """Return the answer to a message."""
        return await _or(None, answered.answer_to(self.database, chat_id, question_id, now=self.clock()))

    async def others_of(self, chat_id: int, message_id: int) -> tuple[str, ...]:
        """Return what came next in the ranking, for an answer."""
        return await _or((), answered.others_of(self.database, chat_id, message_id, now=self.clock()))

    async def hits(self, key: str) -> int:
        """Count one event."""
        return await _or(0, chats.hits(self.database, _counted(key), now=self.clock()))

    async def ambient(self, chat_id: int) -> bool:
        """Whether a group wants answers to messages not addressed to the bot."""
        found = await _or(None, chats.settings(self.database, chat_id))
        # Who wants silence must not be disturbed because a database is away.
        return found is not None and found.ambient

    async def set_ambient(self, chat_id: int, *, on: bool) -> None:
        """Switch that on or off."""
        await chats.set_ambient(self.database, chat_id, on=on)

    async def language(self, chat_id: int) -> str | None:
        """Return the language that a chat has chosen by writing in it, if any."""
        return await _or(None, chats.language(self.database, chat_id))

    async def set_language(self, chat_id: int, language: str | None) -> None:
        """Speak that language from now on; None: that of each reader's app."""
        await _or(None, chats.set_language(self.database, chat_id, language))

    async def migrate(self, old: int, new: int) -> None:
        """Keep all that is held of a group when it becomes a supergroup."""
        await migration.migrate(self.database, old, new)

    async def count(self, what: str, entry_id: str) -> None:
        """Count feedback on an entry; never by whom."""
        await _or(None, answered.count(self.database, what, entry_id))


@dataclass(frozen=True, slots=True)
class DatabasePictures:
    """Telegram's names of pictures sent before; while the database is away, each is uploaded again."""

    database: Database

    async def file_id(self, key: str) -> str | None:
        """Return the name of a picture, if it was sent before."""
        return await _or(None, pictures.file_id(self.database, key))

    async def keep(self, key: str, file_id: str) -> None:
        """Remember the name of a picture."""
        await _or(None, pictures.keep(self.database, key, file_id))

    async def forget(self, key: str) -> None:
        """Drop a name that Telegram no longer knows."""
        await _or(None, pictures.forget(self.database, key))


class DatabaseRegister:
    """A register that all processes share.

    While the database is away, each process has its own: an answer twice is better than none.
    """

    def __init__(self, database: Database, clock: Callable[[], float], *, alone: bool) -> None:
        """``alone`` says that this is the only process that handles updates, as when it polls."""
        self._database = database
        self._clock = clock
        self._alone = alone
        self._memory = MemoryRegister()

    async def claim(self, update: Update) -> Claim:
        """Claim an update for handling."""
        self._foresee(update)
        claiming = updates.claim(self._database, update.update_id, now=self._clock(), alone=self._alone)
        return await _or(None, claiming) or await self._memory.claim(update)

    def _foresee(self, update: Update) -> None:
        """Begin the visit of what is surely a question, in the transaction of the claim: one saved of three.

        Of an update that comes again, it is counted again: somebody has one question less in this minute.
        """
        _FORESEEN.set(None)
        # Forged or of a later Bot API, a message may lack what every message has.
        person, chat = update.effective_user, update.effective_chat
        if person and chat and chat.type == ChatType.PRIVATE and _asks(update.message):
            visiting = chats.visit(self._database, person.id, chat.id, now=self._clock())
            _FORESEEN.set((person.id, chat.id, visiting))

    async def settle(self, update_id: int) -> None:
        """Note that it is handled."""
        await _or(None, updates.settle(self._database, update_id))

    async def give_back(self, update_id: int) -> None:
        """End a claim; the process ends, whether the database is there or not."""
        try:
            async with asyncio.timeout(GIVE_BACK):
                await updates.give_back(self._database, update_id)
        except Exception as error:  # noqa: BLE001 (whatever is the matter)
            logger.warning("an update could not be given back (%s)", type(error).__name__)


GIVE_BACK = 0.5
"""Seconds to tell the database of an update that could not be finished."""
_FORESEEN: ContextVar[tuple[int, int, asyncio.Future[Visit]] | None] = ContextVar("_FORESEEN", default=None)
"""A visit that began with the claim of the update that the current task processes: whose, where."""


def _asks(message: Message | None) -> bool:
    if message is None or not FROM_PEOPLE.filter(message):
        return False
    # PTB takes any JSON for a text.
    return isinstance(message.text, str) and not message.text.startswith("/")


def _foreseen(person: int, chat_id: int) -> asyncio.Future[Visit] | None:
    """Return the visit that has begun already, once."""
    foreseen = _FORESEEN.get()
    if foreseen is None or foreseen[:2] != (person, chat_id):
        return None
    _FORESEEN.set(None)
    return foreseen[2]


def _counted(key: str) -> int:
    """Return the number under which a key is counted: people's ids and groups' never meet."""
    kind, _, number = key.rpartition(":")
    return chats.admins_of(int(number)) if kind == "admins" else int(number)


async def _or(default: Value, operation: Awaitable[Value]) -> Value:
    """Await an operation; the default where the database is away."""
    try:
        return await operation
    except Exception as error:
        if not is_outage(error):
            raise
        logger.warning("The database is away (%s): going on without", type(error).__name__)
        return default
