"""How a simulator starts."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TOKEN = "123456789:SIMULATEUR-LOCAL-SANS-TELEGRAM-0000"  # noqa: S105 - opens nothing but this simulator


@dataclass(frozen=True)
class SimulatorConfig:
    """What can be chosen; every default suits a newcomer's first run."""

    token: str = DEFAULT_TOKEN
    """The one token that the API accepts; the bot's id is its first part."""
    bot_username: str = "nocrise_bot"
    bot_name: str = "#nocrise"
    query_lifetime: float = 60.0
    """Seconds after which a button press can no longer be answered."""
    inline_lifetime: float = 10.0
    """Seconds that a client waits for inline results."""
    webhook_retry_delay: float = 1.0
    """Seconds before the first repeat of a failed delivery; each further one doubles it."""
    webhook_timeout: float = 10.0
    log_size: int = 20_000
    """Calls that the log remembers."""

    @property
    def bot_id(self) -> int:
        """Return the numeric id, which Telegram puts before the colon."""
        return int(self.token.partition(":")[0])
