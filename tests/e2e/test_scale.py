"""Two web processes behind a load balancer, one PostgreSQL, one worker: for their users one bot."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.simulator import running_simulator
from tests.followups.postgres import Server, find_binaries

from .balancer import HAPROXY, balancing
from .driver import SECRET, SETTINGS, BotProcess, Person, Service, bot_process, buttons, free_port, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(HAPROXY is None, reason="SEVERAL PROCESSES ARE NOT TESTED: install haproxy"),
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL IS NOT TESTED"),
]

# Little to read, so that processes start soon.
KNOWLEDGE = "origins: [{id: nantes, name: Nantes}]\nmeasures:\n" + "".join(
    f"- {{id: mesure-{number}, number: {number}, title: {title}, origin: nantes,"
    f" rationale: null, answer: Oui., questions: [Que dire de {title} ?, Pourquoi {title} ?]}}\n"
    for number, title in enumerate(("un baromètre", "un barème", "une école", "une antenne", "un kit"), 1)
)
IMPATIENT = Path(__file__).with_name("impatient.py")
HANDLED = re.compile(r"^nocrise_update_seconds_count.* (\d+)", re.MULTILINE)
READY_WITHIN = 30.0
SLOW_DOWN = "beaucoup de questions"
CROWD = 45
"""Followers: a second and a half of sending."""


@dataclass
class Deployment(Service):
    """The bot is the first of two web processes."""

    webs: tuple[BotProcess, BotProcess]
    worker: BotProcess

    async def handled(self) -> list[int]:
        """How many updates each web process has handled."""
        async with httpx.AsyncClient(trust_env=False) as client:
            pages = [await client.get(f"{web.web_url}/metrics") for web in self.webs]
        found = [
            re.findall(r"^nocrise_update_seconds_count.* (\d+)", page.text, re.MULTILINE) for page in pages
        ]
        return [sum(map(int, counts)) for counts in found]

    async def are_ready(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            for web in self.webs:
                async with asyncio.timeout(READY_WITHIN):
                    while not await _is_ready(client, web):
                        assert web.process.returncode is None, web.output
                        await asyncio.sleep(0.02)
        await works(self.worker)

    async def post(self, web: BotProcess, update: dict[str, object]) -> httpx.Response:
        """Send an update to one process, as the balancer would."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(f"{web.web_url}/telegram", json=update, headers=headers)


async def _is_ready(client: httpx.AsyncClient, web: BotProcess) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (await client.get(f"{web.web_url}/readyz")).status_code == 200
    return False


async def works(worker: BotProcess) -> None:
    await until(lambda: "the worker works" in worker.output, READY_WITHIN)


@contextlib.asynccontextmanager
async def deployed(directory: Path) -> AsyncIterator[tuple[Deployment, dict[str, str]]]:
    """Start everything; the environment of the processes is returned too."""
    binaries = find_binaries()
    assert binaries
    server, port, ports = Server(binaries), free_port(), (free_port(), free_port())
    try:
        server.start()
        async with contextlib.AsyncExitStack() as stack:
            simulator = await stack.enter_async_context(running_simulator(config=SETTINGS))
            where = {
                "DATABASE_URL": server.url("postgres"),
                "WEBHOOK_URL": f"http://127.0.0.1:{port}",
            }
            (directory / "savoir").mkdir()
            (directory / "savoir" / "base.yaml").write_text(KNOWLEDGE, encoding="utf-8")
            where["KNOWLEDGE_DIR"] = str(directory / "savoir")
            admin = simulator.people.add_user("Admin", "fr")["id"]
            where["ADMIN_IDS"] = str(admin)
            # All at once, on an empty database: each of them migrates, or waits for who does.
            one, other, worker = [
                await stack.enter_async_context(
                    bot_process(command, directory, simulator.base_url, at, [IMPATIENT], **where)
                )
                for command, at in (("web", ports[0]), ("web", ports[1]), ("worker", 0))
            ]
            found = Deployment(simulator, one, "webhook", (one, other), worker)
            await found.are_ready()
            await stack.enter_async_context(balancing(directory, port, ports))
            yield found, where
    finally:
        server.remove()


async def test_for_its_users_it_is_one_bot(tmp_path: Path) -> None:
    async with deployed(tmp_path) as (bot, where):
        admin = Person(bot, int(where["ADMIN_IDS"]), int(where["ADMIN_IDS"]))
        await a_conversation_goes_on_at_the_other_process(bot)
        await a_group_is_silenced_in_both(bot)
        await a_flood_is_counted_over_both(bot)
        await an_update_that_both_get_is_handled_once(bot)
        crowd = await followers(bot)
        await news_is_delivered_once_by_the_worker(bot, admin, crowd)
        await a_delivery_is_stopped_from_another_process(admin, crowd)
        await a_killed_worker_is_replaced(bot, admin, crowd, tmp_path, where)
        await a_killed_web_process_loses_nothing(bot)


async def a_conversation_goes_on_at_the_other_process(bot: Deployment) -> None:
    zoe, before = bot.newcomer(), await bot.handled()
    assert (await zoe.asks("mesure 3"))["text"].startswith("Mesure 3 ·")
    assert (await zoe.asks("et la suivante ?"))["text"].startswith("Mesure 4 ·")
    # Counted a moment after the answer.
    async with asyncio.timeout(5):
        while sum(after := await bot.handled()) < sum(before) + 2:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1]


