"""Delivery as a job of Procrastinate, on a real server."""

import asyncio
import time
from pathlib import Path

import pytest
from procrastinate import App
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from bot.followups import outbox, tasks
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.outbox import Draft

from .crowd import FAST, Recorder, subscribe


class Jobs:
    """An app, and how often each of its jobs ran."""

    def __init__(self, store: Store) -> None:
        self.sender = Recorder()
        self.running = self.busiest = 0
        self.store = store
        self.app: App = tasks.build(store, deliver=self.deliver, weekly=self.nothing, expire=self.nothing)

    async def nothing(self) -> None:
        pass

    async def deliver(self) -> None:
        self.running += 1
        self.busiest = max(self.busiest, self.running)
        await Courier(self.store, self.sender, limits=FAST).drain()
        await asyncio.sleep(0.05)
        self.running -= 1

    async def work(self, workers: int = 1) -> None:
        """Do what is in line, by several workers at once."""
        await asyncio.gather(
            *(
                self.app.run_worker_async(
                    wait=False, install_signal_handlers=False, listen_notify=False, concurrency=2
                )
                for _ in range(workers)
            )
        )


async def test_a_published_followup_is_delivered_by_one_job_at_a_time(postgres_store: Store) -> None:
    store = postgres_store
    jobs = Jobs(store)
    async with jobs.app.open_async():
        await asyncio.gather(*(tasks.prepare(store) for _ in range(3)))
        await subscribe(store, range(1, 51))
        await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=time.time())
        for _ in range(5):
            await tasks.request_delivery(jobs.app)
        assert len(list(await jobs.app.job_manager.list_jobs_async(task="delivery"))) == 1
        await jobs.work(workers=2)
        assert len(jobs.sender.sent) == len(set(jobs.sender.sent)) == 50
        assert jobs.busiest == 1


async def test_a_schema_of_a_former_version_is_brought_up_to_date(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = postgres_store
    await tasks.prepare(store)
    for script in tasks._scripts():
        # What is applied already must not be applied again.
        (tmp_path / script.name).write_text("SELECT 1 / 0")
    (tmp_path / "98.00.00_01_pre_more.sql").write_text("CREATE TABLE more (id int); SELECT '50 %'")
    (tmp_path / "98.00.00_50_post_more.sql").write_text("INSERT INTO more VALUES (1)")
    monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(tmp_path))
    await asyncio.gather(*(tasks.prepare(store) for _ in range(3)))
    async with store.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM more")) == 1


async def test_a_killed_worker_does_not_keep_the_lock(postgres_store: Store) -> None:
    store = postgres_store
    jobs = Jobs(store)
    async with jobs.app.open_async():
        await tasks.prepare(store)
        await subscribe(store, [1])
        await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=time.time())
        # Take a job as a worker would, and be gone: no heartbeat follows.
        await tasks.request_delivery(jobs.app)
        manager = jobs.app.job_manager
        dead = await manager.register_worker()
        taken = await manager.fetch_job(queues=None, worker_id=dead)
        assert taken is not None
        await tasks.request_delivery(jobs.app)
        await jobs.work()
        assert jobs.sender.sent == [], "the lock was not there"
        async with store.write() as connection:
            await connection.execute(
                text(
                    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
                    " WHERE id = :dead"
                ),
                {"dead": dead},
            )
        await tasks.rescue(jobs.app)
        await jobs.work()
        assert jobs.sender.sent == [(1, "suivi:1")]
        assert not list(await manager.list_jobs_async(status=Status.DOING.value))
