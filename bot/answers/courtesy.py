"""Greetings, thanks and the like: one polite line, so that 'merci' does not read as a failed question."""

from __future__ import annotations

import re

from bot.answers import texts as t
from bot.answers.reply import Reply
from bot.answers.texts import texts
from bot.language import load_pack, normalise, tokenise

MAX_WORDS = 6
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
_HOW_ARE_YOU = re.compile(
    r"(?:comment )?(?:ca|sa) (?:va|roule|gaze)(?: (?:bien|toi|vous|et (?:toi|vous)))*"
    r"|comment (?:vas tu|tu vas|allez vous|vous allez)|(?:tu vas|vous allez|vas tu|allez vous) bien"
    r"|(?:bien )?et (?:toi|vous)|(?:la|en) forme|quoi de (?:neuf|beau)"
    r"|how (?:are|r) (?:you|u)(?: doing)?|how is it going|how do you do|what s up"
)
"""The one courtesy that is a question."""
_GRATITUDE = (
    r"merci(?: quand meme)?|mrc|thx|thanks?|mci|super|parfait|genial|cool|nickel|bravo|excellent|great"
    r"|perfect|okay|ok|d accord|dacc?|entendu|compris|c est note|top|chouette|got it"
)
_FAREWELL = (
    r"(?:au )?revoir|(?:good)?bye|adieu|ciao|bientot|aurevoir|tchao|see (?:you|ya)"
    r"|(?:bonne|belle|excellente|tres bonne) (?:(?:fin|suite) de )?"
    r"(?:soiree|journee|nuit|continuation|semaine|annee|vacances|route)"
    r"|bon(?:ne)? (?:week end|weekend|we|dimanche|apres midi|aprem|courage|chance)"
    r"|a (?:plus tard|plus|tout a l heure|toute|demain|la prochaine)"
    r"|(?:have a )?(?:good|nice|great) (?:night|day|evening|weekend|one)"
)
_GREETING = r"bonjour|bonsoir|salut|coucou|hello|hey|hi|slt|bjr|bsr|morning|evening|wesh|yo"
_MERE_WORDS = (
    r"oui|ouais|ouep|nope|nan|non|yes|yep|yeah|no|lol|mdr+|ptdr|xd+|(?:ha|hi|he|hu){2,10}h?|h+m+|bof"
    r"|de rien|you are welcome|you re welcome"
)
_KINDS = tuple(
    (re.compile(rf"\b(?:{said})\b"), answer)
    for said, answer in (
        (_GRATITUDE, t.THANKS),
        (_FAREWELL, t.GOODBYE),
        (_GREETING, t.HELLO),
        (_MERE_WORDS, t.YOUR_QUESTION),
    )
)
"""What is said, and the answer to it; of a text that says several, the first of these is answered."""


def courtesy(text: str, language: str) -> Reply | None:
    """Return a polite line if the text is courtesy and nothing else, or says nothing at all."""
    if not any(character.isalnum() for character in text):
        return Reply(html=texts(language)(t.YOUR_QUESTION))
    words = tokenise(normalise(text))
    if not 0 < len(words) <= MAX_WORDS:
        return None
    said = " ".join(word for word in words if word != "?")
    asks = "?" in words
    answers = []
    for pattern, answer in _KINDS:
        said, found = pattern.subn(" ", said)
        answers += [answer] * bool(found)
    rest = said.split()
    if _HOW_ARE_YOU.fullmatch(" ".join(rest)):
        return Reply(html=texts(language)(t.FINE))
    pack = load_pack("fr")
    # 'Oui, mais pourquoi ?' asks.
    ignored = (pack.stopwords | _FILLERS) - pack.question_openers
    if not answers or asks or any(word not in ignored for word in rest):
        return None
    return Reply(html=texts(language)(answers[0]))
