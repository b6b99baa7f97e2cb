"""Delivers an outbox over HTTP until nothing is left; its tests kill it.

Run as a program: `worker.py DATABASE_URL SENDER_URL LIMITS_AS_JSON`.
"""

import asyncio
import json
import sys

import httpx

from bot.followups import delivery
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.outbox import Message
from bot.followups.pacing import Limits
from bot.followups.sending import Blocked, Migrated, Refused, RetryAfter, TemporaryFailure


class HttpSender:
    """Turns what a stand-in answers into the errors of `bot.followups.sending`."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.client = client
        self.url = url

    async def send(self, chat_id: int, message: Message) -> None:
        try:
            answer = await self.client.post(self.url, json={"chat_id": chat_id, "key": message.key})
        except httpx.HTTPError as error:
            raise TemporaryFailure from error
        match answer.status_code:
            case 200:
                return
            case 429:
                raise RetryAfter(answer.json()["retry_after"])
            case 403:
                raise Blocked
            case 400 if "migrate_to" in answer.json():
                raise Migrated(answer.json()["migrate_to"])
            case 400:
                raise Refused
            case _:
                raise TemporaryFailure


async def deliver(database: str, url: str, limits: Limits) -> None:
    async with (
        Store(database) as store,
        httpx.AsyncClient(limits=httpx.Limits(max_connections=limits.connections)) as client,
    ):
        await Courier(store, HttpSender(client, url), limits=limits).drain()


if __name__ == "__main__":
    # Tests need not wait for whole seconds between two looks at the database.
    delivery.POLL = 0.1
    asyncio.run(deliver(sys.argv[1], sys.argv[2], Limits(**json.loads(sys.argv[3]))))
