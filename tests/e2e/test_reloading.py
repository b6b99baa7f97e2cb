"""The knowledge base of a running bot: changed, broken, repaired, by the files and by SIGHUP."""

from __future__ import annotations

import re
import shutil
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.simulator import running_simulator
from tests.conftest import KNOWLEDGE

from .driver import SETTINGS, Person, Service, bot_process, labels, until

if TYPE_CHECKING:
    from pathlib import Path

    from .driver import BotProcess, Message

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Qui tient la buvette du congrès des ornithologues ?"
WITHIN = 60.0
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


async def told(person: Person, after: Message, count: int = 1) -> list[Message]:
    """Wait for what the bot says by itself."""
    return await person.hears(after["message_id"], count, WITHIN)


async def is_read(*bots: BotProcess, times: int) -> None:
    await until(lambda: all(bot.output.count(READ) >= times for bot in bots), WITHIN)


@pytest.mark.parametrize("mode", ["polling", "two behind a webhook"])
async def test_edited_broken_and_repaired(mode: str, tmp_path: Path) -> None:
    editor = Editor(tmp_path / "savoir")
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(running_simulator(config=SETTINGS))
        admin_id = simulator.people.add_user("Ada", "fr")["id"]
        where = {"KNOWLEDGE_DIR": str(editor.directory), "ADMIN_IDS": str(admin_id)}
        command = "run" if mode == "polling" else "web"
        bot = await stack.enter_async_context(bot_process(command, tmp_path, simulator.base_url, **where))
        service = Service(simulator, bot, "polling" if mode == "polling" else "webhook")
        await service.is_ready()
        bots = [bot]
        if mode != "polling":
            where["WEBHOOK_URL"] = bot.web_url
            bots.append(
                await stack.enter_async_context(bot_process("web", tmp_path, simulator.base_url, **where))
            )
            await until(lambda: "answers at the webhook" in bots[1].output, WITHIN)
        ada, zoe, marc = Person(service, admin_id, admin_id), service.newcomer("Zoé"), service.newcomer("Marc")
        hello = await ada.asks("bonjour")
        unknown = await zoe.asks(QUESTION)
        assert "🔔 Prévenez-moi" in labels(unknown)
        await zoe.taps(unknown, "Prévenez-moi")
        card = await marc.asks("mesure 1")
        await marc.taps(card, "🔔 Suivre")

        # An answer changed, a phrase and a follow-up added.
        editor.writes("suivi.yaml", FOLLOWUP)
        editor.changes("contexte.yaml", r"(    aliases:\n)(      - événement)", rf"\1      - {QUESTION}\n\2")
        editor.changes("mesures-marseille.yaml", r"(answer: )>-\n.*?(\n    origin)", r"\1Mener campagne.\2")
        (late,) = await told(zoe, unknown)
        assert late["text"].startswith(f"Vous aviez demandé : « {QUESTION} ».")
        assert "La journée à l'Assemblée nationale" in late["text"]
        (news,) = await told(marc, card)
        assert "La campagne est lancée." in news["text"]
        await is_read(*bots, times=1)
        assert "Mener campagne." in (await zoe.asks("mesure 1"))["text"]

        # Broken: not used, and told.
        sound = editor.text("mesures-nantes.yaml")
        line = editor.changes("mesures-nantes.yaml", r"    number: 7\n", "    number: [7\n")
        (broken,) = await told(ada, hello)
        assert f"savoir/mesures-nantes.yaml, ligne {line + 1} : ce n’est plus du YAML" in broken["text"]
        assert (await zoe.asks("mesure 7"))["text"].startswith("Mesure 7 ·")
        editor.writes("mesures-nantes.yaml", sound)
        await until(lambda: editor.text("mesures-nantes.yaml") == sound)
        editor.writes(
            "mesures-nantes.yaml", sound.replace("related: [mesure-9]", "related: [mesure-99]", 1)
        )
        line = sound[: sound.index("related: [mesure-9]")].count("\n") + 1
        _, dangling = await told(ada, hello, 2)
        assert (
            f"savoir/mesures-nantes.yaml, ligne {line} : aucune fiche n’a l’identifiant « mesure-99 »."
            in dangling["text"]
        )
        assert (await zoe.asks("mesure 7"))["text"].startswith("Mesure 7 ·")

        # Told again neither by the file nor by SIGHUP; then repaired.
        for one in bots:
            one.process.send_signal(signal.SIGHUP)
        readings = [one.output.count(READ) for one in bots]
        editor.writes("mesures-nantes.yaml", sound.replace("number: 7", "number:  7"))
        await until(lambda: all(b.output.count(READ) > n for b, n in zip(bots, readings, strict=True)), WITHIN)
        readings = [one.output.count(READ) for one in bots]
        for one in bots:
            one.process.send_signal(signal.SIGHUP)
        await until(lambda: all(b.output.count(READ) > n for b, n in zip(bots, readings, strict=True)), WITHIN)
        assert (await zoe.asks("mesure 7"))["text"].startswith("Mesure 7 ·")
        assert len(ada.heard(hello["message_id"])) == 2
        assert len(marc.heard(card["message_id"])) == 1
        assert [QUESTION in one["text"] for one in zoe.heard(unknown["message_id"])].count(True) == 1
        for one in bots:
            assert await one.terminate() == 0, one.output
            assert "Traceback" not in one.output, one.output
