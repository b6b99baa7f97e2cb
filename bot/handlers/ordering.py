"""Many chats at once, each chat in order: 'et la suivante ?' must not overtake its question."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

if TYPE_CHECKING:
    from collections.abc import Awaitable

MAX_AT_ONCE = 64
REMEMBERED = 10_000
"""Updates that are known when they come again; Telegram repeats what it thinks was not received."""
_NO_LIMIT = 1 << 30
"""For PTB's own limit: it counts updates that wait for their chat, so one busy chat would use it up."""


class OrderlyProcessor(BaseUpdateProcessor):
    """Processes updates concurrently, those of one chat (or, inline, one user) one by one, none twice."""

    def __init__(self, max_at_once: int = MAX_AT_ONCE) -> None:
        super().__init__(_NO_LIMIT)
        self._places = asyncio.Semaphore(max_at_once)
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn; locks live only as long as somebody needs them."""
        key = _key(update)
        if key is None:
            await self._process(update, coroutine)
            return
        self._waiting[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                await self._process(update, coroutine)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                del self._locks[key]

    async def _process(self, update: object, coroutine: Awaitable[Any]) -> None:
        if isinstance(update, Update):
            if update.update_id in self._seen:
                if inspect.iscoroutine(coroutine):
                    coroutine.close()
                return
            self._seen[update.update_id] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        async with self._places:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def _key(update: object) -> int | None:
    if not isinstance(update, Update):
        return None
    about = update.effective_chat or update.effective_user
    return about.id if about else None
