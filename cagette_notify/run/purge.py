"""Purge once a day what is older than ``keep``, ledger rows, outbox mails, drafts; end old test copies."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.config.paths import drafts_folder, sent_drafts
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.forget import sweep
from cagette_notify.run.held_broadcasts import HELD_AFTER
from cagette_notify.run.left_behind import purge_left_behind

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.run.context import Run


def purge(run: Run) -> None:
    """Delete what is over, now and then; and at once what forgetting somebody could not."""
    sweep(run.ledger)
    if not run.memory.is_time_to_purge(run.now, run.config.rules.spans.longest):
        return
    BroadcastBook(run.ledger, run.account).end_tests(run.now - HELD_AFTER)
    before = run.now - run.config.keep
    run.ledger.purge(before, run.now)
    purge_left_behind(run.config, run.ledger, before, run.now)
    purge_files(run.config.outbox, "*.eml", before)
    drafts = drafts_folder(run.config.ledger)
    for pattern in ("*.md", "*.json", ".*.new"):  # the last is what a killed command left half written
        purge_files(drafts, pattern, before)
        purge_files(sent_drafts(drafts), pattern, before)
    run.ledger.sweep_half_made(run.now - timedelta(days=1))
    run.memory.keep_purged(run.now)


def purge_files(folder: Path, pattern: str, before: datetime) -> None:
    """Delete the files last written before then; one that resists is left for another day."""
    with contextlib.suppress(OSError):
        for file in folder.glob(pattern):
            if file.lstat().st_mtime < before.timestamp():
                file.unlink()
