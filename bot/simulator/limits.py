"""Telegram's limits on sending, switchable."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from bot.simulator.errors import too_many_requests

_OVERALL = (30, 1.0)
_CHAT = (1, 1.0)
_GROUP = (20, 60.0)

COUNTED = frozenset(
    {
        "sendmessage",
        "sendphoto",
        "senddocument",
        "editmessagetext",
        "editmessagecaption",
        "editmessagemedia",
        "editmessagereplymarkup",
    }
)


class RateLimits:
    """Sliding windows: 30 a second over all, 1 a second in a chat, 20 a minute in a group."""

    def __init__(self) -> None:
        self.enabled = False
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, method: str, chat_id: str, now: float) -> None:
        """Count a call, or refuse it with the seconds to wait."""
        if not self.enabled or method not in COUNTED:
            return
        windows = [("all", *_OVERALL)]
        if chat_id:
            windows.append((f"chat {chat_id}", *_CHAT))
        if chat_id.startswith("-"):
            windows.append((f"group {chat_id}", *_GROUP))
        wait = max(self._wait(name, count, period, now) for name, count, period in windows)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for name, _, _ in windows:
            self._sent[name].append(now)

    def _wait(self, name: str, count: int, period: float, now: float) -> float:
        sent = self._sent[name]
        while sent and sent[0] <= now - period:
            sent.popleft()
        return sent[-count] + period - now if len(sent) >= count else 0.0
