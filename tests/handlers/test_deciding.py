"""Who decides for a chat."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from telegram import Chat
from telegram.error import BadRequest

from bot.handlers.deciding import decides


class Bot:
    """Knows what one member of a group is, or is not told."""

    def __init__(self, status: str | None) -> None:
        self.status = status

    async def get_chat_member(self, *_: int) -> SimpleNamespace:
        if self.status is None:
            raise BadRequest("member list is inaccessible")
        return SimpleNamespace(status=self.status)


@pytest.mark.parametrize(
    ("status", "decided"),
    [("creator", True), ("administrator", True), ("member", False), ("left", False), (None, False)],
)
async def test_in_a_group_administrators_decide(status: str | None, decided: bool) -> None:
    bot: Any = Bot(status)
    assert await decides(bot, Chat(-1, Chat.GROUP), 7) == decided
    assert await decides(bot, Chat(7, Chat.PRIVATE), 7)
