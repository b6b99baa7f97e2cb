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


def test_hardly_ever_while_starting_and_seldom_after() -> None:
    usual = gc.get_threshold()[0]
    collector.begin()
    starting = gc.get_threshold()[0]
    collector.settle()
    assert starting >= 10 * gc.get_threshold()[0] > 10 * usual


def test_what_is_there_is_permanent_and_what_was_dropped_is_not() -> None:
    dropped: list[object] = []
    dropped.append(dropped)
    collector.settle()
    first = gc.get_freeze_count()
    assert first > 0
    del dropped
    collector.settle()
    assert gc.get_freeze_count() < first
