"""List intents: an origin, or 'all', beside words that only ask for measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.kb import KnowledgeBase, ListEntry, Origin
from bot.language import AVAILABLE, load_pack
from bot.matching.analysis import Analyser
from bot.matching.facets import DEFAULT_FACET
from bot.matching.question import Question

_LISTABLE_FACETS = frozenset({"what", "how", "who", "where", "origin"})
"""'Combien' and 'pourquoi' ask about the measures, not for them."""
COUNT = "how_many"
OFFERED = 3
"""Entries among which a reply lets choose."""
_OF_PLACES = _LISTABLE_FACETS | {"why", COUNT}
"""Of a place that nothing comes from, these have the same answer."""
_YEARS = range(1900, 2101)
"""'Les mesures 1 et 2 de 2013' is asked in a year, not of one."""


class ListIntents:
    """Recognises the questions that ask for a derived list and for nothing else."""

    def __init__(self, kb: KnowledgeBase, analyser: Analyser) -> None:
        self._ids = {entry.origin: entry.id for entry in kb.lists}
        self._measures = kb.measures
        self._sizes = frozenset(str(len(entry.measures)) for entry in kb.lists)
        self._shortest_first = sorted(kb.lists, key=lambda entry: len(entry.measures))
        self._names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        """First stem of a name to the stems of the name and the origin it names."""
        for origin in kb.origins.values():
            for name in _names(origin, analyser) if origin.id in self._ids else ():
                self._names.setdefault(name[0], []).append((name, origin.id))
        self._origin_named = {name: origin for names in self._names.values() for name, origin in names}
        self._joiners = frozenset(analyser.word(word).stem for word in analyser.pack.joiners)
        self._parents = {origin.id: origin.parent for origin in kb.origins.values()}
        self._counted = {
            figure.id: frozenset(
                self._innermost(self._spoken(tuple(word.stem for word in analyser.words(figure.title))))
            )
            for figure in kb.figures
        }
        """Of each figure, the origins that its title names: it counts nothing of the others."""
        pack = analyser.pack
        templates = [*pack.list_templates, *pack.list_all_templates, *pack.list_carriers]
        self._carriers = frozenset(
            word.stem
            for template in templates
            for word in analyser.words(template.format(name="", count=len(kb.measures)))
        ) | {analyser.word(number).stem for words in pack.numbers for number in words}
        self._plurals = pack.list_nouns
        # A French knowledge base is asked in English too.
        self._places = frozenset(
            tuple(word.text for word in analyser.words(place) if not word.stop)
            for code in AVAILABLE
            for place in load_pack(code).places
        )
        self._askers = frozenset(analyser.word(word).stem for word in pack.focus_openers)
        self._numbers = frozenset(analyser.word(number).stem for words in pack.numbers for number in words)
        self._nouns = frozenset(analyser.word(noun).stem for noun in pack.reference_nouns)
        self._all = frozenset(analyser.word(word).stem for word in pack.list_all_words)

    def named(self, question: Question) -> str | None:
        """Return the list of the one origin that a question names, or None."""
        inner = self._innermost(self._spoken(question.stems))
        return self._ids[inner[0]] if len(inner) == 1 else None

    def own_figures(self, question: Question) -> frozenset[str]:
        """Return the figures of just the origins of which a question asks how many there are."""
        named = frozenset(self._innermost(self._spoken(question.stems)) if question.facet == COUNT else ())
        return frozenset(figure for figure, counted in self._counted.items() if counted == named and named)

    def counts_all(self, question: Question, entry_id: str) -> bool:
        """Whether an entry is a figure of no origin in particular, and the question asks for measures."""
        return self._counted.get(entry_id) == frozenset() and not self._nouns.isdisjoint(question.stems)

    def counts_elsewhere(self, question: Question, entry_id: str) -> bool:
        """Whether an entry is a figure of one origin, and the question asks how many there are of another."""
        counted = self._counted.get(entry_id)
        if question.facet != COUNT or not counted:
            return False
        asked = self._innermost(self._spoken(question.stems))
        # 'À Paris, dans le groupe sur…' may be any group of Paris.
        within = {group for group, parent in self._parents.items() if parent in asked}
        return bool(asked) and counted.isdisjoint(within.union(asked))

    def wanted(self, question: Question) -> tuple[int, ...]:
        """Return the numbers of the measures that a question spans; the ends alone if one does not exist."""
        span = question.span
        if span is None or question.facet not in _LISTABLE_FACETS:
            return ()
        if span.some:
            return span.some
        greatest = max(self._measures)
        if span.first < -greatest:
            # Of forty last ones, the fortieth is missing.
            return (-span.first,)
        if span.first < 0:
            return tuple(range(greatest + 1 + span.first, greatest + 1))
        last = greatest if span.last is None else span.last
        if not {span.first, last} <= self._measures.keys():
            # Before the range is laid out: it may be any two numbers.
            return span.first, last
        return tuple(range(span.first, last + 1))

    def absent(self, question: Question, wanted: tuple[int, ...]) -> int | None:
        """Return a number that is wanted as a measure's and is none, or None."""
        named = question.span is not None and question.span.named
        missing = (number for number in wanted if number not in self._measures and number not in _YEARS)
        return next(missing, None) if named else None

    def holding(self, wanted: tuple[int, ...]) -> ListEntry | None:
        """Return the shortest list that holds the measures at some numbers; None if some do not exist."""
        if len(wanted) < 2 or not self._measures.keys() >= set(wanted):  # noqa: PLR2004 (several)
            return None
        ids = {self._measures[number].id for number in wanted}
        return next((entry for entry in self._shortest_first if ids.issubset(entry.measures)), None)

    def find(self, question: Question) -> tuple[str, ...]:
        """Return the ids of the lists that a question asks for: one, several that it names, or none."""
        counts = question.facet == COUNT
        if not self._ids or not (counts or question.facet in _LISTABLE_FACETS):
            return ()
        spoken = self._spoken(question.stems)
        if counts and not self._counts_measures(question, spoken):
            return ()
        content = {reading.stem for term in question.terms for reading, _ in term.readings[:1]}
        rest = content - self._carriers - (self._askers if counts else frozenset())
        for name in spoken.values():
            rest = rest - name
        inner = self._innermost(spoken)
        if any(not stem.isdecimal() or (inner and stem not in self._sizes) for stem in rest):
            # 'Les 3 mesures de Nantes' are its list; '3 sur 50' is a figure.
            return ()
        if inner:
            # Of more than a reply can offer, the list of all.
            return (self._ids[None],) if len(inner) > OFFERED else tuple(self._ids[one] for one in inner)
        stems = frozenset(question.stems)
        every = stems & self._all and stems & (self._nouns | self._all & content)
        return (self._ids[None],) if every or self._bare(question, content) else ()

    def elsewhere(self, question: Question) -> bool:
        """Whether a question asks for what comes from a place, and from none that is an origin."""
        if not self._ids or self._spoken(question.stems) or question.facet not in _OF_PLACES:
            return False
        ignored = self._carriers | self._askers
        rest = [term.typed for term in question.terms if term.readings[0][0].stem not in ignored]
        return bool(rest) and tuple(rest) in self._places

    def _bare(self, question: Question, content: set[str]) -> bool:
        """Whether a question says 'the measures' and no more: all of them; but not 'the three measures'."""
        named = any(
            reading.text in self._plurals for term in question.terms for reading, _ in term.readings[:1]
        )
        counted = any(stem.isdecimal() or stem in self._numbers for stem in content)
        return named and not counted and question.facet == DEFAULT_FACET

    def _counts_measures(self, question: Question, spoken: Mapping[str, frozenset[str]]) -> bool:
        """Whether a question asks how many measures there are of an origin of which no figure speaks."""
        counted = frozenset().union(*self._counted.values())
        return bool(spoken) and counted.isdisjoint(spoken) and not self._nouns.isdisjoint(question.stems)

    def _spoken(self, stems: tuple[str, ...]) -> dict[str, frozenset[str]]:
        """The origins that a text names, each with the stems of that name."""
        spoken: dict[str, frozenset[str]] = {}
        for start, stem in enumerate(stems):
            for name, origin in self._names.get(stem, ()):
                # Side by side: 'premier groupe', not 'première mesure du groupe 3'.
                if stems[start : start + len(name)] == name:
                    spoken[origin] = frozenset(name)
                    spoken.update(self._numbered(name, stems[start + len(name) :]))
        return spoken

    def _numbered(
        self, name: tuple[str, ...], after: tuple[str, ...]
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """The origins whose numbers stand beside that of another: 'les groupes 1 et 2'."""
        if not name[-1].isdecimal():
            return
        for stem in after:
            if stem.isdecimal() and (other := self._origin_named.get((*name[:-1], stem))):
                yield other, frozenset((*name[:-1], stem))
            elif stem not in self._joiners:
                return

    def _innermost(self, spoken: Mapping[str, frozenset[str]]) -> list[str]:
        """The group within the city, where both are named: 'le groupe 2 de Paris'."""
        outer = {self._parents[origin] for origin in spoken}
        return [origin for origin in spoken if origin not in outer]


def _names(origin: Origin, analyser: Analyser) -> list[tuple[str, ...]]:
    names = (tuple(word.stem for word in analyser.words(name)) for name in origin.names)
    return [name for name in names if name]
