"""HAProxy before several web processes, as an owner would set it up."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

HAPROXY = shutil.which("haproxy")
# A request that met a process which died is made again at another: Telegram's updates are known by a number.
CONFIGURATION = """\
global
  maxconn 500
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  option http-buffer-request
  option redispatch 1
  retries 3
  retry-on all-retryable-errors
frontend telegram
  bind 127.0.0.1:{port}
  default_backend bots
backend bots
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 500ms fall 3 rise 1
"""


@contextlib.asynccontextmanager
async def balancing(directory: Path, port: int, ports: Sequence[int]) -> AsyncIterator[None]:
    """Spread the requests that come to a port over others, in turn."""
    assert HAPROXY
    servers = "".join(f"  server web{number} 127.0.0.1:{number}\n" for number in ports)
    file = directory / "haproxy.cfg"
    file.write_text(CONFIGURATION.format(port=port) + servers)
    with (directory / "haproxy.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(HAPROXY, "-db", "-f", file, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
