"""What a question asks for, and the word that says of what."""

from __future__ import annotations

from bot.language import LanguagePack

DEFAULT_FACET = "what"
OTHER_TIME = "other_time"


def find_facet(normalised: str, spelt: str, pack: LanguagePack) -> tuple[str, bool]:
    """Return the facet of a question, as normalised and spelt out, and whether an entry must hold it."""
    for facet in pack.facets:
        if facet.pattern.search(spelt) or (facet.opening and facet.opening.search(normalised)):
            return facet.name, facet.strict
    return DEFAULT_FACET, False


def holds(facets: frozenset[str], facet: str) -> bool:
    """Whether an entry's facets answer the one asked; amounts answer counts and the reverse."""
    if facet in ("how_many", "how_much"):
        return bool(facets & {"how_many", "how_much"})
    return facet in facets
