"""Trying the bot without Telegram: a chat page on localhost, and the terminal."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.application import Followups, build_application
from bot.handlers.logs import configure_logging
from bot.handlers.services import SERVICES, App
from bot.lifecycle import stop_event
from bot.polling import poll
from bot.storage import opened
from bot.terminal import chat

if TYPE_CHECKING:
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

PAGE_PORT = 8081


def run_locally(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...] = ()) -> None:
    """Run the bot against the simulator, and answer in the terminal beside it.

    Ends on SIGTERM or SIGINT, or when someone who typed something in the terminal is done. Without the
    packages of the simulator there is only the terminal.
    """
    try:
        import bot.simulator  # noqa: F401, PLC0415 (an extra: only looked for here)
    except ImportError as error:
        print(f"The page needs {error.name}: pip install 'nocrise-bot[simulator]'")  # noqa: T201 (as below)
        chat(lambda: matcher)
        return
    talking = asyncio.run(_serve(settings, matcher, committed))
    sys.stdout.flush()
    sys.stderr.flush()
    if talking.is_alive():
        # It waits for a line, and holds what Python would close: that ends in a crash where a pipe is read.
        os._exit(0)


async def _serve(settings: Settings, matcher: Matcher, committed: tuple[FollowUp, ...]) -> threading.Thread:
    """Be the bot until told to stop; return the thread that talks in the terminal."""
    from bot.simulator import running_simulator  # noqa: PLC0415

    stop = stop_event()
    async with running_simulator(port=_free(PAGE_PORT)) as simulator:
        local = settings.model_copy(
            update={
                "telegram_token": SecretStr(simulator.token),
                "telegram_api_base_url": simulator.base_url,
            }
        )
        configure_logging("WARNING", local.telegram_token)
        print(f"Page : {simulator.page_url}", flush=True)  # noqa: T201 (what the command is for)
        # A database as short-lived as the simulated world: its chats and updates begin anew each time.
        with tempfile.TemporaryDirectory() as directory:
            async with opened(SecretStr(f"sqlite:///{directory}/nocrise.db")) as database:
                followups = Followups(database, committed) if database else None
                application = build_application(local, matcher.kb, matcher=matcher, followups=followups)
                talking = _listen(application, stop)
                await poll(application, stop)
                return talking


def _listen(application: App, stop: asyncio.Event) -> threading.Thread:
    """Answer in the terminal from a thread: reading a line cannot be awaited portably."""
    loop = asyncio.get_running_loop()

    def talk() -> None:
        # A service manager closes standard input at once: that is not a person leaving.
        if chat(lambda: application.bot_data[SERVICES].matcher):
            loop.call_soon_threadsafe(stop.set)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    return thread


def _free(port: int) -> int:
    """The port, or 0 (any) where another program has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
