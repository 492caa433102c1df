"""A ledger's file looked at past the program, and the ones that are kept of each schema."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from cagette_notify.ledger.schema import APPLICATION_ID, MIGRATIONS

SCHEMAS = Path(__file__).parents[1] / "ledger" / "schemas"


def a_kept_ledger(version: int, path: Path) -> Path:
    """Put the ledger that was kept of that version at ``path``."""
    shutil.copyfile(SCHEMAS / f"v{version}.sqlite3", path)
    path.chmod(0o600)
    return path


def make_older(version: int, path: Path) -> None:
    """Put in the ledger's place what an older version would have, with the same rows."""
    older = path.with_name(f"{path.name}.older")
    with closing(sqlite3.connect(older)) as raw:
        raw.executescript("".join(MIGRATIONS[:version]))
        raw.execute("ATTACH ? AS today", (str(path),))
        for (table,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            raw.execute(f"INSERT INTO main.{table} SELECT * FROM today.{table}")
        raw.commit()
        raw.executescript(f"PRAGMA user_version = {version}; PRAGMA application_id = {APPLICATION_ID}")
    older.chmod(0o600)
    older.replace(path)


def rows(path: Path, query: str) -> list[Any]:
    """Return what a query finds."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(query).fetchall()


def change(path: Path, script: str) -> None:
    """Change the file behind the program's back."""
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(script)


def version_of(path: Path) -> int:
    """Return the version of its schema."""
    ((version,),) = rows(path, "PRAGMA user_version")
    return int(version)


def schema_of(path: Path) -> list[Any]:
    """Return its tables and indexes."""
    return rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")


def contents_of(path: Path, tables: list[str]) -> dict[str, list[Any]]:
    """Return the rows of some tables."""
    return {table: rows(path, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables}


def tables_of(path: Path) -> list[str]:
    """Name the tables that hold more than the ledger's name."""
    found = rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'identity'")
    return [name for (name,) in found]
