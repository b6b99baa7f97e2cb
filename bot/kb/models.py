"""What a knowledge base is made of; the same models validate the YAML files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$")]
"""48 characters at most, so that ids fit a deep link (64) and callback data with a prefix."""
FacetName = Literal[
    "what", "why", "origin", "who", "when", "where", "how", "how_many",
    "cost", "apply", "status", "opinion", "definition",
    "personal", "abroad", "reactions", "other_time",
]  # fmt: skip

HALF_PLACE = "half_place"
"""The type of the error of an origin with one of latitude and longitude."""
ALL_FACETS: frozenset[str] = frozenset(get_args(FacetName))


class _Model(BaseModel):
    # Strict, so that `number: "3"` or an answer that YAML reads as a date is reported, not guessed.
    # What stands below a field is what an editor shows beside it (see `schema`).
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Milestone(_Model):
    """A date that the source names for an entry."""

    date: Text
    """As the source gives it: a year, a month, a day."""
    text: Text
    """What happens then, as a sentence."""


class Translation(_Model):
    """An entry's texts in English; every field mirrors the entry's own."""

    title: Text
    answer: Text
    rationale: Text | None = None
    carriers: Text | None = None
    milestones: list[Text] = []
    """The texts of the entry's milestones, in their order."""
    trend: Text | None = None
    population: Text | None = None
    given_by: Text | None = None
    qualifier: Text | None = None
    unit: Text | None = None


class Entry(_Model):
    """One thing that can be asked about. The minimum: id, title, answer, questions."""

    id: Id
    """What links, subscriptions and other entries know it by: never change it."""
    title: Text
    """What the entry is called, without a full stop."""
    answer: Text
    """What the bot says, in whole sentences, from the source alone."""
    questions: list[Text] = []
    """Whole questions and remarks that lead here, as people type them; none may be in two entries."""
    aliases: list[Text] = []
    """Names and keywords that lead here; none may be in two entries."""
    holds: list[FacetName] = []
    """Facets that the texts answer, beyond those derived from the fields."""
    related: list[Id] = []
    """Ids of entries to offer below this one."""
    en: Translation | None = None

    @property
    def phrases(self) -> list[str]:
        """All that may be typed to find this entry, its title included."""
        own = [self.title, *self.aliases, *self.questions]
        return [*own, self.en.title] if self.en else own

    @property
    def facets(self) -> frozenset[str]:
        """The facets that the entry holds; one that declares none is trusted with all."""
        if type(self) is Entry and not self.holds:
            return ALL_FACETS
        return frozenset(self.holds) | {"what", "how"}


class Measure(Entry):
    """A numbered proposal."""

    number: int = Field(ge=1)
    """From 1 on, without gaps."""
    origin: Id
    """The id of the city or group that it comes from."""
    rationale: Text | None
    """Why, as the source gives it for this measure; null where it gives no reason."""
    carriers: Text | None = None
    """Who would carry it out, as a sentence."""
    milestones: list[Milestone] = []
    """Dates that the source names, in order."""

    @property
    def facets(self) -> frozenset[str]:
        """The declared facets, and those that the fields answer."""
        derived = {"why", "origin"}
        if self.carriers:
            derived.add("who")
        if self.milestones:
            derived.add("when")
        return super().facets | derived


class Figure(Entry):
    """A number that the source gives."""

    value: float
    """The number alone."""
    unit: Text
    """What is counted, or "%"."""
    qualifier: Text | None = None
    """What stands before the number: 'plus de', 'environ'."""
    change: float | None = None
    """Growth within a year, in the unit of the source (percent)."""
    trend: Text | None = None
    """How it moves, as a sentence."""
    population: Text | None = None
    """Of whom or what it is a share."""
    given_by: Text | None = None
    """Who gave it, with their office."""
    speaker: Id | None = None
    """The id of the entry about who gave it."""

    @property
    def facets(self) -> frozenset[str]:
        """The declared facets, and those that every figure answers."""
        derived = {"how_many", "origin"}
        if self.given_by:
            derived.add("who")
        return super().facets | derived


class ListEntry(Entry):
    """A derived entry that lists measures; never written by hand."""

    origin: Id | None
    """None for the list of all measures."""
    measures: list[Id]

    @property
    def facets(self) -> frozenset[str]:
        """Lists say what was proposed and where."""
        return frozenset({"what", "origin", "how", "where"})


class OriginTranslation(_Model):
    """An origin's texts in English."""

    name: Text | None = None
    theme: Text | None = None
    observation: Text | None = None


