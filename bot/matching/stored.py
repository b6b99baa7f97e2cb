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
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import platformdirs
import Stemmer
from pydantic import VERSION as PYDANTIC

from bot.kb import Contents, assemble, digest_of, read_contents
from bot.language import load_pack
from bot.matching.analysis import Analyser
from bot.matching.bigrams import BigramTable
from bot.matching.matcher import Matcher
from bot.matching.postings import Postings
from bot.matching.tables import Tables, make_tables

T = TypeVar("T", Postings, BigramTable)

logger = logging.getLogger(__name__)

KEPT = 8
"""Directories whose analysis is kept, at some 5 MB each: the last that were used."""
_READ_BY = ("kb", "language", "matching")
"""Packages that what is kept depends on."""


def load_matcher(directory: Path) -> Matcher:
    """Return a matcher for a directory, from what was kept of it unless something has changed since.

    Raises:
        KnowledgeError: with all problems found, each with file, line and remedy.

    """
    path, made_by = _path(directory), _made_by()
    if path and (matcher := _kept(path, directory, made_by)):
        return matcher
    contents = read_contents(directory, shared_phrases=True)
    kb = assemble(contents, directory.name)
    tables = make_tables(kb, Analyser(load_pack(kb.language), kb.lexicon))
    # Not where a file was changed while it was read: nobody knows which of the two was.
    if path and digest_of(directory) == contents.digest:
        _write(path, made_by, contents, tables)
    return Matcher(kb, tables=tables)


def _kept(path: Path, directory: Path, made_by: str) -> Matcher | None:
    """Return a matcher from what was kept; None where there is nothing, or nothing that can be used."""
    try:
        found = _read(path, digest_of(directory) + made_by)
        if found is None:
            return None
        contents, tables = found
        return Matcher(assemble(contents, directory.name), tables=tables)
    except Exception as error:  # noqa: BLE001 (whatever is the matter with it, the files are there)
        logger.warning("%s cannot be used and is made anew (%s)", path, type(error).__name__)
        return None


def _path(directory: Path) -> Path | None:
    """Return where the analysis of a directory is kept; None where there is no place for it."""
    try:
        kept = platformdirs.user_cache_path("nocrise-bot", appauthor=False)
        name = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]
    except (OSError, RuntimeError):
        # No home directory, or links that go round in circles.
        return None
    return kept / f"{name}.npz" if kept.is_absolute() and _is_ours(kept) else None


def _is_ours(kept: Path) -> bool:
    """Whether nobody else can write to a directory, which need not exist."""
    try:
        found = kept.stat()
    except OSError:
        return True
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


@cache
def _made_by() -> str:
    """Return what tells whether anything has changed that reads and analyses."""
    digest = hashlib.sha256(f"{sys.version} {Stemmer.version()} {PYDANTIC}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(path for name in _READ_BY for path in (package / name).iterdir() if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path, key: str) -> tuple[Contents, Tables] | None:
    if not path.is_file():
        return None
    # Opened here: numpy leaves open what is no archive.
    with path.open("rb") as file, np.load(file) as kept:
        if _text(kept["key"]) != key:
            return None
        contents = Contents.model_validate_json(_text(kept["contents"]))
        parts = json.loads(_text(kept["words"])) | {name: kept[name] for name in kept.files if "." in name}
    with contextlib.suppress(OSError):
        # Used just now.
        path.touch()
    postings, words = _made_of(Postings, parts), _made_of(BigramTable, parts)
    return contents, Tables(postings, words, parts["stems"], parts["asked"])


def _write(path: Path, made_by: str, contents: Contents, tables: Tables) -> None:
    """Keep an analysis; whoever reads meanwhile has the former one."""
    parts = _parts(tables.postings) | _parts(tables.words) | {"stems": tables.stems, "asked": tables.asked}
    numbers: dict[str, Any] = {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}
    words = {name: part for name, part in parts.items() if name not in numbers}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as beside:
            new = Path(beside) / path.name
            np.savez(
                new,
                key=_bytes(contents.digest + made_by),
                contents=_bytes(contents.model_dump_json()),
                words=_bytes(json.dumps(words)),
                **numbers,
            )
            new.replace(path)
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        logger.info("the analysis of the knowledge base is not kept: %s", error)


def _parts(table: Postings | BigramTable) -> dict[str, Any]:
    """Return what a table holds, under names that no other table has."""
    return {f"{type(table).__name__}.{one.name}": getattr(table, one.name) for one in fields(table)}


def _made_of(kind: type[T], parts: Mapping[str, Any]) -> T:
    return kind(**{one.name: parts[f"{kind.__name__}.{one.name}"] for one in fields(kind)})


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(data: npt.NDArray[np.uint8]) -> str:
    return data.tobytes().decode()
