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
from bot.handlers.dispatching import dispatch_for
from bot.handlers.failures import broke_off
from bot.handlers.following import Following
from bot.handlers.hub import Hub
from bot.handlers.personal_data import PersonalData
from bot.handlers.progress import Progress
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


def attach(
    application: App,
    services: Services,
    database: Database,
    *,
    admin_ids: frozenset[int] = frozenset(),
    committed: tuple[FollowUp, ...] = (),
    clock: Callable[[], float],
) -> Services:
    """Add all handlers of follow-ups, before those of questions; returns services with follow buttons.

    The work beside the updates begins with `delivering`.
    """
    services = replace(services, follows=True, notebook=Notebook(database, clock))
    sender = TelegramSender(application.bot, services.kb)
    courier = Courier(database, sender)
    progress = Progress(database, application.bot)
    hub = Hub(
        services=services,
        conversation=Conversation(services),
        database=database,
        sender=sender,
        courier=courier,
        progress=progress,
        dispatch=dispatch_for(database, courier, progress),
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
    """Announce, deliver, sum up and forget beside the updates of an application that got `attach`.

    Where a worker does so, only what this process knows of is put in the outbox.
    """
    hub: Hub = application.bot_data[FOLLOWUPS]
    async with hub.dispatch.running():
        hub.spawn(catch_up(hub))
        if hub.dispatch.here:
            hub.spawn(_hourly(application))
        try:
            yield
        finally:
            await hub.close()


async def catch_up(hub: Hub) -> None:
    """Tell what the knowledge base has that it had not when it was read the last time."""
    services = hub.services
    await announce(hub)
    await patiently(lambda: answer_waiting(hub.database, services.kb, services.matcher, hub.clock))
    await hub.dispatch.request()


async def tell_administrators(hub: Hub, key: str, html: str) -> None:
    """Tell the administrators something, once an hour over all processes that are given the same key."""
    if not hub.admin_ids:
        # What goes to nobody would stay for ever: what was sent is forgotten with its deliveries.
        return
    draft = outbox.Draft(key=f"{key}:{hub.clock() // HOUR:.0f}", text=html)

    async def write() -> None:
        async with hub.database.write() as connection:
            await outbox.tell(
                hub.database, connection, outbox.FAULT, draft, sorted(hub.admin_ids), now=hub.clock()
            )

    await patiently(write)
    await hub.dispatch.request()


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
        await hourly(application.bot_data[FOLLOWUPS])
        await asyncio.sleep(HOUR)


async def hourly(hub: Hub) -> None:
    """Write the digests that are due, and forget what has had its time, whatever comes of the other."""
    for name, work in (("the weekly digest", _sum_up), ("forgetting", _forget)):
        try:
            await work(hub)
        except Exception as error:  # noqa: BLE001 (it is tried again in an hour, and forgetting was promised)
            if is_outage(error):
                logger.warning("The database is away (%s): trying again in an hour", type(error).__name__)
                return
            broke_off(name, error)


async def _sum_up(hub: Hub) -> None:
    if await send_digests(hub):
        await hub.dispatch.request()


async def _forget(hub: Hub) -> None:
    await maintenance.expire(hub.database, now=hub.clock())


async def send_digests(hub: Hub) -> int:
    """Put the digests that are due in the outbox; returns how many."""

    async def compose(found: digest.Digest) -> tuple[str, dict[str, object]] | None:
        html = written(hub.services.kb, found, found.language or DEFAULT_LANGUAGE)
        return (html, {}) if html else None

    return await digest.send_weekly(hub.database, compose, now=hub.clock())
