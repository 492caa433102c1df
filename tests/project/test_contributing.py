"""CONTRIBUTING.md against the house: ``REFRESH_README=1`` writes the map anew."""

from __future__ import annotations

import re
from configparser import ConfigParser

import pytest

from tests.fixtures.documents import agree, between, rows
from tests.house import PACKAGE, ROOT, first_line, rooms

CONTRIBUTING = ROOT / "CONTRIBUTING.md"


def test_the_map_shows_each_room_with_its_folders() -> None:
    table = ["| room, folder | what happens there |", "| --- | --- |"]
    for room in rooms():
        table.append(f"| **`{room}/`** | {first_line(f'{room}/__init__.py')} |")
        folders = sorted(path.parent.name for path in (PACKAGE / room).glob("*/__init__.py"))
        table.extend(f"| `{room}/{name}/` | {first_line(f'{room}/{name}/__init__.py')} |" for name in folders)

    agree(CONTRIBUTING, "rooms", "/rooms", "\n".join([*table, ""]))


@pytest.mark.parametrize(
    "path", re.findall(r"`([\w/]+/\w+\.(?:py|po|diff))`", CONTRIBUTING.read_text("utf-8"))
)
def test_each_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).is_file() or (PACKAGE / path).is_file()


def test_each_package_that_is_installed_is_named_with_what_it_is_for() -> None:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    required = {re.split(r"[\[<>=]", line)[0] for line in parser["options"]["install_requires"].split()}
    named = {name.split()[0] for name, _for in rows(between(CONTRIBUTING, "packages", "/packages"))}

    assert named == required
