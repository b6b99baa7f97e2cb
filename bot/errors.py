"""All errors that a user can act on; each prints as clear lines, never as a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class NocriseError(Exception):
    """Base of all errors below: the command line prints it and exits with 1."""


class SettingsError(NocriseError):
    """An environment variable is missing or malformed; the message names it."""


class LanguageError(NocriseError):
    """A language that has no pack."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a knowledge base, as an editor can fix it."""

    file: Path
    """The YAML file, relative to the knowledge base where possible."""
    line: int
    """1-based line of the offending key or value."""
    what: str
    """What is wrong, as a template for ``values``."""
    remedy: str = ""
    """What would be right, likewise; empty where ``what`` says all."""
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, file: Path, line: int, what: str, remedy: str = "", **values: object) -> Problem:
        """Return a problem with these values; apart from them, so that it can be told in other words."""
        return cls(file, line, what, remedy, tuple((name, str(value)) for name, value in values.items()))

    @property
    def text(self) -> str:
        """What is wrong, and what would be right."""
        values = dict(self.values)
        return ": ".join(part.format_map(values) for part in (self.what, self.remedy) if part)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class KnowledgeError(NocriseError):
    """The knowledge base cannot be used; ``problems`` lists every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
