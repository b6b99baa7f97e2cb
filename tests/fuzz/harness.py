"""The whole bot with a database, fed with raw updates; notes all that is not as it should be."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.application import Followups, build_application
from bot.settings import Settings
from bot.simulator.config import DEFAULT_TOKEN
from bot.simulator.state import GROUP, PendingQuery
from bot.updates import Parser
from tests.fuzz.material import ADMIN, PEOPLE, Material
from tests.fuzz.updates import Updates
from tests.handlers.standin import Telegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.ext import CallbackContext

    from bot.followups.database import Store as Database
    from bot.handlers.services import App
    from bot.matching import Matcher

AFRESH_EVERY = 2000
"""Updates after which the simulated Telegram forgets: what grows must be the bot."""
SECONDS_APART = 20.0
"""Between two updates by the bot's clock: most must get past the limit of questions a minute."""


class Harness:
    """Feeds a bot, and counts."""

    def __init__(self, app: App, telegram: Telegram, updates: Updates, clock: Clock) -> None:
        self.app, self.telegram, self.updates, self.clock = app, telegram, updates, clock
        self.counts: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        """Errors that reached the error handler, each with the update that caused it."""
        self._raw = ""
        self._parser = Parser(app.bot)
        app.add_error_handler(self._note)
        self._refresh()

    async def feed(self, raw: dict[str, Any]) -> None:
        """Hand over one update, as JSON like a server gets it."""
        self._raw = json.dumps(raw)
        self.clock.now += SECONDS_APART
        parsed = self._parser.parse(self._raw.encode())
        if parsed is None:
            self.counts["refused"] += 1
            return
        _, update = parsed
        for query, kind in ((update.callback_query, "callback"), (update.inline_query, "inline")):
            if query is not None:
                pending = PendingQuery(str(query.id), 1, 1, self.telegram.world.clock())
                getattr(self.telegram.world, f"{kind}_queries")[pending.id] = pending
        calls = len(self.telegram.calls)
        await self.app.process_update(update)
        self.counts["processed"] += 1
        self.counts["calls"] += len(self.telegram.calls) - calls
        if self.updates.number % AFRESH_EVERY == 0:
            self._refresh()

    async def run(self, count: int, broken: float) -> None:
        """Feed so many updates; of those ``broken`` is the share that no Telegram would send."""
        for _ in range(count):
            raw = self.updates.next()
            if self.updates.material.chance(broken):
                self.counts["broken"] += 1
                await self._feed_broken(self.updates.broken(raw))
            else:
                await self.feed(raw)

    async def _feed_broken(self, raw: dict[str, Any]) -> None:
        """Feed what no Telegram would send: it may reach the error handler, and must not get past it."""
        before = len(self.errors)
        await self.feed(raw)
        self.counts["broken, error handler"] += len(self.errors) - before
        del self.errors[before:]

    async def _note(self, _update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        self.errors.append((repr(context.error), self._raw))

    def _refresh(self) -> None:
        world = self.telegram.world
        world.reset()
        self.telegram.calls.clear()
        self.telegram.people.set_limits(enabled=False)
        for person in PEOPLE:
            world.chats[person].started = world.chats[person].seen = True
        world.chats[GROUP].seen = True


class Clock:
    """The bot's clock, which goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def harness(database: Database | None, matcher: Matcher, seed: int) -> AsyncIterator[Harness]:
    """Build the bot; at the end no task may have left an error behind.

    Raises:
        AssertionError: one did, or the database's packages are missing.

    """
    assert database is not None, "pip install 'nocrise-bot[followups]'"
    telegram, clock = Telegram(), Clock()
    settings = Settings(_env_file=None, telegram_token=SecretStr(DEFAULT_TOKEN), admin_ids=frozenset({ADMIN}))
    app = build_application(
        settings,
        matcher.kb,
        matcher=matcher,
        request=telegram,
        followups=Followups(database, clock=clock),
    )
    left: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: left.append(context["message"]))
    # Not for safety: the same seed must make the same updates.
    material = Material(matcher.kb, random.Random(seed))
    async with app:
        yield Harness(app, telegram, Updates(material, app.bot.id), clock)
    gc.collect()
    await asyncio.sleep(0)
    assert not left, left
