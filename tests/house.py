"""Measure the house: ``python -m tests.house`` prints its size, its rooms and the arrows between them.

Arrows are imports, those inside functions and those for types among them, as import-linter's contracts in
setup.cfg count them. ``python -m tests.house --modules`` also lists each module's first line.
"""

from __future__ import annotations

import ast
import sys
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

import cagette_notify

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
NAME = cagette_notify.__name__
PACKAGE = Path(cagette_notify.__file__).parent
MODULES = tuple(sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")))
"""Paths below the package, such as ``planning/plan.py``."""


@cache
def tree_of(module: str) -> ast.Module:
    """Return the syntax of a module, by its path below the package."""
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def imports_of(module: str) -> Iterator[str]:
    """Yield all that a module imports, lazily or for type checkers too, with dots."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def first_line(module: str) -> str:
    """Return what a module says of itself in a line."""
    return (ast.get_docstring(tree_of(module)) or "").partition("\n")[0]


def rooms() -> tuple[str, ...]:
    """Return the rooms in the order in which data flows: each imports only from those before it."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return tuple(reversed(config["importlinter:contract:flow"]["layers"].split()))


@cache
def graph() -> grimp.ImportGraph:
    """Return which module imports which."""
    return grimp.build_graph(NAME, cache_dir=None)


def room_of(dotted: str) -> str:
    """Return the room of a module by its dotted name; nothing for the package itself."""
    return dotted.split(".")[1] if dotted.count(".") else ""


def arrows() -> set[tuple[str, str]]:
    """Return which room imports from which other one."""
    pairs = (
        (room_of(importer), room_of(imported))
        for importer in graph().modules
        for imported in graph().find_modules_directly_imported_by(importer)
    )
    return {(here, there) for here, there in pairs if here and there and here != there}


def floors(between: set[tuple[str, str]]) -> int:
    """Return on how many floors the rooms stand: one more than the arrows of the longest way down."""

    @cache
    def height(room: str) -> int:
        return 1 + max((height(there) for here, there in between if here == room), default=0)

    return max(height(room) for room in rooms())


def statements(module: str) -> int:
    """Count a module's statements, docstrings left out."""
    return sum(isinstance(node, ast.stmt) and not _is_text(node) for node in ast.walk(tree_of(module)))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def lines() -> Iterator[str]:
    """Yield what is printed."""
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    order, between = rooms(), arrows()
    against = {(here, there) for here, there in between if order.index(there) > order.index(here)}
    yield f"names at the top of the package: {len(names)}"
    yield f"modules: {len(MODULES)}"
    yield f"statements: {sum(map(statements, MODULES)):,}"
    yield f"boxes: {len(order)}, floors: {floors(between)}, arrows: {len(between)}"
    yield f"arrows against the flow: {len(against)}"
    folders = {module.rpartition(".")[0] for module in graph().modules} - {""}
    yield f"circles: {sum(len(graph().nominate_cycle_breakers(folder)) for folder in folders)}"


def main() -> None:
    """Print it."""
    print("\n".join(lines()))  # noqa: T201 - what was asked for
    if "--modules" in sys.argv:
        print("\n".join(f"{module:<48} {first_line(module)}" for module in MODULES))  # noqa: T201


if __name__ == "__main__":
    main()
