"""Only this machine's own browser and programs may talk to the simulator.

Listening on 127.0.0.1 is not enough: any web page that the user has open can send requests there,
and a hostile name server can make its own name mean 127.0.0.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class OwnOriginOnly:
    """Middleware that refuses foreign Host and Origin headers with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not _is_own(Headers(scope=scope)):
            body = {
                "ok": False,
                "error_code": 403,
                "description": "Forbidden: foreign Host or Origin",
            }
            await JSONResponse(body, status_code=403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    if name not in _OWN_NAMES:
        return False
    origin = headers.get("origin")
    return origin is None or origin.lower() == f"http://{host.lower()}"
