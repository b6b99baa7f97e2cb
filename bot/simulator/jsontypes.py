"""Names for JSON, by how far it can be trusted."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""An object of known shape, made here or already checked."""

Unchecked: TypeAlias = Any
"""Whatever a caller sent: every use checks it first, and complains in Telegram's words."""
