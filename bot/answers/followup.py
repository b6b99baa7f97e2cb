"""Questions that make sense only after a card: 'pourquoi ?', 'et la suivante ?'."""

from __future__ import annotations

import re

from bot.answers import texts as t
from bot.answers.cards import card, neighbours
from bot.answers.compose import compose
from bot.answers.html import Html
from bot.answers.reply import Button, Reply, Show
from bot.answers.texts import texts
from bot.kb import Entry, Figure, KnowledgeBase, ListEntry, Measure
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


def follow_up(matcher: Matcher, text: str, entry_id: str, language: str) -> Reply | None:
    """Answer a question about the entry shown last; None if it is not about that."""
    kb = matcher.kb
    entry = kb.entries.get(entry_id)
    words = [word for word in tokenise(normalise(text)) if word != "?"]
    if entry is None or not 0 < len(words) <= MAX_WORDS:
        return None
    question = matcher.analyse(text)
    facet = "origin" if _COMES_FROM.search(" ".join(words)) else question.facet
    if facet == "what":
        turn = _turn(words, kb)
        return _turned(kb, entry, turn, language) if turn else None
    if question.reference or not all(_POINTING.match(term.typed) for term in question.terms):
        return None
    if facet in _COUNTS and matcher.match(text).kind in ("answer", "list"):
        # 'Combien de mesures ?' is complete in itself.
        return None
    return _faceted(kb, entry, facet, text, language)


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
    if isinstance(entry, Measure):
        target: Entry | None = neighbours(kb, entry)[turn > 0]
    elif isinstance(entry, Figure):
        place = kb.figures.index(entry) + turn
        target = kb.figures[place] if 0 <= place < len(kb.figures) else None
    else:
        # Before a list comes nothing, after it what it lists.
        first, last = t.NO_PREVIOUS, t.NO_NEXT
        listed = entry.measures if isinstance(entry, ListEntry) and turn > 0 else ()
        target = kb.entries[listed[0]] if listed else None
    if target is None:
        end = last if turn > 0 else first
        return Reply(html=texts(language)(end), entry=entry.id)
    return card(kb, target.id, language)


def _faceted(kb: KnowledgeBase, entry: Entry, facet: str, text: str, language: str) -> Reply:
    """Give only the part that was asked for: the rest of the card is right above."""
    held = entry.facets | ({"how_many"} if "how_much" in entry.facets else set())
    if facet not in held and not (isinstance(entry, Measure) and facet == "who"):
        missing = Outcome(question=text, kind="unknown", facet=facet, ranking=(), related=entry.id)
        return compose(kb, missing, language)
    reply = card(kb, entry.id, language, facet)
    more = Button(texts(language).plain(t.MORE), Show(entry.id))
    return Reply(html=Html(reply.short or reply.html), buttons=((more,),), entry=entry.id, short=reply.short)
