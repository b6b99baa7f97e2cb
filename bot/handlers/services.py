"""What every handler is given: the knowledge, the matcher, the memory; and how to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from telegram.ext import Application, ContextTypes

from bot.answers import Reply, compose
from bot.answers.courtesy import courtesy
from bot.answers.followup import follow_up
from bot.handlers.keyboard import MEASURES_PAGE, markup
from bot.kb import KnowledgeBase, ListEntry

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

    from bot.handlers.memory import Store
    from bot.matching import Matcher, Outcome

App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
Context: TypeAlias = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and what else a handler may want to know of how it came about."""

    reply: Reply
    outcome: Outcome | None = None
    """None for courtesy and follow-up questions: nothing was matched."""

    @property
    def others(self) -> tuple[str, ...]:
        """The entries that come next, for who finds the answer wrong."""
        ranking = self.outcome.ranking if self.outcome else ()
        return tuple(ranked.id for ranked in ranking if ranked.id != self.reply.entry)[:3]


@dataclass(frozen=True, slots=True)
class Services:
    """All that handlers share; nothing in it belongs to one chat."""

    kb: KnowledgeBase
    matcher: Matcher
    store: Store
    hashtag: str

    def ask(self, text: str, language: str, subject: str | None = None) -> Answer:
        """Answer a text; ``subject`` is the entry that a follow-up question would be about."""
        polite = courtesy(text, language)
        if polite:
            return Answer(polite)
        followed = follow_up(self.matcher, text, subject, language) if subject else None
        if followed:
            return Answer(followed)
        outcome = self.matcher.match(text)
        return Answer(compose(self.kb, outcome, language), outcome)

    def overhear(self, text: str, language: str) -> Answer:
        """Answer a text that was not addressed to the bot, or keep silent."""
        outcome = self.matcher.match(text, ambient=True)
        return Answer(compose(self.kb, outcome, language), outcome)

    def is_list(self, entry_id: str) -> bool:
        """Whether an entry lists others."""
        return isinstance(self.kb.entries.get(entry_id), ListEntry)

    def keyboard(self, reply: Reply, language: str) -> InlineKeyboardMarkup | None:
        """Return the buttons of an answer: a list is browsed, a card can be judged."""
        if reply.entry is None:
            return markup(reply, language)
        if self.is_list(reply.entry):
            return markup(reply, language, browse=MEASURES_PAGE)
        return markup(reply, language, thumbs=True)
