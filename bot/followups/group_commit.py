"""Many small operations in one transaction: what each update reads and writes costs a commit no longer.

Operations that come while a transaction is under way wait for the next one and then go together, so that
one alone waits for nobody, and many cost little more than one (DeWitt et al. 1984, "Implementation
techniques for main memory database systems": group commit). Each is told of its own result once the
transaction has ended. If it fails, it has failed for all of them: one bad row undoes what went with it, and
each is told of the same error. What nobody waits for is put off to the next transaction, whatever that is
for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from bot.followups.database import Store
    from bot.followups.transaction import Transaction

Row = TypeVar("Row")
Result = TypeVar("Result")
_Waiting = dict["Operation[Any, Any]", list[tuple[Any, asyncio.Future[Any] | None]]]


@dataclass(frozen=True, eq=False)
class Operation(Generic[Row, Result]):
    """Something that can be done for many rows at once."""

    name: str
    """Transactions run their operations in the order of names: processes that took the same locks in
    different orders would wait for each other."""
    run: Callable[[Transaction, Sequence[Row]], Sequence[Result]]
    """Returns one result a row; takes the locks of rows in the order of their keys. May run in a thread."""


class GroupCommit:
    """Runs operations against one database, one transaction at a time."""

    def __init__(self, store: Store, lost: Callable[[Exception, int], None]) -> None:
        """``lost`` is told of a failure of what nobody waits for, and how many operations that were."""
        self._store = store
        self._lost = lost
        self._waiting: _Waiting = {}
        self._task: asyncio.Task[None] | None = None

    def __call__(self, operation: Operation[Row, Result], row: Row) -> asyncio.Future[Result]:
        """Do one operation together with what else waits; the future raises what its transaction raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._add(operation, row, future)
        return future

    def put_off(self, operation: Operation[Row, None], row: Row) -> None:
        """Do one operation in the next transaction: any that is waited for from now on ends no earlier."""
        self._add(operation, row, None)

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _add(self, operation: Operation[Any, Any], row: object, future: asyncio.Future[Any] | None) -> None:
        self._waiting.setdefault(operation, []).append((row, future))
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                # A turn of the loop, so that all who are about to ask go together.
                await asyncio.sleep(0)
                batch, self._waiting = self._waiting, {}
                await self._commit(batch)
        finally:
            self._task = None

    async def _commit(self, batch: _Waiting) -> None:
        operations = sorted(batch, key=lambda operation: operation.name)
        rows = [[row for row, _ in batch[operation]] for operation in operations]

        def run(transaction: Transaction) -> list[Sequence[object]]:
            return [
                operation.run(transaction, some) for operation, some in zip(operations, rows, strict=True)
            ]

        try:
            results = await self._store.transact(run)
        except BaseException as error:
            futures = [future for operation in operations for _, future in batch[operation]]
            for future in futures:
                if future is not None and not future.done():
                    _fail(future, error)
            if not isinstance(error, Exception):
                raise
            if None in futures:
                self._lost(error, futures.count(None))
            return
        for operation, found in zip(operations, results, strict=True):
            for (_, future), result in zip(batch[operation], found, strict=True):
                if future is not None and not future.done():
                    future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if isinstance(error, Exception):
        future.set_exception(error)
        # Whoever waited may be gone; nobody must be told that then nobody looked.
        future.exception()
    else:
        future.cancel()


def nothing(rows: Sequence[Any]) -> Sequence[None]:
    """Return the results of an operation that has none."""
    return cast("Sequence[None]", [None] * len(rows))
