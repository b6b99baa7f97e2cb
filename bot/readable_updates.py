"""What polling fetches, without what python-telegram-bot cannot read.

One such update in a batch, of a later Bot API or of a server that is not Telegram's, and PTB would process
none of them, write all of them into the log, and ask for the same again at once, for ever.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from bot.request_wrapper import Made, RequestWrapper
from bot.updates import Parser

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import BaseRequest, RequestData

logger = logging.getLogger(__name__)


class ReadableUpdates(RequestWrapper):
    """Passes over what cannot be read: of such an update the number is left, so that the next ones come."""

    def __init__(self, network: BaseRequest) -> None:
        super().__init__(network)
        self._parser = Parser(None)

    async def around(
        self, name: str, data: RequestData | None, forward: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Look through the updates that a call fetches."""
        del data
        status, body = await forward()
        return (status, self._readable(body)) if name == "getUpdates" else (status, body)

    def _readable(self, body: bytes) -> bytes:
        try:
            answer = json.loads(body)
        except (RecursionError, ValueError):
            return body
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, list):
            return body
        unreadable = [number for number, one in enumerate(result) if self._parser.read(one) is None]
        if not unreadable:
            return body
        for number in unreadable:
            found = result[number]
            result[number] = {"update_id": found["update_id"]} if Parser.is_numbered(found) else None
        logger.error("updates that cannot be read are passed over: %s", len(unreadable))
        return json.dumps({**answer, "result": [one for one in result if one is not None]}).encode()
