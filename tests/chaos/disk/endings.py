"""What is true of every command that could not do its work, and of the co-op once it was given again."""

from __future__ import annotations

import stat
from collections import Counter

from tests.chaos.disk.scenes import WELL, Take, ledger_id

DOCUMENTED = {0, 1, 2, 65, 75, 78}


def check_words(status: int, stderr: str) -> None:
    """A documented status, and what went wrong in a line or two, each once."""
    assert status in DOCUMENTED, (status, stderr)
    assert "Traceback" not in stderr, stderr
    lines = stderr.replace(WELL, "").splitlines()
    assert bool(lines) == bool(status), (status, stderr)
    assert len(lines) == len(set(lines)) <= 3, stderr


def check_the_end(take: Take) -> None:
    """One copy each, the same ledger, whole, and no file that others can read or that is half written."""
    scene = take.stage.scene
    if scene.owed:
        assert take.copies == Counter(scene.owed), take.copies
    scene.check(take)
    assert take.stage.ledger_id in {"", ledger_id(take.folder)}
    kept = (take.folder / "notifications.csv", *take.folder.glob("ledger*"), *take.folder.glob("outbox/*"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in kept}
    assert set(modes.values()) == {0o600}, modes
    half_written = [*take.folder.glob("outbox/.*"), *take.folder.glob("notifications*.new")]
    assert not half_written, half_written
