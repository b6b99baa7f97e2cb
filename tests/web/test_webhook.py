"""The webhook is set where it is not right, and left alone where it is."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from telegram import WebhookInfo
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot import webhook
from bot.application import ALLOWED_UPDATES
from bot.errors import SettingsError
from bot.simulator.state import CAMILLE
from bot.webhook import MAX_CONNECTIONS, Webhook

from .conftest import QUESTION, SECRET, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from bot.matching import Matcher

URL = "https://bot.example/telegram"


async def test_a_webhook_that_was_taken_away_is_set_again(
    tmp_path: Path, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "CHECK_AGAIN", 0.05)
    async with running_server(tmp_path, matcher) as server:
        people = server.simulator.people
        address = f"{server.simulator.base_url}/bot{server.simulator.token}"
        await server.client.post(f"{address}/setWebhook", json={"url": f"{server.url}/telegram"})
        people.send_text(CAMILLE, CAMILLE, QUESTION)
        # Refused for want of the secret, which makes the server have a look.
        await server.until(lambda: len(people.transcript(CAMILLE)) == 2)
        assert people.log("setWebhook")[-1]["arguments"]["secret_token"] == SECRET


class Bot:
    """Telegram as far as webhooks go."""

    def __init__(self, **info: Any) -> None:
        right: dict[str, Any] = {
            "url": URL,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": MAX_CONNECTIONS,
        }
        self.info = WebhookInfo(**right | info)
        self.errors: list[Exception] = []
        self.set: list[tuple[str, dict[str, Any]]] = []

    @property
    def bot(self) -> Bot:
        return self

    async def get_webhook_info(self) -> WebhookInfo:
        if self.errors:
            raise self.errors.pop(0)
        return self.info

    async def set_webhook(self, url: str, **how: Any) -> bool:
        self.set.append((url, how))
        return True


def webhook_of(bot: Bot) -> Webhook:
    return Webhook(bot, URL, SECRET)  # type: ignore[arg-type]


async def test_a_webhook_that_is_right_is_not_touched() -> None:
    bot = Bot(last_error_date=dt.datetime.now(dt.UTC), last_error_message="Connection refused")
    hook = webhook_of(bot)
    assert not await hook.ensure()
    assert hook.is_set
    assert not bot.set


@pytest.mark.parametrize(
    "info",
    [
        {"url": ""},
        {"url": "https://other.example/telegram"},
        {"allowed_updates": ["message"]},
        {"allowed_updates": None},
        {"max_connections": 40},
        {
            "last_error_date": dt.datetime.now(dt.UTC),
            "last_error_message": "Wrong response from the webhook: 403 Forbidden",
        },
    ],
)
async def test_a_webhook_that_is_not_right_is_set(info: dict[str, Any]) -> None:
    bot = Bot(**info)
    assert await webhook_of(bot).ensure()
    ((url, how),) = bot.set
    assert url == URL
    assert how == {
        "secret_token": SECRET,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": MAX_CONNECTIONS,
    }


async def test_an_old_refusal_is_no_reason_to_set_it_again() -> None:
    info = {"last_error_date": dt.datetime.now(dt.UTC), "last_error_message": "403 Forbidden"}
    hook = webhook_of(bot := Bot(**info))
    assert await hook.ensure()
    assert not await hook.ensure()
    assert len(bot.set) == 1


async def test_trouble_while_it_is_set(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "FIRST_WAIT", 0.01)
    hook = webhook_of(bot := Bot())
    bot.errors = [NetworkError("x"), RetryAfter(dt.timedelta(seconds=0))]
    assert await hook.set(asyncio.Event())
    assert len(caplog.records) == 1
    bot.errors = [BadRequest("bad webhook: no such host")]
    with pytest.raises(SettingsError, match="WEBHOOK_URL: Telegram refuses it"):
        await hook.set(asyncio.Event())
    stopped = asyncio.Event()
    stopped.set()
    assert not await hook.set(stopped)


async def test_a_token_revoked_later_is_told_and_nobody_takes_the_server_for_ready(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "CHECK_AGAIN", 0.0)
    monkeypatch.setattr(webhook, "CHECK_EVERY", 0.01)
    hook = webhook_of(bot := Bot())
    assert await hook.set(asyncio.Event())
    refused = InvalidToken("The token `123:secret` was rejected by the server.")
    bot.errors = [NetworkError("x"), *[refused] * 1000]
    watching = asyncio.create_task(hook.watch())
    try:
        async with asyncio.timeout(5):
            while len(bot.errors) > 998:  # noqa: ASYNC110 - a test may poll
                await asyncio.sleep(0.01)
            assert not hook.is_set
            # As when it was Telegram's mistake.
            bot.errors.clear()
            while not hook.is_set:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        watching.cancel()
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "the webhook cannot be checked (NetworkError)"),
        ("ERROR", "TELEGRAM_TOKEN: Telegram does not accept this token"),
    ]
    assert caplog.records[-1].exc_info is None
