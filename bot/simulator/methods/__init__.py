"""The Bot API methods: one function each, in a table by lower-case name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.arguments import Arguments
from bot.simulator.methods import chats, editing, profile, queries, sending
from bot.simulator.state import World

Method = Callable[[World, Arguments], Any]

METHODS: Mapping[str, Method] = {
    name.lower(): method
    for module in (chats, editing, profile, queries, sending)
    for name, method in module.METHODS.items()
}
