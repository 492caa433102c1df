"""Find the files shipped with the package: templates, example configuration."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def templates_folder() -> Path:
    """Return the folder of the shipped templates."""
    return _first_there(_PACKAGE / "templates", _PACKAGE.parent / "templates")


def example_config() -> Path:
    """Return the path of the shipped config.example.yaml."""
    return _first_there(_PACKAGE / "example" / "config.example.yaml", _PACKAGE.parent / "config.example.yaml")


def _first_there(in_wheel: Path, in_checkout: Path) -> Path:
    # A wheel carries them inside the package; an editable install runs from the checkout, where
    # setuptools' package_dir mapping reaches imports but no files.
    return in_wheel if in_wheel.exists() else in_checkout
