"""Delivers an outbox over HTTP until nothing is left; its tests kill it.

Run as a program: `worker.py DATABASE_URL SENDER_URL LIMITS_AS_JSON`.
"""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import urlsplit

from bot.followups import delivery
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.outbox import Message
from bot.followups.pacing import Limits
from bot.followups.sending import Blocked, Migrated, Refused, RetryAfter, TemporaryFailure


class HttpSender:
    """Turns what a stand-in answers into the errors of `bot.followups.sending`.

    Over bare streams: a real client takes more of a test's time than all that is tested.
    """

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.address = place.hostname, place.port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, chat_id: int, message: Message, language: str | None) -> None:
        del language
        line = self.free.pop() if self.free else await asyncio.open_connection(*self.address)
        try:
            status, answer = await self.post(*line, {"chat_id": chat_id, "key": message.key})
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            line[1].close()
            raise TemporaryFailure from error
        except BaseException:
            # What was asked for may still come: nobody else must take it for theirs.
            line[1].close()
            raise
        self.free.append(line)
        match status:
            case 200:
                return
            case 429:
                raise RetryAfter(answer["retry_after"])
            case 403:
                raise Blocked
            case 400 if "migrate_to" in answer:
                raise Migrated(answer["migrate_to"])
            case 400:
                raise Refused
            case _:
                raise TemporaryFailure

    async def post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: dict[str, object]
    ) -> tuple[int, dict[str, Any]]:
        body = json.dumps(sent).encode()
        writer.write(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head.split()[1]), json.loads(await reader.readexactly(length))


async def deliver(database: str, url: str, limits: Limits) -> None:
    async with Store(database) as store:
        await Courier(store, HttpSender(url), limits=limits).drain()


if __name__ == "__main__":
    # Tests need not wait for whole seconds between two looks at the database.
    delivery.POLL = 0.1
    asyncio.run(deliver(sys.argv[1], sys.argv[2], Limits(**json.loads(sys.argv[3]))))
