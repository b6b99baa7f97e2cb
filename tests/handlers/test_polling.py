"""The bot by long polling: connected, polling, ended."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest
from telegram.error import InvalidToken, NetworkError

from bot.application import build_application
from bot.errors import SettingsError
from bot.lifecycle import stop_event
from bot.polling import poll
from bot.simulator.state import CAMILLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.handlers.services import App
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher
    from bot.settings import Settings

    from .standin import Telegram


@pytest.fixture
def app(settings: Settings, kb: KnowledgeBase, matcher: Matcher, telegram: Telegram) -> App:
    return build_application(settings, kb, matcher=matcher, request=telegram)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def test_a_refused_token_is_one_clear_line(app: App, telegram: Telegram) -> None:
    telegram.failure = InvalidToken("The token `123:secret` was rejected by the server.")
    with pytest.raises(SettingsError) as caught:
        await poll(app, asyncio.Event())
    assert str(caught.value) == "TELEGRAM_TOKEN: Telegram does not accept this token"


async def test_a_token_revoked_later_ends_the_bot(
    app: App, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.polling.HEARTBEAT", 0.05)
    running = asyncio.create_task(poll(app, asyncio.Event()))
    await until(lambda: app.running)
    telegram.failure = InvalidToken("The token `123:secret` was rejected by the server.")
    telegram.world.queue.wake()
    with pytest.raises(SettingsError, match="TELEGRAM_TOKEN"):
        async with asyncio.timeout(5):
            await running


@pytest.mark.parametrize(
    "answer",
    [
        NetworkError("httpx.ConnectError"),
        (429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 0.01}}'),
        (200, b"<html>Log in to use this network</html>"),
    ],
    ids=["no network", "too many requests", "no JSON"],
)
async def test_a_start_without_telegram_says_so_once_and_tries_again(
    app: App,
    telegram: Telegram,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: NetworkError | tuple[int, bytes],
) -> None:
    monkeypatch.setattr("bot.lifecycle.FIRST_WAIT", 0.01)
    monkeypatch.setattr("bot.lifecycle.LONGEST_WAIT", 0.01)
    attempts = 0
    real = telegram.do_request

    async def flaky(url: str, method: str, *args: object, **more: object) -> tuple[int, bytes]:
        nonlocal attempts
        attempts += 1
        if attempts > 4:
            return await real(url, method, *args, **more)  # type: ignore[arg-type]
        if isinstance(answer, NetworkError):
            raise answer
        return answer

    monkeypatch.setattr(telegram, "do_request", flaky)
    stop = asyncio.Event()
    running = asyncio.create_task(poll(app, stop))
    await until(lambda: app.running or running.done())
    stop.set()
    await running
    lines = [r for r in caplog.records if "cannot be reached" in r.getMessage()]
    assert len(lines) == 1
    assert lines[0].exc_info is None


async def test_a_start_waits_as_long_as_telegram_asks(
    app: App, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.lifecycle.FIRST_WAIT", 0.01)
    telegram.refuse("getMe", "Too Many Requests", 429, retry_after=60)
    stop = asyncio.Event()
    running = asyncio.create_task(poll(app, stop))
    await asyncio.sleep(0.2)
    assert len(telegram.called("getMe")) == 1
    stop.set()
    async with asyncio.timeout(1):
        await running


async def test_without_network_it_can_still_be_stopped(app: App, telegram: Telegram) -> None:
    telegram.failure = NetworkError("httpx.ConnectError")
    stop = asyncio.Event()
    running = asyncio.create_task(poll(app, stop))
    await asyncio.sleep(0.05)
    stop.set()
    async with asyncio.timeout(1):
        await running


async def test_neither_answers_nor_the_end_wait_for_the_menu(
    app: App, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, hanging = telegram.do_request, asyncio.Event()

    async def slow(url: str, method: str, *args: object, **more: object) -> tuple[int, bytes]:
        if url.endswith("/setMyCommands"):
            hanging.set()
            await asyncio.Event().wait()
        return await real(url, method, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(telegram, "do_request", slow)
    stop = asyncio.Event()
    running = asyncio.create_task(poll(app, stop))
    async with asyncio.timeout(5):
        await hanging.wait()
    telegram.people.send_text(CAMILLE, CAMILLE, "mesure 3")
    await until(lambda: telegram.called("sendMessage"))
    stop.set()
    async with asyncio.timeout(1):
        await running


async def test_what_cannot_be_read_is_passed_over_once(
    app: App, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(poll(app, stop))
    await until(lambda: app.running)
    # Of a later Bot API, say: what a message must have is missing.
    telegram.world.queue.put("message", {"date": "never", "text": "un secret"}, 1)
    telegram.people.send_text(CAMILLE, CAMILLE, "mesure 3")
    await until(lambda: telegram.called("sendMessage"))
    await until(lambda: not telegram.world.queue.pending)
    stop.set()
    async with asyncio.timeout(5):
        await running
    assert telegram.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 3 ·")
    assert [r.getMessage() for r in caplog.records if "cannot be read" in r.getMessage()] == [
        "updates that cannot be read are passed over: 1"
    ]
    assert "un secret" not in caplog.text


async def test_sigterm_stops_it_after_its_answer(app: App, telegram: Telegram) -> None:
    running = asyncio.create_task(poll(app, stop_event()))
    await until(lambda: app.running)
    telegram.people.send_text(CAMILLE, CAMILLE, "mesure 3")
    await until(lambda: telegram.called("sendMessage"))
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await running
    assert not app.running
    assert telegram.world.transcript(CAMILLE)[-1]["text"].startswith("Mesure 3 ·")
