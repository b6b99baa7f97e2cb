"""Questions that make sense only after a card: 'pourquoi ?', 'et la suivante ?'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answers import texts as t
from bot.answers.cards import (
    PARAGRAPH,
    card,
    list_rows,
    neighbours,
    number_buttons,
    share_button,
    turn_buttons,
)
from bot.answers.compose import compose
from bot.answers.content import content_of
from bot.answers.html import Html, join
from bot.answers.reply import Button, Reply, Show
from bot.answers.texts import texts
from bot.kb import Entry, KnowledgeBase, ListEntry, Measure
from bot.language import load_pack, normalise, tokenise
from bot.matching import Matcher, Outcome

MAX_WORDS = 8
_NEXT = frozenset({"suivante", "suivant", "prochaine", "prochain", "apres", "next", "following"})
_PREVIOUS = frozenset({"precedente", "precedent", "avant", "previous", "before"})
_TURN_FILLERS = frozenset({"one", "celle", "celui", "d"})
_COMES_FROM = re.compile(r"\bvien\w* d ou\b|\bd ou\b.*\bvien")
_COUNTS = ("how_many", "how_much")
_POINTING = re.compile(
    r"adopt|annee|appliqu|but$|carr|charg|chiffre$|cite?y?$|combien|com(e|ing)$|cost|cout|creat|dat|"
    r"devenu|donn|dur|echeanc|figure$|financ|gratuit|groupe?$|ide[ae]$|imagin|inscri|lanc|many|"
    r"measure$|mesure$|mois|much|occup|organis|origin|pay|pens|personne$|port|prix|propos|provien|"
    r"raison|reason|respons|said|sort|start|sugg|trouv|vien|ville$|vot|year"
)
"""How words begin that point at the card instead of naming a subject."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A question that points at a card: at its neighbour, or at a part of it."""

    text: str
    turn: int = 0
    """1 to the next, -1 to the previous."""
    facet: str = ""
    """The part that is asked for, where it does not turn."""
    complete: bool = False
    """Whether it is a question too where there is no card: 'combien de mesures ?'"""


def pointing(matcher: Matcher, text: str) -> Pointer | None:
    """Return where a question points; None if it has a subject of its own."""
    words = [word for word in tokenise(normalise(text)) if word != "?"]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    question = matcher.analyse(text)
    facet = "origin" if _COMES_FROM.search(" ".join(words)) else question.facet
    if facet == "what":
        turn = _turn(words, matcher.kb)
        return Pointer(text, turn) if turn else None
    if question.reference or not all(_POINTING.match(term.typed) for term in question.terms):
        return None
    return Pointer(text, facet=facet, complete=matcher.match(text).kind in ("answer", "list"))


def follow_up(kb: KnowledgeBase, pointer: Pointer, entry_id: str | None, language: str) -> Reply | None:
    """Answer a question about the entry shown last; None if it is to be answered by itself.

    Where nothing was shown, ask for a subject.
    """
    entry = kb.entries.get(entry_id) if entry_id else None
    if pointer.complete and (pointer.facet in _COUNTS or entry is None):
        return None
    if entry is None:
        return _about_what(kb, language)
    if pointer.turn:
        return _turned(kb, entry, pointer.turn, language)
    return _faceted(kb, entry, pointer.facet, pointer.text, language)


def _about_what(kb: KnowledgeBase, language: str) -> Reply:
    """Ask for a subject, with an example of how to name one."""
    text = texts(language)
    named = text.plain(t.MEASURE_QUERY, number=min(kb.measures)) if kb.measures else None
    example = named or content_of(kb, next(iter(kb.entries.values())), text).title
    return Reply(html=text(t.ABOUT_WHAT, example=example))


def _turn(words: list[str], kb: KnowledgeBase) -> int:
    """Return 1 for the next, -1 for the previous, 0 if the words say anything else."""
    pack = load_pack(kb.language)
    fillers = pack.stopwords | pack.reference_nouns | _TURN_FILLERS
    turns = [word for word in words if word in _NEXT or word in _PREVIOUS]
    if len(turns) != 1 or any(word not in fillers for word in words if word not in turns):
        return 0
    return 1 if turns[0] in _NEXT else -1


def _turned(kb: KnowledgeBase, entry: Entry, turn: int, language: str) -> Reply:
    first, last = t.FIRST_ONE, t.LAST_ONE
    if isinstance(entry, ListEntry):
        # Before a list comes nothing, after it what it lists.
        first = t.NO_PREVIOUS
        target = kb.entries[entry.measures[0]] if turn > 0 else None
    else:
        target = neighbours(kb, entry)[turn > 0]
    if target is None:
        return Reply(html=texts(language)(last if turn > 0 else first), entry=entry.id)
    return card(kb, target.id, language)


def _faceted(kb: KnowledgeBase, entry: Entry, facet: str, text: str, language: str) -> Reply:
    """Give only the part that was asked for: the rest of the card is right above."""
    held = entry.facets | ({"how_many"} if "how_much" in entry.facets else set())
    if isinstance(entry, ListEntry):
        reply = card(kb, entry.id, language)
        return reply if facet in held else _which_of(kb, entry, language)
    if facet not in held and not (isinstance(entry, Measure) and facet == "who"):
        missing = Outcome(question=text, kind="unknown", facet=facet, ranking=(), related=entry.id)
        return compose(kb, missing, language)
    reply = card(kb, entry.id, language, facet)
    said = texts(language)
    more = Button(said.plain(t.MORE), Show(entry.id))
    rows = (turn_buttons(kb, entry, said), (more, share_button(kb, entry, said)))
    return Reply(
        html=Html(reply.short or reply.html),
        buttons=tuple(row for row in rows if row),
        entry=entry.id,
        short=reply.short,
    )


def _which_of(kb: KnowledgeBase, entry: ListEntry, language: str) -> Reply:
    """Ask which measure of a list a question is about."""
    text = texts(language)
    measures = [measure for one in entry.measures if isinstance(measure := kb.entries[one], Measure)]
    return Reply(
        html=join(PARAGRAPH, [text(t.WHICH_MEASURE), list_rows(kb, measures, text)]),
        buttons=number_buttons(measures),
        entry=entry.id,
    )
