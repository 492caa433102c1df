"""Refuse an outbox that no mail can be written to, without making it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.files import prove_writable, why_refused
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from pathlib import Path


def refuse_unusable(folder: Path) -> None:
    """Raise ``ConfigError`` where a run would: what is there is no folder, or takes nothing from us.

    A symbolic link is refused: mails are private, and a link may point where others read.
    """
    try:
        if folder.is_symlink():
            message = _("it must be a folder, not a symbolic link: name the folder itself")
            raise ConfigError(Problem(message, str(folder), field="outbox"))
        if os.path.lexists(folder) and not folder.is_dir():
            raise no_folder(folder)
        prove_writable(folder)
    except OSError as error:
        raise not_writable(folder, error) from None


def no_folder(folder: Path) -> ConfigError:
    """Return what is said where something else has the outbox's name."""
    message = _("it must be a folder: something else has that name")
    return ConfigError(Problem(message, str(folder), field="outbox"))


def not_writable(folder: Path, error: OSError) -> ConfigError:
    """Return what is said where the disk refuses."""
    message = _("can't be written to: {reason}", reason=why_refused(folder, error))
    return ConfigError(Problem(message, str(folder), field="outbox"))
