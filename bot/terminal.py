"""The bot in a terminal: the same answers, without Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.matching import Matcher

PROMPT = "\n> "


def chat(current: Callable[[], Matcher]) -> int:
    """Answer what is typed until an empty line or the end of input; return how much was asked.

    Each question is put to the matcher of the moment: beside a bot, the knowledge base may change.
    """
    asked = 0
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
        print(compose(matcher.kb, matcher.match(text)).plain, flush=True)  # noqa: T201
