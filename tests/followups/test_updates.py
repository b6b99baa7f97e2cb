"""Updates that come again."""

import asyncio

from bot.followups import updates
from bot.followups.database import Store
from bot.followups.maintenance import expire
from bot.followups.values import Claim

from .moments import DAY, NOW


async def test_the_same_update_is_taken_once(store: Store) -> None:
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW) is Claim.TAKEN
    await updates.give_back(store, 7)
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    await updates.settle(store, 7)
    await updates.give_back(store, 7)
    assert await updates.claim(store, 7, now=NOW + DAY) is Claim.HANDLED
    await expire(store, now=NOW + 3 * DAY)
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS


async def test_a_claim_ends_with_who_made_it(store: Store) -> None:
    assert await updates.claim(store, 7, now=NOW) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW + updates.LEASE - 1) is Claim.TAKEN
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 1) is Claim.OURS
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 2, alone=True) is Claim.OURS
    await updates.settle(store, 7)
    assert await updates.claim(store, 7, now=NOW + updates.LEASE + 3, alone=True) is Claim.HANDLED


async def test_of_many_claims_at_once_each_update_has_one(store: Store) -> None:
    found = await asyncio.gather(*(updates.claim(store, number % 50, now=NOW) for number in range(100)))
    assert found == [Claim.OURS] * 50 + [Claim.TAKEN] * 50
