"""Many chats at once, each chat in order: 'et la suivante ?' must not overtake its question."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any, Protocol

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.followups.values import Claim

if TYPE_CHECKING:
    from collections.abc import Awaitable

MAX_AT_ONCE = 128
"""More than Telegram has under way at one webhook."""
REMEMBERED = 10_000
"""Updates that are known when they come again; Telegram repeats what it thinks was not received."""
_NO_LIMIT = 1 << 30
"""For PTB's own limit: it counts updates that wait for their chat, so one busy chat would use it up."""


class TakenError(Exception):
    """An update is being handled elsewhere, or was until its process was killed: send it again later."""


class Register(Protocol):
    """Knows which updates were handled."""

    async def claim(self, update: Update) -> Claim:
        """Claim an update for handling."""

    async def settle(self, update_id: int) -> None:
        """Note that it is handled."""

    async def give_back(self, update_id: int) -> None:
        """End a claim: another process may handle the update when it comes again."""


class MemoryRegister:
    """A register for one process, bounded, gone at its end."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def claim(self, update: Update) -> Claim:
        """Let each pass once."""
        if update.update_id in self._seen:
            return Claim.HANDLED
        self._seen[update.update_id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return Claim.OURS

    async def settle(self, update_id: int) -> None:
        """Nothing to note."""

    async def give_back(self, update_id: int) -> None:
        """Let it pass again."""
        self._seen.pop(update_id, None)


class OrderlyProcessor(BaseUpdateProcessor):
    """Processes updates concurrently, those of one chat (or, inline, one user) one by one, none twice."""

    def __init__(self, register: Register | None = None, max_at_once: int = MAX_AT_ONCE) -> None:
        super().__init__(_NO_LIMIT)
        self._register = register or MemoryRegister()
        self._places = asyncio.Semaphore(max_at_once)
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn; locks live only as long as somebody needs them.

        Raises:
            TakenError: another process is at it.

        """
        try:
            await self._in_turn(update, coroutine)
        finally:
            if inspect.iscoroutine(coroutine):
                # Nobody has awaited that of an update which another process has, or which was given up.
                coroutine.close()

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
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
        async with self._places:
            if not isinstance(update, Update) or update.inline_query is not None:
                # To answer a keystroke twice does no harm.
                await coroutine
                return
            claim = await self._register.claim(update)
            if claim is Claim.OURS:
                try:
                    await coroutine
                except asyncio.CancelledError:
                    # This process ends. Not where another has claimed the update: it is at work.
                    await self._register.give_back(update.update_id)
                    raise
                await self._register.settle(update.update_id)
                return
            if claim is Claim.TAKEN:
                raise TakenError

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def _key(update: object) -> int | None:
    if not isinstance(update, Update):
        return None
    about = update.effective_chat or update.effective_user
    return about.id if about else None
