"""Who there is: users, chats and the standing of one in the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ADMINS = frozenset({"creator", "administrator"})
PRESENT = frozenset({"creator", "administrator", "member"})


@dataclass
class User:
    """Somebody with a Telegram account, or the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return a ``User``."""
        optional = {"username": self.username, "language_code": self.language_code}
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            **{key: value for key, value in optional.items() if value},
        }


@dataclass
class Chat:
    """A private chat of one user with the bot, a group, or a supergroup."""

    id: int
    type: str
    title: str | None = None
    user: User | None = None
    """The human side of a private chat."""
    members: dict[int, str] = field(default_factory=dict)
    """Status of each user who is or was in the group."""
    migrated_to: int | None = None
    started: bool = False
    """Whether the user has ever written to the bot: before that, the bot may not write first."""
    blocked: bool = False
    seen: bool = False
    """Whether the bot can know of the chat at all."""

    @property
    def is_private(self) -> bool:
        """Say whether it is a private chat."""
        return self.type == "private"

    def is_present(self, user_id: int) -> bool:
        """Say whether the user is in the chat now."""
        return self.members.get(user_id) in PRESENT

    def is_admin(self, user_id: int) -> bool:
        """Say whether the user runs the group."""
        return self.members.get(user_id) in ADMINS

    def to_json(self) -> dict[str, Any]:
        """Return a ``Chat``."""
        if self.user is not None:
            name = {"first_name": self.user.first_name}
            if self.user.username:
                name["username"] = self.user.username
            return {"id": self.id, "type": self.type, **name}
        body: dict[str, Any] = {"id": self.id, "type": self.type, "title": self.title}
        if self.type == "group":
            body["all_members_are_administrators"] = False
        return body
