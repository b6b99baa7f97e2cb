"""A strict offline Telegram Bot API over HTTP, with a chat page, to try and to test a bot.

It knows nothing of this bot: any bot that speaks the Bot API can be pointed at it.
"""

from bot.simulator.config import DEFAULT_TOKEN, SimulatorConfig
from bot.simulator.server import Simulator, create_app, running_simulator, serve

__all__ = [
    "DEFAULT_TOKEN",
    "Simulator",
    "SimulatorConfig",
    "create_app",
    "running_simulator",
    "serve",
]
