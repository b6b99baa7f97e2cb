"""What is said to the bot and asks nothing of the source: greetings, thanks, 'who are you?', 'help'."""

from __future__ import annotations

import re

from bot.answers import texts as t
from bot.answers.reply import Reply
from bot.answers.texts import texts
from bot.language import load_pack, normalise, tokenise

MAX_WORDS = 5
MAX_ABOUT_ME = 14
_FILLERS = frozenset(
    [
        "beaucoup",
        "bien",
        "cher",
        "infiniment",
        "much",
        "so",
        "very",
        "good",
        "a",
        "the",
        "to",
        "you",
        "bot",
        "everyone",
        "tous",
    ]
)


_YOU = r"(?:(?:es|est|etes) (?:tu|vous)|(?:tu|vous) (?:es|est|etes)|t es|t)"
_CAN = (
    r"(?:(?:sais|peux|fais) tu|(?:savez|pouvez|faites) vous|tu (?:sais|peux|fais)"
    r"|vous (?:savez|pouvez|faites))(?: faire)?"
)
_ASK = r"(?:puis je|je peux|on peut|peut on)(?: te| vous)? demander"
_MACHINE = r"robot|bot|chatbot|humaine?|machine|ia|intelligence artificielle|personne|chatgpt|vrai"
_ABOUT_ME = re.compile(
    rf"(?:[qk]ui|[qk]i) {_YOU}|{_YOU} (?:[qk]ui|[qk]i)"
    rf"|(?:est ce que )?{_YOU} (?:une? )?(?:vraie? )?(?:{_MACHINE})(?: ou .*)?"
    rf"|(?:est ce que )?je parle (?:a|avec) une? (?:vraie? )?(?:{_MACHINE})(?: ou .*)?"
    r"|c est quoi (?:ce|ton) (?:ro)?bot|[qk]u?i (?:t a|vous a) (?:cree|fait|programme|concu|code)"
    r"|comment (?:t appelles tu|tu t appelles|vous appelez vous)|(?:c est quoi|quel est) (?:ton|votre) nom"
    r"|aide[rz]?(?: moi)?|(?:j ai )?besoin d aide|menu|commandes?|mode d emploi"
    rf"|(?:que|quoi|qu est ce que) {_CAN}|{_CAN} quoi|a quoi (?:tu sers|sers tu|servez vous)|tu sers a quoi"
    rf"|(?:que|qu est ce que) {_ASK}|{_ASK} quoi"
    r"|(?:who|what) are (?:you|u)|are (?:you|u) (?:an? )?(?:real )?(?:robot|bot|human|ai|machine|person)"
    r"|help(?: me)?|what (?:can|do) (?:you|u) do|what can i ask(?: you)?|who (?:made|built|created) (?:you|u)"
)
_BESIDE = frozenset(
    ["stp", "svp", "please", "bonjour", "salut", "hello", "mais", "en", "fait", "au", "alors", "donc", "toi"]
)


def courtesy(text: str, language: str) -> Reply | None:
    """Answer a text that is courtesy and nothing else, is about the bot itself, or says nothing at all."""
    said = texts(language)
    if not any(character.isalnum() for character in text):
        return Reply(html=said(t.YOUR_QUESTION))
    words = tokenise(normalise(text))
    if 0 < len(words) <= MAX_ABOUT_ME and _is_about_me(words):
        return Reply(html=said(t.ABOUT_ME))
    if not 0 < len(words) <= MAX_WORDS or "?" in words:
        return None
    ignored = load_pack("fr").stopwords | _FILLERS
    for known, answer in (
        (t.GRATITUDE, t.THANKS),
        (t.FAREWELLS, t.GOODBYE),
        (t.GREETINGS, t.HELLO),
    ):
        rest = [word for word in words if word not in known]
        if len(rest) < len(words) and all(word in ignored for word in rest):
            return Reply(html=said(answer))
    return None


def _is_about_me(words: list[str]) -> bool:
    # In the middle of a text these words may be part of the question: 'fait', 'en'.
    while words and (words[0] in _BESIDE or words[0] == "?"):
        words = words[1:]
    while words and (words[-1] in _BESIDE or words[-1] == "?"):
        words = words[:-1]
    return _ABOUT_ME.fullmatch(" ".join(words)) is not None
