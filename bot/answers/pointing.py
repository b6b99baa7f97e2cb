"""What a text points at that makes sense only after a card: 'pourquoi ?', 'et la suivante ?'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.kb import KnowledgeBase
from bot.language import load_pack, normalise, tokenise
from bot.matching import Matcher

MAX_WORDS = 8
_NEXT = frozenset({"suivante", "suivant", "prochaine", "prochain", "apres", "next", "following"})
_PREVIOUS = frozenset({"precedente", "precedent", "avant", "previous", "before"})
_TURN_FILLERS = frozenset({"one", "celle", "celui", "d"})
_COUNTED = re.compile(r"([1-9]\d?) (?:e|er|ere|re|eme|ieme|nd|nde|st|rd|th)")
"""A place in figures: 'la 2e', 'the 3rd'."""
_COMES_FROM = re.compile(r"\bvien\w* d ou\b|\bd ou\b.*\bvien")
_WHO = r"(?:il|elle|ils|elles)"
_WHOLE = re.compile(
    r"(?:(?:et|mais|alors|ok|oui|bon|sinon) )*(?:"
    # For whom it is.
    r"(?:c est |cest |c )?(?:pour|pr|a) (?:qui|ki)(?: (?:ca|c est|exactement|au juste))?"
    rf"|(?:a|pour) (?:qui|ki) (?:ca |c |cela )?(?:s adresse|est destine|profite|sert)\w*(?: t {_WHO})?"
    r"|(?:qui|ki) (?:en |est |y |ca |c |cela )?(?:beneficie|profite|concerne|vise|a droit)\w*"
    r"|(?:ca|cela) concerne (?:qui|ki)|who (?:is (?:it|this|that) )?for|for whom"
    # What somebody said, and who that is.
    rf"|(?:qu (?:a|ont) t {_WHO}|(?:qu est ce qu )?{_WHO} (?:a|ont)) (?:dit|di|raconte|explique|declare)"
    r"(?: (?:quoi|koi))?|what did (?:he|she|they) say"
    r"|(?:quel(?:le)? est )?(?:son|sa|leur) (?:role|fonction|poste|titre|discours|message|intervention|parti)"
    rf"|(?:de |dans )?quel parti(?: (?:est|etait) (?:t )?{_WHO})?|{_WHO} est de quel parti"
    r"|(?:which|what) party(?: (?:is|was) (?:he|she) (?:in|from))?"
    # To be told more.
    r"|(?:(?:donne[rz]?|dis|dites|raconte[rz]?|je veux|avez vous|t as|tu as) )?(?:m en |moi |nous )?(?:en )?"
    r"(?:plus|davantage)(?: (?:de |d )?(?:details?|infos?|informations?|precisions?))?|(?:des |les )?details"
    r"|en savoir plus|(?:developpe|detaille|precise|explique)[rz]?(?: (?:moi|ca|un peu))*"
    r"|(?:plus )?precisement|c est a dire"
    rf"|(?:ca |cela )?consiste en quoi|en quoi (?:ca |cela )?consiste(?: t {_WHO})?"
    r"|c est quoi(?: (?:exactement|au juste))?|(?:tell me |any )?more(?: details| info)?"
    r")"
)
"""What asks for no part of a card: to be told more, for whom it is, what somebody said."""
_POINTING = re.compile(
    r"(?:adopt\w*|age|annees?|appliqu\w*|but|carr(?:y|ies|ied|iers?)|charg\w*|chere?s?|chiffre|cit[ey]|combien"
    r"|com(?:e|ing)|costs?|couts?|coute\w*|creat(?:ed|or|eurs?)|dat(?:e|es|ed)|devenue?s?|donn(?:e|er|ee|ent)"
    r"|dur(?:e|er|ee|era|ation)|echeances?|figure|financ\w*|gratuite?s?|groupe?|idee?|idea|imagin\w*|inscri\w*"
    r"|lanc\w*|many|measure|mesure|mois|much|occup\w*|organis\w*|origin\w*|pa[iy](?:e|er|es|ent|era|erait)?"
    r"|pens\w*|personne|port(?:e|er|ent|era|erait|eurs?)|prix|propos\w*|provien\w*|raisons?|reasons?|reco[iu]\w*"
    r"|respons\w*|said|sort\w*|start(?:s|ed)?|sugg\w*|trouv\w*|vien\w*|ville|vot(?:e|ee|es|ees)|years?)$"
)
"""Words that point at the card instead of naming a subject."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A question that points at a card: at its neighbour, at a part of it, or at a row of a list."""

    text: str
    turn: int = 0
    """1 to the next, -1 to the previous."""
    facet: str = ""
    """The part that is asked for, where it does not turn."""
    place: int = 0
    """Of a list, the row that is meant, from 1; below 0 from the end."""
    complete: bool = False
    """Whether it is a question too where there is no card: 'combien de mesures ?'"""


def pointing(matcher: Matcher, text: str) -> Pointer | None:
    """Return where a question points; None if it has a subject of its own."""
    words = [word for word in tokenise(normalise(text)) if word != "?"]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    if turn := _turn(words, matcher.kb):
        return Pointer(text, turn)
    if place := _place(words, matcher.kb):
        return Pointer(text, place=place)
    said = " ".join(words)
    return Pointer(text, facet="what") if _WHOLE.fullmatch(said) else _part(matcher, text, said)


def _part(matcher: Matcher, text: str, said: str) -> Pointer | None:
    """Return the part of a card that a question asks for, if it asks for one and names no subject."""
    question = matcher.analyse(text)
    facet = "origin" if _COMES_FROM.search(said) else question.facet
    points = all(_POINTING.match(term.typed) for term in question.terms)
    if facet == "what" or question.reference or not points:
        return None
    askers = load_pack(matcher.kb.language).focus_openers
    names = any(term.typed not in askers for term in question.terms)
    if names and matcher.has_phrase(text):
        # Some entry is for just that.
        return None
    complete = names and matcher.match(text).kind in ("answer", "list")
    return Pointer(text, facet=facet, complete=complete)


def _turn(words: list[str], kb: KnowledgeBase) -> int:
    """Return 1 for the next, -1 for the previous, 0 if the words say anything else."""
    fillers = _fillers(kb.language)
    turns = [word for word in words if word in _NEXT or word in _PREVIOUS]
    if len(turns) != 1 or any(word not in fillers for word in words if word not in turns):
        return 0
    return 1 if turns[0] in _NEXT else -1


def _place(words: list[str], kb: KnowledgeBase) -> int:
    """Return the place that words name ('la première', 'the last one'), 0 if they say anything else."""
    pack, fillers = load_pack(kb.language), _fillers(kb.language)
    named = tuple(word for word in words if word not in fillers or word in _PREVIOUS)
    if match := _COUNTED.fullmatch(" ".join(named)):
        return int(match[1])
    if named in pack.last_words:
        return -1 - pack.last_words[named]
    return pack.ordinals.get(named, 0)


@cache
def _fillers(language: str) -> frozenset[str]:
    """Words beside a turn or a place that say nothing more; made once, for every question is looked at."""
    pack = load_pack(language)
    return pack.stopwords | pack.reference_nouns | _TURN_FILLERS
