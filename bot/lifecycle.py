"""How every process begins and ends: told to stop, connected to Telegram, its work beside the updates."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.application import RELOADER
from bot.collector import settle
from bot.errors import SettingsError
from bot.handlers.sending import asked_wait
from bot.handlers.services import FOLLOWUPS
from bot.reloading import heed_hangup

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.handlers.services import App

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between attempts to reach Telegram at the start."""
REFUSED = "TELEGRAM_TOKEN: Telegram does not accept this token"


@contextlib.asynccontextmanager
async def beside(application: App) -> AsyncIterator[None]:
    """Deliver follow-ups and watch the knowledge base, as far as the application does so."""
    async with contextlib.AsyncExitStack() as stack:
        if FOLLOWUPS in application.bot_data:
            from bot.handlers.delivering import delivering  # noqa: PLC0415 (an extra)

            await stack.enter_async_context(delivering(application))
        if RELOADER in application.bot_data:
            await stack.enter_async_context(application.bot_data[RELOADER].running())
        # The start is over: what lives until now lives for ever.
        settle()
        yield


def stop_event() -> asyncio.Event:
    """Return an event of the running loop that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there Ctrl+C still raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(wanted, stop.set)
    # Until the bot can read its files again, there is nothing to do: it will find what has changed.
    heed_hangup(lambda: None)
    return stop


async def close(application: App) -> None:
    """Stop an application and close its connections, however far it came."""
    if application.running:
        await application.stop()
    await application.shutdown()
    # That does nothing where Telegram never answered; the connections are there all the same.
    await application.bot.shutdown()


async def connect(application: App, stop: asyncio.Event) -> bool:
    """Wait until Telegram can be reached; False when told to stop before."""
    wait, told = FIRST_WAIT, False
    while not stop.is_set():
        try:
            await application.initialize()
        except InvalidToken:
            # The message of this error holds the token.
            raise SettingsError(REFUSED) from None
        except TelegramError as error:
            # Also that there have been too many starts, or that a network answers for Telegram with a page.
            if not told:
                told = True
                logger.warning(
                    "Telegram cannot be reached (%s): trying again until it can",
                    type(error).__name__,
                )
            wait = await pause(error, wait, stop)
        else:
            return True
    return False


async def pause(error: TelegramError, wait: float, stop: asyncio.Event) -> float:
    """Wait before another attempt, longer where Telegram asks to; return how long to wait after that one."""
    asked = asked_wait(error) if isinstance(error, RetryAfter) else 0.0
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), max(wait, asked))
    return min(2 * wait, LONGEST_WAIT)
