"""Cutting a connection the hard way, which no ASGI server offers by itself."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Receive, Scope, Send
    from uvicorn import _types as uvicorn_types
    from uvicorn.config import Config
    from uvicorn.server import ServerState

_TRANSPORT = "simulator.transport"
_CLOSE_BY_RESET = struct.pack("ii", 1, 0)


class CuttableProtocol(H11Protocol):
    """uvicorn's protocol, which lets the application reach its connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        inner = self.app

        async def with_transport(
            scope: uvicorn_types.Scope,
            receive: uvicorn_types.ASGIReceiveCallable,
            send: uvicorn_types.ASGISendCallable,
        ) -> None:
            cast("dict[str, Any]", scope)[_TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = with_transport


class _Nothing(Response):
    """A response that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        transport: asyncio.Transport | None = scope.get(_TRANSPORT)
        if transport is None:
            msg = "the simulator cut the connection"
            raise ConnectionResetError(msg)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_BY_RESET)
        transport.abort()
        # uvicorn would complain of an unanswered request unless it hears that the client is gone.
        while (await receive())["type"] != "http.disconnect":
            pass


def cut_connection() -> Response:
    """Return a response that resets the connection instead of answering."""
    return _Nothing()
