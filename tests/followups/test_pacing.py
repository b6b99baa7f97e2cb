"""How fast is sent, to whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followups.pacing import Limits, Pace


@given(
    chats=st.lists(st.integers(-3, 3).filter(bool), min_size=1, max_size=60),
    per_second=st.floats(1, 1000),
)
def test_the_pace_is_within_the_limits(chats: list[int], per_second: float) -> None:
    limits = Limits(per_second=per_second, chat_interval=1, group_interval=3)
    pace = Pace(limits)
    now, sent = 0.0, dict[int, float]()
    last = -1.0
    for chat in chats:
        now = pace.reserve(chat, max(now, pace.chat_ready(chat)))
        assert last < 0 or now - last >= 1 / per_second - 1e-9
        if chat in sent:
            assert now - sent[chat] >= limits.interval(chat) - 1e-9
        sent[chat] = last = now


def test_after_many_refusals_in_a_row_all_sending_rests() -> None:
    pace = Pace(Limits(storm=3))
    for chat in (1, 2):
        pace.refused(chat, 30, now=100)
    assert pace.reserve(9, now=100) == 100
    pace.refused(3, 30, now=101)
    assert pace.reserve(10, now=101) == 131


def test_limits_that_would_double_sends_are_refused() -> None:
    with pytest.raises(ValueError, match="send_timeout"):
        Limits(send_timeout=30, lease=30)
