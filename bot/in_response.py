"""Request backends around another one: what python-telegram-bot calls, seen or taken on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from telegram.request import BaseRequest

from bot.handlers.slot import SLOT, WITHOUT_RESULT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import RequestData

Made: TypeAlias = "tuple[int, bytes]"
"""What a call returns: status and body."""
_TRUE = b'{"ok":true,"result":true}'


class RequestWrapper(BaseRequest):
    """A request backend around another one."""

    def __init__(self, network: BaseRequest) -> None:
        self._network = network

    @property
    def read_timeout(self) -> float | None:
        """The network's."""
        return self._network.read_timeout

    async def initialize(self) -> None:
        """Open the network."""
        await self._network.initialize()

    async def shutdown(self) -> None:
        """Close the network."""
        await self._network.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: Any,  # noqa: ANN401 (handed on as they come)
        **named: Any,  # noqa: ANN401
    ) -> Made:
        """Make a call; its name is the last part of the address."""

        async def forward() -> Made:
            return await self._network.do_request(url, method, request_data, *timeouts, **named)

        return await self.around(url.rpartition("/")[2], request_data, forward)

    async def around(
        self, name: str, data: RequestData | None, forward: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Do something before, after or in place of the call."""
        raise NotImplementedError


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
