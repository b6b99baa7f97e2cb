"""Request backends around another one: what python-telegram-bot calls, seen on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from telegram.request import BaseRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import RequestData

Made: TypeAlias = "tuple[int, bytes]"
"""What a call returns: status and body."""


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
