"""When the next message may go out, over all and to one chat."""

import random
from dataclasses import dataclass, field

#: Beyond this many chats, those whose interval has passed are forgotten.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast to send and how long to insist; the defaults keep within Telegram's limits."""

    per_second: float = 25
    """Messages a second over all chats. Telegram allows about 30; replies need some of it."""
    chat_interval: float = 1.0
    """Seconds between two messages to a person."""
    group_interval: float = 3.0
    """Seconds between two messages to a group (20 a minute)."""
    in_flight: int = 30
    """Sends between leave and record; as many may be doubled by a kill."""
    connections: int = 8
    """Of these, sends that talk to Telegram at the same time. More of them make a client slower,
    whereas the database writes down many at a time as fast as one."""
    send_timeout: float = 15.0
    """Seconds after which a send counts as failed. Must be shorter than `lease`."""
    lease: float = 30.0
    """Seconds after which what a dead process had taken is sent by another."""
    first_pause: float = 2.0
    """Seconds before the second try of what failed; doubled at each further one."""
    longest_pause: float = 600.0
    """Seconds beyond which pauses do not grow."""
    attempts: int = 16
    """Tries before a delivery is given up, about an hour and a half later."""
    storm: int = 10
    """After as many refusals for speed in a row, all sending rests, not only to those chats."""

    def __post_init__(self) -> None:
        if self.send_timeout >= self.lease:
            raise ValueError("send_timeout must be shorter than lease, or sends would be doubled")
        if self.per_second <= 0 or self.in_flight < 1 or self.connections < 1:
            raise ValueError("per_second, in_flight and connections must be positive")

    def interval(self, chat_id: int) -> float:
        """Seconds between two messages to a chat. Telegram gives groups negative ids."""
        return self.group_interval if chat_id < 0 else self.chat_interval

    def back_off(self, attempts: int, rng: random.Random) -> float:
        """Seconds to wait after `attempts` failures, drawn so that retries do not align."""
        pause: float = min(self.longest_pause, self.first_pause * 2 ** min(attempts - 1, 30))
        return pause * rng.uniform(0.5, 1)


@dataclass(slots=True)
class Pace:
    """Keeps to the limits within one process. Times are seconds of any one clock."""

    limits: Limits
    _next: float = 0
    _chats: dict[int, float] = field(default_factory=dict)
    _refusals: int = 0
    _seen: float = 0

    def heed(self, now: float) -> None:
        """Note the time: where the clock was set back, all that was reserved by it goes back too."""
        if (back := self._seen - now) > 0:
            self._next -= back
            self._chats = {chat: at - back for chat, at in self._chats.items()}
        self._seen = now

    def chat_ready(self, chat_id: int) -> float:
        """When a chat may get its next message."""
        return self._chats.get(chat_id, 0)

    def reserve(self, chat_id: int, now: float) -> float:
        """Take the next free moment over all; returns when it is."""
        self.heed(now)
        at = max(now, self._next)
        self._next = at + 1 / self.limits.per_second
        if interval := self.limits.interval(chat_id):
            self._hold(chat_id, at + interval, now)
        return at

    def succeeded(self) -> None:
        """Note that a message was taken: there is no storm."""
        self._refusals = 0

    def refused(self, chat_id: int, seconds: float, now: float) -> None:
        """Note that a chat, or after many in a row the whole bot, must rest for `seconds`."""
        self.heed(now)
        self._hold(chat_id, now + seconds, now)
        self._refusals += 1
        if self._refusals >= self.limits.storm:
            self._next = max(self._next, now + seconds)

    def _hold(self, chat_id: int, until: float, now: float) -> None:
        if len(self._chats) > _REMEMBERED:
            self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        self._chats[chat_id] = max(until, self._chats.get(chat_id, 0))
