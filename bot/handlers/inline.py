"""``@bot words`` in any chat: browse, look up, or put links into a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import InlineQueryLimit, MessageLimit, ParseMode
from telegram.ext import ChosenInlineResultHandler, InlineQueryHandler

from bot.answers import card, truncate_html
from bot.answers import texts as t
from bot.answers.browse import beginning_with, browsed, shared_as
from bot.answers.content import content_of, label_of, origin_name
from bot.answers.html import Html, escape
from bot.answers.texts import texts
from bot.handlers.keyboard import deep_link, link_markup
from bot.handlers.language import language_of_lookup
from bot.handlers.private import encode_question
from bot.handlers.sending import answer_inline_query, attempt
from bot.kb import ListEntry, Measure

if TYPE_CHECKING:
    from bot.handlers.services import App, Context, Services

PAGE = min(20, InlineQueryLimit.RESULTS)
"""Results a page: a phone shows four at a time."""
CACHE_SECONDS = 300
PAGES, ARTICLES = 1000, 2000
"""Kept for the next who types the same; an article takes some 5 kB, a page hardly more than names them."""
MIN_CONFIDENCE = 0.05
"""Half-typed words are weak evidence, and showing a title too many costs nothing."""
DESCRIPTION = 120
LINKED_SENTENCE = "@phrase"
"""Result id of a sentence with links; no entry has such an id."""
_WANTED = re.compile(r"(?<![\w+])\+(?=\S)([^+\n]{2,}?)(?<=\S)\+")


@dataclass(frozen=True, slots=True)
class Page:
    """What an inline query gets, as far as it does not depend on who asks."""

    results: tuple[InlineQueryResultArticle, ...]
    written: tuple[str, ...]
    """The same as JSON, because cards take longer to write down than to find; shared between pages."""
    next_offset: str = ""
    button: InlineQueryResultsButton | None = None


class Inline:
    """Inline queries and what is chosen of their results."""

    def __init__(self, services: Services) -> None:
        self.services = services
        # Keystrokes are much alike: everybody who looks for teleworking types 't', 'té' and 'tél'.
        self._pages = lru_cache(maxsize=PAGES)(self._page)
        self._articles = lru_cache(maxsize=ARTICLES)(self._article)

    def register(self, application: App) -> None:
        """Add the handlers."""
        application.add_handler(InlineQueryHandler(self.query))
        application.add_handler(ChosenInlineResultHandler(self.chosen))

    async def query(self, update: Update, context: Context) -> None:
        """Answer each keystroke."""
        query = update.inline_query
        if query is None:
            return
        said = query.query.strip()
        language = await language_of_lookup(self.services.store, query.from_user, said)
        start = int(query.offset) if query.offset.isdecimal() else 0
        page = self._pages(said, start, context.bot.username, language)
        await attempt(
            lambda: answer_inline_query(
                context.bot,
                query.id,
                page.results,
                json=f"[{', '.join(page.written)}]",
                next_offset=page.next_offset,
                button=page.button,
                cache_time=CACHE_SECONDS,
                # The language depends on the reader: others must not get this from the cache.
                is_personal=True,
            )
        )

    def _page(self, said: str, start: int, username: str, language: str) -> Page:
        linked = self._linked(said, username, language)
        if linked:
            return Page((linked,), (linked.to_json(),))
        found = self._found(said)
        if shared := shared_as(self.services.kb, said, language):
            entry_id, language = shared
            found = list(dict.fromkeys([entry_id, *found]))
        if not found and not start:
            label = texts(language).plain(t.ASK_IN_PRIVATE)
            payload = encode_question(said)
            return Page((), (), button=InlineQueryResultsButton(label, start_parameter=payload))
        articles = [self._articles(one, username, language) for one in found[start : start + PAGE]]
        more = len(found) > start + PAGE
        return Page(
            tuple(article for article, _ in articles),
            tuple(written for _, written in articles),
            next_offset=str(start + PAGE) if more else "",
        )

    async def chosen(self, update: Update, context: Context) -> None:
        """Count which results are of use; not who chose them."""
        del context
        result = update.chosen_inline_result
        if result and result.result_id in self.services.kb.entries:
            await self.services.store.count("inline", result.result_id)

    def _found(self, said: str) -> list[str]:
        """Return the entries for a query: those to browse, a list with its measures, or the ranking."""
        kb = self.services.kb
        if not said:
            measures = [measure.id for measure in kb.measures.values()]
            figures = [figure.id for figure in kb.figures]
            return measures + figures or list(kb.entries)
        by_kind = browsed(kb, said)
        if by_kind:
            return by_kind
        outcome = self.services.matcher.match(said)
        if outcome.no_such_number is not None:
            return []
        if outcome.numbers:
            return [*(kb.measures[number].id for number in outcome.numbers), *outcome.shown]
        ranked = [one.id for one in outcome.ranking if one.confidence >= MIN_CONFIDENCE]
        first = kb.entries[ranked[0]] if ranked else None
        if isinstance(first, ListEntry):
            entries = [kb.entries[one] for one in outcome.shown or (first.id,)]
            lists = [entry for entry in entries if isinstance(entry, ListEntry)]
            found = [*(entry.id for entry in lists), *(one for entry in lists for one in entry.measures)]
            return list(dict.fromkeys(found))
        if outcome.related and outcome.related not in ranked:
            ranked.insert(0, outcome.related)
        return ranked or beginning_with(kb, said)

    def _article(self, entry_id: str, username: str, language: str) -> tuple[InlineQueryResultArticle, str]:
        """Return a result, and as JSON."""
        kb, text = self.services.kb, texts(language)
        entry = kb.entries[entry_id]
        content = content_of(kb, entry, text)
        place = origin_name(kb, kb.city_of(entry), text) if isinstance(entry, Measure) else None
        answer = " ".join(content.answer.split())
        described = text.plain(t.LABEL, name=place, title=answer) if place else answer
        article = InlineQueryResultArticle(
            id=entry_id,
            title=label_of(kb, entry, text),
            description=described[:DESCRIPTION],
            input_message_content=_content(card(kb, entry_id, language).html),
            reply_markup=link_markup(text.plain(t.OPEN_PRIVATE), deep_link(username, entry_id)),
        )
        return article, article.to_json()

    def _linked(self, said: str, username: str, language: str) -> InlineQueryResultArticle | None:
        """Return the sentence with each ``+words+`` as a link; None where nothing is so marked."""
        parts: list[Html] = []
        plain, end, links = "", 0, 0
        for match in _WANTED.finditer(said):
            before = said[end : match.start()]
            target = self._target(match.group(1))
            words = match.group(1) if target else match.group()
            link = escape(words)
            if target:
                links += 1
                link = Html(f'<a href="{deep_link(username, target)}">{escape(words)}</a>')
            parts += [escape(before), link]
            plain += before + words
            end = match.end()
        if not links:
            return None
        parts.append(escape(said[end:]))
        return InlineQueryResultArticle(
            id=LINKED_SENTENCE,
            title=texts(language).plain(t.WITH_LINKS),
            description=plain + said[end:],
            input_message_content=_content("".join(parts)),
        )

    def _target(self, words: str) -> str | None:
        best = self.services.matcher.match(words).best
        return best.id if best and best.confidence >= self.services.matcher.calibration.suggest else None


def _content(html: str) -> InputTextMessageContent:
    return InputTextMessageContent(
        truncate_html(html, MessageLimit.MAX_TEXT_LENGTH),
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
