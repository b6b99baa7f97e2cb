"""What the bot remembers of chats between two updates; behind it memory, or a database."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.followups.values import CONTEXT_LIFE, Answered, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60.0
CAPACITY = 10_000
"""Chats and answers that the in-memory store holds; the oldest make room."""
_UNKNOWN = 0

Key = TypeVar("Key")
Value = TypeVar("Value")


class Store(Protocol):
    """What handlers need; every process of a deployment sees the same.

    What nobody waits for is written down by the end of the update.
    """

    def show_entry(self, chat_id: int, entry_id: str) -> None:
        """Remember, for a while, which entry a chat saw last."""

    def save_answer(self, chat_id: int, question_id: int, answer: Answered) -> None:
        """Remember which message answered which."""

    async def visit(self, key: str, chat_id: int) -> Visit:
        """Count one event and recall what is known of a chat, both at once."""

    async def answer_to(self, chat_id: int, question_id: int) -> Answered | None:
        """Return the answer to a message."""

    async def others_of(self, chat_id: int, message_id: int) -> tuple[str, ...]:
        """Return what came next in the ranking, for an answer."""

    async def hits(self, key: str) -> int:
        """Count one event and return how many there were in the running minute."""

    async def ambient(self, chat_id: int) -> bool:
        """Whether a group wants answers to messages not addressed to the bot."""

    async def set_ambient(self, chat_id: int, *, on: bool) -> None:
        """Switch that on or off."""

    async def language(self, chat_id: int) -> str | None:
        """Return the language that a chat has chosen by writing in it, if any."""

    async def set_language(self, chat_id: int, language: str | None) -> None:
        """Speak that language from now on; None: that of each reader's app."""

    async def migrate(self, old: int, new: int) -> None:
        """Keep a group's settings when it becomes a supergroup."""

    async def count(self, what: str, entry_id: str) -> None:
        """Count feedback on an entry: a thumb, a chosen inline result; never by whom."""


class MemoryStore:
    """A store for one process, bounded, gone at its end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[int, tuple[str, float]] = OrderedDict()
        self._answers: OrderedDict[tuple[int, int], Answered] = OrderedDict()
        self._others: OrderedDict[tuple[int, int], tuple[str, ...]] = OrderedDict()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._discreet: set[int] = set()
        self._languages: OrderedDict[int, str] = OrderedDict()
        self.counts: Counter[tuple[str, str]] = Counter()

    def show_entry(self, chat_id: int, entry_id: str) -> None:
        """Remember it with the time at which to forget it."""
        _put(self._entries, chat_id, (entry_id, self._clock() + CONTEXT_LIFE))

    async def visit(self, key: str, chat_id: int) -> Visit:
        """Count, and return the entry if its time has not come."""
        hits, (entry, until) = await self.hits(key), self._entries.get(chat_id, (None, 0.0))
        return Visit(hits, entry if until > self._clock() else None, self._languages.get(chat_id))

    def save_answer(self, chat_id: int, question_id: int, answer: Answered) -> None:
        """Remember it under both messages."""
        _put(self._answers, (chat_id, question_id), answer)
        _put(self._others, (chat_id, answer.message_id or _UNKNOWN), answer.others)

    async def answer_to(self, chat_id: int, question_id: int) -> Answered | None:
        """Look it up."""
        return self._answers.get((chat_id, question_id))

    async def others_of(self, chat_id: int, message_id: int) -> tuple[str, ...]:
        """Look them up; an answer whose id was not told is taken to be the last of those."""
        unknown = self._others.get((chat_id, _UNKNOWN), ())
        return self._others.get((chat_id, message_id), unknown)

    async def hits(self, key: str) -> int:
        """Count in minutes that start with their first event."""
        start, count = self._windows.get(key, (self._clock(), 0))
        if self._clock() - start >= MINUTE:
            start, count = self._clock(), 0
        _put(self._windows, key, (start, count + 1))
        return count + 1

    async def ambient(self, chat_id: int) -> bool:
        """Look it up; on by default."""
        return chat_id not in self._discreet

    async def set_ambient(self, chat_id: int, *, on: bool) -> None:
        """Keep only what is not the default."""
        (self._discreet.discard if on else self._discreet.add)(chat_id)

    async def language(self, chat_id: int) -> str | None:
        """Look it up."""
        return self._languages.get(chat_id)

    async def set_language(self, chat_id: int, language: str | None) -> None:
        """Keep only what is not the default."""
        if language is None:
            self._languages.pop(chat_id, None)
        else:
            _put(self._languages, chat_id, language)

    async def migrate(self, old: int, new: int) -> None:
        """Move what is kept for the chat."""
        if old in self._discreet:
            self._discreet.remove(old)
            self._discreet.add(new)
        if old in self._entries:
            self._entries[new] = self._entries.pop(old)
        if old in self._languages:
            self._languages[new] = self._languages.pop(old)

    async def count(self, what: str, entry_id: str) -> None:
        """Add one."""
        self.counts[what, entry_id] += 1


def _put(table: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > CAPACITY:
        table.popitem(last=False)
