"""The knowledge base of a running bot, read again when a file changes or on SIGHUP."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.collector import settle_anew
from bot.errors import KnowledgeError
from bot.kb import digest_of
from bot.kb.followups import load_followups
from bot.matching.stored import load_matcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from bot.errors import Problem
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher

logger = logging.getLogger(__name__)

SETTLED, LONGEST = 300, 3000
"""Milliseconds without a change after which an edit is over; and the most that one is waited for."""
LOOK_EVERY = 60.0
"""Seconds after which the files are looked at though nobody says that they have changed."""
INSTALL = "pip install 'nocrise-bot[web]'"
ENDS_WITHIN = 1.0
"""Seconds for the watching to end."""
TURN = 0.0005
"""Seconds for which the thread that reads may keep the interpreter from the loop: a tenth of Python's own."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is read from a directory."""

    matcher: Matcher
    committed: tuple[FollowUp, ...] = ()
    """What ``suivi.yaml`` holds."""


def read(directory: Path) -> Knowledge:
    """Read a directory as it is now; takes most of a second where it has changed.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    matcher = load_matcher(directory)
    return Knowledge(matcher, load_followups(directory, matcher.kb))


class Reloader:
    """Keeps what a bot knows true to a directory; what is invalid is told of once and not used."""

    def __init__(
        self,
        directory: Path,
        digest: str,
        *,
        renew: Callable[[Knowledge], Awaitable[None]],
        tell: Callable[[str, list[Problem]], Awaitable[None]],
    ) -> None:
        """Prepare.

        ``digest`` is of the files that the bot knows already. ``renew`` is given each valid reading;
        ``tell`` the digest and the new faults of each invalid one.
        """
        self._directory = directory
        self._seen = digest
        self._renew = renew
        self._tell = tell
        self._told: set[Problem] = set()
        self._wanted = asyncio.Event()
        self._forced = False
        self._mistake = ""
        """What went wrong in the last look that was not the editors' fault."""

    def reload(self) -> None:
        """Read the files again, changed or not."""
        self._forced = True
        self._wanted.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch the directory, and heed SIGHUP."""
        # Something may have been written since the bot has read it.
        self._wanted.set()
        heed_hangup(self.reload)
        stop = asyncio.Event()
        watching = asyncio.create_task(self._watch(stop))
        working = asyncio.create_task(self._work())
        try:
            yield
        finally:
            heed_hangup(_nothing)
            # A thread does the watching: it has to be told, a cancelled task would wait for it.
            stop.set()
            working.cancel()
            await asyncio.wait([watching, working], timeout=ENDS_WITHIN)
            watching.cancel()

    async def _watch(self, stop: asyncio.Event) -> None:
        told = False
        while not stop.is_set():
            try:
                await self._watch_place(stop)
            except ImportError:
                logger.info("changed files are noticed within a minute, not at once: %s", INSTALL)
                return
            except (OSError, RuntimeError) as error:
                if not told:
                    reason = getattr(error, "strerror", None) or type(error).__name__
                    logger.warning("changed files are noticed within a minute, not at once: %s", reason)
                told = True
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await stop.wait()

    async def _watch_place(self, stop: asyncio.Event) -> None:
        """Watch where the files are, until they are elsewhere."""
        from watchfiles import awatch  # noqa: PLC0415 (an extra)

        place = await asyncio.to_thread(_place, self._directory)
        # Whatever changes: editors rename, deployments switch links. The digest tells what matters.
        watching = awatch(
            place[0],
            watch_filter=None,
            debounce=LONGEST,
            step=SETTLED,
            stop_event=stop,
            rust_timeout=int(LOOK_EVERY * 1000),
            yield_on_timeout=True,
        )
        async with contextlib.aclosing(watching):
            async for changes in watching:
                if changes:
                    self._wanted.set()
                if await asyncio.to_thread(_place, self._directory) != place:
                    # The link that led here was switched: the files of another directory count now.
                    self._wanted.set()
                    return

    async def _work(self) -> None:
        while True:
            # Not all that changes is watched: nothing may be, and a link on the way to the files is not.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._wanted.wait()
            self._wanted.clear()
            forced, self._forced = self._forced, False
            try:
                await self._look(forced=forced)
            except Exception as error:  # noqa: BLE001 - a bot that answers matters more
                trace = "".join(traceback.format_tb(error.__traceback__))
                mistake = f"{type(error).__name__}\n{trace}"
                # It is tried again at each look: one line is enough, but for who asks for it.
                if forced or mistake != self._mistake:
                    logger.error("the knowledge base was not read: %s", mistake)  # noqa: TRY400
                self._mistake = mistake
            else:
                self._mistake = ""

    async def _look(self, *, forced: bool) -> None:
        """Read the directory if it is not as it was when it was last used or refused."""
        digest = await asyncio.to_thread(digest_of, self._directory)
        if digest == self._seen and not forced:
            return
        read = ""
        while digest != read:
            read = digest
            found = await asyncio.to_thread(_read_beside, self._directory)
            # Half of an edit may have been read: then it counts for nothing.
            digest = await asyncio.to_thread(digest_of, self._directory)
        if isinstance(found, KnowledgeError):
            await self._refuse(digest, found.problems)
        else:
            self._told.clear()
            await self._renew(found)
            settle_anew()
            logger.info("the knowledge base was read again: %d entries", len(found.matcher.kb.entries))
        # Only now: what neither was used nor could be is tried again.
        self._seen = digest

    async def _refuse(self, digest: str, problems: list[Problem]) -> None:
        new = [problem for problem in problems if problem not in self._told]
        self._told |= set(problems)
        if new:
            lines = "\n".join(map(str, new))
            logger.error("the changed knowledge base is not used, the former one stays:\n%s", lines)
            await self._tell(digest, new)


def heed_hangup(act: Callable[[], None]) -> None:
    """Do something on SIGHUP, where there is such a signal.

    When it says that the terminal has gone in which the bot was started, it ends the bot, as always.
    """
    if sys.platform == "win32":
        return
    terminal = os.isatty(0)

    def heard() -> None:
        if terminal and not os.isatty(0):
            signal.raise_signal(signal.SIGTERM)
        else:
            act()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, heard)


def _nothing() -> None:
    pass


def _place(directory: Path) -> tuple[Path, int]:
    """Return what tells whether a directory is still the one it was: links are switched, directories renamed.

    Raises:
        OSError: there is none.
        RuntimeError: links go round in circles.

    """
    found = directory.resolve(strict=True)
    return found, found.stat().st_ino


def _read_beside(directory: Path) -> Knowledge | KnowledgeError:
    with _short_turns():
        try:
            return read(directory)
        except KnowledgeError as error:
            return error


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    """Let the event loop have the interpreter often: answers go on while a thread computes."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
