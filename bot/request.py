"""Calls to Telegram by aiohttp: with many at once, httpx takes several times the processor time.

``benchmarks/request_backends.py`` measures both. Most of the difference is in httpcore's pool of connections,
which looks through all of them for each request.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

CONNECTIONS = 64
READ_TIMEOUT, CONNECT_TIMEOUT = 5.0, 5.0
"""Seconds, as python-telegram-bot has them."""
UPLOAD_TIMEOUT = 60.0
"""Seconds for a call with files, the wait for a connection included: other pictures wait for its end."""
IDLE = 30.0
"""Seconds for which an unused connection is kept."""


class AiohttpRequest(BaseRequest):
    """A request backend; who waits for a connection waits as long as it takes."""

    def __init__(self, connections: int = CONNECTIONS) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds between two pieces of a response; for long polling PTB adds its own."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """Open a pool of connections, unless there is one."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a call; one with files ends in time even if it gets stuck while these are written.

        The read timeout begins once all is written, which without files is at once.
        """
        del write_timeout, pool_timeout
        if self._session is None:
            raise RuntimeError("the request backend is not initialised")
        timeout = aiohttp.ClientTimeout(
            total=UPLOAD_TIMEOUT if request_data and request_data.multipart_data else None,
            sock_connect=CONNECT_TIMEOUT if isinstance(connect_timeout, DefaultValue) else connect_timeout,
            sock_read=READ_TIMEOUT if isinstance(read_timeout, DefaultValue) else read_timeout,
        )
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, proxy=_proxy_for(url)
            ) as response:
                return response.status, await response.read()
        # Their messages may name the address, and that holds the token.
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"aiohttp.{type(error).__name__}") from None


@lru_cache(maxsize=64)
def _proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for an address, if any.

    Asked to trust the environment, aiohttp reads it at each call, and the user's .netrc too.
    """
    address = urlsplit(url)
    return None if proxy_bypass(address.hostname or "") else getproxies().get(address.scheme)


def _form(data: RequestData | None) -> aiohttp.FormData | aiohttp.BytesPayload | None:
    if data is None:
        return None
    files = data.multipart_data
    if not files:
        # Given a mapping, aiohttp makes ready for files too, and asks the system for a random boundary.
        encoded = urlencode(data.json_parameters).encode()
        return aiohttp.BytesPayload(encoded, content_type="application/x-www-form-urlencoded")
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
