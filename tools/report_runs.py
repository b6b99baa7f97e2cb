"""Print tests/kb/report_runs.txt: every nine words in a row of the report, hashed.

The report is its author's and not in the repository; hashed, its words can still be known again.

    python tools/report_runs.py REPORT.txt > tests/kb/report_runs.txt
"""

from __future__ import annotations

import hashlib
import re
import sys
from itertools import islice
from pathlib import Path

from bot.language import fold

LENGTH = 9
"""Words; fewer in a row are names and set phrases, for which there are no others."""
DIGITS = 12
"""Of a hash: enough that no other words have the same."""


def runs(text: str) -> dict[str, str]:
    """Return all runs of words by their hashes, whatever stands between the words."""
    # By pieces, for `fold` cuts a long text.
    words = [word for piece in text.split() for word in re.findall(r"\w+", fold(piece))]
    rows = zip(*(islice(words, start, None) for start in range(LENGTH)), strict=False)
    return {_hashed(run): run for run in map(" ".join, rows)}


def _hashed(run: str) -> str:
    return hashlib.sha256(run.encode()).hexdigest()[:DIGITS]


if __name__ == "__main__":
    # Sorted, so that they do not follow each other as the words do.
    print("\n".join(sorted(runs(Path(sys.argv[1]).read_text(encoding="utf-8")))))
