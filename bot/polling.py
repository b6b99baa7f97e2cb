"""The bot by long polling, the default on one machine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES, Followups, build_application
from bot.errors import SettingsError
from bot.handlers.failures import PollingErrors
from bot.handlers.logs import configure_logging
from bot.handlers.profile import publishing_profile
from bot.lifecycle import REFUSED, beside, close, connect, stop_event
from bot.storage import opened

if TYPE_CHECKING:
    from bot.handlers.services import App
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

logger = logging.getLogger(__name__)

HEARTBEAT = 60.0
"""Seconds between checks that the token is still good."""


def run_polling(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...] = ()) -> None:
    """Run the bot until SIGTERM, SIGINT or the end of the token's life.

    Raises:
        SettingsError: there is no token, or Telegram refuses it.

    """
    configure_logging(settings.log_level, settings.telegram_token)
    asyncio.run(_until_stopped(settings, matcher, committed))


async def _until_stopped(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...]) -> None:
    stop = stop_event()
    if settings.telegram_token is None:
        raise SettingsError("TELEGRAM_TOKEN: is not set; @BotFather gives one")
    async with opened(settings.database_url, stop) as database:
        if stop.is_set():
            return
        followups = Followups(database, committed) if database else None
        application = build_application(settings, matcher.kb, matcher=matcher, followups=followups)
        await poll(application, stop)


async def poll(application: App, stop: asyncio.Event) -> None:
    """Connect, poll until the event is set, and finish what was begun."""
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    try:
        if not await connect(application, stop):
            return
        await application.start()
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=-1, error_callback=PollingErrors()
        )
        logger.info("@%s answers", application.bot.username)
        async with beside(application), publishing_profile(application):
            await _watch(application, stop)
    finally:
        if updater.running:
            # Its own polling has died of the same.
            with contextlib.suppress(InvalidToken):
                await updater.stop()
        await close(application)


async def _watch(application: App, stop: asyncio.Event) -> None:
    """Wait until told to stop, or until the token is revoked: the updater alone would then idle."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), HEARTBEAT)
            return
        try:
            await application.bot.get_me()
        except InvalidToken:
            raise SettingsError(REFUSED) from None
        except TelegramError:
            # The polling says what is the matter.
            continue
