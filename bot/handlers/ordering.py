"""Many chats at once, each chat in order: 'et la suivante ?' must not overtake its question."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

if TYPE_CHECKING:
    from collections.abc import Awaitable

MAX_AT_ONCE = 64


class OrderlyProcessor(BaseUpdateProcessor):
    """Processes updates concurrently, those of one chat (or, inline, one user) one by one."""

    def __init__(self, max_at_once: int = MAX_AT_ONCE) -> None:
        super().__init__(max_at_once)
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn; locks live only as long as somebody needs them."""
        key = _key(update)
        if key is None:
            await coroutine
            return
        self._waiting[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                del self._locks[key]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def _key(update: object) -> int | None:
    if not isinstance(update, Update):
        return None
    about = update.effective_chat or update.effective_user
    return about.id if about else None
