"""setup.cfg against the checkout: what an installed cagette-notify would miss."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from cagette_notify import __version__
from cagette_notify.core.package_files import example_config, templates_folder

ROOT = Path(__file__).parents[2]


def setup_cfg() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def listed(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def folder_of(package: str) -> Path:
    mapped = dict(line.split(" = ") for line in listed(setup_cfg()["options"]["package_dir"]))
    return ROOT / mapped.get(package, package.replace(".", "/"))


def packages() -> list[str]:
    return listed(setup_cfg()["options"]["packages"])


def packed_data() -> set[Path]:
    """Return the files that are no code and go into a wheel."""
    patterns = dict(setup_cfg()["options.package_data"])
    return {
        path
        for package, some in patterns.items()
        for pattern in listed(some)
        for path in folder_of(package).glob(pattern)
    }


def test_every_folder_of_code_is_packed() -> None:
    code = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "cagette_notify").rglob("*.py")}

    assert code == {
        package for package in packages() if folder_of(package).is_relative_to(ROOT / "cagette_notify")
    }


@pytest.mark.parametrize("folder", ["cagette_notify", "templates"])
def test_every_file_that_is_no_code_is_packed(folder: str) -> None:
    there = {path for path in (ROOT / folder).rglob("*") if path.is_file() and is_ours(path)}

    assert there - packed_data() == set()


def is_ours(path: Path) -> bool:
    return path.suffix != ".py" and not any(
        part.startswith((".", "__")) for part in path.relative_to(ROOT).parts
    )


def test_the_example_configuration_is_packed() -> None:
    assert ROOT / "config.example.yaml" in packed_data()


def test_no_code_lies_about_where_it_would_be_packed() -> None:
    assert list(ROOT.glob("*.py")) == []


def test_what_ships_is_found_beside_the_code() -> None:
    assert (templates_folder() / "fr" / "opening.txt.j2").is_file()
    assert example_config().is_file()


def test_what_ships_in_a_wheel_is_found_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "config.example.yaml").touch()
    monkeypatch.setattr("cagette_notify.core.package_files._PACKAGE", tmp_path)

    assert templates_folder() == tmp_path / "templates"
    assert example_config() == tmp_path / "example" / "config.example.yaml"


def test_the_newest_heading_of_the_changelog_is_of_the_version_that_is_packed() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert headings[0] == __version__
