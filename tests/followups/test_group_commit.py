"""Many operations in one transaction, each with its own result."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Executable, text
from sqlalchemy.exc import OperationalError

from bot.followups.database import Store
from bot.followups.group_commit import Operation
from bot.followups.transaction import Transaction


def something(_: Store) -> Executable:
    return text("SELECT 1")


def nowhere(_: Store) -> Executable:
    return text("SELECT * FROM nowhere")


class Recorder:
    """Runs operations that answer with what they are given, and notes what came together."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[int]]] = []

    def operation(self, name: str) -> Operation[int, int]:
        def run(transaction: Transaction, rows: Sequence[int]) -> list[int]:
            assert transaction.run(something, [{}]) == [(1,)]
            self.batches.append((name, list(rows)))
            return [-row for row in rows]

        return Operation(name, run)


async def test_what_comes_meanwhile_goes_together_in_order_of_names(store: Store) -> None:
    recorder = Recorder()
    one, two = recorder.operation("one"), recorder.operation("two")
    results = await asyncio.gather(
        *(store.together(two if number % 2 else one, number) for number in range(5))
    )
    assert results == [0, -1, -2, -3, -4]
    assert recorder.batches == [("one", [0, 2, 4]), ("two", [1, 3])]
    assert await store.together(one, 7) == -7
    assert recorder.batches[-1] == ("one", [7])


async def test_a_failure_reaches_all_of_its_transaction_and_nobody_after(store: Store) -> None:
    def run(transaction: Transaction, rows: Sequence[int]) -> list[int]:
        if 0 in rows:
            transaction.run(nowhere, [{}])
        return list(rows)

    broken = Operation("broken", run)
    fine = Recorder().operation("fine")
    results = await asyncio.gather(
        store.together(broken, 0), store.together(broken, 1), store.together(fine, 2), return_exceptions=True
    )
    assert all(isinstance(result, Exception) for result in results)
    assert await store.together(broken, 3) == 3


async def test_who_no_longer_waits_holds_up_nobody(store: Store) -> None:
    operation = Recorder().operation("one")
    gone = store.together(operation, 1)
    await asyncio.sleep(0)
    gone.cancel()
    assert await store.together(operation, 2) == -2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_what_is_put_off_is_done_by_the_end_of_what_is_waited_for(store: Store) -> None:
    recorder = Recorder()
    noted, asked = recorder.operation("1 noted"), recorder.operation("2 asked")
    store.together.put_off(noted, 1)
    store.together.put_off(noted, 2)
    assert await store.together(asked, 3) == -3
    assert recorder.batches == [("1 noted", [1, 2]), ("2 asked", [3])]
    store.together.put_off(noted, 4)
    await store.together.finish()
    assert recorder.batches[-1] == ("1 noted", [4]), "nobody need wait for it"


@pytest.mark.parametrize(
    ("error", "level"), [(OperationalError("", {}, Exception("away")), "WARNING"), (KeyError("x"), "ERROR")]
)
async def test_what_is_put_off_and_fails_is_told_in_the_log(
    store: Store, error: Exception, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    def run(_: Transaction, _rows: Sequence[int]) -> list[None]:
        raise error

    store.together.put_off(Operation("broken", run), 1)
    store.together.put_off(Operation("broken", run), 2)
    await store.together.finish()
    assert [record.levelname for record in caplog.records] == [level]
    assert "2 notes are lost" in caplog.text
    assert await store.together(Recorder().operation("one"), 3) == -3
