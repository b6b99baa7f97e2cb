"""The bot with a database, as in the tests of the handlers."""

from tests.handlers.conftest import (
    chat,
    clock,
    database,
    database_url,
    dates,
    follower,
    kb,
    matcher,
    migrated_file,
    settings,
    store,
    telegram,
)

__all__ = [
    "chat",
    "clock",
    "database",
    "database_url",
    "dates",
    "follower",
    "kb",
    "matcher",
    "migrated_file",
    "settings",
    "store",
    "telegram",
]
