"""How fast follow-ups go out when Telegram's limits do not hold them back.

Measures deliveries a second through the outbox against a bare loop of python-telegram-bot's
`send_message`, both to the same local server, and the time to look up, enqueue and drain many
subscriptions. Run: `python benchmarks/delivery.py [--database URL] [--subscriptions N]`.
"""

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import insert
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.followups import outbox
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.migrations import upgrade
from bot.followups.outbox import Draft, Message
from bot.followups.pacing import Limits
from bot.followups.schema import subscriptions

IN_FLIGHT = 200
CONNECTIONS = 8
LIMITS = Limits(
    per_second=1e9, chat_interval=0, group_interval=0, in_flight=IN_FLIGHT, connections=CONNECTIONS
)
TEXT = "Le barème de la mesure 13 est voté : https://example.org/mesure-13"
_CHUNK = 10_000


def serve(port: Connection) -> None:
    """Answer every sendMessage at once; runs in a process of its own, like Telegram does."""
    body = json.dumps(
        {
            "ok": True,
            "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}},
        }
    ).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.split(b"content-length:")[1].split(b"\r\n")[0]
                await reader.readexactly(int(length))
                writer.write(answer)

    async def run() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@asynccontextmanager
async def telegram() -> AsyncIterator[Bot]:
    """Make a bot that talks to `serve`."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        bot = Bot(
            "1:benchmark",
            base_url=f"http://127.0.0.1:{ours.recv()}/bot",
            request=HTTPXRequest(connection_pool_size=CONNECTIONS),
        )
        async with bot.request:
            yield bot
    finally:
        process.kill()
        process.join()


class TelegramSender:
    """The least that sends through python-telegram-bot."""

    def __init__(self, bot: Bot) -> None:
        """Send with `bot`."""
        self.bot = bot

    async def send(self, chat_id: int, message: Message, language: str | None) -> None:
        """Send the text alone."""
        del language
        await self.bot.send_message(chat_id, message.text)


class NoSender:
    """Sends nothing: what is left is the cost of the outbox itself."""

    async def send(self, chat_id: int, message: Message, language: str | None) -> None:
        """Return at once."""


async def bare_loops(bot: Bot, count: int) -> None:
    """Send one after another, and then as many at a time as the courier does."""
    began = time.perf_counter()
    for chat in range(1, count + 1):
        await bot.send_message(chat, TEXT)
    report("bare loop of send_message, one by one", count, began)

    chats = iter(range(1, count + 1))

    async def work() -> None:
        for chat in chats:
            await bot.send_message(chat, TEXT)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    report(f"bare loop of send_message, {CONNECTIONS} at a time", count, began)


async def subscribe(store: Store, topic: str, count: int) -> None:
    """Give a topic `count` followers."""
    async with store.write() as connection:
        for first in range(1, count + 1, _CHUNK):
            rows = [
                {"chat_id": chat, "topic": topic, "since": 0.0}
                for chat in range(first, min(first + _CHUNK, count + 1))
            ]
            await connection.execute(insert(subscriptions), rows)


async def deliver(store: Store, bot: Bot, count: int) -> None:
    """Deliver to `count` chats through python-telegram-bot."""
    await subscribe(store, "mesure-13", count)
    await outbox.publish(store, Draft("few", TEXT), ["mesure-13"], now=time.time())
    began = time.perf_counter()
    await Courier(store, TelegramSender(bot), limits=LIMITS).drain()
    report(f"outbox, {CONNECTIONS} at a time, by send_message", count, began)


async def enqueue_and_drain(store: Store, count: int) -> None:
    """Look up, enqueue and drain many subscriptions without sending anything."""
    await subscribe(store, "mesure-1", count)
    began = time.perf_counter()
    found = await outbox.count_recipients(store, ["mesure-1"], now=time.time())
    report("look up the recipients", found, began)
    began = time.perf_counter()
    published = await outbox.publish(store, Draft("many", TEXT), ["mesure-1"], now=time.time())
    report("write them to the outbox", published.recipients, began)
    began = time.perf_counter()
    await Courier(store, NoSender(), limits=LIMITS).drain()
    report("drain the outbox, sending nothing", published.recipients, began)
    began = time.perf_counter()
    progress = await outbox.progress(store, published.message_id)
    report("count the progress", progress.sent, began)


def report(what: str, count: int, began: float) -> None:
    """Print one line of the table."""
    seconds = time.perf_counter() - began
    print(f"{what:<48} {count:>8} in {seconds:8.3f} s  {count / seconds:>12,.0f} a second")


async def main(database: str, messages: int, many: int) -> None:
    """Run everything against one database."""
    async with Store(database) as store:
        await upgrade(store)
        print(f"{store.url.get_backend_name()}:")
        async with telegram() as bot:
            await bare_loops(bot, messages)
            await deliver(store, bot, messages)
        await enqueue_and_drain(store, many)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="an empty one; by default a SQLite file of its own")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--subscriptions", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        fallback = f"sqlite:///{Path(directory)}/benchmark.db"
        asyncio.run(main(given.database or fallback, given.messages, given.subscriptions))
