"""Databases that go away in mid-delivery and come back. Most of it is waiting, so it is a program
that runs beside other tests: `python -m tests.followups.outage POSTGRESQL_BINARIES SQLITE_FILE`.
"""

import asyncio
import sqlite3
import sys
import threading
import time
from pathlib import Path

from bot.followups import outbox
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.migrations import upgrade
from bot.followups.outbox import Draft, Message, Progress
from bot.followups.pacing import Limits

from .crowd import Recorder, subscribe
from .postgres import Server


async def deliver_through(store: Store, outage: threading.Thread) -> None:
    """Deliver to 300 chats; the database is away from the hundredth on."""
    await subscribe(store, range(1, 301))
    draft = Draft("suivi:1", "Le barème est voté.", "https://example.org/1")
    message = (await outbox.publish(store, draft, ["mesure-13"], now=time.time())).message_id

    class Sender(Recorder):
        async def send(self, chat_id: int, message: Message, language: str | None) -> None:
            await asyncio.sleep(0.005)
            await super().send(chat_id, message, language)
            if len(self.sent) == 100:
                outage.start()

    sender = Sender()
    # As by default, a lease outlives the outage.
    limits = Limits(per_second=1e6, chat_interval=0, in_flight=20, send_timeout=15, lease=30)
    async with asyncio.timeout(25):
        await Courier(store, sender, limits=limits).drain()
    outage.join()
    assert {chat for chat, _ in sender.sent} == set(range(1, 301))
    assert len(sender.sent) == 300
    assert await outbox.progress(store, message) == Progress(sent=300)


async def nothing_is_lost(binaries: Path, path: Path) -> None:
    """Deliver through an outage of ten seconds, and through a lock longer than a writer waits."""
    # Not the server of the session: this one is stopped.
    server = Server(binaries)

    def stop_for_ten_seconds() -> None:
        server.stop()
        time.sleep(10)
        server.start()

    def lock_for_longer_than_writers_wait() -> None:
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(3)
        connection.execute("ROLLBACK")
        connection.close()

    try:
        server.start()
        async with (
            Store(server.url("postgres")) as one,
            Store(f"sqlite:///{path}", busy_timeout=0.2) as other,
            asyncio.TaskGroup() as both,  # at the same time, for both spend it waiting
        ):
            await upgrade(one)
            await upgrade(other)
            both.create_task(deliver_through(one, threading.Thread(target=stop_for_ten_seconds)))
            both.create_task(
                deliver_through(other, threading.Thread(target=lock_for_longer_than_writers_wait))
            )
    finally:
        server.remove()


if __name__ == "__main__":
    asyncio.run(nothing_is_lost(Path(sys.argv[1]), Path(sys.argv[2])))
