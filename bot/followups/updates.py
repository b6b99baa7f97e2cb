"""Which Telegram updates were handled, so that the same one twice changes nothing twice.

An update is claimed before it is handled and settled after. A claim that is not settled, because its
process was killed, ends by itself: then the update is handled when Telegram sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Executable, bindparam, delete, select

from bot.followups.database import Store
from bot.followups.group_commit import Operation, nothing
from bot.followups.schema import updates
from bot.followups.transaction import Transaction
from bot.followups.values import Claim

#: Telegram keeps an update for 24 hours; no later can it come again.
UPDATE_LIFE = 2 * 86400.0
#: Seconds for which a claim holds: longer than any update takes, waits that Telegram asks for included.
LEASE = 90.0


async def claim(store: Store, update_id: int, *, now: float, alone: bool = False) -> Claim:
    """Claim an update for handling.

    ``alone`` says that no other process handles updates: an unsettled claim is then of one that is dead.
    """
    return await store.together(_CLAIM_ALONE if alone else _CLAIM, (update_id, now))


async def settle(store: Store, update_id: int) -> None:
    """Note that an update that was claimed is handled."""
    await store.together(_SETTLE, update_id)


async def give_back(store: Store, update_id: int) -> None:
    """End a claim: the update is to be handled when it comes again."""
    async with store.write() as connection:
        await connection.execute(
            delete(updates).where(updates.c.update_id == update_id, updates.c.lease_until.is_not(None))
        )


async def expire(store: Store, *, now: float) -> None:
    """Forget updates that cannot come again."""
    async with store.write() as connection:
        await connection.execute(delete(updates).where(updates.c.seen_at < now - UPDATE_LIFE))


def _claim(
    transaction: Transaction, rows: Sequence[tuple[int, float]], *, alone: bool = False
) -> list[Claim]:
    wanted = dict(sorted(rows))
    taken = transaction.run(
        _claiming_alone if alone else _claiming,
        [
            {"update_id": update_id, "seen_at": now, "lease_until": now + LEASE}
            for update_id, now in wanted.items()
        ],
    )
    ours = {update_id for (update_id,) in taken}
    others = [update_id for update_id in wanted if update_id not in ours]
    busy: set[int] = set()
    if others:
        busy = {update_id for (update_id,) in transaction.run(_unsettled, [{"ids": others}])}
    claims = []
    for update_id, _ in rows:
        if update_id in ours:
            # Of two in one transaction, the first is to be handled.
            ours.remove(update_id)
            busy.add(update_id)
            claims.append(Claim.OURS)
        else:
            claims.append(Claim.TAKEN if update_id in busy else Claim.HANDLED)
    return claims


def _claiming(store: Store, *, alone: bool = False) -> Executable:
    insert = store.insert(updates)
    unsettled = updates.c.lease_until.is_not(None)
    ended = unsettled if alone else unsettled & (updates.c.lease_until < insert.excluded.seen_at)
    return insert.on_conflict_do_update(
        index_elements=[updates.c.update_id],
        set_={"seen_at": insert.excluded.seen_at, "lease_until": insert.excluded.lease_until},
        where=ended,
    ).returning(updates.c.update_id)


def _claiming_alone(store: Store) -> Executable:
    return _claiming(store, alone=True)


def _unsettled(store: Store) -> Executable:
    return select(updates.c.update_id).where(
        store.among(updates.c.update_id, "ids"), updates.c.lease_until.is_not(None)
    )


def _claim_alone(transaction: Transaction, rows: Sequence[tuple[int, float]]) -> list[Claim]:
    return _claim(transaction, rows, alone=True)


def _settle(transaction: Transaction, rows: Sequence[int]) -> Sequence[None]:
    transaction.run(_settling, [{"settled": update_id} for update_id in sorted(rows)])
    return nothing(rows)


def _settling(_: Store) -> Executable:
    return updates.update().where(updates.c.update_id == bindparam("settled")).values(lease_until=None)


_CLAIM = Operation("1 claim", _claim)
_CLAIM_ALONE = Operation("1 claim alone", _claim_alone)
_SETTLE = Operation("9 settle", _settle)
