"""What is measured of one method on one knowledge base, in a process of its own."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from rivals import Method

from bot.kb import KnowledgeBase

FALSE_ANSWERS = 0.05
CHEAP = 20.0
"""Seconds; an index dearer than this is built once."""
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
_MEGABYTE = 1024 * 1024
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Measured:
    """One method on one knowledge base."""

    answers: list[tuple[str, float]]
    """To every question: the best entry and its score."""
    latencies: list[float]
    """Seconds for every question: the median over the rounds."""
    index: float
    """Seconds to index: the median over the rounds."""
    kept: float
    """Megabytes that the process grew by when indexing: RSS after it, less RSS before."""
    peak: float
    """The same for the highest RSS while indexing."""


def isolated(method: Method, kb: KnowledgeBase, texts: Sequence[str], rounds: int) -> Measured | str:
    """Measure in a fresh process with one thread; return why not where the method cannot be loaded."""
    os.environ.update(ONE_THREAD)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_measure, method.name, kb, texts, rounds).result()
        except BrokenProcessPool:
            return "its process died"


def _measure(name: str, kb: KnowledgeBase, texts: Sequence[str], rounds: int) -> Measured | str:
    from rivals import METHODS  # noqa: PLC0415 (closures do not travel between processes; names do)

    method = next(method for method in METHODS if method.name == name)
    try:
        for module in method.needs:
            import_module(module)
        return _run(method.build, kb, texts, rounds)
    except (ImportError, OSError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"


def _run(
    build: Callable[[KnowledgeBase], Callable[[str], tuple[str, float]]],
    kb: KnowledgeBase,
    texts: Sequence[str],
    rounds: int,
) -> Measured:
    gc.collect()
    before = resident("VmRSS")
    start = perf_counter()
    ask = build(kb)
    indexing = [perf_counter() - start]
    peak = resident("VmHWM") - before
    gc.collect()
    kept = resident("VmRSS") - before
    ask("échauffement")
    rows: list[list[float]] = []
    answers: list[tuple[str, float]] = []
    for number in range(rounds):
        if number and indexing[0] < CHEAP:
            # A new index forgets: what the last round left in caches would flatter this one.
            start = perf_counter()
            ask = build(kb)
            indexing.append(perf_counter() - start)
            ask("échauffement")
        answers, row = [], []
        for text in texts:
            start = perf_counter()
            answers.append(ask(text))
            row.append(perf_counter() - start)
        rows.append(row)
    latencies = [median(times) for times in zip(*rows, strict=True)]
    return Measured(answers, latencies, median(indexing), kept, peak)


def resident(field: str) -> float:
    """Megabytes of this process in memory: VmRSS now, or VmHWM at most so far."""
    if _STATUS.exists():
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))
    import resource  # noqa: PLC0415 (not on Windows)

    # Elsewhere only the highest is told, in bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MEGABYTE if sys.platform == "darwin" else 1024)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def right_at(scored: Sequence[tuple[float, bool]], unanswerable: Sequence[float]) -> float:
    """Share answered right at the lowest threshold that lets through 5 % of the unanswerable.

    ``scored`` has each answerable question's score and whether the entry is right.
    """
    allowed = int(FALSE_ANSWERS * len(unanswerable))
    # Above the first score that must not get through; a tie with it gets through for nobody.
    threshold = sorted(unanswerable, reverse=True)[allowed]
    return sum(right and score > threshold for score, right in scored) / len(scored)
