"""Calls to Telegram that go into the webhook's response instead of over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.handlers.slot import SLOT, WITHOUT_RESULT
from bot.request_wrapper import Made, RequestWrapper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import RequestData

_TRUE = b'{"ok":true,"result":true}'


class InResponseRequest(RequestWrapper):
    """Puts calls without a result in the response to the update, where there is room."""

    async def around(
        self, name: str, data: RequestData | None, forward: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Put the call in the slot, or make it."""
        slot = SLOT.get()
        if (
            slot is not None
            and name in WITHOUT_RESULT
            and not (data is not None and data.contains_files)
            and slot.take(name, data.parameters if data else {})
        ):
            return 200, _TRUE
        return await forward()
