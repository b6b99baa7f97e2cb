"""``python -m bot.simulator``: the simulator alone, for a bot in another process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from bot.simulator.config import DEFAULT_TOKEN, SimulatorConfig
from bot.simulator.server import serve

_PORT = 8081


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=_PORT, help="port on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the one token to accept")
    parser.add_argument("--username", default=SimulatorConfig.bot_username, help="the bot's user name")
    options = parser.parse_args()
    config = SimulatorConfig(token=options.token, bot_username=options.username)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, config))


if __name__ == "__main__":
    main()
