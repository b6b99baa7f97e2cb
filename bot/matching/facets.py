"""What a question asks for, and the word that says of what."""

from __future__ import annotations

import re

from bot.language import LanguagePack

DEFAULT_FACET = "what"
OTHER_TIME = "other_time"
_CLAUSE_END = re.compile(r'[\n,;:.!?…(«»"–—-]+')


def find_facet(normalised: str, spelt: str, pack: LanguagePack) -> tuple[str, bool]:
    """Return the facet of a question, as normalised and spelt out, and whether an entry must hold it."""
    for facet in pack.facets:
        if facet.pattern.search(spelt) or (facet.opening and _opens(normalised, facet.opening)):
            return facet.name, facet.strict
    return DEFAULT_FACET, False


def _opens(normalised: str, opening: re.Pattern[str]) -> bool:
    """Whether a clause begins so; each is looked at once, however many there are."""
    return any(opening.match(clause) for clause in _CLAUSE_END.split(normalised))
