"""The whole bot fed with random and mutated updates: no handler may raise, memory must stay flat.

Run: `python benchmarks/fuzz.py [--updates N] [--seed N] [--database URL] [--broken SHARE]`.
"""

import argparse
import asyncio
import gc
import logging
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pydantic import SecretStr

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.kb import load_knowledge  # noqa: E402 (the tests are no package that is installed)
from bot.matching import Matcher  # noqa: E402
from bot.storage import opened  # noqa: E402
from tests.fuzz.harness import Harness, harness  # noqa: E402

STEP = 2000
GROWTH = 1.1
"""From the first third of the run to its end, the memory may grow by so much."""


async def fuzz(updates: int, seed: int, url: str, broken: float) -> bool:
    """Run, print, and return whether all was well."""
    matcher = Matcher(load_knowledge(ROOT / "knowledge"))
    async with opened(SecretStr(url)) as database, harness(database, matcher, seed) as running:
        begin, memory = time.perf_counter(), []
        for done in range(0, updates, STEP):
            await running.run(min(STEP, updates - done), broken)
            gc.collect()
            memory.append(resident())
            print(
                f"{done + STEP:8} updates {time.perf_counter() - begin:7.1f} s {memory[-1]:6.1f} MB"
                f" {len(running.errors)} errors",
                flush=True,
            )
    return conclude(running, memory)


def resident() -> float:
    """Return the memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def conclude(running: Harness, memory: list[float]) -> bool:
    """Print what was found."""
    print(dict(running.counts))
    for error, count in Counter(error for error, _ in running.errors).most_common(20):
        example = next(raw for found, raw in running.errors if found == error)
        print(f"\n{count} × {error[:300]}\n  for example {example[:600]}")
    grown = memory[-1] / memory[len(memory) // 3]
    print(f"memory at the end: {grown:.0%} of that after a third")
    return grown <= GROWTH and not running.errors


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", type=float, default=0.1, help="share that no Telegram would send")
    parser.add_argument("--database", help="postgresql://…; a SQLite file of its own by default")
    options = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as directory:
        url = options.database or f"sqlite:///{directory}/fuzz.db"
        well = asyncio.run(fuzz(options.updates, options.seed, url, options.broken))
    raise SystemExit(not well)


if __name__ == "__main__":
    main()
