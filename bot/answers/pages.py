"""Pages that no entry holds: the ways into a knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import texts as t
from bot.answers.cards import NUMBERS_IN_A_ROW, card, entry_button
from bot.answers.compose import counts
from bot.answers.content import content_of, origin_name, title_of, value_of
from bot.answers.html import Html, bold, escape, join
from bot.answers.reply import Button, Reply, Show, in_rows
from bot.answers.texts import texts
from bot.kb import Figure, Measure

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase

BUTTONS_IN_A_ROW = 2
MAX_EXAMPLES = 4
_MAX_EXAMPLE = 64


def measures_page(kb: KnowledgeBase, language: str) -> Reply:
    """Offer the cities and the list of all."""
    text = texts(language)
    if not kb.measures:
        return Reply(html=text(t.NO_MEASURES))
    lists = kb.lists_of(kb.cities)
    buttons = [
        Button(
            text.plain(
                t.BUTTON_ORIGIN,
                name=origin_name(kb, kb.origins[entry.origin or ""], text),
                count=len(entry.measures),
            ),
            Show(entry.id),
        )
        for entry in lists
    ]
    complete = [(entry_button(kb, entry.id, text),) for entry in kb.lists if entry.origin is None]
    title = text(t.BROWSE, title=title_of(kb, text))
    return Reply(html=title, buttons=(*in_rows(buttons, BUTTONS_IN_A_ROW), *complete))


def figures_page(kb: KnowledgeBase, language: str) -> Reply:
    """List the figures with their values."""
    text = texts(language)
    if not kb.figures:
        return Reply(html=text(t.NO_FIGURES))
    lines = [
        Html(f"{place}. {_figure_line(kb, figure, language)}")
        for place, figure in enumerate(kb.figures, start=1)
    ]
    buttons = [Button(str(place), Show(figure.id)) for place, figure in enumerate(kb.figures, start=1)]
    html = join("\n\n", [text(t.FIGURES), join("\n", lines)])
    return Reply(html=html, buttons=in_rows(buttons, NUMBERS_IN_A_ROW))


def origins_page(kb: KnowledgeBase, language: str, *, groups: bool) -> Reply:
    """Ask which city, or which group."""
    text = texts(language)
    lists = kb.lists_of(kb.groups if groups else kb.cities)
    if not lists:
        return measures_page(kb, language)
    question = t.WHICH_GROUP if groups else t.WHICH_CITY
    return Reply(
        html=text(question),
        buttons=tuple((entry_button(kb, entry.id, text),) for entry in lists),
    )


def event_page(kb: KnowledgeBase, language: str) -> Reply:
    """Show the first entry that is neither measure, figure nor list: what all this is about."""
    if not kb.others:
        return Reply(html=texts(language)(t.NO_EVENT))
    return card(kb, kb.others[0].id, language)


def welcome_page(kb: KnowledgeBase, language: str) -> Reply:
    """Say what the bot is for, with questions to tap."""
    text = texts(language)
    welcome = text(t.WELCOME, title=title_of(kb, text), counts=counts(kb, text))
    asked = [(entry, question) for entry in _samples(kb) if (question := _example(entry, language))]
    html = join("\n\n", [welcome, text(t.EXAMPLES) if asked else Html()])
    return Reply(
        html=html,
        buttons=tuple((Button(question, Show(entry.id)),) for entry, question in asked),
    )


def _samples(kb: KnowledgeBase) -> list[Measure | Figure]:
    """Return entries of different kinds and places: the start, the middle, the end."""
    measures, figures = list(kb.measures.values()), list(kb.figures)
    found: list[Measure | Figure] = [
        measures[place * (len(measures) - 1) // 2] for place in range(3) if measures
    ]
    return list({entry.id: entry for entry in [*found, *figures[:1]]}.values())[:MAX_EXAMPLES]


def _example(entry: Measure | Figure, language: str) -> str | None:
    """Return a question of the entry that fits on a button, in the language."""
    marks = ("What", "Who", "How", "Why", "When", "Where", "Which", "Is ", "Do ", "Should")
    return next(
        (
            question
            for question in entry.questions
            if question.endswith("?")
            and len(question) <= _MAX_EXAMPLE
            and question.startswith(marks) is (language == "en")
        ),
        None,
    )


def _figure_line(kb: KnowledgeBase, figure: Figure, language: str) -> Html:
    text = texts(language)
    value = value_of(kb, figure, text)
    title = content_of(kb, figure, text).title
    return text(t.VALUED, title=title, value=bold(value)) if value else escape(title)
