"""A knowledge base as it was last read and analysed, kept on disk: what a start spends most of its time on.

As numbers and JSON, not as pickled objects: to read what somebody else left there runs nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import platformdirs
import Stemmer
from pydantic import VERSION as PYDANTIC

from bot.kb import Contents, assemble, digest_of, read_contents
from bot.language import load_pack
from bot.matching.analysis import Analyser
from bot.matching.matcher import Matcher
from bot.matching.phrases import FeatureTable, Phrases, analyse_phrases

logger = logging.getLogger(__name__)

KEPT = 8
"""Directories whose analysis is kept, at some 3 MB each: the last that were used."""
_NUMBERS = ("features", "weights", "lengths", "owners")
_READ_BY = ("kb", "language", "matching")
"""Packages that what is kept depends on."""


def load_matcher(directory: Path) -> Matcher:
    """Return a matcher for a directory, from what was kept of it unless something has changed since.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    path = _path(directory)
    found = _read(path, digest_of(directory)) if path else None
    if found:
        contents, phrases = found
        return Matcher(assemble(contents), phrases=phrases)
    contents = read_contents(directory, shared_phrases=True)
    kb = assemble(contents)
    phrases = analyse_phrases(kb, Analyser(load_pack(kb.language), kb.lexicon))
    if path:
        _write(path, contents, phrases)
    return Matcher(kb, phrases=phrases)


def _path(directory: Path) -> Path | None:
    """Return where the analysis of a directory is kept; None where there is no place for it."""
    kept = platformdirs.user_cache_path("nocrise-bot", appauthor=False)
    name = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]
    # Without a home directory it is relative, to wherever the bot was started.
    return kept / f"{name}.npz" if kept.is_absolute() else None


@cache
def _made_by() -> str:
    """Return what tells whether anything has changed that reads and analyses."""
    digest = hashlib.sha256(f"{sys.version} {Stemmer.version()} {PYDANTIC}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(path for name in _READ_BY for path in (package / name).iterdir() if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path, digest: str) -> tuple[Contents, Phrases] | None:
    try:
        # Opened here: numpy leaves open what is no archive.
        with path.open("rb") as file, np.load(file) as kept:
            if _text(kept["key"]) != digest + _made_by():
                return None
            contents = Contents.model_validate_json(_text(kept["contents"]))
            words = json.loads(_text(kept["words"]))
            table = FeatureTable(words["names"], *(kept[name] for name in _NUMBERS))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        logger.warning("%s cannot be used and is made anew (%s)", path, type(error).__name__)
        return None
    with contextlib.suppress(OSError):
        # Used just now.
        path.touch()
    return contents, Phrases(table, frozenset(words["words"]), words["asked"])


def _write(path: Path, contents: Contents, phrases: Phrases) -> None:
    """Keep an analysis; whoever reads meanwhile has the former one."""
    table = phrases.features
    words = {"names": table.names, "words": sorted(phrases.words), "asked": phrases.asked}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as beside:
            new = Path(beside) / path.name
            np.savez(
                new,
                key=_bytes(contents.digest + _made_by()),
                contents=_bytes(contents.model_dump_json()),
                words=_bytes(json.dumps(words)),
                **{name: getattr(table, name) for name in _NUMBERS},
            )
            new.replace(path)
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logger.info("the analysis of the knowledge base is not kept: %s", error)


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(data: npt.NDArray[np.uint8]) -> str:
    return data.tobytes().decode()
