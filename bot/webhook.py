"""What Telegram knows of this server: the webhook, set where it is not right, and looked after."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from typing import TYPE_CHECKING

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES
from bot.errors import SettingsError
from bot.lifecycle import FIRST_WAIT, REFUSED, pause

if TYPE_CHECKING:
    from telegram import WebhookInfo

    from bot.handlers.services import App

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 100
"""Updates that Telegram may have under way at once: the most that it allows."""
CHECK_EVERY = 60.0
"""Seconds between looks at the webhook, which another program may have taken away."""
CHECK_AGAIN = 10.0
"""Seconds at least between looks that wrong secrets cause."""


class Webhook:
    """What Telegram knows of this server, and that it stays right."""

    def __init__(self, application: App, url: str, secret: str) -> None:
        self._application = application
        self._url = url
        self._secret = secret
        self._doubt = asyncio.Event()
        self._set_at = -math.inf
        self.is_set = False
        """Whether Telegram sends its updates here, as far as is known."""

    def doubt(self) -> None:
        """Have a look soon: somebody used another secret."""
        self._doubt.set()

    async def set(self, stop: asyncio.Event) -> bool:
        """Have the webhook set; False when told to stop before.

        Raises:
            SettingsError: Telegram refuses the address.

        """
        wait, told = FIRST_WAIT, False
        while not stop.is_set():
            try:
                await self.ensure()
            except BadRequest as error:
                raise SettingsError(f"WEBHOOK_URL: Telegram refuses it ({error.message})") from None
            except TelegramError as error:
                if not told:
                    told = True
                    logger.warning("the webhook cannot be set yet (%s)", type(error).__name__)
                wait = await pause(error, wait, stop)
            else:
                return True
        return False

    async def watch(self) -> None:
        """Look after the webhook for ever; one line in the log a change."""
        told = refused = False
        while True:
            await asyncio.sleep(CHECK_AGAIN)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._doubt.wait(), CHECK_EVERY - CHECK_AGAIN)
            self._doubt.clear()
            try:
                if await self.ensure():
                    logger.warning("the webhook was no longer as it should be: it is set again")
                told = refused = False
            except InvalidToken:
                # No update comes any more until this process gets another token.
                self.is_set = False
                if not refused:
                    logger.error(REFUSED)  # noqa: TRY400
                refused = True
            except TelegramError as error:
                if not told:
                    logger.warning("the webhook cannot be checked (%s)", type(error).__name__)
                told = True

    async def ensure(self) -> bool:
        """Set the webhook unless it is right already; return whether that was needed."""
        bot = self._application.bot
        info = await bot.get_webhook_info()
        if self._is_right(info):
            self.is_set = True
            return False
        self.is_set = False
        await bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
        )
        self._set_at = time.time()
        self.is_set = True
        return True

    def _is_right(self, info: WebhookInfo) -> bool:
        """Compare all that Telegram tells; of the secret, only whether we refused it since."""
        failed = info.last_error_date.timestamp() if info.last_error_date else -math.inf
        refused = failed > self._set_at and "403" in (info.last_error_message or "")
        return (
            info.url == self._url
            and set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
            and info.max_connections == MAX_CONNECTIONS
            and not refused
        )
