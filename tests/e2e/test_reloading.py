"""The knowledge base of a running bot: changed, broken, repaired, by the files and by SIGHUP."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from bot.simulator import running_simulator
from tests.conftest import KNOWLEDGE

from .driver import SETTINGS, Person, Service, bot_process, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.simulator import Simulator

    from .driver import BotProcess, Message

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Qui tient la buvette du congrès des ornithologues ?"
WITHIN = 60.0
MORE_QUESTIONS = re.compile(r"(\n    questions:\n(?:      - .*\n){3})(?:      - .*\n)+")
READ = "the knowledge base was read again"
FOLLOWUP = """\
followups:
  - id: premier
    topics: [mesure-1]
    date: 2014-03-01
    text: La campagne est lancée.
    source: https://example.org/1
"""


class Editor:
    """Somebody who edits files, and saves as editors do: a new file takes the place of the old one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(KNOWLEDGE, directory)
        for path in directory.glob("*.yaml"):
            # Read ten times over here: three questions an entry are enough.
            text = MORE_QUESTIONS.sub(r"\1", path.read_text(encoding="utf-8"))
            path.write_text(text, encoding="utf-8")

    def writes(self, name: str, text: str) -> None:
        draft = self.directory / f".{name}.swp"
        draft.write_text(text, encoding="utf-8")
        draft.rename(self.directory / name)

    def text(self, name: str) -> str:
        return (self.directory / name).read_text(encoding="utf-8")

    def changes(self, name: str, pattern: str, new: str) -> int:
        """Change the first match, and return the line on which it begins."""
        text = self.text(name)
        found = re.search(pattern, text, re.DOTALL)
        assert found
        self.writes(name, text[: found.start()] + found.expand(new) + text[found.end() :])
        return text[: found.start()].count("\n") + 1


class Bots:
    """One bot that polls, or two that share a webhook and a database."""

    def __init__(self, service: Service, *bots: BotProcess) -> None:
        self.service, self.all = service, bots

    async def have_read(self, action: Callable[[], object]) -> None:
        """Wait until each has read the files because of something."""
        before = [bot.output.count(READ) for bot in self.all]
        action()
        await until(
            lambda: all(bot.output.count(READ) > n for bot, n in zip(self.all, before, strict=True)), WITHIN
        )

    def hang_up(self) -> None:
        for bot in self.all:
            bot.process.send_signal(signal.SIGHUP)


@contextlib.asynccontextmanager
async def running(mode: str, directory: Path, simulator: Simulator, **where: str) -> AsyncIterator[Bots]:
    command = "run" if mode == "polling" else "web"
    async with bot_process(command, directory, simulator.base_url, **where) as bot:
        service = Service(simulator, bot, mode)
        await service.is_ready()
        if mode == "polling":
            yield Bots(service, bot)
            return
        where["WEBHOOK_URL"] = bot.web_url
        async with bot_process(command, directory, simulator.base_url, **where) as second:
            await until(lambda: "answers at the webhook" in second.output, WITHIN)
            yield Bots(service, bot, second)


async def told(person: Person, after: Message, count: int = 1) -> list[Message]:
    """Wait for what the bot says by itself."""
    return await person.hears(after["message_id"], count, WITHIN)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_edited_broken_and_repaired(mode: str, tmp_path: Path) -> None:
    editor = Editor(tmp_path / "savoir")
    async with running_simulator(config=SETTINGS) as simulator:
        admin_id = simulator.people.add_user("Ada", "fr")["id"]
        where = {"KNOWLEDGE_DIR": str(editor.directory), "ADMIN_IDS": str(admin_id)}
        async with running(mode, tmp_path, simulator, **where) as bots:
            await are_told_what_is_new(editor, bots)
            await are_told_what_is_broken(editor, bots, Person(bots.service, admin_id, admin_id))
            for bot in bots.all:
                assert await bot.terminate() == 0, bot.output
                assert "Traceback" not in bot.output, bot.output


async def are_told_what_is_new(editor: Editor, bots: Bots) -> None:
    """An answer changed, a phrase and a follow-up added."""
    zoe, marc = bots.service.newcomer("Zoé"), bots.service.newcomer("Marc")
    unknown = await zoe.asks(QUESTION)
    await zoe.taps(unknown, "Prévenez-moi")
    card = await marc.asks("mesure 1")
    await marc.taps(card, "🔔 Suivre")

    def edit() -> None:
        editor.writes("suivi.yaml", FOLLOWUP)
        editor.changes("contexte.yaml", r"(    aliases:\n)(      - événement)", rf"\1      - {QUESTION}\n\2")
        editor.changes("mesures-marseille.yaml", r"(answer: )>-\n.*?(\n    origin)", r"\1Mener campagne.\2")

    await bots.have_read(edit)
    (late,) = await told(zoe, unknown)
    assert late["text"].startswith(f"Vous aviez demandé : « {QUESTION} ».")
    assert "La journée à l'Assemblée nationale" in late["text"]
    (news,) = await told(marc, card)
    assert "La campagne est lancée." in news["text"]
    # Were anything told twice, it would be before this.
    await bots.have_read(bots.hang_up)
    answers = [await marc.asks("mesure 1"), await zoe.asks("mesure 1")]
    assert all("Mener campagne." in answer["text"] for answer in answers)
    assert [one["message_id"] for one in marc.heard(card["message_id"])] == [
        *(news["message_id"], answers[0]["message_id"])
    ]
    assert [one["message_id"] for one in zoe.heard(unknown["message_id"])] == [
        *(late["message_id"], answers[1]["message_id"])
    ]


async def are_told_what_is_broken(editor: Editor, bots: Bots, admin: Person) -> None:
    """Files that are no YAML, and then name what is not there."""
    name, reader = "mesures-nantes.yaml", bots.service.newcomer("Inès")
    hello, sound = await admin.asks("bonjour"), editor.text(name)
    line = editor.changes(name, r"    number: 7\n", "    number: [7\n")
    (broken,) = await told(admin, hello)
    assert f"savoir/{name}, ligne {line + 1} : ce n’est plus du YAML" in broken["text"]
    assert (await reader.asks("mesure 7"))["text"].startswith("Mesure 7 ·")
    editor.writes(name, sound.replace("related: [mesure-9]", "related: [mesure-99]"))
    line = sound[: sound.index("related: [mesure-9]")].count("\n") + 1
    _, dangling = await told(admin, hello, 2)
    said = f"savoir/{name}, ligne {line} : aucune fiche n’a l’identifiant « mesure-99 »."
    assert said in dangling["text"]
    bots.hang_up()
    assert (await reader.asks("mesure 7"))["text"].startswith("Mesure 7 ·")
    await bots.have_read(lambda: editor.writes(name, sound.replace("number: 7", "number:  7")))
    assert (await reader.asks("mesure 7"))["text"].startswith("Mesure 7 ·")
    assert len(admin.heard(hello["message_id"])) == 2