class Origin(_Model):
    """A city, or a group within one, from which measures come."""

    id: Id
    """What measures name as their origin: never change it."""
    name: Text
    parent: Id | None = None
    """Of a group: the id of its city."""
    aliases: list[Text] = []
    """Other names."""
    theme: Text | None = None
    """Of a group: what it worked on."""
    observation: Text | None = None
    """What the source says of the group's work as a whole."""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    """Where a map shows it, in degrees; no fact of the source."""
    en: OriginTranslation | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All by which it may be called, in whatever language."""
        english = (self.en.name,) if self.en and self.en.name else ()
        return (self.name, *self.aliases, *english)

    @property
    def number(self) -> int | None:
        """Of 'Groupe 2', 2; None where its name has none."""
        last = self.name.split()[-1]
        return int(last) if last.isdecimal() else None

    @model_validator(mode="after")
    def _has_both_or_neither(self) -> Self:
        if (self.latitude is None) is not (self.longitude is None):
            raise PydanticCustomError(HALF_PLACE, "one of latitude and longitude", {"id": self.id})
        return self


class Lexicon(_Model):
    """Words that all entries share."""

    synonyms: list[list[Text]] = []
    """Each row: words and multi-word terms that mean the same here, in any language."""
    spellings: dict[str, Text] = {}
    """Abbreviations and phonetic spellings of this subject, written out."""
    stopwords: list[Text] = []
    """Words that carry no information in this knowledge base."""


class BaseTranslation(_Model):
    """The titles and source in English."""

    title: Text | None = None
    source: Text | None = None
    chart: Text | None = None


class KnowledgeFile(_Model):
    """One YAML file; all keys are optional and add up over the files of a directory."""

    language: Literal["fr", "en"] | None = None
    """What the texts are written in; once for all files."""
    title: Text | None = None
    """What all this is about; once for all files."""
    source: Text | None = None
    """Where the facts come from; once for all files."""
    chart: Text | None = None
    """What the figures of the chart are about, as its title; once for all files."""
    en: BaseTranslation | None = None
    origins: list[Origin] = []
    measures: list[Measure] = []
    figures: list[Figure] = []
    entries: list[Entry] = []
    """What is neither measure nor figure."""
    lexicon: Lexicon | None = None


class Contents(_Model):
    """All files of a directory, checked against one another: what a knowledge base is assembled from."""

    digest: str
    """Of the files, as `digest_of` gives it."""
    files: list[KnowledgeFile]


@dataclass(frozen=True, eq=False)
class KnowledgeBase:
    """All entries, checked against one another; equal to itself alone, so that what is made of it is kept."""

    language: str
    title: str
    source: str | None
    translation: BaseTranslation
    origins: Mapping[str, Origin]
    entries: Mapping[str, Entry]
    """Written and derived entries by id, in the order of the files."""
    lexicon: Lexicon
    digest: str = ""
    """Of the files that it was read from, as `digest_of` gives it."""
    chart: str | None = None
    """The title of the chart; None: that of whoever gave its figures."""

    @cached_property
    def measures(self) -> Mapping[int, Measure]:
        """Measures by number, ascending."""
        found = [entry for entry in self.entries.values() if isinstance(entry, Measure)]
        return {measure.number: measure for measure in sorted(found, key=lambda m: m.number)}

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Figures in the order of the files."""
        return tuple(entry for entry in self.entries.values() if isinstance(entry, Figure))

    @cached_property
    def lists(self) -> tuple[ListEntry, ...]:
        """The derived lists."""
        return tuple(entry for entry in self.entries.values() if isinstance(entry, ListEntry))

    @cached_property
    def cities(self) -> tuple[Origin, ...]:
        """Origins that are no part of another."""
        return tuple(origin for origin in self.origins.values() if origin.parent is None)

    @cached_property
    def groups(self) -> tuple[Origin, ...]:
        """Origins within a city."""
        return tuple(origin for origin in self.origins.values() if origin.parent is not None)

    @cached_property
    def others(self) -> tuple[Entry, ...]:
        """Entries that are neither measure, figure nor list."""
        apart = Measure | Figure | ListEntry
        return tuple(entry for entry in self.entries.values() if not isinstance(entry, apart))

    def lists_of(self, origins: Iterable[Origin]) -> list[ListEntry]:
        """Return the lists of origins; one without measures has none."""
        lists = {entry.origin: entry for entry in self.lists}
        return [lists[origin.id] for origin in origins if origin.id in lists]

    def city_of(self, measure: Measure) -> Origin:
        """Return the top-level origin of a measure."""
        origin = self.origins[measure.origin]
        return self.origins[origin.parent] if origin.parent else origin
