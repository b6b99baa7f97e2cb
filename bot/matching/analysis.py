"""Text to weighted features: the same for the phrases of the index and for a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.kb import Lexicon
from bot.language import AVAILABLE, LanguagePack, load_pack, normalise, tokenise

_SIGNS = frozenset("#€?")
STOPWORD_WEIGHT = 0.8
"""Function words carry the construction ('combien de', 'how do I'): held-out accuracy rises up to 0.8."""
NOTION_WEIGHT = 0.7
"""A synonym counts less than the word itself."""
PAIR_WEIGHT = 0.5
"""Neighbours ('espace public') count beside their words, not instead of them."""
SMALL_NUMBER_RARITY = 0.3
"""'Les 3 propositions', '2 enfants': one digit says little."""
MAX_FOCUS_DISTANCE = 4
"""Words from a question word to the one that it asks for: 'combien de toutes ces *pages*'."""
PHRASE_WORDS = 8
"""Words of a phrase, for how often ordinary language would have a word in one."""
ORDINARY_ZIPF = 3.6
"""A word this frequent in ordinary language (one in 250,000) is that word, not a misspelt other."""
_SHORTEST_ELIDED = 4
_VOWELS = frozenset("aeiouyh")
_CACHED_WORDS = 20_000
_CACHED_LENGTH = 40
"""Nobody types a longer word twice, and thousands of them would fill the memory."""
_MIN_STOP_STEM = 4
MAX_WORDS = 150
"""Beyond this a message is a text, not a question; its end repeats its subject or leaves it."""
RAREST_ZIPF = 3.0
"""Zipf value of a word outside the frequency list, just below the list's last (3.1)."""
COMMONEST_ZIPF = 6.5
"""From here up (function words) a word says nothing of the subject."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, spelt out and stemmed."""

    text: str
    stem: str
    stop: bool
    """A function word, or one that the lexicon declares empty."""


