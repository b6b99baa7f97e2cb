"""Many updates at a steady rate: none lost, memory flat.

Sends messages of many people to ``nocrise web``, some of them twice, and counts the answers. Run:
``python benchmarks/load.py [--updates 50000] [--rate 500]``.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time

from serving import BOTS, CONNECTIONS, PEOPLE, Load, started
from telegram_standin import Sender, Telegram, message

REPEATED = 0.01
"""Share of the updates that Telegram sends again, because it thinks that they were not received."""
REPORT_EVERY = 5000


async def _run(updates: int, rate: float) -> None:
    telegram, load = Telegram(), Load("message")
    chance = random.Random(2)
    connections = asyncio.Semaphore(CONNECTIONS)
    idle: list[Sender] = []
    refused = 0

    async def send(update: bytes) -> None:
        nonlocal refused
        # Telegram waits too, once all its connections are in use.
        async with connections:
            if idle:
                sender = idle.pop()
            else:
                sender = Sender(telegram, running.port, "/telegram")
                await sender.open()
            try:
                await sender.send(update)
            except RuntimeError:
                # Another copy is being handled; Telegram would send it again.
                refused += 1
            else:
                idle.append(sender)

    with tempfile.TemporaryDirectory() as directory:
        async with started(BOTS[0], telegram, load, directory) as running:
            telegram.answered = 0
            begin, first = time.perf_counter(), next(load.numbers) + 1
            async with asyncio.TaskGroup() as group:
                for number in range(updates):
                    await asyncio.sleep(begin + number / rate - time.perf_counter())
                    text = load.text()
                    # Everybody asks so seldom that nobody is told to slow down.
                    update = message(first + number, text, 1 + number % PEOPLE)
                    for _ in range(2 if chance.random() < REPEATED else 1):
                        group.create_task(send(update))
                    if number % REPORT_EVERY == REPORT_EVERY - 1:
                        print(f"{number + 1} sent, {running.memory():.0f} MB", flush=True)
            elapsed = time.perf_counter() - begin
            print(
                f"{updates} updates in {elapsed:.0f} s: {telegram.answered} answers, "
                f"{refused} copies refused while the first was handled"
            )
            if telegram.answered != updates:
                raise SystemExit("answers were lost or sent twice")


def main() -> None:
    """Run, and fail where an answer was lost or sent twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=500)
    arguments = parser.parse_args()
    asyncio.run(_run(arguments.updates, arguments.rate))


if __name__ == "__main__":
    main()
