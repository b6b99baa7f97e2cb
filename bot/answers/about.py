"""Questions about the bot itself: 'who are you?', 'what can you do?', 'help'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answers import texts as t
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
    r"|aide|aide[rz] moi"
    rf"|(?:que|quoi|qu est ce que) {_CAN}|{_CAN} quoi|a quoi (?:tu sers|sers tu|servez vous)|tu sers a quoi"
    rf"|(?:que|qu est ce que) {_ASK}|{_ASK} quoi"
    r"|(?:who|what) are (?:you|u)|are (?:you|u) (?:an? )?(?:real )?(?:robot|bot|human|ai|machine|person)"
    r"|help(?: me)?|what (?:can|do) (?:you|u) do|what can i ask you|who (?:made|built|created) (?:you|u)"
)
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
    """Say what the bot is to who asks; None where a knowledge base holds that very question itself."""
    words = tokenise(normalise(text))
    if not 0 < len(words) <= MAX_WORDS:
        return None
    # In the middle of a text these words may be part of the question: 'fait', 'en'.
    while words and words[0] in _BESIDE:
        del words[0]
    while words and words[-1] in _BESIDE:
        del words[-1]
    if not _ABOUT_ME.fullmatch(" ".join(words)) or matcher.has_phrase(text):
        return None
    return Reply(html=texts(language)(t.ABOUT_ME))
