"""Numbers about the running bot, for Prometheus: never a text, never an id."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from telegram.error import TelegramError

from bot.request_wrapper import RequestWrapper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.request import BaseRequest, RequestData

    from bot.request_wrapper import Made

__all__ = ["CONTENT_TYPE_LATEST", "MeteredRequest", "Metrics"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)
"""Seconds: a match takes one or two milliseconds, a call to Telegram some fifty."""


class Metrics:
    """All counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._updates = Histogram(
            "nocrise_update_seconds",
            "Updates by type, and the time from receipt to the end of processing.",
            ["type"],
            registry=self.registry,
            buckets=BUCKETS,
        )
        self._outcomes = Counter(
            "nocrise_outcomes", "Questions by what came of them.", ["outcome"], registry=self.registry
        )
        self._calls = Histogram(
            "nocrise_call_seconds",
            "Calls to Telegram by method and result.",
            ["method", "result"],
            registry=self.registry,
            buckets=BUCKETS,
        )
        self._in_response = Counter(
            "nocrise_calls_in_response",
            "Calls given to Telegram in the response to an update.",
            ["method"],
            registry=self.registry,
        )
        self._errors = Counter(
            "nocrise_errors", "Errors of handlers by their class.", ["error"], registry=self.registry
        )
        self._refused = Counter(
            "nocrise_refused_requests", "Requests refused, by status.", ["status"], registry=self.registry
        )

    def update(self, kind: str, seconds: float) -> None:
        """Count a processed update."""
        self._updates.labels(kind).observe(seconds)

    def outcome(self, outcome: str) -> None:
        """Count a question."""
        self._outcomes.labels(outcome).inc()

    def call(self, method: str, result: str, seconds: float) -> None:
        """Count a call to Telegram."""
        self._calls.labels(method, result).observe(seconds)

    def call_in_response(self, method: str) -> None:
        """Count a call that needed no request of its own."""
        self._in_response.labels(method).inc()

    def error(self, error: BaseException) -> None:
        """Count an error of a handler."""
        self._errors.labels(type(error).__name__).inc()

    def refused(self, status: int) -> None:
        """Count a request that was not let in."""
        self._refused.labels(str(status)).inc()

    def exposition(self) -> bytes:
        """Return all in Prometheus's text format."""
        return generate_latest(self.registry)


class MeteredRequest(RequestWrapper):
    """Counts and times each call."""

    def __init__(self, network: BaseRequest, metrics: Metrics) -> None:
        super().__init__(network)
        self._metrics = metrics

    async def around(
        self, name: str, data: RequestData | None, forward: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Make the call."""
        del data
        begin, result = time.perf_counter(), "no response"
        try:
            status, body = await forward()
            result = str(status)
        except TelegramError as error:
            result = type(error).__name__
            raise
        else:
            return status, body
        finally:
            self._metrics.call(name, result, time.perf_counter() - begin)