class Analyser:
    """Splits, spells out, stems and finds shared notions, for one language and lexicon."""

    def __init__(self, pack: LanguagePack, lexicon: Lexicon) -> None:
        self.pack = pack
        self._spellings: dict[str, tuple[str, ...]] = dict(pack.spellings)
        for short, full in lexicon.spellings.items():
            self._spellings[normalise(short)] = tuple(tokenise(normalise(full)))
        self._pair_openers = {short.split()[0] for short in self._spellings if " " in short}
        """Looked at before two words are joined, for every word of every text, to be looked up as one."""
        self._stopwords = pack.stopwords | {normalise(word) for word in lexicon.stopwords}
        # Other forms of a function word are function words: 'parlent' beside 'parle'.
        self._stop_stems = frozenset(
            stem for stem in pack.stemmer.stemWords(sorted(self._stopwords)) if len(stem) >= _MIN_STOP_STEM
        )
        self._words: dict[str, Word] = {}
        self._zipf: dict[str, float] = {}
        # A French knowledge base is asked in English too: an English word is an ordinary word.
        self._packs = [pack, *(load_pack(code) for code in AVAILABLE if code != pack.code)]
        self._notions: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        """First stem of a synonym to its stems and the name of its notion."""
        self.synonym_words: set[str] = set()
        for number, row in enumerate(lexicon.synonyms):
            for term in row:
                words = self.words(term)
                self.synonym_words.update(word.text for word in words)
                stems = tuple(word.stem for word in words if not word.stop)
                if stems:
                    self._notions.setdefault(stems[0], []).append((stems, f"~{number}"))

    def words(self, text: str) -> list[Word]:
        """All words of a text; signs other than '%' are left out."""
        return self.words_in(normalise(text))

    def words_in(self, normalised: str) -> list[Word]:
        """All words of a text that ``normalise`` has been through."""
        tokens = [token for token in tokenise(normalised) if token not in _SIGNS][:MAX_WORDS]
        fillers, word = self.pack.fillers, self.word
        return [word(spelt) for spelt in self._spell_out(tokens) if spelt not in fillers]

    def _spell_out(self, tokens: list[str]) -> Iterator[str]:
        rest = iter(zip(tokens, [*tokens[1:], ""], strict=False))
        for token, following in rest:
            if token in self._pair_openers and (pair := self._spellings.get(f"{token} {following}")):
                yield from pair
                next(rest)
            elif token in self._spellings:
                yield from self._spellings[token]
            elif (elided := self._elided(token)) is not None:
                yield from elided
            else:
                yield token

    def _elided(self, token: str) -> tuple[str, str] | None:
        """Return the parts of two words that are typed without their apostrophe ('lecole'), or None."""
        elision = "qu" if token.startswith("qu") else token[0]
        rest = token[len(elision) :]
        if len(rest) < _SHORTEST_ELIDED or elision not in self.pack.elisions or rest[0] not in _VOWELS:
            return None
        # Before any other letter 'ce' is whole: 'codeurs' are no 'odeurs'.
        if elision == "c" and rest[0] != "e":
            return None
        # Most words that begin so are words of their own: 'depuis'.
        if self.pack.words.get(rest, 0.0) < ORDINARY_ZIPF or self.zipf(self.word(token)) > RAREST_ZIPF:
            return None
        return elision, rest

    def word(self, text: str) -> Word:
        """One spelt-out word; cached while it is likely to come again."""
        known = self._words.get(text)
        if known is None:
            text_ = "pourcent" if text == "%" else text
            stem = text_ if text_[0].isdigit() else self.pack.stemmer.stemWord(text_)
            known = Word(text_, stem, self._is_stop(text_, stem))
            if len(self._words) < _CACHED_WORDS and len(text) <= _CACHED_LENGTH:
                self._words[text] = known
        return known

    def _is_stop(self, text: str, stem: str) -> bool:
        single_letter = len(text) == 1 and not text.isdigit()
        form = stem in self._stop_stems and text not in self.pack.content_words
        return text in self._stopwords or form or single_letter

    def notions(self, stems: list[str]) -> list[tuple[int, int, str]]:
        """Return (start, length, notion) of every synonym found in a sequence of stems."""
        found = []
        for start, stem in enumerate(stems):
            for sequence, notion in self._notions.get(stem, ()):
                length = len(sequence)
                if length == 1 or tuple(stems[start : start + length]) == sequence:
                    found.append((start, length, notion))
        return found

    def zipf(self, word: Word) -> float:
        """Frequency of a word in ordinary language: 3.0 (rare or unknown) to about 7.5 ('de')."""
        known = self._zipf.get(word.text)
        if known is None:
            known = max(pack.zipf.get(pack.stemmer.stemWord(word.text), RAREST_ZIPF) for pack in self._packs)
            if len(self._zipf) < _CACHED_WORDS and len(word.text) <= _CACHED_LENGTH:
                self._zipf[word.text] = known
        return known

    def in_ordinary_phrase(self, word: Word) -> float:
        """Occurrences of a word expected in a phrase of ordinary language (zipf: log10 of a billion)."""
        return PHRASE_WORDS * 10 ** (self.zipf(word) - 9)

    def rarity(self, word: Word) -> float:
        """How much a word says of a subject by its rarity in ordinary language, in [0, 1]."""
        if word.text[0].isdigit():
            return SMALL_NUMBER_RARITY if len(word.text) == 1 else 1.0
        span = COMMONEST_ZIPF - RAREST_ZIPF
        return min(1.0, max(0.0, (COMMONEST_ZIPF - self.zipf(word)) / span))


def phrase_features(analyser: Analyser, words: list[Word]) -> Mapping[str, float]:
    """Return the features of a phrase of the index: stems, notions and pairs of neighbours."""
    content = [word.stem for word in words if not word.stop]
    # The three kinds have no feature in common; of a stem that is a function word too, the larger weight.
    found = {word.stem: STOPWORD_WEIGHT for word in words if word.stop}
    found.update(dict.fromkeys(content, 1.0))
    found.update((notion, NOTION_WEIGHT) for _, _, notion in analyser.notions(content))
    found.update((f"{left.stem} {right.stem}", PAIR_WEIGHT) for left, right in pairwise(words))
    return found


def words_asked_for(analyser: Analyser, words: list[Word]) -> set[str]:
    """Return the stems and notions of the words that follow a question word: 'combien de *foyers*'."""
    found: set[str] = set()
    distance = MAX_FOCUS_DISTANCE + 1
    before: Word | None = None
    for word in words:
        distance = 0 if opens_question(word, before, analyser.pack) else distance + 1
        if not word.stop and 0 < distance <= MAX_FOCUS_DISTANCE:
            found.add(word.stem)
            found.update(notion for _, _, notion in analyser.notions([word.stem]))
            distance = MAX_FOCUS_DISTANCE + 1
        before = word
    return found


def opens_question(word: Word, before: Word | None, pack: LanguagePack) -> bool:
    """Whether a word asks for what follows it; 'qui' in 'les gens qui…' or 'ce qui…' only joins a clause."""
    if word.text not in pack.focus_openers:
        return False
    if word.text not in pack.relatives or before is None:
        return True
    return before.stop and before.text not in pack.antecedents
