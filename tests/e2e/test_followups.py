"""What outlives a process: who follows what, and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.simulator import running_simulator

from .driver import SETTINGS, Service, bot_process, labels, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="session")

KNOWLEDGE = """\
origins:
  - {id: nantes, name: Nantes}
measures:
  - id: mesure-1
    number: 1
    title: Un baromètre des usages
    answer: Publier chaque année un baromètre des usages.
    origin: nantes
    rationale: null
    questions: [Que mesurerait le baromètre ?, À quoi sert le baromètre ?]
"""
ADDED = """\
entries:
  - id: cantine
    title: La cantine du personnel
    answer: La cantine ouvre à midi.
    questions: [À quelle heure ouvre la cantine du personnel ?, Quand ouvre la cantine ?]
"""
NEWS = """\
followups:
  - id: premier
    topics: [mesure-1]
    date: 2014-03-01
    text: Le premier baromètre est paru.
    source: https://example.org/1
"""
QUESTION = "À quelle heure ouvre la cantine du personnel ?"


async def test_killed_and_started_again_it_tells_what_is_new(tmp_path: Path) -> None:
    knowledge = tmp_path / "savoir"
    knowledge.mkdir()
    (knowledge / "base.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    async with running_simulator(config=SETTINGS) as simulator:
        where = {"KNOWLEDGE_DIR": str(knowledge)}
        async with bot_process("run", tmp_path, simulator.base_url, **where) as bot:
            service = Service(simulator, bot, "polling")
            zoe, marc = service.newcomer("Zoé"), service.newcomer("Marc")
            unknown = await zoe.asks(QUESTION)
            assert "🔔 Prévenez-moi" in labels(unknown)
            await zoe.taps(unknown, "Prévenez-moi")
            card = await marc.asks("mesure 1")
            await marc.taps(card, "🔔 Suivre")
            bot.process.kill()
            await bot.ended()
        (knowledge / "plus.yaml").write_text(ADDED, encoding="utf-8")
        (knowledge / "suivi.yaml").write_text(NEWS, encoding="utf-8")
        for _ in range(2):
            async with bot_process("run", tmp_path, simulator.base_url, **where) as bot:
                service = Service(simulator, bot, "polling")
                await until(lambda: len(zoe.heard(unknown["message_id"])) == 1, 20)
                await until(lambda: len(marc.heard(card["message_id"])) == 1, 20)
                ines = service.newcomer("Inès")
                await ines.asks("/suivi 1")
                assert await bot.terminate() == 0, bot.output
                assert "Traceback" not in bot.output, bot.output
        (answer,) = zoe.heard(unknown["message_id"])
        assert answer["text"].startswith(f"Vous aviez demandé : « {QUESTION} ».")
        assert "La cantine ouvre à midi." in answer["text"]
        (news,) = marc.heard(card["message_id"])
        assert "Le premier baromètre est paru." in news["text"]
