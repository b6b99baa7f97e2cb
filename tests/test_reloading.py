"""When the knowledge base is read again, and what comes of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from bot import reloading
from bot.errors import KnowledgeError, Problem
from bot.kb import digest_of
from bot.reloading import Knowledge, Reloader, heed_hangup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import WriteKb

ENTRY = "entries:\n  - {id: un, title: Un, answer: A., questions: [le premier point]}\n"
OTHER = "entries:\n  - {id: deux, title: Deux, answer: B., questions: [le second point]}\n"
DANGLING = OTHER.replace("answer: B.", "answer: B., related: [trois]")
LOST = OTHER.replace("answer: B.", "answer: B., related: [quatre]")


class Watched:
    """A directory, its reloader, and what that has done."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.reloader = Reloader(directory, digest_of(directory), renew=self.renew, tell=self.tell)
        self.renewed: list[set[str]] = []
        self.told: list[str] = []
        self.done = asyncio.Event()

    async def renew(self, knowledge: Knowledge) -> None:
        self.renewed.append(set(knowledge.matcher.kb.entries))
        self.done.set()

    async def tell(self, digest: str, problems: list[Problem]) -> None:
        assert digest == digest_of(self.directory)
        self.told += map(str, problems)
        self.done.set()

    def writes(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    async def looks(self, *, forced: bool = False) -> None:
        await self.reloader._look(forced=forced)

    async def acts(self) -> None:
        """Wait for the next thing to come of a change."""
        async with asyncio.timeout(20):
            await self.done.wait()
        self.done.clear()


@pytest.fixture
def watched(write_kb: WriteKb) -> Watched:
    return Watched(write_kb(ENTRY))


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)


async def test_what_is_as_it_was_is_not_read(watched: Watched) -> None:
    await watched.looks()
    watched.writes("a.yaml", ENTRY)
    watched.writes("notes.md", "rien")
    await watched.looks()
    assert (watched.renewed, watched.told) == ([], [])


async def test_a_valid_change_is_used(watched: Watched) -> None:
    watched.writes("sub.yml", OTHER)
    await watched.looks()
    await watched.looks()
    (watched.directory / "a.yaml").unlink()
    await watched.looks()
    assert watched.renewed == [{"un", "deux"}, {"deux"}]


