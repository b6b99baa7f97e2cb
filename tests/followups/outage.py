"""Databases that go away in mid-delivery and come back. Most of it is waiting, so it is a program
that runs beside other tests: `python -m tests.followups.outage POSTGRESQL_BINARIES SQLITE_FILE`.
"""

import asyncio
import sqlite3
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

from bot.followups import outbox
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.migrations import upgrade
from bot.followups.outbox import Draft, Message, Progress
from bot.followups.pacing import Limits

from .crowd import Recorder, subscribe
from .postgres import Server

#: Seconds.
OUTAGE = 10.0
CROWD = range(1, 1001)


async def deliver_through(store: Store, outage: threading.Thread) -> None:
    """Deliver to all chats; the database is away from the hundredth on."""
    await subscribe(store, CROWD)
    draft = Draft("suivi:1", "Le barème est voté.", "https://example.org/1")
    message = (await outbox.publish(store, draft, ["mesure-13"], now=time.time())).message_id

    times: list[float] = []

    class Sender(Recorder):
        async def send(self, chat_id: int, message: Message, language: str | None) -> None:
            await asyncio.sleep(0.005)
            await super().send(chat_id, message, language)
            times.append(time.monotonic())
            if len(self.sent) == 100:
                outage.start()

    sender = Sender()
    # As by default, a lease outlives the outage.
    limits = Limits(per_second=1e6, chat_interval=0, in_flight=20, send_timeout=15, lease=30)
    async with asyncio.timeout(30):
        await Courier(store, sender, limits=limits).drain()
    outage.join()
    assert {chat for chat, _ in sender.sent} == set(CROWD)
    assert len(sender.sent) == len(CROWD)
    assert await outbox.progress(store, message) == Progress(sent=len(CROWD))
    # Leave to send is written in the database: that it was away shows in that nothing was sent.
    assert max(later - sooner for sooner, later in pairwise(times)) > OUTAGE - 1


async def nothing_is_lost(binaries: Path, path: Path) -> None:
    """Deliver through a server that is stopped, and a file that another program keeps locked."""
    # Not the server of the session: this one is stopped.
    server = Server(binaries)

    def stop_for_a_while() -> None:
        server.stop()
        time.sleep(OUTAGE)
        server.start()

    def lock_for_longer_than_writers_wait() -> None:
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(OUTAGE)
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
            both.create_task(deliver_through(one, threading.Thread(target=stop_for_a_while)))
            both.create_task(
                deliver_through(other, threading.Thread(target=lock_for_longer_than_writers_wait))
            )
    finally:
        server.remove()


if __name__ == "__main__":
    asyncio.run(nothing_is_lost(Path(sys.argv[1]), Path(sys.argv[2])))
