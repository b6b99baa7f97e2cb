"""The bot in a terminal: the same answers, without Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import Reply, compose
from bot.answers.about import small_talk
from bot.answers.followup import follow_up
from bot.answers.language import chosen_by, language_of
from bot.answers.pointing import pointing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.matching import Matcher

PROMPT = "\n> "


def chat(current: Callable[[], Matcher]) -> int:
    """Answer what is typed until an empty line or the end of input; return how much was asked.

    Each question is put to the matcher of the moment: beside a bot, the knowledge base may change.
    """
    asked = 0
    subject: str | None = None
    usual: str | None = None
    while True:
        try:
            text = input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            print()  # noqa: T201 (a terminal program prints)
            return asked
        if not text.strip():
            return asked
        asked += 1
        matcher = current()
        usual = chosen_by(text) or usual
        reply = answer(matcher, text, subject, language_of(text, usual or matcher.kb.language))
        subject = reply.entry or subject
        print(reply.plain, flush=True)  # noqa: T201


def answer(matcher: Matcher, text: str, subject: str | None, language: str) -> Reply:
    """Answer a text; ``subject`` is the entry shown last, if any: 'et pourquoi ?'."""
    pointer = pointing(matcher, text)
    return (
        small_talk(matcher, text, language)
        or (follow_up(matcher.kb, pointer, text, subject, language) if pointer else None)
        or compose(matcher.kb, matcher.match(text).about(subject), language)
    )
