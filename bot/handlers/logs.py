"""Logging that can be shown to anyone: no token, no addresses of requests, nothing that people write."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

CHATTY = (
    *("httpx", "httpcore", "alembic", "watchfiles"),
    *("aiosqlite", "procrastinate", "telegram.ext.ExtBot", "telegram.ext.Application"),
)
"""Libraries that log what no one needs and some may not see: addresses, which hold the token, and, at DEBUG,
what is sent and to whom, what is written and by whom."""
HIDDEN = "<token>"


class Redacting(logging.Formatter):
    """A formatter that removes secrets wherever they come from, tracebacks included."""

    def __init__(self, *secrets: SecretStr | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret.get_secret_value() for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Format, then redact."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def configure_logging(level: str, *secrets: SecretStr | None) -> None:
    """Log to standard error from a level on, without the secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(*secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # PTB logs with traceback what `failures.PollingErrors` says in one line.
    logging.getLogger("telegram.ext.Updater").setLevel(logging.CRITICAL)
    # The same of a body that is no JSON, such as a proxy's error page.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
