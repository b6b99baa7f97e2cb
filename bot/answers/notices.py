"""What is sent unasked, and the timelines: news, answers that come late, digests."""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.answers import followup_texts as f
from bot.answers import texts as t
from bot.answers.cards import card, shortened
from bot.answers.content import content_of, label_of
from bot.answers.html import Html, escape, join, utf16_length
from bot.answers.texts import texts
from bot.answers.topics import topic_label
from bot.kb import Figure, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answers.texts import Texts
    from bot.kb import KnowledgeBase

LONGEST_LINE = 200
"""Characters of one piece of news within a digest."""
LONGEST_TIMELINE = 3800
"""Characters of a timeline as they are written, which are no fewer than are seen; Telegram takes 4096."""
PARAGRAPH = "\n\n"

News = tuple[str, str, str | None]
"""Date (ISO), text, and source of something published."""


def day(iso: str, text: Texts) -> str:
    """Write a date as its readers do."""
    date = dt.date.fromisoformat(iso)
    return f"{date:%d/%m/%Y}" if text.language != "en" else f"{date.day} {date:%B %Y}"


def notice(kb: KnowledgeBase, topics: Sequence[str], news: News, language: str) -> Html:
    """Write one piece of news as a message."""
    text = texts(language)
    date, said, source = news
    names = ", ".join(topic_label(kb, topic, text) for topic in topics)
    return join(
        PARAGRAPH,
        [
            text(f.NOTICE, topic=names),
            escape(said),
            join(
                "\n",
                [
                    text(f.NOTICE_DATE, date=day(date, text)),
                    text(f.SOURCE_LINK, url=source) if source else Html(),
                ],
            ),
        ],
    )


def timeline(kb: KnowledgeBase, topic: str, published: Iterable[News], language: str) -> Html:
    """Show the milestones that the source names, then what was published, by date."""
    text = texts(language)
    planned = [text(f.PLANNED, text=milestone) for milestone in _milestones(kb, topic, text)]
    told = []
    # Of one day, in the order in which they came out.
    for date, said, source in sorted(published, key=itemgetter(0)):
        line = text(f.PUBLISHED, date=day(date, text), text=said)
        told.append(join("\n", [line, text(f.SOURCE_LINK, url=source) if source else Html()]))
    title = text(f.TIMELINE, topic=topic_label(kb, topic, text))
    if not planned and not told:
        return join(PARAGRAPH, [title, text(f.TIMELINE_EMPTY)])
    shown = _newest(told, LONGEST_TIMELINE - utf16_length(join(PARAGRAPH, [title, *planned])))
    if len(shown) < len(told):
        shown.insert(0, text.count(t.AND_MORE, len(told) - len(shown)))
    return join(PARAGRAPH, [title, *planned, *shown])


def _newest(lines: list[Html], room: int) -> list[Html]:
    """Return as many of the last lines as there is room for: at least one, which may be cut."""
    for first in range(len(lines) - 1, -1, -1):
        room -= utf16_length(lines[first]) + len(PARAGRAPH)
        if room < 0:
            return lines[first + 1 :] or lines[first:]
    return list(lines)


def _milestones(kb: KnowledgeBase, topic: str, text: Texts) -> list[str]:
    """Return the dates that the source gives for a measure, and for figures about the same thing."""
    entry = kb.entries.get(topic)
    if not isinstance(entry, Measure):
        return []
    figures = (
        text.plain(t.VALUED, title=content.title, value=content.trend)
        for one in entry.related
        if isinstance(figure := kb.entries.get(one), Figure) and "when" in figure.holds
        if (content := content_of(kb, figure, text)).trend
    )
    return [*content_of(kb, entry, text).milestones, *figures]


def late_answer(kb: KnowledgeBase, question: str, entry_id: str, language: str) -> Html:
    """Give the answer to a question that had none."""
    lead = texts(language)(f.HERE_AT_LAST, question=question)
    return join(PARAGRAPH, [lead, Html(card(kb, entry_id, language).html)])


def digest(
    kb: KnowledgeBase,
    news: Sequence[News],
    asked: Sequence[tuple[str, int]],
    unanswered: Sequence[tuple[str, int]],
    language: str,
) -> Html:
    """Sum up a week; empty where there is nothing to say."""
    text = texts(language)
    known = [(label_of(kb, kb.entries[one], text), count) for one, count in asked if one in kb.entries]
    parts = [
        _section(text, f.REPORT_NEWS, [text(f.REPORT_LINE, text=_news(one, text)) for one in news]),
        _section(text, f.REPORT_ASKED, [_counted(text, *one) for one in known]),
        _section(text, f.REPORT_UNANSWERED, [_counted(text, *one) for one in unanswered]),
    ]
    return join(PARAGRAPH, [text(f.REPORT), *parts]) if any(parts) else Html()


def _section(text: Texts, title: str, lines: list[Html]) -> Html:
    return join("\n", [text(title), *lines]) if lines else Html()


def _counted(text: Texts, said: str, count: int) -> Html:
    return text(f.REPORT_COUNT, text=shortened(said, LONGEST_LINE), count=count)


def _news(news: News, text: Texts) -> Html:
    date, said, source = news
    line = text(t.MILESTONE, date=day(date, text), text=shortened(said, LONGEST_LINE))
    return join(" ", [line, escape(source or "")])
