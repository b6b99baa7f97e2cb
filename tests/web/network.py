"""A network that answers everything with an empty object, or fails as told."""

from __future__ import annotations

from typing import Any

from telegram.request import BaseRequest


class Network(BaseRequest):
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.states: list[str] = []
        self.failure: Exception | None = None

    @property
    def read_timeout(self) -> float | None:
        return 3.0

    async def initialize(self) -> None:
        self.states.append("open")

    async def shutdown(self) -> None:
        self.states.append("closed")

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        self.calls.append(url.rpartition("/")[2])
        if self.failure:
            raise self.failure
        return 200, b"{}"
