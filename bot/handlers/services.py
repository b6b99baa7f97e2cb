"""What every handler is given: the knowledge, the matcher, the memory; and how to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from telegram.ext import Application, ContextTypes

from bot.answers import Reply, compose
from bot.answers.about import small_talk
from bot.answers.followup import follow_up
from bot.answers.pointers import Pointer
from bot.answers.pointing import pointing
from bot.answers.topics import topic_of
from bot.handlers.keyboard import answer_markup
from bot.handlers.language import language_in
from bot.kb import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

    from bot.handlers.memory import Store
    from bot.matching import Matcher, Outcome

App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
Context: TypeAlias = ContextTypes.DEFAULT_TYPE

REMEMBERED = 2000
"""Answers that are kept for who asks the same: at most some 10 kB each."""
SERVICES = "services"
"""Where an application keeps what its handlers were given last."""
FOLLOWUPS = "followups"
"""Where an application that has follow-ups keeps what belongs to them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and what else a handler may want to know of how it came about."""

    reply: Reply
    outcome: Outcome | None = None
    """None where nothing was matched: courtesy, follow-up questions, commands that name an entry."""

    @property
    def others(self) -> tuple[str, ...]:
        """The entries that come next, for who finds the answer wrong."""
        ranking = self.outcome.ranking if self.outcome else ()
        return tuple(ranked.id for ranked in ranking if ranked.id != self.reply.entry)[:3]


class Notebook(Protocol):
    """Notes what was asked and what got no answer; never who asked."""

    async def take(self, message: Message, answer: Answer, language: str) -> InlineKeyboardButton | None:
        """Note a question; returns a button for who wants to be told of its answer, if there was none."""

    async def keep(self, question: str, group: int | None, language: str) -> InlineKeyboardButton | None:
        """Keep a question that got no answer, of a group or a private chat; returns the same button."""


@dataclass(frozen=True, slots=True)
class Services:
    """All that handlers share; nothing in it belongs to one chat."""

    kb: KnowledgeBase
    matcher: Matcher
    store: Store
    hashtag: str
    observe: Callable[[str], None] | None = None
    """Is told what came of each question: a kind of outcome, never the question."""
    notebook: Notebook | None = None
    """Where questions are noted, if anywhere."""
    follows: bool = False
    """Whether topics can be followed."""
    _answers: Callable[[str, str, bool], Answer] = field(init=False, repr=False, compare=False)
    """Answers by text, language and whether it was overheard; an event makes many ask the same."""
    _pointers: Callable[[str], Pointer | None] = field(init=False, repr=False, compare=False)
    _polite: Callable[[str, str], Reply | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_answers", lru_cache(maxsize=REMEMBERED)(self._answer))
        pointers = lru_cache(maxsize=REMEMBERED)(partial(pointing, self.matcher))
        object.__setattr__(self, "_pointers", pointers)
        polite = lru_cache(maxsize=REMEMBERED)(partial(small_talk, self.matcher))
        object.__setattr__(self, "_polite", polite)

    def _answer(self, text: str, language: str, ambient: bool) -> Answer:
        outcome = self.matcher.match(text, ambient=ambient)
        return Answer(compose(self.kb, outcome, language), outcome)

    def ask(self, text: str, language: str, subject: str | None = None) -> Answer:
        """Answer a text; ``subject`` is the entry that a follow-up question would be about, if any."""
        polite = self._polite(text, language)
        if polite:
            self._observed("courtesy")
            return Answer(polite)
        pointer = self._pointers(text)
        follows = self.follows
        followed = pointer and follow_up(self.kb, pointer, text, subject, language, follows=follows)
        if followed:
            self._observed("follow_up")
            return Answer(followed)
        return self._matched(text, language, subject=subject)

    def points(self, text: str) -> bool:
        """Whether a text makes sense as a question about a card."""
        return self._pointers(text) is not None

    def overhear(self, text: str, language: str) -> Answer:
        """Answer a text that was not addressed to the bot, or keep silent."""
        return self._matched(text, language, ambient=True)

    def _matched(
        self, text: str, language: str, *, ambient: bool = False, subject: str | None = None
    ) -> Answer:
        answer = self._answers(text, language, ambient)
        if (outcome := answer.outcome) is not None:
            if (meant := outcome.about(subject)) is not outcome:
                answer = Answer(compose(self.kb, meant, language), meant)
            self._observed(meant.kind)
        return answer

    async def language_for(self, message: Message) -> str:
        """Return the language for who wrote a message that is no question: a command, a picture."""
        return await language_in(self.store, message.chat, message.from_user)

    async def language_for_press(self, query: CallbackQuery) -> str:
        """Return the language for who pressed a button."""
        return await language_in(self.store, query.message.chat if query.message else None, query.from_user)

    def _observed(self, kind: str) -> None:
        if self.observe is not None:
            self.observe(kind)

    def keyboard(self, reply: Reply, language: str) -> InlineKeyboardMarkup | None:
        """Return the buttons of an answer."""
        return answer_markup(self.kb, reply, language, self.topic(reply))

    def topic(self, reply: Reply) -> str | None:
        """Return what a button under a card follows."""
        return topic_of(self.kb, reply.entry) if self.follows and reply.entry else None
