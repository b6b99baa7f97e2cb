"""One transaction, as small operations see it: statements of SQLAlchemy, run many times.

To look a statement up, bind its parameters and wrap its rows takes SQLAlchemy ten times as long as SQLite to
run it. For SQLite, statements are compiled once and given to the driver itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Executable

    from bot.followups.database import Store

Build = Callable[["Store"], "Executable"]
"""Makes a statement for a database, with a parameter for whatever differs from time to time."""
Parameters = Mapping[str, Any]
Row = tuple[Any, ...]


class Transaction(Protocol):
    """An open transaction that writes."""

    def run(self, build: Build, parameters: Sequence[Parameters]) -> list[Row]:
        """Run a statement for each set of parameters, which have the same names; return the rows of all.

        Of what a statement may return, only numbers and text are the same from every database. Of those that
        return rows, only an INSERT may be run for several sets.
        """


class ServerTransaction:
    """A transaction of SQLAlchemy's: many rows go to the server at once."""

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store = store
        self._connection = connection

    def run(self, build: Build, parameters: Sequence[Parameters]) -> list[Row]:
        """Run a statement for each set of parameters."""
        if not parameters:
            return []
        result = self._connection.execute(self._store.statement(build), list(parameters))
        return [tuple(row) for row in result] if result.returns_rows else []


class FileTransaction:
    """A transaction of SQLite's driver."""

    def __init__(self, store: Store, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection = connection

    def run(self, build: Build, parameters: Sequence[Parameters]) -> list[Row]:
        """Run a statement for each set of parameters."""
        if not parameters:
            return []
        prepared = self._store.prepared(build, parameters[0])
        bound = prepared.bind(parameters)
        if not prepared.returns_rows:
            self._connection.executemany(prepared.text, bound)
            return []
        return [row for one in bound for row in self._connection.execute(prepared.text, one).fetchall()]


class Prepared:
    """A statement compiled for SQLite's driver."""

    def __init__(self, statement: Executable, names: Collection[str]) -> None:
        """``names`` are those of the parameters, and so of the columns that an INSERT fills."""
        dialect = sqlite.dialect(paramstyle="named", dbapi=sqlite3)
        given: Any = statement
        compiled = given.compile(dialect=dialect, column_keys=list(names))
        self.text = str(compiled)
        self.returns_rows = not given.is_dml or bool(given.returning_column_descriptions)
        self._fixed: dict[str, Any] = {}
        """Values that the statement itself holds."""
        self._made: list[tuple[str, Callable[[Any], Any]]] = []
        """Parameters that the driver does not take as they are, and what makes them so."""
        for parameter, name in compiled.bind_names.items():
            make = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if name in names:
                self._made += [(name, make)] if make is not None else []
            else:
                value = compiled.params[name]
                self._fixed[name] = make(value) if make is not None else value

    def bind(self, parameters: Sequence[Parameters]) -> Sequence[Parameters]:
        """Return sets of parameters as the driver takes them."""
        if not self._fixed and not self._made:
            return parameters
        return [
            {**self._fixed, **one, **{name: make(one[name]) for name, make in self._made}}
            for one in parameters
        ]
