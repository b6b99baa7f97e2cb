"""What a text points at that makes sense only after a card: 'pourquoi ?', 'et la suivante ?'."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bot.answers.pointers import TREND, WHOLE, News, OtherGroup, Part, Place, Pointer, Siblings, Turn
from bot.language import load_pack, normalise, tokenise
from bot.matching import Matcher

MAX_WORDS = 10
_NEXT = frozenset({"suivante", "suivant", "prochaine", "prochain", "apres", "next", "following"})
_PREVIOUS = frozenset({"precedente", "precedent", "avant", "previous", "before"})
_TURN_FILLERS = frozenset({"one", "celle", "celui", "d"})
_COUNTED = re.compile(r"([1-9]\d?) (?:e|er|ere|re|eme|ieme|nd|nde|st|rd|th)")
"""A place in figures: 'la 2e', 'the 3rd'."""
_AND = r"(?:(?:et|mais|alors|ok|oui|bon|sinon|and) )*"
_COMES_FROM = re.compile(
    r"\b(?:(?:vien|sort|provien)\w*|est) d ou\b|\bd ou\b.*\b(?:vien|sort|provien|est\b)|^(?:et )?d ou$"
)
_TREND = re.compile(r"\b(?:hausse|baisse|augment|diminu|progress|evolu|recul|increas|grow|decreas)")
"""What asks how a figure changes."""
_WITHIN = (
    r"(?:de|du|d|dans|a|from|of|in) (?:(?:la|le|l|ce|cette|cet|the|this|that) )?(?:meme |same )?"
    r"(?:ville|groupe|atelier|commission|endroit|city|town|group|place)"
)
_SIBLINGS = re.compile(
    rf"{_AND}(?:(?:donne[rz]?|montre[rz]?|liste[rz]?|dis|dites) (?:moi |nous )?)?"
    r"(?:(?:quelles sont|show me|what are) )?"
    r"(?:(?:tou(?:te)?s )?les |all |the )?"
    rf"(?:(?:autres|others)(?: (?:mesures|propositions|idees|ones|measures|proposals))?(?: {_WITHIN})?"
    rf"|(?:other )?(?:mesures|propositions|idees|celles|ones|measures|proposals) {_WITHIN})"
)
"""What asks for the measures beside one, or beside a list of them."""
_CITY = re.compile(r"\b(?:ville|city|town)\b")
_NEWS = re.compile(
    rf"{_AND}(?:"
    r"(?:(?:tu|vous) )?(?:(?:peux|peut|pouvez|pourrais|pourriez) (?:tu |vous )?)?(?:me |m |nous )"
    r"(?:prevenir|avertir|alerter|notifier|informer|abonner|tenir (?:au courant|informee?))"
    r"|(?:previen[sz]?|prevenez|averti[sr]?|avertissez|alerte[rz]?|notifie[rz]?|informe[rz]?|abonne[rz]?)"
    r" (?:moi|nous)"
    r"|(?:tien[st]|tenez) (?:moi|nous) (?:au courant|informee?)"
    r"|(?:je (?:veux|voudrais|souhaite)|j aimerais|comment)"
    r" (?:etre (?:prevenue?|avertie?|informee?|tenue? au courant)"
    r"|(?:suivre|m abonner|s abonner)(?: (?:a )?(?:ca|cela|la suite|l evenement|cette mesure|ce sujet))?)"
    r"|(?:keep|let) me (?:posted|informed|know)|notify me|follow (?:this|it)"
    r")(?: (?:quand|si|s|des|lorsqu\w*|if|when|de|about) .+)?"
)
"""The wish to be told of what comes next."""
_MASCULINE = re.compile(rf"{_AND}(?:le|du|celui|the) (?:n° |numero )?(\d+|[a-z]+)(?: (?:one|alors))?")
"""After the list of a group, 'et le 3' is another group: a measure would be 'la 3'."""
_WHO = r"(?:il|elle|ils|elles)"
_WHOLE = re.compile(
    rf"{_AND}(?:"
    # For whom it is.
    r"(?:c est |cest |c )?(?:pour|pr|a) (?:qui|ki)(?: (?:ca|c est|exactement|au juste))?"
    rf"|(?:a|pour) (?:qui|ki) (?:ca |c |cela )?(?:s adresse|est destine|profite|sert)\w*(?: t {_WHO})?"
    r"|(?:qui|ki) (?:en |est |y |ca |c |cela )?(?:beneficie|profite|concerne|vise|a droit)\w*"
    r"|(?:ca|cela) concerne (?:qui|ki)|who (?:is (?:it|this|that) )?for|for whom"
    # What somebody said, and who that is.
    rf"|(?:qu (?:a|ont) t {_WHO}|(?:qu est ce qu )?{_WHO} (?:a|ont)) (?:dit|di|raconte|explique|declare)"
    r"(?: (?:quoi|koi))?(?: d autres?| encore| de plus)?|what (?:else )?did (?:he|she|they) say"
    r"|(?:quel(?:le)? est )?(?:son|sa|leur) (?:role|fonction|poste|titre|discours|message|intervention|parti)"
    rf"|(?:de |dans )?(?:quel |le )?parti(?: (?:est|etait) (?:t )?{_WHO})?|{_WHO} est de quel parti"
    r"|(?:which|what) party(?: (?:is|was) (?:he|she) (?:in|from))?"
    # Which it is.
    r"|(?:c est |de |dans )*(?:quelle mesure|laquelle)|which (?:measure|one)(?: is (?:it|this|that))?"
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
    r"(?:adopt\w*|age|annees?|appli(?:qu\w*|ed|es)|argent|augment\w*|baisse|begins?|budget|but"
    r"|carr(?:y|ies|ied|iers?)|charg\w*|chere?s?|chiffre|cit[ey]|com(?:e|ing)|combien|commenc\w*"
    r"|costs?|coute\w*|couts?|creat(?:ed|or|eurs?)|dat(?:e|es|ed)|debut\w*|demarr\w*|devenue?s?"
    r"|donn(?:e|er|ee|ent)|dur(?:e|er|ee|era|ation)|echeances?|evolu\w*|figure|financ\w*|gratuite?s?"
    r"|groupe?|grow\w*|hausse|idea|idee?|imagin\w*|inscri\w*|lanc\w*|many|measure|mesure|mois|much"
    r"|occup\w*|organis\w*|origin\w*|pa[iy](?:e|er|es|ent|era|erait)?|pens\w*|personne"
    r"|port(?:e|er|ent|era|erait|eurs?)|prix|progress\w*|propos\w*|provien\w*|raisons?|reasons?"
    r"|reco[iu]\w*|respons\w*|said|sort\w*|start(?:s|ed)?|sugg\w*|trouv\w*|vien\w*|ville"
    r"|vot(?:e|ee|es|ees)|years?)$"
)
"""Words that point at the card instead of naming a subject."""


class _Text(NamedTuple):
    """A text as it is read."""

    matcher: Matcher
    text: str
    words: list[str]
    said: str
    """The words, joined."""


def pointing(matcher: Matcher, text: str) -> Pointer | None:
    """Return where a question points; None if it has a subject of its own."""
    words = [word for word in tokenise(normalise(text)) if word != "?"]
    if not 0 < len(words) <= MAX_WORDS:
        return None
    asked = _Text(matcher, text, words, " ".join(words))
    read = (_turn, _place, _siblings, _other_group, _news, _whole, _part)
    return next((pointer for one in read if (pointer := one(asked)) is not None), None)


def _turn(asked: _Text) -> Turn | None:
    fillers = _fillers(asked.matcher.kb.language)
    turns = [word for word in asked.words if word in _NEXT or word in _PREVIOUS]
    if len(turns) != 1 or any(word not in fillers for word in asked.words if word not in turns):
        return None
    return Turn(1 if turns[0] in _NEXT else -1)


def _place(asked: _Text) -> Place | None:
    language = asked.matcher.kb.language
    pack, fillers = load_pack(language), _fillers(language)
    named = tuple(word for word in asked.words if word not in fillers or word in _PREVIOUS)
    if match := _COUNTED.fullmatch(" ".join(named)):
        return Place(int(match[1]))
    if named in pack.last_words:
        return Place(-1 - pack.last_words[named])
    return Place(pack.ordinals[named]) if named in pack.ordinals else None


def _siblings(asked: _Text) -> Siblings | None:
    return Siblings(city=bool(_CITY.search(asked.said))) if _SIBLINGS.fullmatch(asked.said) else None


def _other_group(asked: _Text) -> OtherGroup | None:
    match = _MASCULINE.fullmatch(asked.said)
    if match is None:
        return None
    if match[1].isdecimal():
        return OtherGroup(int(match[1]))
    number = load_pack(asked.matcher.kb.language).numbers.get((match[1],))
    return None if number is None else OtherGroup(number)


def _news(asked: _Text) -> News | None:
    if not _NEWS.fullmatch(asked.said):
        return None
    # 'Préviens-moi si la mesure 15 avance' has its own: the card that answers it can be followed.
    return None if asked.matcher.match(asked.text).kind in ("answer", "list") else News()


def _whole(asked: _Text) -> Part | None:
    return Part(WHOLE) if _WHOLE.fullmatch(asked.said) else None


def _part(asked: _Text) -> Part | None:
    """Return the part of a card that a question asks for, if it asks for one and names no subject."""
    matcher, text = asked.matcher, asked.text
    question = matcher.analyse(text)
    facet = _facet(asked.said) or question.facet
    points = all(_POINTING.match(term.typed) for term in question.terms)
    if facet == WHOLE or question.reference or not points:
        return None
    askers = load_pack(matcher.kb.language).focus_openers
    names = any(term.typed not in askers for term in question.terms)
    if names and matcher.has_phrase(text):
        # Some entry is for just that.
        return None
    return Part(facet, complete=names and matcher.match(text).kind in ("answer", "list"))


def _facet(said: str) -> str | None:
    """Return what is asked for in words that mean it only below a card."""
    if _COMES_FROM.search(said):
        return "origin"
    return TREND if _TREND.search(said) else None


@cache
def _fillers(language: str) -> frozenset[str]:
    """Words beside a turn or a place that say nothing more; made once, for every question is looked at."""
    pack = load_pack(language)
    return pack.stopwords | pack.reference_nouns | _TURN_FILLERS
