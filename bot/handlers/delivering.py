"""Follow-ups as a whole: their handlers added to an application, their work done beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answers.texts import DEFAULT_LANGUAGE
from bot.answers.topics import touched
from bot.followups import digest, maintenance, outbox
from bot.followups.database import is_outage, patiently
from bot.followups.delivery import Courier
from bot.handlers.conversation import Conversation
from bot.handlers.following import Following
from bot.handlers.hub import CLOSE_WITHIN, Hub
from bot.handlers.personal_data import PersonalData
from bot.handlers.publishing import Publishing
from bot.handlers.services import FOLLOWUPS
from bot.handlers.telegram_sender import TelegramSender
from bot.handlers.unanswered import Notebook, Unanswered, answer_waiting, written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.followups.database import Store as Database
    from bot.handlers.services import App, Services
    from bot.kb.followups import FollowUp

logger = logging.getLogger(__name__)

HOUR = 3600.0
"""Seconds between two looks at whether a digest is due, or something has had its time."""
RESTART = 5.0
"""Seconds before the courier is started again when it broke."""
LAND_WITHIN = 8.0
"""Seconds at the end for what is in flight; service managers wait for about ten."""


def attach(
    application: App,
    services: Services,
    database: Database,
    *,
    admin_ids: frozenset[int] = frozenset(),
    committed: tuple[FollowUp, ...] = (),
    clock: Callable[[], float],
) -> Services:
    """Add all handlers of follow-ups, before all others; returns services with follow buttons.

    The work beside the updates begins with `delivering`.
    """
    services = replace(services, follows=True, notebook=Notebook(database, clock))
    sender = TelegramSender(application.bot, services.kb)
    hub = Hub(
        services=services,
        conversation=Conversation(services),
        database=database,
        sender=sender,
        courier=Courier(database, sender),
        bot=application.bot,
        admin_ids=admin_ids,
        committed=committed,
        clock=clock,
    )
    _register(application, hub)
    return services


def attach_again(application: App, services: Services, committed: tuple[FollowUp, ...]) -> Services:
    """Add the handlers anew, for another knowledge base; the work beside the updates goes on with it."""
    former: Hub = application.bot_data[FOLLOWUPS]
    services = replace(services, follows=True, notebook=Notebook(former.database, former.clock))
    hub = replace(former, services=services, conversation=Conversation(services), committed=committed)
    _register(application, hub)
    hub.sender.kb = services.kb
    return services


def _register(application: App, hub: Hub) -> None:
    for part in (Following(hub), Unanswered(hub), PersonalData(hub), Publishing(hub)):
        part.register(application)
    application.bot_data[FOLLOWUPS] = hub


@contextlib.asynccontextmanager
async def delivering(application: App) -> AsyncIterator[None]:
    """Announce, deliver, sum up and forget beside the updates of an application that got `attach`."""
    hub: Hub = application.bot_data[FOLLOWUPS]
    hub.spawn(_begin(hub))
    hub.spawn(_hourly(application))
    courier = asyncio.create_task(_deliver(hub))
    try:
        yield
    finally:
        hub.courier.stop()
        await hub.close()
        # The database may be away for good; what is in flight then is in doubt, as after a kill.
        await asyncio.wait([courier], timeout=LAND_WITHIN)
        courier.cancel()
        await asyncio.wait([courier], timeout=CLOSE_WITHIN)


async def _deliver(hub: Hub) -> None:
    """Run the courier until it is stopped, again whenever it breaks."""
    while True:
        try:
            await hub.courier.run()
        except Exception as error:  # noqa: BLE001 - whatever it was, people wait
            # Its message may quote what was to be sent.
            logger.error("the courier broke off (%s): starting it again", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(RESTART)
        else:
            return


async def _begin(hub: Hub) -> None:
    await catch_up(hub)
    await patiently(Publishing(hub).resume)


async def catch_up(hub: Hub) -> None:
    """Tell what the knowledge base has that it had not when it was read the last time."""
    services = hub.services
    await announce(hub)
    await patiently(lambda: answer_waiting(hub.database, services.kb, services.matcher, hub.clock))
    hub.courier.wake()


async def tell_administrators(hub: Hub, key: str, html: str) -> None:
    """Tell the administrators something, once an hour over all processes that are given the same key."""
    draft = outbox.Draft(key=f"{key}:{hub.clock() // HOUR:.0f}", text=html)

    async def write() -> None:
        async with hub.database.write() as connection:
            await outbox.tell(
                hub.database, connection, outbox.FAULT, draft, sorted(hub.admin_ids), now=hub.clock()
            )

    await patiently(write)
    hub.courier.wake()


async def announce(hub: Hub) -> None:
    """Announce the committed follow-ups that never were."""
    for one in hub.committed:
        draft = outbox.Draft(
            key=f"suivi:{one.id}",
            text=one.text,
            source=one.source,
            data={"topics": list(one.topics), "date": one.date.isoformat()},
        )
        about = {topic for named in one.topics for topic in touched(hub.services.kb, named)}
        await patiently(_publishing(hub, draft, about))


def _publishing(hub: Hub, draft: outbox.Draft, about: set[str]) -> Callable[[], Awaitable[object]]:
    return lambda: outbox.publish(hub.database, draft, about, now=hub.clock())


async def _hourly(application: App) -> None:
    while True:
        try:
            await hourly(application.bot_data[FOLLOWUPS])
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("The database is away (%s): trying again in an hour", type(error).__name__)
        await asyncio.sleep(HOUR)


async def hourly(hub: Hub) -> None:
    """Write the digests that are due, and forget what has had its time."""

    async def compose(found: digest.Digest) -> tuple[str, dict[str, object]] | None:
        html = written(hub.services.kb, found, found.language or DEFAULT_LANGUAGE)
        return (html, {}) if html else None

    if await digest.send_weekly(hub.database, compose, now=hub.clock()):
        hub.courier.wake()
    await maintenance.expire(hub.database, now=hub.clock())
