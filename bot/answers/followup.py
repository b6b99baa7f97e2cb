"""Questions that make sense only after a card: 'pourquoi ?', 'et la suivante ?'."""

from __future__ import annotations

import re

from bot.answers import texts as t
from bot.answers.cards import card, neighbours
from bot.answers.compose import compose
from bot.answers.html import Html
from bot.answers.reply import Button, Reply, Show
from bot.answers.texts import texts
from bot.kb import Entry, Figure, KnowledgeBase, Measure
from bot.language import load_pack, normalise, tokenise
from bot.matching import Matcher, Outcome

MAX_WORDS = 8
_NEXT = frozenset("suivante suivant prochaine prochain next following".split())
_PREVIOUS = frozenset("precedente precedent previous".split())
_POINTING = re.compile(
    r"adopt|appliqu|carr|charg|chiffr|city|com(e|ing)|cost|cout|creat|dat|devenu|dit|donn|dur|"
    r"echeanc|figure|financ|gratuit|group|idea|idee|imagin|inscri|lanc|measur|mesur|organis|origin|"
    r"pay|pens|person|port|prix|propos|provien|raison|reason|respons|said|sort|start|sugg|trouv|"
    r"vien|vill|vot|year|anne|mois"
)
"""How words begin that point at the card instead of naming a subject."""


def follow_up(matcher: Matcher, text: str, entry_id: str, language: str) -> Reply | None:
    """Answer a question about the entry shown last; None if it is not about that."""
    kb = matcher.kb
    entry = kb.entries.get(entry_id)
    words = [word for word in tokenise(normalise(text)) if word != "?"]
    if entry is None or not 0 < len(words) <= MAX_WORDS:
        return None
    turn = _turn(words, kb)
    if turn:
        return _turned(kb, entry, turn, language)
    question = matcher.analyse(text)
    if question.facet == "what" or question.reference is not None:
        return None
    if not all(_POINTING.match(term.typed) for term in question.terms):
        return None
    if question.terms and matcher.match(text).kind in ("answer", "list"):
        return None
    return _faceted(kb, entry, question.facet, text, language)


def _turn(words: list[str], kb: KnowledgeBase) -> int:
    """Return 1 for the next, -1 for the previous, 0 if the words say anything else."""
    fillers = load_pack(kb.language).stopwords | load_pack(kb.language).reference_nouns
    rest = [word for word in words if word not in fillers]
    if len(rest) != 1:
        return 0
    return 1 if rest[0] in _NEXT else -1 if rest[0] in _PREVIOUS else 0


def _turned(kb: KnowledgeBase, entry: Entry, turn: int, language: str) -> Reply | None:
    if isinstance(entry, Measure):
        target: Entry | None = neighbours(kb, entry)[turn > 0]
    elif isinstance(entry, Figure):
        place = kb.figures.index(entry) + turn
        target = kb.figures[place] if 0 <= place < len(kb.figures) else None
    else:
        return None
    if target is None:
        end = t.LAST_ONE if turn > 0 else t.FIRST_ONE
        return Reply(html=texts(language)(end), entry=entry.id)
    return card(kb, target.id, language)


def _faceted(kb: KnowledgeBase, entry: Entry, facet: str, text: str, language: str) -> Reply:
    """Give only the part that was asked for: the rest of the card is right above."""
    held = entry.facets | ({"how_many"} if "how_much" in entry.facets else set())
    if facet not in held and not (isinstance(entry, Measure) and facet == "who"):
        missing = Outcome(
            question=text, kind="unknown", facet=facet, ranking=(), related=entry.id
        )
        return compose(kb, missing, language)
    reply = card(kb, entry.id, language, facet)
    more = Button(texts(language).plain(t.MORE), Show(entry.id))
    return Reply(
        html=Html(reply.short or reply.html), buttons=((more,),), entry=entry.id, short=reply.short
    )
