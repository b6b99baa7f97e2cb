"""What deployments are made from says the same as the project itself."""

from __future__ import annotations

import re
import tomllib

from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.conftest import ROOT

EXTRAS = ("web", "followups", "postgres", "charts")
"""As in the Makefile: what `make requirements` pins."""
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?")


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def pins() -> dict[str, str]:
    """Versions by name, of the lines that are for this kind of machine."""
    found = {}
    for line in requirements():
        requirement = Requirement(line) if line != "." else None
        if requirement and (requirement.marker is None or requirement.marker.evaluate()):
            found[requirement.name.lower()] = str(requirement.specifier).removeprefix("==")
    return found


def test_every_line_pins_one_version_and_the_last_one_is_the_bot() -> None:
    *packages, last = requirements()
    assert last == "."
    assert packages
    for line in packages:
        assert PINNED.fullmatch(line), line


def test_no_registry_is_named() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"://|--(?:hash|index|extra-index|find-links|trusted-host)|(?m:^-)", text)


def test_what_is_pinned_is_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    found, environment = pins(), dict(default_environment())
    for line in wanted:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        version = found.get(requirement.name.lower().replace("_", "-"))
        assert version is not None, f"{line}: run `make requirements`"
        assert requirement.specifier.contains(version, prereleases=True), f"{line} but {version} is pinned"


def test_every_dependency_is_listed_with_its_licence() -> None:
    table = (ROOT / "docs/dependencies.md").read_text().partition("|---|")[2].splitlines()[1:]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    pinned = [Requirement(line) for line in requirements()[:-1]]
    assert [(name, f"=={version}") for name, version, *_ in rows] == [
        (one.name, str(one.specifier)) for one in pinned
    ], "run `make licences`"
    # Where a package is for another platform only, its licence is not at hand.
    assert {name for name, _, licence, *_ in rows if licence.startswith("not ")} <= {"colorama"}
    assert not [row for row in rows if "AGPL" in row[2] or row[2].startswith("GPL")]


def test_the_makefile_pins_these_extras() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "DEPLOYED := " + " ".join(f"--extra {extra}" for extra in EXTRAS) + "\n" in makefile


def test_one_python_everywhere() -> None:
    version = (ROOT / ".python-version").read_text().strip()
    assert f"ARG PYTHON_IMAGE=python:{version}-slim\n" in (ROOT / "Dockerfile").read_text()
    assert f"--python-version {version} " in (ROOT / "Makefile").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={version}"


def test_the_image_gets_nothing_that_is_not_named() -> None:
    everything, *exceptions = (
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")
    )
    assert everything == "*"
    named = {line.removeprefix("!") for line in exceptions if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert named == {name for names in copied for name in names.split()}


def test_all_units_are_hardened_alike() -> None:
    names = ("run", "web", "worker")
    units = {name: (ROOT / f"deploy/nocrise-{name}.service").read_text() for name in names}
    assert sorted(path.name for path in (ROOT / "deploy").glob("*.service")) == [
        f"nocrise-{name}.service" for name in names
    ]
    (rights,) = {unit.partition("\nUser=nocrise\n")[2] for unit in units.values()}
    assert "NoNewPrivileges=yes" in rights
    for name, unit in units.items():
        assert f"ExecStart=/opt/nocrise/bin/nocrise {name}\n" in unit


def test_the_owners_guide_installs_every_unit() -> None:
    """With PostgreSQL only the worker delivers and forgets: a guide without it would leave both undone."""
    guide = (ROOT / "docs/exploitation.md").read_text()
    for unit in (ROOT / "deploy").glob("*.service"):
        assert f"cp deploy/{unit.name} /etc/systemd/system/" in guide
        assert f"enable --now {unit.stem}" in guide


def test_the_proxy_lets_nothing_through_but_updates_and_health() -> None:
    site = (ROOT / "deploy/nginx-nocrise.conf").read_text()
    assert re.findall(r"location (.*) \{", site) == ["= /telegram", "= /healthz", "/"]
    assert re.findall(r"location / \{\s*(.*)\s*\}", site) == ["return 404;"]
