"""Telegram takes one method call in the response to an update: a round trip that need not be made.

Only calls whose result nobody needs go there, because there is no result: an inline answer, the end
of a button's waiting sign. The first such call of an update fills the slot; all else, and all that
comes after, goes over the network.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

from telegram.request import BaseRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import RequestData

ELIGIBLE = frozenset({"answerInlineQuery", "answerCallbackQuery"})
"""Methods that return nothing but True."""
Made: TypeAlias = "tuple[int, bytes]"
"""What a call returns: status and body."""
_TRUE = b'{"ok":true,"result":true}'


class Slot:
    """Room for one call in the response to one update."""

    def __init__(self) -> None:
        self.call: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        """The call, as the response's JSON."""

    def take(self, method: str, data: RequestData | None) -> bool:
        """Take a call, if there is room and it may go here."""
        if method not in ELIGIBLE or self.call.done() or (data is not None and data.contains_files):
            return False
        self.call.set_result({"method": method, **(data.parameters if data else {})})
        return True

    def close(self) -> None:
        """Take nothing any more: the response is on its way."""
        self.call.cancel()


SLOT: ContextVar[Slot | None] = ContextVar("SLOT", default=None)
"""The slot of the update that the current task processes."""


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
    """Fills the slot where it can, and else uses the network."""

    def __init__(self, network: BaseRequest, taken: Callable[[str], None]) -> None:
        super().__init__(network)
        self._taken = taken

    async def around(
        self, name: str, data: RequestData | None, forward: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Put the call in the slot, or make it."""
        slot = SLOT.get()
        if slot is not None and slot.take(name, data):
            self._taken(name)
            return 200, _TRUE
        return await forward()
