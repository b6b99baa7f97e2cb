"""Knowledge bases of any size in natural words, and questions to them.

Each entry is about three words, drawn from ordinary French by frequency (Zipf's law), so that a few words are
everywhere and most are rare, as in real texts. Its phrases put two or three of them into everyday templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from bot.kb import Entry, KnowledgeBase, Lexicon
from bot.kb.models import BaseTranslation
from bot.language import frequencies, load_pack

SUBJECT_WORDS = 3
MIN_LETTERS = 4
ALIASES = ("{a} {b}", "{b} {c}", "{a} {b} {c}")
QUESTIONS = (
    "c'est quoi {a} {b} ?",
    "comment fonctionne {a} pour {b} ?",
    "qui s'occupe de {b} et de {c} ?",
    "pourquoi {a} dans {c} ?",
    "combien coûte {b} avec {a} ?",
    "où trouver {c} pour {b} ?",
    "je voudrais en savoir plus sur {a} {b} {c}",
)
ASKED = (
    "{b} {a}",
    "vous proposez quoi pour {a} et {b} ?",
    "est-ce qu'il y a {c} avec {a} ?",
    "bonjour, on m'a parlé de {b}, {c} et {a}, c'est prévu pour quand ?",
    "dites moi tout sur {a} {c}",
)
"""Constructions that no entry has."""
MISSPELT_SHARE = 0.4
"""Of the questions; finding what a misspelt word stands for is the dearest step."""


@dataclass(frozen=True)
class Question:
    """A text and the entry that it was made from."""

    text: str
    expected: str


class Words:
    """Draws words as often as they occur."""

    def __init__(self, random: Random) -> None:
        pack = load_pack("fr")
        self._random = random
        # Zipf value: the logarithm of occurrences in a billion words.
        drawn = {
            w: 10**z
            for w, z in frequencies("fr").items()
            if len(w) >= MIN_LETTERS and w not in pack.stopwords
        }
        self._words = list(drawn)
        self._cumulated = list(accumulate(drawn.values()))

    def draw(self, count: int) -> list[str]:
        """Return different words."""
        found: dict[str, None] = {}
        while len(found) < count:
            found.update(dict.fromkeys(self._random.choices(self._words, cum_weights=self._cumulated)))
        return list(found)


def knowledge(size: int, questions: int, seed: int = 1) -> tuple[KnowledgeBase, list[Question]]:
    """Return a knowledge base of ``size`` entries with eleven phrases each, and questions to it."""
    random = Random(seed)
    words = Words(random)
    subjects = [dict(zip("abc", words.draw(SUBJECT_WORDS), strict=True)) for _ in range(size)]
    entries = {
        f"entry-{number}": Entry(
            id=f"entry-{number}",
            title=" ".join(subject.values()).capitalize(),
            answer="—",
            aliases=[template.format(**subject) for template in ALIASES],
            questions=[template.format(**subject) for template in QUESTIONS],
        )
        for number, subject in enumerate(subjects)
    }
    asked = []
    for _ in range(questions):
        number = random.randrange(size)
        text = random.choice(ASKED).format(**subjects[number])
        asked.append(Question(_misspell(text, random), f"entry-{number}"))
    kb = KnowledgeBase("fr", "Synthetic", None, BaseTranslation(), {}, entries, Lexicon())
    return kb, asked


def _misspell(text: str, random: Random) -> str:
    """Swap two letters inside the longest word of some texts."""
    if random.random() > MISSPELT_SHARE:
        return text
    word = max(text.split(), key=len)
    at = random.randrange(1, len(word) - 2)
    return text.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1)
