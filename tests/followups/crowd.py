"""Many followers at once, and limits that do not make a test wait."""

from collections.abc import Iterable

from sqlalchemy import insert

from bot.followups.database import Store
from bot.followups.outbox import Message
from bot.followups.pacing import Limits
from bot.followups.schema import subscriptions

#: No pace at all; what a killed worker had taken comes back after a second and a half.
FAST = Limits(
    per_second=1e6,
    chat_interval=0,
    group_interval=0,
    in_flight=20,
    connections=10,
    send_timeout=1,
    lease=1.5,
    first_pause=0.05,
    longest_pause=0.4,
    storm=1_000_000,
)


async def subscribe(store: Store, chats: Iterable[int], topic: str = "mesure-13") -> None:
    async with store.write() as connection:
        await connection.execute(
            insert(subscriptions),
            [{"chat_id": chat, "topic": topic, "since": 0} for chat in chats],
        )


class Recorder:
    """A sender that keeps what it was given; `fail` may hold an error for a chat."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.fail: dict[int, list[Exception]] = {}
        self.languages: dict[int, str | None] = {}

    async def send(self, chat_id: int, message: Message, language: str | None) -> None:
        if errors := self.fail.get(chat_id):
            raise errors.pop(0)
        self.sent.append((chat_id, message.key))
        self.languages[chat_id] = language
