from __future__ import annotations

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.limits import RateLimits


def refused_for(limits: RateLimits, chat_id: str, now: float) -> int:
    try:
        limits.check("sendmessage", chat_id, now)
    except ApiError as error:
        parameters = error.parameters or {}
        return int(parameters["retry_after"])
    return 0


@pytest.fixture
def limits() -> RateLimits:
    limits = RateLimits()
    limits.enabled = True
    return limits


def test_one_a_second_in_a_chat(limits: RateLimits) -> None:
    assert refused_for(limits, "1", 0.0) == 0
    assert refused_for(limits, "1", 0.5) == 1
    with pytest.raises(ApiError, match="Too Many Requests: retry after 1"):
        limits.check("sendmessage", "1", 0.5)
    assert refused_for(limits, "2", 0.5) == 0
    assert refused_for(limits, "1", 1.0) == 0


def test_twenty_a_minute_in_a_group(limits: RateLimits) -> None:
    assert [refused_for(limits, "-1", float(second)) for second in range(20)] == [0] * 20
    assert refused_for(limits, "-1", 20.0) == 40
    assert refused_for(limits, "-1", 60.0) == 0


def test_thirty_a_second_over_all(limits: RateLimits) -> None:
    assert [refused_for(limits, str(chat), 0.0) for chat in range(1, 31)] == [0] * 30
    assert refused_for(limits, "99", 0.1) == 1


def test_off_by_default_and_for_other_methods(limits: RateLimits) -> None:
    refused_for(limits, "1", 0.0)
    limits.check("getchat", "1", 0.0)
    off = RateLimits()
    for _ in range(100):
        off.check("sendmessage", "1", 0.0)
