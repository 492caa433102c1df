"""The rules of the house: setup.cfg's contracts of imports, and what syntax shows. No module is run."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from importlinter.cli import lint_imports

from tests.fixtures.coop import write_quiet_coop
from tests.house import MODULES, NAME, PACKAGE, ROOT, first_line, graph, imports_of, room_of, rooms, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPUTING = {
    "__future__",
    "collections",
    "collections.abc",
    "datetime",
    "decimal",
    "difflib",
    "dns",
    "email_validator",
    "enum",
    "functools",
    "hashlib",
    "html",
    "itertools",
    "json",
    "msgspec",
    "msgspec.structs",
    "re",
    "secrets",
    "shlex",
    "typing",
    "unicodedata",
}
"""What reads no disk, network or clock as the plan uses it."""

DEAR = {
    "babel",
    "difflib",
    "dns",
    "email_validator",
    "jinja2",
    "mailjet_rest",
    "markdown_it",
    "python_calamine",
    "requests",
    "tabulate",
}
DEAR_AT_REST = {"hashlib", "shutil"}
"""What a run that has looked at nothing must not pay for, either."""

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
    "cagette_notify.core.formatting.clock",
    "cagette_notify.core.formatting.instant",
    "cagette_notify.core.formatting.long_day",
    "cagette_notify.core.i18n._",
    "cagette_notify.core.i18n._n",
    "cagette_notify.core.i18n.spoken",
    "cagette_notify.core.i18n.translated",
    "cagette_notify.data.camap.source.DatabaseState",
    "cagette_notify.ledger.history.HistoryRecord",
    "cagette_notify.ledger.run_memory.LastSaid",
}
"""Frozen values that are only declared beside what reads them, and words in the user's language."""

READERS_OF_CLOCKS = {"cli/session.py"}
OPEN_TO_ALL = {"core", "readers"}
"""Rooms of which every module is a door."""


def comes_from(imported: str, origin: str) -> bool:
    return imported == origin or imported.startswith(f"{origin}.")


def named(module: str) -> str:
    """Return a module's dotted name."""
    return ".".join((NAME, *module.removesuffix(".py").split("/"))).removesuffix(".__init__")


def doors_of(room: str) -> set[str]:
    """Return the dotted names of the modules that a room's docstring calls its doors."""
    says = re.search(
        r"Doors: ([^.].*?)\.\n", f"{ast.get_docstring(tree_of(f'{room}/__init__.py'))}\n", re.DOTALL
    )
    return {f"{NAME}.{room}.{door}" for door in re.split(r",\s+", says[1])} if says else set()


def test_the_contracts_of_imports_in_setup_cfg_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True, no_logo=True)

    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("room", [room for room in rooms() if room not in OPEN_TO_ALL])
def test_others_enter_a_room_by_its_doors(room: str) -> None:
    used = {
        module
        for module in graph().modules
        if room_of(module) == room
        for importer in graph().find_modules_that_directly_import(module)
        if room_of(importer) not in {room, ""}
    }

    assert used - doors_of(room) == set(), "no doors"
    assert doors_of(room) - used == set(), "doors that nobody uses"


def test_pure_modules_only_compute() -> None:
    pure = [each for each in MODULES if each.startswith("planning/") or first_line(each).endswith("Pure.")]
    ours = {*map(named, pure), *VALUES_OF_IMPURE_MODULES}

    strangers = [
        f"{module}: {imported}"
        for module in pure
        for imported in imports_of(module)
        if imported.rpartition(".")[0] not in COMPUTING
        and imported not in COMPUTING
        and not any(comes_from(imported, origin) for origin in ours)
    ]

    assert strangers == []


def test_no_two_things_have_one_name() -> None:
    homes: dict[str, set[str]] = {}
    for module in MODULES:
        for name in public_names(module):
            homes.setdefault(name, set()).add(module)

    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def public_names(module: str) -> Iterator[str]:
    """Yield what a module defines for others at its top."""
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if name[0] != "_")


@pytest.mark.dear
def test_one_module_reads_the_clock() -> None:
    readers = {
        module
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
    }

    assert readers == READERS_OF_CLOCKS
    assert not any(comes_from(imported, "time.time") for module in MODULES for imported in imports_of(module))


def test_bugs_are_swallowed_in_one_place_at_most() -> None:
    swallowers = [
        module
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]

    assert swallowers in ([], ["mails/jinja_environment.py"])


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether bugs end here; a clean-up that raises them again is none of it."""
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    caught = ast.walk(handler.type) if handler.type else [ast.Name("BaseException")]
    return any(isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"} for node in caught)


@pytest.mark.dear
def test_a_run_with_nothing_due_imports_nothing_dear(tmp_path: Path) -> None:
    write_quiet_coop(tmp_path)
    code = f"""
import sys
from cagette_notify.cli import main
print(main({["--config", str(tmp_path / "config.yaml"), "send-due"]}, standalone_mode=False))
print(sorted(sys.modules.keys() & {DEAR | DEAR_AT_REST}))
"""

    # Files that changed a moment ago are looked at once more: only then does a run rest.
    first, *_others, last = (
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=PACKAGE.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        for _ in range(6)
    )

    assert (first.stdout, first.stderr) == ("0\n['hashlib', 'shutil']\n", "")
    assert (last.stdout, last.stderr) == ("0\n[]\n", "")
