"""Random and mutated updates through the whole bot; `benchmarks/fuzz.py` does it a hundred thousand times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.storage import opened
from tests.fuzz.harness import harness

if TYPE_CHECKING:
    from bot.matching import Matcher

UPDATES = 600
PIXEL = Path(__file__).parent / "handlers" / "pixel.png"


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_update_is_too_much(
    seed: int, tmp_path: Path, shipped_matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("chart", "map"):
        # Drawing takes long and is tested elsewhere.
        monkeypatch.setattr(f"bot.pictures.{module}._draw", lambda _: PIXEL.read_bytes())
    async with (
        opened(SecretStr(f"sqlite:///{tmp_path}/fuzz.db")) as database,
        harness(database, shipped_matcher, seed) as running,
    ):
        await running.run(UPDATES, broken=0.1)
    assert running.errors == []
    assert running.counts["processed"] > UPDATES / 2
    assert running.counts["calls"] > UPDATES / 4
