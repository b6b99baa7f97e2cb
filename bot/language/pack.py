"""A language pack: one YAML file a language, read once and compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from Stemmer import Stemmer

from bot.errors import LanguageError
from bot.language.hashed import HashedMap, hashes

AVAILABLE = ("fr", "en")
_SHORTEST_VERB = 6
"""Letters of a form of a verb that is known by its ending: 'ment' is not 'mer'."""


@dataclass(frozen=True, slots=True)
class Facet:
    """What a question asks for: a reason, a date, a price."""

    name: str
    strict: bool
    """Whether an entry that does not hold this facet must not be given as the answer."""
    pattern: re.Pattern[str]
    """Of words, spelt out."""
    opening: re.Pattern[str] | None
    """Of a clause, from its start, where what is else a relative pronoun asks: ', qui le porte ?'."""


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """Everything that depends on the language and on nothing else."""

    code: str
    stemmer: Stemmer
    verb_endings: Mapping[str, str]
    """Endings that Snowball leaves where they may be a noun's, and the infinitive's: 'aident', 'aider'."""
    elisions: frozenset[str]
    stopwords: frozenset[str]
    content_words: frozenset[str]
    """Words that have the stem of a stopword, but are not a form of it."""
    fillers: frozenset[str]
    spellings: Mapping[str, tuple[str, ...]]
    phonetics: tuple[tuple[re.Pattern[str], str], ...]
    numbers: Mapping[tuple[str, ...], int]
    ordinals: Mapping[tuple[str, ...], int]
    last_words: Mapping[tuple[str, ...], int]
    number_openers: frozenset[str]
    """The words with which a number, an ordinal or a 'last' begins."""
    first_words: frozenset[str]
    """Beside a number they count from the start: 'les trois premières'."""
    final_words: frozenset[str]
    """The same, from the end."""
    range_words: frozenset[str]
    joiners: frozenset[str]
    """What else may stand between numbers that are listed."""
    reference_nouns: frozenset[str]
    number_signs: frozenset[str]
    negative_words: frozenset[str]
    group_nouns: frozenset[str]
    reference_fillers: frozenset[str]
    reference_blockers: frozenset[str]
    facets: tuple[Facet, ...]
    question_openers: frozenset[str]
    focus_openers: frozenset[str]
    """Question words that the word asked about follows: 'combien de *pages*'."""
    relatives: frozenset[str]
    """Those that join clauses too: 'les gens *qui*…', 'à pied *ou* en bus'."""
    antecedents: frozenset[str]
    """Function words after which they do: '*ce* qui…'."""
    question_patterns: re.Pattern[str]
    chatter: re.Pattern[str]
    exclamations: re.Pattern[str]
    remark_openers: tuple[str, ...]
    attribute_openers: tuple[str, ...]
    list_templates: tuple[str, ...]
    list_theme_templates: tuple[str, ...]
    list_all_templates: tuple[str, ...]
    list_carriers: tuple[str, ...]
    list_all_words: frozenset[str]
    list_nouns: frozenset[str]
    list_titles: Mapping[str, str]
    places: tuple[str, ...]
    """Places that somebody may ask for measures of."""
    words: HashedMap[float]
    """Frequent words of ordinary language to their Zipf frequency, from 3.1 up."""
    zipf: HashedMap[float]
    """Stem to the Zipf frequency of its most frequent word."""

    def infinitive(self, word: str) -> str | None:
        """Return the infinitive of a form that Snowball takes for a noun ('aident'), None for other words."""
        if len(word) >= _SHORTEST_VERB:
            for ending, whole in self.verb_endings.items():
                verb = word.removesuffix(ending) + whole
                # 'Parent' is the commoner word, and no form of 'parer'.
                if word.endswith(ending) and self.words.get(verb, 0.0) > self.words.get(word, 0.0):
                    return verb
        return None

    def sound(self, words: str) -> str:
        """Return the key that words share which sound alike ('kelke', 'quelque'); of many, line by line."""
        for pattern, replacement in self.phonetics:
            words = pattern.sub(replacement, words)
        return words


@lru_cache(maxsize=len(AVAILABLE))
def load_pack(code: str) -> LanguagePack:
    """Read the pack of a language.

    Raises:
        LanguageError: there is no such pack.

    """
    if code not in AVAILABLE:
        raise LanguageError(f"language '{code}' is not one of: {', '.join(AVAILABLE)}")
    raw: dict[str, Any] = yaml.load(_resource(f"{code}.yaml"), Loader=yaml.CSafeLoader)
    # Without its cache it is three times as fast on many different words.
    stemmer = Stemmer(raw["stemmer"], 0)
    words = frequencies(code)
    numbers, ordinals, last_words = map(_sequences, (raw["numbers"], raw["ordinals"], raw["last_words"]))
    return LanguagePack(
        code=code,
        stemmer=stemmer,
        verb_endings=raw["verb_endings"],
        elisions=frozenset(raw["elisions"]),
        stopwords=_words(raw["stopwords"]),
        content_words=_words(raw["content_words"]),
        fillers=_words(raw["fillers"]),
        spellings={word: tuple(full.split()) for word, full in raw["spellings"].items()},
        phonetics=tuple((re.compile(pattern, re.MULTILINE), to) for pattern, to in raw["phonetics"]),
        numbers=numbers,
        ordinals=ordinals,
        last_words=last_words,
        number_openers=frozenset(words[0] for words in (*numbers, *ordinals, *last_words)),
        first_words=frozenset(raw["first_words"]),
        final_words=frozenset(raw["final_words"]),
        range_words=frozenset(raw["range_words"]),
        joiners=frozenset(raw["joiners"]),
        reference_nouns=frozenset(raw["reference_nouns"]),
        number_signs=frozenset(raw["number_signs"]),
        negative_words=frozenset(raw["negative_words"]),
        group_nouns=frozenset(raw["group_nouns"]),
        reference_fillers=_words(raw["reference_fillers"]),
        reference_blockers=frozenset(raw["reference_blockers"]),
        facets=tuple(
            Facet(
                facet["name"],
                facet["strict"],
                _at_word(facet["patterns"]),
                re.compile("|".join(facet["openings"])) if "openings" in facet else None,
            )
            for facet in raw["facets"]
        ),
        question_openers=_words(raw["question_openers"]),
        focus_openers=_words(raw["focus_openers"]),
        relatives=_words(raw["relatives"]),
        antecedents=_words(raw["antecedents"]),
        question_patterns=_at_word(raw["question_patterns"]),
        chatter=_at_word(raw["chatter_patterns"]),
        exclamations=_at_word(raw["exclamation_patterns"]),
        remark_openers=tuple(raw["remark_openers"]),
        attribute_openers=tuple(raw["attribute_openers"]),
        list_templates=tuple(raw["list_templates"]),
        list_theme_templates=tuple(raw["list_theme_templates"]),
        list_all_templates=tuple(raw["list_all_templates"]),
        list_carriers=tuple(raw["list_carriers"]),
        list_all_words=frozenset(raw["list_all_words"]),
        list_nouns=frozenset(raw["list_nouns"]),
        list_titles=raw["list_titles"],
        places=tuple(raw["places"]),
        words=_hashed(words),
        zipf=_hashed(_by_stem(words, stemmer)),
    )


def frequencies(code: str) -> dict[str, float]:
    """Read the frequent words of a language with their Zipf frequencies, from frequent to rare."""
    found: dict[str, float] = {}
    for line in _resource(f"frequency_{code}.txt").splitlines():
        value, *words = line.split()
        found.update(dict.fromkeys(words, float(value)))
    return found


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _sequences(numbers: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    return {tuple(words.split()): value for words, value in numbers.items()}


def _at_word(patterns: list[str]) -> re.Pattern[str]:
    """Compile patterns that begin at a word, which is looked for once and not by each of them."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


def _by_stem(words: Mapping[str, float], stemmer: Stemmer) -> dict[str, float]:
    by_stem: dict[str, float] = {}
    # From frequent to rare, so the first word of a stem is its most frequent.
    for stem, zipf in zip(stemmer.stemWords(list(words)), words.values(), strict=True):
        by_stem.setdefault(stem, zipf)
    return by_stem


def _hashed(numbers: Mapping[str, float]) -> HashedMap[float]:
    return HashedMap(hashes(numbers), np.fromiter(numbers.values(), np.float64, len(numbers)))
