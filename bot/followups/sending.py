"""What delivery asks of whatever sends: one method, and errors that say what to do next."""

from typing import Protocol

from bot.followups.outbox import Message


class Sender(Protocol):
    """Sends a message to a chat, once, or raises one of the errors below."""

    async def send(self, chat_id: int, message: Message, language: str | None) -> None:
        """Return once the message has arrived, in the language of the chat where that is known."""


class SendError(Exception):
    """A message was not sent."""


class RetryAfter(SendError):  # noqa: N818 - named after what to do
    """Too fast: send to this chat again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds:g} s")
        self.seconds = seconds


class TemporaryFailure(SendError):  # noqa: N818 - named after what to do
    """Nobody's fault (a reset connection, an answer of 500): try again later."""


class Migrated(SendError):  # noqa: N818 - named after what to do
    """The group became a supergroup, under another id."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__("the chat has a new id")
        self.new_chat_id = new_chat_id


class Blocked(SendError):  # noqa: N818 - named after what to do
    """The chat will never take a message again: blocked, left, or deleted."""


class Refused(SendError):  # noqa: N818 - named after what to do
    """The message itself will never be taken, for instance because it is malformed."""
