"""What is kept of a knowledge base answers as the files do, and never in their place."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.errors import KnowledgeError
from bot.kb import load_knowledge
from bot.matching import Matcher, stored
from bot.matching.stored import KEPT, load_matcher
from tests.conftest import KNOWLEDGE, ROOT

if TYPE_CHECKING:
    from tests.conftest import WriteKb

KB = """
- {id: a, title: Le prix, answer: Dix euros., questions: [combien ça coûte]}
- {id: b, title: Le lieu, answer: Ici., questions: ["où est-ce", "l'adresse du lieu"]}
"""
QUESTIONS = ("combien coute le prix", "l'adress du lieu ?", "où", "la météo", "lieu prix")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "nocrise-bot"


def kept(cache: Path) -> Path:
    [found] = cache.iterdir()
    return found


def is_read(directory: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the files themselves are read for a matcher."""
    reads = []
    read = stored.read_contents

    def reading(*arguments: Any, **named: Any) -> Any:
        reads.append(arguments)
        return read(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(stored, "read_contents", reading)
        load_matcher(directory)
    return bool(reads)


def test_it_answers_as_the_files_do(write_kb: WriteKb) -> None:
    directory = write_kb(KB)
    own = Matcher(load_knowledge(directory))
    for matcher in (load_matcher(directory), load_matcher(directory)):
        assert [matcher.match(text) for text in QUESTIONS] == [own.match(text) for text in QUESTIONS]
        assert matcher.kb.entries == own.kb.entries
        assert matcher.kb.digest == own.kb.digest


def test_the_files_are_read_once(write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write_kb(KB)
    assert is_read(directory, monkeypatch)
    assert not is_read(directory, monkeypatch)


def test_and_again_once_they_have_changed(write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    write_kb(KB.replace("Dix", "Onze"))
    assert is_read(directory, monkeypatch)
    assert load_matcher(directory).kb.entries["a"].answer == "Onze euros."


def test_what_is_wrong_is_reported_however_often_it_was_right(write_kb: WriteKb) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    write_kb(KB.replace("id: b", "id: a"))
    for _ in range(2):
        with pytest.raises(KnowledgeError, match="id 'a' is taken"):
            load_matcher(directory)


def test_a_file_that_cannot_be_read_is_not_passed_over(write_kb: WriteKb) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    # A directory of that name cannot be read as a file, whoever asks.
    (directory / "b.yaml").mkdir()
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_matcher(directory)


def test_another_version_of_the_bot_reads_anew(write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    monkeypatch.setattr(stored, "_made_by", lambda: "another")
    assert is_read(directory, monkeypatch)
    assert not is_read(directory, monkeypatch)


def test_every_module_that_matters_tells_versions_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes
    seen = set()

    def reading(path: Path) -> bytes:
        seen.add(path.relative_to(ROOT / "bot").as_posix())
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    stored._made_by.__wrapped__()
    assert seen >= {
        "kb/models.py",
        "kb/assemble.py",
        "kb/derive.py",
        "language/normalise.py",
        "language/fr.yaml",
    }
    assert seen >= {"matching/analysis.py", "matching/phrases.py", "matching/stored.py"}


@pytest.mark.parametrize("name", ["matching/analysis.py", "kb/derive.py", "language/frequency_en.txt"])
def test_a_changed_module_is_another_version(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    former = stored._made_by.__wrapped__()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b" " * (path == ROOT / "bot" / name))
    assert stored._made_by.__wrapped__() != former


@pytest.mark.parametrize("library", ["sys.version", "Stemmer.version", "PYDANTIC"])
def test_another_library_is_another_version(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    former = stored._made_by.__wrapped__()
    value: Any = (lambda: "0") if library == "Stemmer.version" else "0"
    monkeypatch.setattr(f"bot.matching.stored.{library}", value)
    assert stored._made_by.__wrapped__() != former


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text", "array"])
def test_what_is_damaged_is_made_anew(
    damage: str,
    write_kb: WriteKb,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    whole = kept(cache).read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    array = io.BytesIO()
    np.save(array, np.arange(3))
    written = {
        "array": array.getvalue(),
        "cut": whole[:middle],
        "flipped": flipped,
        "empty": b"",
        "text": b"nothing of the kind",
    }
    kept(cache).write_bytes(written[damage])
    assert is_read(directory, monkeypatch)
    assert "is made anew" in caplog.text
    assert not is_read(directory, monkeypatch)


class Trap:
    """Would tell when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (os.mkdir, (str(Path(os.environ["XDG_CACHE_HOME"]) / "sprung"),))


def test_what_others_left_there_runs_nothing(
    write_kb: WriteKb, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    trap = io.BytesIO()
    np.savez(trap, key=np.array([Trap()], dtype=object))
    kept(cache).write_bytes(trap.getvalue())
    assert is_read(directory, monkeypatch)
    assert not (cache.parent / "sprung").exists()


def test_nobody_else_reads_what_is_kept(write_kb: WriteKb, cache: Path) -> None:
    load_matcher(write_kb(KB))
    assert cache.stat().st_mode & 0o077 == 0


def test_without_a_place_nothing_is_kept(
    write_kb: WriteKb, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write_kb(KB)
    cache.parent.write_text("a file where the directory would be")
    assert is_read(directory, monkeypatch)
    assert is_read(directory, monkeypatch)
    monkeypatch.setattr(stored.platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/nocrise-bot"))
    monkeypatch.chdir(directory.parent)
    assert is_read(directory, monkeypatch)
    assert not Path("~").exists()


def test_only_the_last_directories_are_kept(tmp_path: Path, cache: Path) -> None:
    directories = [tmp_path / str(number) for number in range(KEPT + 2)]
    for age, directory in enumerate(directories):
        directory.mkdir()
        (directory / "a.yaml").write_text(KB)
        load_matcher(directory)
        for path in cache.iterdir():
            # As if each had been made a minute after the one before.
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 60))
        if age == KEPT:
            load_matcher(directories[1])
    assert len([*cache.iterdir()]) == KEPT
    assert stored._path(directories[1]) in [*cache.iterdir()]
    assert stored._path(directories[2]) not in [*cache.iterdir()]


def test_another_process_answers_alike(cache: Path) -> None:
    """Python hashes words differently in each."""
    answers = [
        subprocess.run(
            [sys.executable, "-m", "bot", "ask", "--json", "kels sont lé mesur de bordo"],
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert b"liste-bordeaux" in answers[0]
    assert stored._path(KNOWLEDGE) == kept(cache)


@pytest.mark.parametrize(
    "part", ["Postings.words_start", "BigramTable.start", "BigramTable.holders", "words"]
)
def test_what_is_whole_and_lacks_a_part_is_made_anew(
    part: str, write_kb: WriteKb, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    with np.load(kept(cache)) as whole:
        parts = dict(whole)
    del parts[part]
    np.savez(kept(cache), **parts)
    assert is_read(directory, monkeypatch)
    assert not is_read(directory, monkeypatch)


def test_what_others_may_write_to_is_not_believed(
    write_kb: WriteKb, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write_kb(KB)
    load_matcher(directory)
    cache.chmod(0o777)
    assert is_read(directory, monkeypatch)


def test_without_a_home_directory(write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(stored.platformdirs, "user_cache_path", homeless)
    assert load_matcher(write_kb(KB)).match("le prix").ranking[0].id == "a"