async def a_group_is_silenced_in_both(bot: Deployment) -> None:
    creator, member = await bot.group(privacy=False)
    assert (await member.asks("mesure 4 #nocrise"))["text"].startswith("Mesure 4 ·")
    await creator.asks("/discret")
    for _ in range(2):
        await member.is_ignored("mesure 5 #nocrise")


async def a_flood_is_counted_over_both(bot: Deployment) -> None:
    zoe, before = bot.newcomer(), await bot.handled()
    for _ in range(20):
        answer = await zoe.asks("merci")
    assert SLOW_DOWN not in answer["text"]
    assert SLOW_DOWN in (await zoe.asks("merci"))["text"]
    after = await bot.handled()
    assert min(now - then for now, then in zip(after, before, strict=True)) >= 10


async def an_update_that_both_get_is_handled_once(bot: Deployment) -> None:
    zoe = bot.newcomer()
    number = (await zoe.asks("merci"))["message_id"]
    someone = {"id": zoe.user, "first_name": "Zoé", "is_bot": False, "language_code": "fr"}
    message = {
        "message_id": 9_000_000,
        "date": 1,
        "chat": {"id": zoe.chat, "type": "private", "first_name": "Zoé"},
        "from": someone,
        "text": "mesure 3",
    }
    sent = [{"update_id": 99_000_000 + one, "message": message} for one in range(10)]
    answers = await asyncio.gather(*(bot.post(web, update) for update in sent for web in bot.webs))
    # Who comes while the other is at it is told to come again.
    assert {answer.status_code for answer in answers} <= {200, 503}
    again = await asyncio.gather(*(bot.post(web, update) for update in sent for web in bot.webs))
    assert {answer.status_code for answer in again} == {200}
    # Answered in the response or by a call of its own.
    assert sum(bool(answer.content) for answer in answers + again) + len(zoe.heard(number)) == len(sent)


async def followers(bot: Deployment) -> list[Person]:
    crowd = [bot.newcomer() for _ in range(CROWD)]
    for one in crowd:
        one.writes("/suivre 3")
    for one in crowd:
        await one.hears(0)
    return crowd


async def publishes(admin: Person, text: str) -> dict[str, object]:
    preview = await admin.asks(f"/publier mesure-3 {text} https://example.org/1")
    assert f"{CROWD} destinataires" in preview["text"]
    confirm = next(one for one in buttons(preview) if "Publier" in one["text"])
    await admin.presses(preview, confirm["callback_data"])
    return preview


def got(crowd: list[Person], text: str) -> list[int]:
    return [sum(text in one["text"] for one in person.heard(0)) for person in crowd]


async def news_is_delivered_once_by_the_worker(bot: Deployment, admin: Person, crowd: list[Person]) -> None:
    preview = await publishes(admin, "Le barème est voté.")
    await until(lambda: "Envoi en cours" in admin.now(preview)["text"])
    await until(lambda: "Envoi terminé" in admin.now(preview)["text"])
    assert f"Envoyés : {CROWD} · Échecs : 0 · Restants : 0" in admin.now(preview)["text"]
    assert got(crowd, "Le barème est voté.") == [1] * CROWD
    assert bot.worker.process.returncode is None


async def a_delivery_is_stopped_from_another_process(admin: Person, crowd: list[Person]) -> None:

    preview = await publishes(admin, "Le barème est rejeté.")
    await until(lambda: sum(got(crowd, "Le barème est rejeté.")) >= 5)
    said = await admin.asks("/annuler")
    assert "Envoi annulé" in said["text"]
    await until(lambda: "Envoi annulé" in admin.now(preview)["text"])
    assert sum(got(crowd, "Le barème est rejeté.")) < CROWD


async def a_killed_worker_is_replaced(
    bot: Deployment, admin: Person, crowd: list[Person], directory: Path, where: dict[str, str]
) -> None:
    preview = await publishes(admin, "Le barème est revu.")
    await until(lambda: sum(got(crowd, "Le barème est revu.")) >= 10)
    bot.worker.process.kill()
    await bot.worker.ended()
    assert sum(got(crowd, "Le barème est revu.")) < CROWD
    async with bot_process(
        "worker", directory, bot.simulator.base_url, program=[IMPATIENT], **where
    ) as second:
        await works(second)
        await until(lambda: "Envoi terminé" in admin.now(preview)["text"])
        times = got(crowd, "Le barème est revu.")
        assert min(times) == 1
        assert sum(times) <= CROWD + 5, "more than what was in flight is doubled"
        assert await second.terminate() == 0, second.output
        assert "Traceback" not in second.output, second.output


async def a_killed_web_process_loses_nothing(bot: Deployment) -> None:
    people = [bot.newcomer() for _ in range(40)]
    number = {person.user: person.writes("mesure 3") for person in people}
    await until(lambda: sum(bool(person.heard(number[person.user])) for person in people) >= 5)
    bot.webs[1].process.kill()
    for person in people:
        (answer, *_) = await person.hears(number[person.user])
        assert answer["text"].startswith("Mesure 3 ·")
    for web in bot.webs[:1]:
        assert await web.terminate() == 0, web.output
        assert "Traceback" not in web.output, web.output
