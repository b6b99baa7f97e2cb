"""Whatever is typed gets a reply that Telegram would take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answers import card
from bot.answers.html import to_plain, utf16_length
from bot.answers.language import language_of
from bot.answers.pages import figures_page, measures_page, origins_page, welcome_page
from bot.handlers.memory import MemoryStore
from bot.handlers.services import Services
from bot.settings import HASHTAG
from bot.simulator.html import parse_html

if TYPE_CHECKING:
    from bot.answers import Reply
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher


@pytest.fixture(scope="session")
def services(kb: KnowledgeBase, matcher: Matcher) -> Services:
    return Services(kb, matcher, MemoryStore(), HASHTAG)


def accepted(services: Services, reply: Reply, language: str) -> None:
    """Check a reply against Telegram's rules."""
    for html in (reply.html, reply.short or ""):
        text, _ = parse_html(html)
        assert text == to_plain(html)
        assert utf16_length(text) <= 4096
    keyboard = services.keyboard(reply, language)
    for row in keyboard.inline_keyboard if keyboard else ():
        assert 1 <= len(row) <= 8
        for button in row:
            assert button.text
            assert len(str(button.callback_data or "x").encode()) <= 64


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_card_and_page(services: Services, language: str) -> None:
    kb = services.kb
    for entry_id in kb.entries:
        for lead in ("what", "why", "who", "when", "origin"):
            accepted(services, card(kb, entry_id, language, lead), language)
    for page in (measures_page, figures_page, welcome_page):
        accepted(services, page(kb, language), language)
    for groups in (False, True):
        accepted(services, origins_page(kb, language, groups=groups), language)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
@example("")
@example("mesure " + "9" * 400)
@example("<b>mesure 3</b> &amp; *_[`")
@example("\u202emesure 3\u202c")
@example("\x00\x07 mesure 3")
@example("測定 3 ?")
@example("mesure " * 2000)
def test_any_text(services: Services, text: str) -> None:
    language = language_of(text, "fr")
    answer = services.ask(text, language, "mesure-3")
    assert answer.reply
    accepted(services, answer.reply, language)
    assert len(answer.others) <= 3
    overheard = services.overhear(text, language)
    accepted(services, overheard.reply, language)


def test_what_would_be_suggested_is_the_answer_while_people_talk_of_it(services: Services) -> None:
    asked = "un exemple ?"
    assert services.ask(asked, "fr").reply.entry is None
    answer = services.ask(asked, "fr", "mesure-4")
    assert answer.reply.entry == "mesure-4"
    assert answer.outcome
    assert answer.outcome.kind == "answer"
    assert services.ask(asked, "fr", "mesure-5").reply.entry is None


def test_how_to_follow_is_said_where_something_can_be_followed(services: Services) -> None:
    wish = "préviens-moi s'il y a du nouveau"
    assert "Je n’ai pas de réponse" in services.ask(wish, "fr", "mesure-4").reply.plain
    following = replace(services, follows=True)
    told = following.ask(wish, "fr", "mesure-4").reply
    assert told.entry == "mesure-4"
    assert "appuyez sur « Suivre »" in told.plain
    keyboard = following.keyboard(told, "fr")
    assert keyboard
    assert "🔔 Suivre" in [button.text for row in keyboard.inline_keyboard for button in row]
    assert "/suivre" in following.ask(wish, "fr").reply.plain
