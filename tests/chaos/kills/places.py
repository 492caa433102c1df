"""Where a command can be killed or paused: the package's files, by names that must be theirs."""

from __future__ import annotations

from pathlib import Path

import cagette_notify

PACKAGE = Path(cagette_notify.__file__).parent
_FILES = tuple(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def files_of_package(*names: str) -> tuple[str, ...]:
    """Return the names of files, and of folders that end with a slash, if the package has them all.

    A file that was moved or renamed would else leave a test with nothing to try, and green.
    """
    strange = [
        name
        for name in names
        if not any(file.startswith(name) if name.endswith("/") else file == name for file in _FILES)
    ]
    assert strange == [], f"the package has no {strange}"
    return names
