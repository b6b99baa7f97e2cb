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
    assert starting >= 10 * gc.get_threshold()[0] > usual


def test_what_is_there_is_permanent() -> None:
    collector.settle()
    assert gc.get_freeze_count() > 0


def test_what_was_dropped_is_not() -> None:
    dropped: list[object] = []
    dropped.append(dropped)
    collector.settle()
    first = gc.get_freeze_count()
    del dropped
    collector.settle_anew()
    assert 0 < gc.get_freeze_count() < first
