"""Print docs/dependencies.md: what a deployment installs, from requirements.txt and installed metadata."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SHORT = 40
"""Characters of what is the name of a licence; some packages put the whole text in its place."""
PREFIX = "License :: OSI Approved :: "
HEADER = """\
# Dependencies

Made by `make licences` from `requirements.txt` and from what the installed packages say of themselves; do
not edit.

What a deployment installs, development tools and the simulator left out. Versions are the newest that fit
`pyproject.toml` on the day of the last `make requirements`; packages carry no date of their release. Those
marked “direct” are named in `pyproject.toml`, the others come with them.

`pip-audit --requirement requirements.txt` says which versions have known vulnerabilities; it asks a database
on the internet, so it is no part of `make test`. Run it with every `make requirements`.
"""


@dataclass(frozen=True)
class Package:
    """One line of the table."""

    name: str
    version: str
    direct: bool
    marker: str
    licence: str

    def __str__(self) -> str:
        """Return it as Markdown."""
        how = "direct" if self.direct else ""
        return f"| {self.name} | {self.version} | {self.licence} | {how} | {self.marker} |"


def licence_of(found: PackageMetadata) -> str:
    """Return the licence of an installed package, from the field that says it most precisely."""
    if expression := _field(found, "License-Expression"):
        return expression
    classified = [
        one.removeprefix(PREFIX) for one in found.get_all("Classifier") or () if one.startswith(PREFIX)
    ]
    named = _field(found, "License")
    return named if 0 < len(named) <= SHORT else " / ".join(classified) or "not said"


def _field(found: PackageMetadata, name: str) -> str:
    """Return what a package says of itself under a name, nothing where it does not."""
    return str((found.get_all(name) or [""])[0]).strip()


def direct_names() -> set[str]:
    """Return the packages that pyproject.toml names for a deployment."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in ("web", "followups", "postgres", "charts"):
        lines += project["optional-dependencies"][extra]
    return {Requirement(line).name.lower().replace("_", "-") for line in lines}


def packages() -> list[Package]:
    """Return what is pinned, by name."""
    direct, found = direct_names(), []
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#") or line == ".":
            continue
        requirement = Requirement(line)
        try:
            licence = licence_of(metadata(requirement.name))
        except PackageNotFoundError:
            licence = "not installed here"
        found.append(
            Package(
                requirement.name,
                str(requirement.specifier).removeprefix("=="),
                requirement.name in direct,
                f"`{requirement.marker}`" if requirement.marker else "",
                licence,
            )
        )
    return found


def main() -> None:
    """Print the document."""
    print(f"{HEADER}\n| package | version | licence | | only where |\n|---|---|---|---|---|")
    print("\n".join(map(str, packages())))


if __name__ == "__main__":
    main()
