"""Say, where no run has got to its end yet, whether the first one is about to come, or what to look at."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.cli.setup.crontab import calls, own_crontab
from cagette_notify.cli.setup.system_offers import finders
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.i18n import _
from cagette_notify.data.files.file_ages import modified_at

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_MINUTES = timedelta(minutes=12)  # the crontab line's ten, and what a run may take
_ROUNDING = timedelta(seconds=1)  # the clock counts whole seconds


def awaited_run(config: Path, now: datetime, environ: Mapping[str, str]) -> str:
    """Return what to say of the first run of a configuration that has had none."""
    written_at = datetime.fromtimestamp(modified_at(config), timezone.utc)
    is_new = -_ROUNDING <= now - written_at < _FIRST_MINUTES
    if _is_called(config, environ):
        return (
            _("The first run comes within 10 minutes.")
            if is_new
            else _("No run of send-due has got to its end yet, though the crontab calls it: is cron at work?")
        )
    if is_new:
        return _("No run yet: the first one comes within 10 minutes, once the crontab line is there.")
    return _("No run of send-due has got to its end yet: is the crontab line there?")


def _is_called(config: Path, environ: Mapping[str, str]) -> bool:
    crontab = own_crontab()
    try:
        program = str(Path(sys.argv[0]).absolute())
        return crontab is not None and calls(crontab.read(), config, finders(config, program, environ))
    except (NotifyError, OSError):  # it may not be looked at, or here is a folder that was deleted
        return False
