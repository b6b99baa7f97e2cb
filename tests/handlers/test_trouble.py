from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import exc
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.followups import subscriptions
from bot.handlers import sending
from bot.handlers.failures import QUIET, PollingErrors
from bot.handlers.logs import configure_logging
from bot.handlers.services import SERVICES, Services
from bot.simulator.config import DEFAULT_TOKEN
from bot.simulator.state import CAMILLE, GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Clock
    from .standin import Chat

SECRET = "mon numéro de carte"  # noqa: S105 - what a user might write


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Services, text: str, *_: object) -> None:
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(Services, "ask", fail)


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """Undo what ``configure_logging`` does to the process."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.mark.usefixtures("broken")
async def test_an_error_is_apologised_for_once_and_logged_without_the_text(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await chat.ask(SECRET)
    assert "quelque chose a mal tourné" in answer["text"]
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "ValueError while handling message" in record.getMessage()
    assert "in fail" in record.getMessage()
    assert SECRET not in caplog.text


@pytest.mark.parametrize("error", [TimedOut(), NetworkError("reset"), RetryAfter(3000)])
async def test_that_telegram_is_away_is_one_line(
    error: Exception, chat: Chat, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Services, "ask", fail)
    await chat.ask(SECRET)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"{type(error).__name__} while handling message"
    ]


async def test_that_the_database_is_away_is_no_fault_of_the_bot(
    follower: Chat, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise exc.OperationalError("INSERT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(subscriptions, "follow", fail)
    assert "mal tourné" in (await follower.ask("/suivre 13"))["text"]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "The database is away (OperationalError) while handling message"
    ]


async def test_the_apology_is_in_the_language_of_the_chat(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.ask("who would be in charge of the barometer?")
    with monkeypatch.context() as patched:
        patched.setattr(Services, "ask", lambda *_: 1 / 0)
        assert "Sorry" in (await chat.ask("why?"))["text"]
        # Whatever else fails.
        patched.setattr(type(chat.app.bot_data[SERVICES].store), "language", lambda *_: 1 / 0)
        assert "Désolé" in (await chat.ask("why?"))["text"]


async def test_the_bot_lives_on(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Services, "ask", lambda *_: 1 / 0)
        await chat.ask("mesure 3")
    assert (await chat.ask("mesure 3"))["text"].startswith("Mesure 3 ·")


@pytest.mark.usefixtures("broken")
async def test_groups_are_told_only_if_somebody_waits(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.people.set_privacy(enabled=False)
    (answer,) = await chat.in_group("@nocrise_bot mesure 3")
    assert "mal tourné" in answer["text"]
    monkeypatch.setattr(Services, "overhear", lambda *_: 1 / 0)
    assert await chat.in_group("#nocrise pourquoi un baromètre ?") == []


async def test_a_broken_button_is_answered(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await chat.ask("mesure 3")
    monkeypatch.setattr("bot.handlers.buttons.card", lambda *_: 1 / 0)
    assert "mal tourné" in (await chat.press(card, "Mesure 4 ▶"))["text"]


@pytest.mark.usefixtures("broken")
async def test_an_apology_that_fails_is_no_second_error(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.telegram.refuse("sendMessage", "Internal Server Error", 500)
    await chat.say("mesure 3")
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert "no apology could be sent" in caplog.text


async def test_a_user_who_blocked_the_bot(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.people.send_text(CAMILLE, CAMILLE, "mesure 3")
    chat.telegram.refuse("sendMessage", "Forbidden: bot was blocked by the user", 403)
    await chat.deliver()
    assert len(chat.telegram.called("sendMessage")) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_question_deleted_meanwhile_is_still_answered(chat: Chat) -> None:
    chat.people.send_text(CAMILLE, GROUP, "@nocrise_bot mesure 3")
    pending = chat.world.queue.pending
    question = chat.world.transcript(GROUP)[-1]
    chat.people.delete(CAMILLE, GROUP, question["message_id"])
    chat.world.queue.clear()
    await chat.update(message=pending[0].payload)
    assert chat.world.transcript(GROUP)[-1]["text"].startswith("Mesure 3 ·")


async def test_another_refusal_is_an_error(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.telegram.refuse("sendMessage", "Bad Request: can't parse entities")
    await chat.say("mesure 3")
    assert "BadRequest while handling message" in caplog.text


async def test_a_short_wait_is_kept_and_a_long_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("bot.handlers.sending.asyncio.sleep", sleep)
    outcomes: list[Exception | str] = [RetryAfter(3), "sent"]

    async def call() -> str:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert await sending.attempt(call) == "sent"
    assert waits == [3]
    outcomes = [RetryAfter(3600), "sent"]
    assert await sending.attempt(call) is None
    assert waits == [3]


@pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")
@pytest.mark.parametrize("as_timedelta", ["true", "false"])
def test_the_wait_that_telegram_asks_for_is_in_seconds(
    monkeypatch: pytest.MonkeyPatch, as_timedelta: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    assert sending.asked_wait(RetryAfter(90)) == 90.0


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (Forbidden("bot was kicked from the group chat"), True),
        (BadRequest("Message thread not found"), True),
        (BadRequest("Query is too old and response timeout expired or query id is invalid"), True),
        (BadRequest("Message to edit not found"), True),
        (BadRequest("Message can't be edited"), True),
        (BadRequest("There is no text in the message to edit"), True),
        (BadRequest("Not enough rights to send text messages to the chat"), True),
        (BadRequest("Can't parse entities"), False),
        (BadRequest("Message is not modified"), False),
        (NetworkError("x"), False),
    ],
)
def test_what_is_gone(error: Exception, gone: bool) -> None:
    assert sending.is_gone(error) is gone


def test_an_outage_is_told_in_one_line(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    errors = PollingErrors(clock)
    for _ in range(3):
        errors(NetworkError("httpx.ConnectError"))
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None
    clock.now += QUIET
    errors(Conflict("terminated by other getUpdates request"))
    assert "another process polls" in caplog.records[-1].getMessage()


@pytest.mark.usefixtures("quiet_logging")
def test_the_token_never_reaches_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", SecretStr(DEFAULT_TOKEN))
    logging.getLogger("httpx").info("HTTP Request: POST https://api/bot%s/getMe", DEFAULT_TOKEN)
    logging.getLogger("bot").warning("token %s", DEFAULT_TOKEN)
    error = RuntimeError(DEFAULT_TOKEN)
    logging.getLogger("bot").error("failed", exc_info=error)
    sys.stderr.flush()
    written = capsys.readouterr().err
    assert DEFAULT_TOKEN not in written
    assert "HTTP Request" not in written
    assert written.count("<token>") == 2
