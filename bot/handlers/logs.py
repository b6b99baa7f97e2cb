"""Logging that can be shown to anyone: no token, no addresses of requests."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

CHATTY = ("httpx", "httpcore", "apscheduler")
"""Libraries that log at INFO what no one needs; httpx logs addresses, which hold the token."""
HIDDEN = "<token>"


class Redacting(logging.Formatter):
    """A formatter that removes the token wherever it comes from, tracebacks included."""

    def __init__(self, token: SecretStr | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token.get_secret_value() if token else None

    def format(self, record: logging.LogRecord) -> str:
        """Format, then redact."""
        line = super().format(record)
        return line.replace(self._token, HIDDEN) if self._token else line


def configure_logging(level: str, token: SecretStr | None) -> None:
    """Log to standard error from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # PTB logs with traceback what the polling callback below says in one line.
    logging.getLogger("telegram.ext.Updater").setLevel(logging.CRITICAL)
