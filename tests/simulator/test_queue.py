from __future__ import annotations

from typing import Any

from bot.simulator.queue import UpdateQueue


def numbered(queue: UpdateQueue, count: int) -> list[int]:
    updates = [queue.put("message", {"n": n}, 1) for n in range(count)]
    return [update.id for update in updates if update is not None]


def payloads(queue: UpdateQueue) -> list[Any]:
    return [update.payload["n"] for update in queue.fetch(100)]


def test_an_offset_confirms_and_a_negative_one_keeps_the_end() -> None:
    queue = UpdateQueue()
    ids = numbered(queue, 4)
    queue.confirm(ids[1])
    assert payloads(queue) == [1, 2, 3]
    queue.confirm(-1)
    assert payloads(queue) == [3]
    assert [update.payload["n"] for update in queue.fetch(1)] == [3]


def test_only_allowed_kinds_are_queued() -> None:
    queue = UpdateQueue()
    assert queue.put("chat_member", {}, 1) is None
    queue.allowed = ["chat_member"]
    assert queue.put("chat_member", {}, 1) is not None
    assert queue.put("message", {}, 1) is None


def test_a_duplicate_outlives_the_confirmation_of_the_first() -> None:
    queue = UpdateQueue()
    queue.duplicate_next = 1
    (first,) = numbered(queue, 1)
    queue.confirm(first + 1)
    again = queue.fetch(100)
    assert [update.id for update in again] == [first]
    assert queue.fetch(100) == []


def test_reordering_swaps_two_updates() -> None:
    queue = UpdateQueue()
    queue.reorder_next = 1
    numbered(queue, 3)
    assert payloads(queue) == [1, 0, 2]
