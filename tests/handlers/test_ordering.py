"""Updates of one chat in order, each once, and what becomes of those that are given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from telegram import Update

from bot.followups.values import Claim
from bot.handlers.ordering import MemoryRegister, OrderlyProcessor, TakenError

if TYPE_CHECKING:
    from collections.abc import Awaitable


def update(number: int, chat: int = 7) -> Update:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
    found = Update.de_json({"update_id": number, "message": message}, None)
    assert found
    return found


class Noting(MemoryRegister):
    """Notes what it is told."""

    def __init__(self, claim: Claim = Claim.OURS) -> None:
        super().__init__()
        self.answer = claim
        self.settled: list[int] = []
        self.given_back: list[int] = []

    async def claim(self, update: Update) -> Claim:
        return await super().claim(update) if self.answer is Claim.OURS else self.answer

    async def settle(self, update_id: int) -> None:
        self.settled.append(update_id)

    async def give_back(self, update_id: int) -> None:
        self.given_back.append(update_id)


def processing(processor: OrderlyProcessor, number: int, work: Awaitable[None]) -> asyncio.Task[None]:
    return asyncio.create_task(processor.do_process_update(update(number), work))


async def test_updates_of_one_chat_wait_for_each_other() -> None:
    order: list[str] = []
    gate, done = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        order.append("slow begins")
        await gate.wait()
        order.append("slow ends")

    async def quick(name: str) -> None:
        order.append(name)
        done.set()

    processor = OrderlyProcessor()
    tasks = [
        asyncio.create_task(processor.process_update(update(1, 7), slow())),
        asyncio.create_task(processor.process_update(update(2, 7), quick("same chat"))),
        asyncio.create_task(processor.process_update(update(3, 8), quick("other chat"))),
    ]
    await done.wait()
    gate.set()
    await asyncio.gather(*tasks)
    assert order == ["slow begins", "other chat", "slow ends", "same chat"]
    assert processor._locks == {}
    assert not processor._waiting


async def test_an_update_passes_once() -> None:
    passed: list[int] = []

    async def work() -> None:
        passed.append(1)

    processor = OrderlyProcessor(register := Noting())
    for _ in range(2):
        await processing(processor, 1, work())
    assert passed == [1]
    assert register.settled == [1]


async def test_what_another_process_is_at_is_to_come_again() -> None:
    processor = OrderlyProcessor(Noting(Claim.TAKEN))
    with pytest.raises(TakenError):
        await processing(processor, 1, asyncio.sleep(0))


async def test_what_is_given_up_at_work_is_given_back() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(60)

    processor = OrderlyProcessor(register := Noting())
    task = processing(processor, 1, work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (register.given_back, register.settled) == ([1], [])


async def test_what_is_given_up_before_its_turn_may_be_anothers_by_now() -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await gate.wait()

    processor = OrderlyProcessor(register := Noting())
    first = processing(processor, 1, work())
    await begun.wait()
    # Nobody has awaited it, which is no reason for a warning.
    second = processing(processor, 2, work())
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.set()
    await first
    assert (register.given_back, register.settled) == ([], [1])


async def test_the_own_register_lets_what_was_given_back_pass_again() -> None:
    register = MemoryRegister()
    assert await register.claim(update(1)) is Claim.OURS
    assert await register.claim(update(1)) is Claim.HANDLED
    await register.give_back(1)
    assert await register.claim(update(1)) is Claim.OURS
