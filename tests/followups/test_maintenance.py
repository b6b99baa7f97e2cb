"""What is forgotten when its time has come."""

from bot.followups import outbox, privacy
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.maintenance import expire
from bot.followups.outbox import Draft

from .crowd import FAST, Recorder, subscribe
from .moments import DAY, NOW


async def test_deliveries_are_forgotten_but_not_their_number(store: Store) -> None:
    await subscribe(store, [1, 2])
    published = await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=NOW)
    await Courier(store, Recorder(), limits=FAST, clock=lambda: NOW + 1).drain()
    await expire(store, now=NOW + 31 * DAY)
    assert (await privacy.export(store, 1))["deliveries"] == []
    assert (await outbox.progress(store, published.message_id)).sent == 2
    assert len(await outbox.timeline(store, ["mesure-13"])) == 1
    assert await outbox.is_published(store, "suivi:1")
