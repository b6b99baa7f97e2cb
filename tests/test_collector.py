"""What the start has made is not looked at again."""

import gc
from collections.abc import Iterator

import pytest

from bot import collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_seldom_while_starting_and_as_usual_after() -> None:
    usual = gc.get_threshold()
    collector.begin()
    assert gc.get_threshold()[0] > 10 * usual[0]
    collector.settle()
    assert gc.get_threshold() == usual


def test_what_is_there_is_permanent_and_what_was_dropped_is_not() -> None:
    dropped: list[object] = []
    dropped.append(dropped)
    collector.settle()
    first = gc.get_freeze_count()
    assert first > 0
    del dropped
    collector.settle()
    assert gc.get_freeze_count() < first
