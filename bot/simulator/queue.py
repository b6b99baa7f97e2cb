"""Updates on their way to the bot."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Any

DEFAULT_EXCLUDED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot must ask for by name."""


@dataclass
class Update:
    """One update and the chat or user whose order it must keep."""

    id: int
    kind: str
    payload: dict[str, Any]
    lane: int
    repeat: bool = False
    """A second copy, put there by a fault: it survives the confirmation of the first."""

    def to_json(self) -> dict[str, Any]:
        """Return an ``Update``."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Unconfirmed updates, oldest first, with the two kinds of disorder that a test can ask for."""

    def __init__(self) -> None:
        self._pending: dict[int, Update] = {}
        """By object, so that a webhook can drop one of thousands at no cost."""
        self.allowed: list[str] = []
        """Empty stands for Telegram's default."""
        self.duplicate_next = 0
        self.reorder_next = 0
        self._held: list[Update] = []
        self._next_id = 100_000_000 + int(time.time()) % 1_000_000
        self._signal = asyncio.Event()

    @property
    def pending(self) -> list[Update]:
        """Return what the bot has not confirmed, oldest first."""
        return list(self._pending.values())

    def put(self, kind: str, payload: dict[str, Any], lane: int) -> Update | None:
        """Queue an update, unless the bot did not ask for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in DEFAULT_EXCLUDED
        if not wanted:
            return None
        update = Update(self._next_id, kind, payload, lane)
        self._next_id += 1
        if self.reorder_next > 0 and not self._held:
            self.reorder_next -= 1
            self._held.append(update)
            return update
        self._append(update)
        for late in self._held:
            self._append(late)
        self._held.clear()
        if self.duplicate_next > 0:
            self.duplicate_next -= 1
            self._append(Update(update.id, kind, payload, lane, repeat=True))
        self._signal.set()
        return update

    def confirm(self, offset: int) -> None:
        """Forget what the bot has seen; a negative offset keeps that many from the end."""
        if offset < 0:
            self._replace(self.pending[offset:])
        elif offset > 0:
            self._replace([one for one in self.pending if one.id >= offset or one.repeat])

    def fetch(self, limit: int) -> list[Update]:
        """Return the oldest updates; a repeated copy does not wait for its confirmation."""
        batch = list(itertools.islice(self._pending.values(), limit))
        for update in batch:
            if update.repeat:
                self.remove(update)
        return batch

    def remove(self, update: Update) -> None:
        """Forget an update that a webhook accepted."""
        self._pending.pop(id(update), None)

    def holds(self, update: Update) -> bool:
        """Say whether an update still waits."""
        return id(update) in self._pending

    def _append(self, update: Update) -> None:
        self._pending[id(update)] = update

    def _replace(self, updates: list[Update]) -> None:
        self._pending = {id(update): update for update in updates}

    def clear(self) -> None:
        """Drop all that is pending."""
        self._pending.clear()
        self._held.clear()
        self.duplicate_next = self.reorder_next = 0

    async def wait(self) -> None:
        """Return once there may be something to fetch."""
        if not self._pending:
            await self.wait_for_change()

    async def wait_for_change(self) -> None:
        """Return once the queue has been touched."""
        self._signal.clear()
        await self._signal.wait()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._signal.set()
