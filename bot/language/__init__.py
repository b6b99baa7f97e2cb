"""Language packs: what the matcher must know of French or English, kept as data."""

from bot.language.hashed import HashedMap, hashes
from bot.language.normalise import fold, normalise, tokenise, without_hashtags
from bot.language.pack import AVAILABLE, Facet, LanguagePack, frequencies, load_pack

__all__ = [
    "AVAILABLE",
    "Facet",
    "HashedMap",
    "LanguagePack",
    "fold",
    "frequencies",
    "hashes",
    "load_pack",
    "normalise",
    "tokenise",
    "without_hashtags",
]