async def test_a_fault_is_told_once_and_again_once_it_was_repaired(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.writes("b.yaml", DANGLING)
    await watched.looks()
    fault = "kb/b.yaml:2: no entry has the id 'trois': add it, or remove this entry"
    assert watched.told == [fault]
    assert fault in caplog.text
    watched.writes("c.yaml", "# nothing\n")
    await watched.looks()
    await watched.looks(forced=True)
    assert watched.told == [fault]
    watched.writes("d.yaml", LOST.replace("deux", "dix").replace("second", "dixième"))
    await watched.looks()
    assert watched.told[1:] == ["kb/d.yaml:2: no entry has the id 'quatre': add it, or remove this entry"]
    assert watched.renewed == []
    watched.writes("b.yaml", OTHER)
    (watched.directory / "d.yaml").unlink()
    await watched.looks()
    watched.writes("b.yaml", DANGLING)
    await watched.looks()
    assert watched.told[2:] == [fault]
    assert watched.renewed == [{"un", "deux"}]


async def test_a_fault_of_the_followups_counts_too(watched: Watched) -> None:
    watched.writes("suivi.yaml", "followups:\n  - {id: x}\n")
    await watched.looks()
    assert watched.renewed == []
    assert "kb/suivi.yaml:2: 'topics': Field required: add it" in watched.told


async def test_half_an_edit_counts_for_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    read, intervals = reloading.read, []

    def read_while_somebody_writes(directory: Path) -> Knowledge:
        intervals.append(sys.getswitchinterval())
        try:
            return read(directory)
        finally:
            watched.writes("b.yaml", OTHER)

    usual = sys.getswitchinterval()
    monkeypatch.setattr(reloading, "read", read_while_somebody_writes)
    watched.writes("b.yaml", DANGLING)
    await watched.looks()
    assert (watched.told, watched.renewed) == ([], [{"un", "deux"}])
    assert [interval < usual for interval in intervals] == [True, True]
    assert sys.getswitchinterval() == usual


async def test_it_watches(watched: Watched) -> None:
    watched.writes("b.yaml", OTHER)
    async with watched.reloader.running():
        # The look at the start has found this; by then the directory is watched.
        await watched.acts()
        assert watched.renewed == [{"un", "deux"}]
        watched.writes("b.yaml", ENTRY.replace("un", "trois").replace("premier", "tiers"))
        await watched.acts()
        assert watched.renewed[1:] == [{"un", "trois"}]
        # As editors do: another file takes the name.
        watched.writes("b.yaml~", DANGLING)
        (watched.directory / "b.yaml~").rename(watched.directory / "b.yaml")
        await watched.acts()
    assert len(watched.told) == 1


@pytest.fixture
def linked(write_kb: WriteKb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A directory reached through a link, as deployments have it; looked at often."""
    monkeypatch.setattr(reloading, "LOOK_EVERY", 0.1)
    write_kb({"one/a.yaml": ENTRY, "two/a.yaml": OTHER})
    (tmp_path / "current").symlink_to("kb/one")
    return Watched(tmp_path / "current")


def switch(link: Path, target: str) -> None:
    new = link.with_name("new")
    new.symlink_to(target)
    new.replace(link)


async def test_a_link_that_is_switched_is_read(linked: Watched) -> None:
    async with linked.reloader.running():
        switch(linked.directory, "kb/two")
        await linked.acts()
        switch(linked.directory, "kb/one")
        await linked.acts()
    assert linked.renewed == [{"deux"}, {"un"}]


async def test_where_a_link_was_switched_to_is_watched(
    linked: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloading, "SETTLED", 20)
    stop, wanted = asyncio.Event(), linked.reloader._wanted

    async def writes_are_noticed() -> None:
        # More than one may be needed: nobody says when the watching begins.
        while not wanted.is_set():
            linked.writes("b.yaml", ENTRY)
            await asyncio.sleep(0.2)

    # Alone: looking at an interval would find the same.
    watching = asyncio.create_task(linked.reloader._watch(stop))
    async with asyncio.timeout(20):
        await writes_are_noticed()
        switch(linked.directory, "kb/two")
        await asyncio.sleep(0.5)
        wanted.clear()
        await writes_are_noticed()
        switch(linked.directory, "kb/gone")
        await asyncio.sleep(0.5)
        assert caplog.text.count("not at once: No such file") == 1
        switch(linked.directory, "kb/one")
        await asyncio.sleep(0.5)
        wanted.clear()
        await writes_are_noticed()
        stop.set()
        await watching


@pytest.mark.usefixtures("unwatched")
async def test_what_nobody_watches_is_looked_at(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "LOOK_EVERY", 0.1)
    async with watched.reloader.running():
        for name, entry in (
            ("b.yaml", OTHER),
            ("c.yaml", OTHER.replace("deux", "dix").replace("second", "x")),
        ):
            watched.writes(name, entry)
            await watched.acts()
    assert watched.renewed == [{"un", "deux"}, {"un", "deux", "dix"}]


@pytest.mark.usefixtures("unwatched")
async def test_what_was_written_before_the_watching_is_found(watched: Watched) -> None:
    watched.writes("b.yaml", OTHER)
    async with watched.reloader.running():
        await watched.acts()
    assert watched.renewed == [{"un", "deux"}]


@pytest.mark.usefixtures("unwatched")
async def test_a_signal_has_all_read_again(watched: Watched) -> None:
    async with watched.reloader.running():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGHUP)
            await watched.acts()
        watched.writes("b.yaml", DANGLING)
        os.kill(os.getpid(), signal.SIGHUP)
        await watched.acts()
    assert watched.renewed == [{"un"}, {"un"}]
    assert len(watched.told) == 1
    # While the bot ends, the signal does not kill it.
    os.kill(os.getpid(), signal.SIGHUP)


@pytest.mark.usefixtures("unwatched")
async def test_a_mistake_of_ours_does_not_end_the_watch(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read, failed = reloading.read, asyncio.Event()
    loop = asyncio.get_running_loop()

    def broken(_: Path) -> Knowledge:
        loop.call_soon_threadsafe(failed.set)
        raise RuntimeError(ENTRY)

    monkeypatch.setattr(reloading, "read", broken)
    async with watched.reloader.running():
        watched.reloader.reload()
        async with asyncio.timeout(5):
            await failed.wait()
        monkeypatch.setattr(reloading, "read", read)
        watched.reloader.reload()
        await watched.acts()
    assert watched.renewed == [{"un"}]
    assert "RuntimeError" in caplog.text
    assert ENTRY not in caplog.text


@pytest.mark.parametrize("broken", ["read", "renew"])
async def test_what_failed_is_tried_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(_: object) -> Knowledge:
        raise RuntimeError

    watched.writes("b.yaml", OTHER)
    with monkeypatch.context() as patched:
        patched.setattr(*((reloading, "read") if broken == "read" else (watched.reloader, "_renew")), fails)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await watched.looks()
    for _ in range(2):
        await watched.looks()
    assert watched.renewed == [{"un", "deux"}]


@pytest.mark.usefixtures("unwatched")
async def test_a_mistake_of_ours_is_told_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def fails(_: Path) -> Knowledge:
        loop.call_soon_threadsafe(tried.put_nowait, None)
        raise RuntimeError

    monkeypatch.setattr(reloading, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(reloading, "read", fails)
    watched.writes("b.yaml", OTHER)
    async with watched.reloader.running(), asyncio.timeout(20):
        for times in (1, 2):
            for _ in range(4):
                await tried.get()
            assert caplog.text.count("the knowledge base was not read") == times
            # Whoever asks is told again.
            watched.reloader.reload()


async def test_a_directory_that_is_gone_is_told(watched: Watched) -> None:
    (watched.directory / "a.yaml").unlink()
    watched.directory.rmdir()
    await watched.looks()
    assert len(watched.told) == 1
    assert "no such directory" in watched.told[0]


@pytest.mark.parametrize(
    ("there", "ends"), [((True, True), False), ((True, False), True), ((False, False), False)]
)
async def test_a_terminal_that_closes_ends_the_bot(
    monkeypatch: pytest.MonkeyPatch, there: tuple[bool, bool], ends: bool
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    answers = iter(there)
    monkeypatch.setattr(os, "isatty", lambda _: next(answers, there[1]))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: heard.put_nowait("end"))
    heed_hangup(lambda: heard.put_nowait("read"))
    os.kill(os.getpid(), signal.SIGHUP)
    try:
        async with asyncio.timeout(5):
            assert await heard.get() == ("end" if ends else "read")
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


def test_reading_is_as_at_the_start(write_kb: WriteKb) -> None:
    # An editor must decide about a phrase of two entries; a bot need not stop for it.
    shared = OTHER.replace("le second point", "le premier point")
    knowledge = reloading.read(write_kb({"a.yaml": ENTRY, "b.yaml": shared}))
    assert set(knowledge.matcher.kb.entries) == {"un", "deux"}
    assert knowledge.committed == ()


def test_the_digest_is_of_all_yaml_files(write_kb: WriteKb) -> None:
    directory = write_kb({"a.yaml": ENTRY})
    seen = {digest_of(directory)}
    followups = directory / "suivi.yaml"
    changes: list[Callable[[], object]] = [
        lambda: followups.write_text("followups: []\n"),
        lambda: followups.write_text("followups: [ ]\n"),
        lambda: (directory / "a.yaml").rename(directory / "b.yaml"),
        followups.unlink,
    ]
    for change in changes:
        change()
        seen.add(digest_of(directory))
    assert len(seen) == 1 + len(changes)
    (directory / "notes.md").write_text("rien")
    # As Emacs marks what is being edited.
    (directory / ".#b.yaml").symlink_to("somebody@somewhere.1234")
    assert digest_of(directory) in seen
    reloading.read(directory)
    (directory / "gone.yaml").symlink_to("nowhere")
    assert digest_of(directory) not in seen
    with pytest.raises(KnowledgeError):
        reloading.read(directory)
