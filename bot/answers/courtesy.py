"""Greetings, thanks and the like: one polite line, so that 'merci' does not read as a failed question."""

from __future__ import annotations

import re
from functools import cache

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
    r"|how (?:are|r) (?:you|u)(?: doing)?(?: today)?|how (?:is|s) it going|how do you do|what s up"
)
"""The one courtesy that is a question."""
_GRATITUDE = (
    r"merci(?: (?:quand meme|d avance|beaucoup|bcp|bien|infiniment|mille fois))*"
    r"(?: pour (?:la|ta|votre|ton|tout|l) ?(?:reponse|aide)?)?|mrc|mci"
    r"|(?:je|on) (?:te|vous) remercie|mille mercis?|thank you"
    r"|ty|(?:thx|thanks?)(?: a lot| for (?:your|the) (?:help|answer))?"
    r"|super|parfait|genial|cool|nickel|bravo|excellent|great|perfect|top|chouette"
    r"|(?<!have a )nice(?: one)?|good one"
    r"|okay|ok|d ?acc(?:ord)?|dac|entendu|compris|c est note|got it|(?:non )?ca (?:va|ira) merci"
)
_FAREWELL = (
    r"(?:au )?revoir|(?:good)?bye|adieu|ciao|bientot|aurevoir|tchao|see (?:you|ya)"
    r"|(?:bonnes?|belle|excellente|tres bonne) (?:(?:fin|suite) de )?"
    r"(?:soiree|journee|nuit|continuation|semaine|annee|vacances|route)"
    r"|bon(?:ne)? (?:week end|weekend|we|dimanche|apres midi|aprem|courage|chance)"
    r"|a (?:plus tard|tout a l heure|demain|la prochaine)|^a (?:plus|toute)$"
    r"|have a (?:good|nice|great) (?:night|day|evening|weekend|one)|good night"
)
_GREETING = (
    r"bonjour|bonsoir|salut|coucou|hello|hey|hi|slt|bjr|bsr|wesh|yo|allo|enchantee?"
    r"|good (?:morning|afternoon|evening)|morning|evening"
)
_YES_AND_NO = r"oui|ouais|ouep|nope|nan|non|yes|yep|yeah|no|de rien|you are welcome|you re welcome"
_INTERJECTION = (
    r"lol|mdr+|ptdr|xd+|(?:ha|hi|he|hu){2,10}h?|h+[mu]+m*|bof|mou?ais|pf+|tant pis|dommage|zut|test"
    r"|(?:laisse[rz]?|laissons) tomber|oublie[rz]?|peu importe|pas grave|never ?mind|forget it"
)
_RUDE = (
    r"(?:nul(?:le)?|con(?:ne|nard|nasse)?|debile|idiote?|stupide?|bete|naze|inutile|useless|dumb)"
    r"(?: ou quoi)?|ta gueule|merde|fdp|tg|(?:tu|vous|ca) (?:ne )?(?:sers?|servez) a rien"
)
_KINDS = tuple(
    (re.compile(rf"\b(?:{said})\b"), answer)
    for said, answer in (
        (_GRATITUDE, t.THANKS),
        (_FAREWELL, t.GOODBYE),
        (_GREETING, t.HELLO),
        (_YES_AND_NO, t.IN_A_FEW_WORDS),
        (_INTERJECTION, t.YOUR_QUESTION),
        # Who is rude wants an answer too.
        (_RUDE, t.YOUR_QUESTION),
    )
)
"""What is said, and the answer to it; of a text that says several, the first of these is answered."""
_MEANT = frozenset({"pas", "rien", "jamais", "apres", "avant", "not", "before"})
"""Function words that turn what is said round ('pas compris'), or ask ('ok, et après ?')."""


def courtesy(text: str, language: str) -> Reply | None:
    """Return a polite line if the text is courtesy and nothing else, or says nothing at all."""
    if not any(character.isalnum() for character in text):
        return Reply(html=texts(language)(t.YOUR_QUESTION))
    words = tokenise(normalise(text))
    if not 0 < len(words) <= MAX_WORDS:
        return None
    rest = " ".join(word for word in words if word != "?")
    answers = []
    for pattern, answer in _KINDS:
        rest, found = pattern.subn(" ", rest)
        if found:
            answers.append(answer)
    left = rest.split()
    if _HOW_ARE_YOU.fullmatch(" ".join(left)):
        return Reply(html=texts(language)(t.FINE))
    if not answers or not _ignored().issuperset(left) or ("?" in words and answers[0] != t.HELLO):
        return None
    return Reply(html=texts(language)(answers[0]))


@cache
def _ignored() -> frozenset[str]:
    """Words that may stand beside courtesy; not those that ask: 'oui, mais pourquoi ?'."""
    pack = load_pack("fr")
    return (pack.stopwords | _FILLERS) - pack.question_openers - _MEANT
