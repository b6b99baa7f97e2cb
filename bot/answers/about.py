"""Questions about the bot itself: 'who are you?', 'help', 'where does that come from?'."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answers import texts as t
from bot.answers.content import source_of
from bot.answers.courtesy import courtesy
from bot.answers.reply import Reply
from bot.answers.texts import texts
from bot.language import normalise, tokenise

if TYPE_CHECKING:
    from bot.matching import Matcher

MAX_WORDS = 14
_YOU = r"(?:(?:es|est|etes) (?:tu|vous)|(?:tu|vous) (?:es|est|etes)|t es|t)"
_CAN = (
    r"(?:(?:sais|peux|fais) tu|(?:savez|pouvez|faites) vous|tu (?:sais|peux|fais)"
    r"|vous (?:savez|pouvez|faites))(?: faire)?"
)
_ASK = r"(?:puis je|je peux|on peut|peut on) (?:te|vous) demander"
_MACHINE = (
    r"(?:une? )?(?:vraie? )?"
    r"(?:robot|bot|chatbot|humaine?|machine|ia|intelligence artificielle|personne|chatgpt|vrai)"
)
_OR_NOT = rf"(?: ou (?:non|pas|bien {_MACHINE}|{_MACHINE}))?"
_ABOUT_ME = re.compile(
    rf"(?:[qk]ui|[qk]i) {_YOU}|{_YOU} (?:[qk]ui|[qk]i)"
    rf"|(?:est ce que )?{_YOU} {_MACHINE}{_OR_NOT}"
    rf"|(?:est ce que )?je parle (?:a|avec) {_MACHINE}(?: ou (?:a|avec) {_MACHINE})?{_OR_NOT}"
    r"|c est quoi (?:ce|ton) (?:ro)?bot|[qk]u?i (?:t a|vous a) (?:cree|fait|programme|concu|code)"
    r"|comment (?:t appelles tu|tu t appelles|vous appelez vous)|(?:c est quoi|quel est) (?:ton|votre) nom"
    r"|aide|aide[rz] moi|(?:j ai|j y|je n ai|je n y|c est)? ?(?:pas|rien) compris"
    r"|je (?:ne )?comprends (?:pas|rien)"
    r"|i do ?n t (?:understand|get it)"
    rf"|(?:que|quoi|qu ?est ce que) {_CAN}|{_CAN} quoi|a quoi (?:tu sers|sers tu|servez vous)|tu sers a quoi"
    rf"|(?:que|qu est ce que) {_ASK}|{_ASK} quoi"
    r"|(?:who|what) are (?:you|u)|are (?:you|u) (?:an? )?(?:real )?(?:robot|bot|human|ai|machine|person)"
    r"|help(?: me)?|what (?:can|do) (?:you|u) do|what can i ask you|who (?:made|built|created) (?:you|u)"
)
_YOUR = r"(?:ta|ton|tes|ti|vos|votre|notre|les|la|le|l|cette|ces|ce)"
_SOURCE = r"(?:sources?|infos?|informations?|donnees|reponses|references)"
_REPORT = r"(?:compte rendu|article|billet|rapport|reportage|texte|blog|source)"
_COMES = r"(?:vien\w*|sort\w*|provien\w*)"
_GOT = r"(?:tu tiens|tiens tu|vous tenez|tenez vous|tu sors|sors tu|tu tires)"
_WRITTEN = r"(?:ecrit|redige|fait|publie|signe)"
_ABOUT_SOURCE = re.compile(
    r"sources?"
    rf"|(?:(?:quelles?|c|ce|qu|quoi|[qk]uel) (?:est|sont|c est)?(?: quoi)? ?)?{_YOUR} sources?"
    rf"|cest (?:quoi|koi) {_YOUR} sources?"
    rf"|d ?ou (?:{_COMES}|{_GOT}) {_YOUR} {_SOURCE}|d ?ou {_GOT} ca|{_GOT} ca d ?ou"
    rf"|{_YOUR} {_SOURCE} (?:(?:ca |elles? |ils? )?{_COMES} d ?ou|d ?ou (?:elles |ils )?{_COMES})"
    rf"|(?:c est |[ck] )?(?:qui|ki) (?:qui |ki )?(?:a|l a) {_WRITTEN} {_YOUR} {_REPORT}"
    rf"|(?:c est |[ck] )?(?:qui|ki) (?:est )?l auteure?(?: (?:de |du |d )(?:{_YOUR} )?{_REPORT})?"
    r"|(?:what|which) (?:is|are|s) (?:your|the) sources?"
    r"|who wrote (?:it|(?:the|this|that) (?:report|article|post))"
    r"|where (?:do|did) you get (?:it|(?:your|this|the|that) (?:info|information|data|answers?))(?: from)?"
    r"|where (?:do|does) (?:your|this|the|that) (?:info|information|data|answers?) come from"
)
_WHO = re.compile(r"(?:c est |c )?(?:qui|ki)(?: est| c)? |who is |who s ")
_TITLE = re.compile(r'«[^»]*»|“[^”]*”|"[^"]*"')
"""Names in a title are its subject."""
_NAME = re.compile(r"\b[A-ZÀ-Ý][^\W\d_]+")
_BESIDE = frozenset(
    [
        "stp",
        "svp",
        "please",
        "bonjour",
        "salut",
        "hello",
        "mais",
        "en",
        "fait",
        "au",
        "alors",
        "donc",
        "toi",
        "?",
    ]
)


def small_talk(matcher: Matcher, text: str, language: str) -> Reply | None:
    """Answer what is said to the bot and asks nothing of its knowledge; None for all else."""
    return courtesy(text, language) or about_me(matcher, text, language)


def about_me(matcher: Matcher, text: str, language: str) -> Reply | None:
    """Say what the bot is, or what its source is; None where a knowledge base holds that very question."""
    words = tokenise(normalise(text))
    if not 0 < len(words) <= MAX_WORDS:
        return None
    # In the middle of a text these words may be part of the question: 'fait', 'en'.
    while words and words[0] in _BESIDE:
        del words[0]
    while words and words[-1] in _BESIDE:
        del words[-1]
    asked = " ".join(words)
    said = texts(language)
    source = source_of(matcher.kb, said)
    if _ABOUT_ME.fullmatch(asked):
        reply = said(t.ABOUT_ME)
    elif source and (_ABOUT_SOURCE.fullmatch(asked) or _asks_for_author(matcher, asked, source)):
        reply = said(t.ABOUT_SOURCE, source=source)
    else:
        return None
    return None if matcher.has_phrase(text) else Reply(html=reply)


def _asks_for_author(matcher: Matcher, asked: str, source: str) -> bool:
    """Whether somebody is asked for whom the source names, and nothing else: 'c'est qui David Fayon ?'."""
    who = _WHO.match(asked)
    name = asked[who.end() :].split() if who else asked.split()
    # A word of the source alone may be a subject: 'tarifs' of 'Tarifs 2024'.
    asks = _names_in(source).issuperset(name) and (who is not None or len(name) > 1)
    return asks and matcher.match(asked).kind not in ("answer", "list")


@lru_cache(maxsize=8)
def _names_in(source: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in _NAME.findall(_TITLE.sub("", source)))
