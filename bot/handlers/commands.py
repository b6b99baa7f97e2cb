"""The commands that look something up; in private chats and in groups alike."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers import card, compose
from bot.answers.pages import event_page, figures_page, measures_page, origins_page
from bot.handlers.conversation import Conversation
from bot.handlers.filtering import FROM_PEOPLE
from bot.handlers.keyboard import markup
from bot.handlers.replying import respond
from bot.handlers.services import Answer, App, Context, Services
from bot.kb import Figure, KnowledgeBase, ListEntry
from bot.language import fold
from bot.matching import Outcome

LARGEST = 10**9
"""Digits beyond this name nothing, and need not be converted."""
FIGURE_CONFIDENCE = 0.1
"""After /chiffre the kind of entry is known, so that little else must speak for one."""


Handle: TypeAlias = Callable[[Update, Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What each command shows."""

    services: Services
    conversation: Conversation

    def register(self, application: App) -> None:
        """Add the commands."""
        pages: dict[tuple[str, ...], Callable[[str, str], Answer]] = {
            ("mesure", "measure"): self.measure,
            ("chiffre", "figure"): self.figure,
            ("ville", "city"): self.city,
            ("groupe", "group"): self.group,
            ("evenement", "event"): self.event,
        }
        for names, page in pages.items():
            application.add_handler(command(names, self._shown(page)))
        application.add_handler(command(("mesures", "measures"), self.browse_measures))

    def _shown(self, page: Callable[[str, str], Answer]) -> Handle:
        async def handle(update: Update, context: Context) -> None:
            message = update.effective_message
            if message and await self.conversation.may_ask(message, context):
                language = await self.services.language_for(message)
                answer = page(" ".join(context.args or ()), language)
                await self.conversation.reply(message, context, answer, language=language)

        return handle

    async def browse_measures(self, update: Update, context: Context) -> None:
        """Open the page from which measures are browsed."""
        message = update.effective_message
        if message and await self.conversation.may_ask(message, context):
            language = await self.services.language_for(message)
            reply = measures_page(self.services.kb, language)
            keyboard = markup(reply, language, browse="")
            await respond(context.bot, message, reply.html, keyboard)

    def measure(self, said: str, language: str) -> Answer:
        """Show a measure by its number, or by words."""
        kb = self.services.kb
        digits = said.strip().removeprefix("n°").removeprefix("#").strip()
        if not digits:
            return Answer(measures_page(kb, language))
        if not digits.removeprefix("-").isdecimal() or not kb.measures:
            return self.services.ask(said, language)
        number = int(digits) if len(digits) < len(str(LARGEST)) else LARGEST
        if number in kb.measures:
            return Answer(card(kb, kb.measures[number].id, language))
        absent = Outcome(said, "unknown", "what", (), no_such_number=number)
        return Answer(compose(kb, absent, language))

    def figure(self, said: str, language: str) -> Answer:
        """Show the figure that the words fit best."""
        kb = self.services.kb
        if not said:
            return Answer(figures_page(kb, language))
        outcome = self.services.matcher.match(said)
        for ranked in outcome.ranking:
            if isinstance(kb.entries[ranked.id], Figure) and ranked.confidence >= FIGURE_CONFIDENCE:
                return Answer(card(kb, ranked.id, language), outcome)
        return Answer(compose(kb, outcome, language), outcome)

    def city(self, said: str, language: str) -> Answer:
        """List the measures of a city."""
        return self._origin(said, language, groups=False)

    def group(self, said: str, language: str) -> Answer:
        """List the measures of a group."""
        return self._origin(said, language, groups=True)

    def event(self, _said: str, language: str) -> Answer:
        """Show what all this is about."""
        return Answer(event_page(self.services.kb, language))

    def _origin(self, said: str, language: str, *, groups: bool) -> Answer:
        kb, wanted = self.services.kb, fold(said).strip()
        lists = kb.lists_of(kb.groups if groups else kb.cities)
        for entry in lists:
            names = _names(kb, entry)
            if wanted and (wanted in names or wanted == names[0].split()[-1]):
                return Answer(card(kb, entry.id, language))
        if groups and wanted.isdecimal():
            number = int(wanted) if len(wanted) < len(str(LARGEST)) else LARGEST
            absent = Outcome(said, "unknown", "what", (), no_such_number=number, number_of="group")
            return Answer(compose(kb, absent, language))
        # Misspelt, or within a sentence; of a group perhaps only the ordinal.
        ids = {entry.id for entry in lists}
        tried = (said, f"groupe {said}") if groups else (said,)
        for text in tried if wanted else ():
            outcome = self.services.matcher.match(text)
            if outcome.shown and outcome.shown[0] in ids:
                return Answer(card(kb, outcome.shown[0], language), outcome)
        return Answer(origins_page(kb, language, groups=groups))


def _names(kb: KnowledgeBase, entry: ListEntry) -> list[str]:
    return [fold(name) for name in kb.origins[entry.origin or ""].names]


def command(names: tuple[str, ...], callback: Handle) -> CommandHandler[Context, None]:
    """Return a handler of a command as people send it: not edited, not by bots."""
    return CommandHandler(names, callback, FROM_PEOPLE & filters.UpdateType.MESSAGE)
