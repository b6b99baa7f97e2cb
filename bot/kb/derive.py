"""Entries that follow from others: one list of measures an origin, and one of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.kb.models import Entry, ListEntry, Measure, Origin, Translation
from bot.language import LanguagePack, load_pack

ALL = "liste-toutes"
STRIDE = 6
"""Each alias takes one template in six."""


def list_id(origin: str) -> str:
    """Return the id of the list of an origin's measures."""
    return f"liste-{origin}"


def derive_lists(
    entries: Iterable[Entry], origins: Mapping[str, Origin], pack: LanguagePack
) -> list[ListEntry]:
    """Return the lists in the order of the origins, the list of all last; none without measures."""
    measures = sorted((e for e in entries if isinstance(e, Measure)), key=lambda m: m.number)
    if not measures:
        return []
    lists = []
    for origin in origins.values():
        own = [m for m in measures if origin.id in (m.origin, origins[m.origin].parent)]
        if own:
            lists.append(_list_of(origin, own, origins, pack))
    count = str(len(measures))
    lists.append(
        ListEntry(
            id=ALL,
            title=pack.list_titles["all"].format(count=count),
            answer=_answer(measures),
            questions=[template.format(count=count) for template in pack.list_all_templates],
            origin=None,
            measures=[measure.id for measure in measures],
            en=_english("all", measures, count=count),
        )
    )
    return lists


def _list_of(
    origin: Origin, own: list[Measure], origins: Mapping[str, Origin], pack: LanguagePack
) -> ListEntry:
    # Every template for the name itself; one in six for each alias, so that phrases do not multiply.
    phrases = [template.format(name=origin.name) for template in pack.list_templates]
    phrases += [
        template.format(name=alias)
        for place, alias in enumerate(origin.aliases)
        for template in pack.list_templates[place % STRIDE :: STRIDE]
    ]
    if origin.theme:
        phrases += [template.format(theme=origin.theme) for template in pack.list_theme_templates]
    kind = "group" if origin.parent else "one"
    # Read of a group alone: the title of a city's list names no other origin.
    city = origins[origin.parent or origin.id]
    return ListEntry(
        id=list_id(origin.id),
        title=pack.list_titles[kind].format(name=origin.name, parent=city.name),
        answer=_answer(own),
        questions=phrases,
        origin=origin.id,
        measures=[measure.id for measure in own],
        en=_english(kind, own, name=_english_name(origin), parent=_english_name(city)),
    )


def _english_name(origin: Origin) -> str:
    return (origin.en and origin.en.name) or origin.name


def _answer(measures: list[Measure]) -> str:
    return "\n".join(f"{measure.number}. {measure.title}" for measure in measures)


def _english(kind: str, measures: list[Measure], **values: str) -> Translation:
    lines = [f"{m.number}. {m.en.title if m.en else m.title}" for m in measures]
    title = load_pack("en").list_titles[kind].format(**values)
    return Translation(title=title, answer="\n".join(lines))
