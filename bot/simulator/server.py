"""Putting the simulator together and running it, alone or inside another program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from bot.simulator.api import BotApi
from bot.simulator.config import DEFAULT_TOKEN, SimulatorConfig
from bot.simulator.errors import NOT_FOUND
from bot.simulator.guard import OwnOriginOnly
from bot.simulator.page_api import PageApi
from bot.simulator.state import World
from bot.simulator.transport import CuttableProtocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request

    from bot.simulator.actions import People

HOST = "127.0.0.1"
_GRACE = 2
_TICK = 1.0


@dataclass
class Simulator:
    """A running simulator."""

    base_url: str
    """The value for ``TELEGRAM_API_BASE_URL``."""
    page_url: str
    token: str
    world: World
    people: People
    """What people do, callable without HTTP."""


def create_app(config: SimulatorConfig | None = None) -> Starlette:
    """Return the application; its ``state`` holds the world, the Bot API and the page's API."""
    world = World(config)
    api = BotApi(world)
    page = PageApi(world, api.bot_is_connected)

    app = Starlette(
        routes=[*api.routes(), *page.routes()],
        middleware=[Middleware(OwnOriginOnly)],
        exception_handlers={404: _not_found, 405: _not_found},
    )
    app.state.world, app.state.api, app.state.page = world, api, page
    return app


async def _not_found(_request: Request, _error: Exception) -> Response:
    return JSONResponse(NOT_FOUND.to_json(), status_code=404)


@contextlib.asynccontextmanager
async def running_simulator(
    port: int = 0,
    token: str = DEFAULT_TOKEN,
    bot_username: str = SimulatorConfig.bot_username,
    *,
    config: SimulatorConfig | None = None,
) -> AsyncIterator[Simulator]:
    """Run a simulator inside the current event loop; port 0 takes a free one.

    A ``config`` replaces ``token`` and ``bot_username``.
    """
    config = config or SimulatorConfig(token=token, bot_username=bot_username)
    app = create_app(config)
    listener = _listen(port)
    server = _Server(_uvicorn_config(app))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.005)
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        yield Simulator(url, f"{url}/", config.token, app.state.world, app.state.page.people)
    finally:
        app.state.page.close()
        await app.state.api.delivery.close()
        server.end()
        await task
        listener.close()


async def serve(port: int, config: SimulatorConfig | None = None) -> None:
    """Run a simulator until the process is told to stop."""
    config = config or SimulatorConfig()
    async with running_simulator(port, config=config) as simulator:
        print(f"Simulateur Telegram : {simulator.page_url}")  # noqa: T201 - the command's output
        print(f"TELEGRAM_API_BASE_URL={simulator.base_url} TELEGRAM_TOKEN={simulator.token}")  # noqa: T201
        await asyncio.Event().wait()


class _Server(uvicorn.Server):
    """A server that leaves signals to the program around it, and ends without delay."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ending = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def main_loop(self) -> None:
        """Wait for the end by an event: the original looks ten times a second."""
        while not self.should_exit:
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), _TICK)

    def end(self) -> None:
        """Ask the server to end now."""
        self.should_exit = True
        self.ending.set()


def _listen(port: int) -> socket.socket:
    # With the protocol named, for without it asyncio leaves Nagle's algorithm on: 40 ms a call.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _uvicorn_config(app: Starlette) -> uvicorn.Config:
    # No access log: it would print the token, which is part of every path.
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )
