from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from telegram.ext import InlineQueryHandler

from bot.application import build_application
from bot.errors import SettingsError
from bot.followups.values import CONTEXT_LIFE
from bot.settings import Settings

from .standin import Chat, Telegram

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher

    from .conftest import Dates


def test_without_a_token_there_is_no_application(kb: KnowledgeBase, matcher: Matcher) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_TOKEN"):
        build_application(Settings(_env_file=None, telegram_token=None), kb, matcher=matcher)


def test_calls_go_to_the_configured_server(kb: KnowledgeBase, matcher: Matcher) -> None:
    settings = Settings(
        _env_file=None, telegram_token=SecretStr("1:a"), telegram_api_base_url="http://127.0.0.1:9"
    )
    app = build_application(settings, kb, matcher=matcher, request=Telegram())
    assert app.bot.base_url == "http://127.0.0.1:9/bot1:a"
    assert app.bot.base_file_url == "http://127.0.0.1:9/file/bot1:a"


async def test_nobody_is_noted_for_good(chat: Chat) -> None:
    await chat.ask("mesure 3")
    noted = ("_chat_ids_to_be_updated_in_persistence", "_user_ids_to_be_updated_in_persistence")
    assert [getattr(chat.app, name) for name in noted] == [set(), set()]


def test_each_keystroke_of_an_inline_query_is_offered_to_its_handler_first(follower: Chat) -> None:
    assert isinstance(follower.app.handlers[0][0], InlineQueryHandler)


async def test_what_is_remembered_is_remembered_by_the_clock_of_followups(
    follower: Chat, dates: Dates
) -> None:
    await follower.ask("mesure 3")
    assert "Mesure 3" in (await follower.ask("qui la porte ?"))["text"]
    dates.now += CONTEXT_LIFE + 1
    assert "Mesure 3" not in (await follower.ask("qui la porte ?"))["text"]
