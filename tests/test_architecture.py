"""The rules of the house that imports and syntax can show; the modules are read, not run."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cagette_notify

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(cagette_notify.__file__).parent
MODULES = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))

CORE = {
    "core/errors.py",
    "core/kinds.py",
    "core/messages.py",
    "core/model.py",
    "core/notices.py",
    "planning/corrections.py",
    "run/exit_status.py",
    "planning/shrunken_exports.py",
    "planning/plan.py",
    "run/run_report.py",
    "planning/plan_input.py",
    "run/said_once.py",
    "run/troubles.py",
    "planning/due_times.py",
}
COMPUTING = {
    "__future__",
    "collections",
    "collections.abc",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "functools",
    "hashlib",
    "html",
    "itertools",
    "json",
    "msgspec",
    "msgspec.structs",
    "re",
    "shlex",
    "typing",
    "unicodedata",
}
"""What reads no disk, network or clock as the core uses it."""

DEAR = {
    "babel",
    "difflib",
    "email_validator",
    "jinja2",
    "mailjet_rest",
    "markdown_it",
    "requests",
    "tabulate",
}
CLOCKS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
VALUES_OF_IMPURE_MODULES = {
    "cagette_notify.ledger.history.Record",
    "cagette_notify.ledger.run_memory.CRON_ALIVE_WITHIN",
    "cagette_notify.ledger.fates.Departure",
    "cagette_notify.ledger.run_memory.Said",
}
"""Frozen values that are only declared beside what reads them."""

READERS_OF_CLOCKS = {"cli/session.py"}


def write_quiet_coop(folder: Path) -> None:
    """Write a co-op with people and addresses, but no distribution near."""
    files = {
        "config.yaml": "sender: {email: noreply@example.org}\n"
        "data: {groups: groups.yaml, members: members.csv, distributions: distributions.yaml}\n",
        "groups.yaml": "- {id: lac, name: Les Paniers, contact: {email: claire@example.org}}\n",
        "members.csv": "id;email\n1;zoe@example.org\n",
        "distributions.yaml": "- {group: lac, starts_at: 2099-06-12 18:00, orders_open_at: 2099-06-05 8h}\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def imports_of(module: str) -> Iterator[str]:
    """Yield all that a module imports, lazily or for type checkers too, with dots."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def comes_from(imported: str, origin: str) -> bool:
    return imported == origin or imported.startswith(f"{origin}.")


def is_declared_pure(module: str) -> bool:
    return (ast.get_docstring(tree_of(module)) or "").partition("\n")[0].endswith("Pure.")


PURE = sorted(CORE | {module for module in MODULES if is_declared_pure(module)})


def importers_of(origin: str) -> set[str]:
    return {
        module for module in MODULES if any(comes_from(imported, origin) for imported in imports_of(module))
    }


def named(module: str) -> str:
    """Return a module's dotted name."""
    return ".".join(("cagette_notify", *Path(module).with_suffix("").parts))


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_only_compute(module: str) -> None:
    ours = {
        "cagette_notify.core.i18n._",
        "cagette_notify.core.i18n.spoken",
        "cagette_notify.core.i18n.translated",
        *map(named, PURE),
        *VALUES_OF_IMPURE_MODULES,
    }

    strangers = [
        imported
        for imported in imports_of(module)
        if imported.rpartition(".")[0] not in COMPUTING
        and imported not in COMPUTING
        and not any(comes_from(imported, origin) for origin in ours)
    ]

    assert strangers == []


@pytest.mark.parametrize("package", ["click", "tabulate", "cagette_notify.cli"])
def test_only_the_command_line_knows_of(package: str) -> None:
    assert {module for module in importers_of(package) if not module.startswith("cli/")} == set()


def test_only_the_ledger_speaks_sql() -> None:
    assert {str(Path(module).parent) for module in importers_of("sqlite3")} == {"ledger"}


def test_only_one_module_knows_mailjet_rest() -> None:
    assert importers_of("mailjet_rest") == {"delivery/mailjet/http.py"}


@pytest.mark.parametrize(
    "package", ["cagette_notify.ledger", "cagette_notify.delivery", "cagette_notify.mails.renderer"]
)
def test_reading_data_needs_nothing_of(package: str) -> None:
    assert {module for module in importers_of(package) if module.startswith("data/")} == set()


def test_one_module_reads_the_clock() -> None:
    readers = {
        module
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
    }

    assert readers == READERS_OF_CLOCKS
    assert importers_of("time.time") == set()


def test_bugs_are_swallowed_in_one_place_at_most() -> None:
    swallowers = [
        module
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]

    assert swallowers in ([], ["mails/environment.py"])


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether bugs end here; a clean-up that raises them again is none of it."""
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    caught = ast.walk(handler.type) if handler.type else [ast.Name("BaseException")]
    return any(isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"} for node in caught)


def test_a_run_with_nothing_due_imports_nothing_dear(tmp_path: Path) -> None:
    write_quiet_coop(tmp_path)
    code = f"""
import sys
from cagette_notify.cli import main
print(main({["--config", str(tmp_path / "config.yaml"), "send-due"]}, standalone_mode=False))
print(sorted(sys.modules.keys() & {DEAR}))
"""

    first, second = (
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=PACKAGE.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        for _ in range(2)
    )

    assert (first.stdout, first.stderr) == ("0\n[]\n", "")
    assert (second.stdout, second.stderr) == ("0\n[]\n", "")
