"""Processor time of a call to Telegram: our request backend and python-telegram-bot's own.

Both send messages to the same stand-in, which runs in a process of its own. Run:
``python benchmarks/request_backends.py``.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import uvloop
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest
from telegram_standin import TOKEN, Telegram

from bot.request import CONNECTIONS, AiohttpRequest

BACKENDS: dict[str, Callable[[], BaseRequest]] = {
    "httpx": lambda: HTTPXRequest(connection_pool_size=CONNECTIONS),
    "aiohttp": AiohttpRequest,
}
CALLS = 1000


def _serve(delay: float, port: Connection) -> None:
    async def serve() -> None:
        telegram = Telegram(delay=delay)
        await telegram.start()
        port.send(telegram.port)
        await asyncio.Event().wait()

    uvloop.run(serve())


async def _measure(request: BaseRequest, port: int, at_once: int) -> float:
    """Return the microseconds of processor time that a call takes."""
    async with Bot(
        TOKEN, f"http://127.0.0.1:{port}/bot", request=request, get_updates_request=request
    ) as bot:
        calls = iter(range(CALLS))

        async def send() -> None:
            for _ in calls:
                await bot.send_message(1, "Bonjour")

        begin = time.process_time()
        await asyncio.gather(*(send() for _ in range(at_once)))
        return (time.process_time() - begin) / CALLS * 1e6


def main() -> None:
    """Print a line for each number of calls at once."""
    for delay in (0.0, 0.05):
        here, there = multiprocessing.Pipe()
        server = multiprocessing.Process(target=_serve, args=(delay, there))
        server.start()
        port = here.recv()
        for at_once in (16, 64):
            taken = {name: uvloop.run(_measure(make(), port, at_once)) for name, make in BACKENDS.items()}
            ratio = taken["httpx"] / taken["aiohttp"]
            costs = ", ".join(f"{name} {taken[name]:.0f} µs" for name in BACKENDS)
            print(f"API {delay * 1000:.0f} ms, {at_once} at once: {costs}, {ratio:.1f} times")
        server.kill()


if __name__ == "__main__":
    main()
