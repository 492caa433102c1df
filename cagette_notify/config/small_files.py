"""Read the bytes of a configuration, or of a file of keys that nobody else may read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cagette_notify.core.files import open_without_waiting, why_refused
from cagette_notify.core.i18n import _
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 1_000_000  # bytes of a configuration or a key file; both may be pipes without an end


def read_small_file(path: Path, *, private: bool = False) -> bytes:
    """Return the bytes of a configuration or of keys; ``Unreadable`` if others can read a private one."""
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            # Of the open file, so that the one checked is the one read.
            if private and os.fstat(file.fileno()).st_mode & 0o077:
                import shlex

                raise Unreadable(_("others can read it: chmod 600 {file}", file=shlex.quote(str(path))))
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise Unreadable(_("no such file")) from None
    except IsADirectoryError:
        raise Unreadable(_("a folder, where a file was expected")) from None
    except OSError as trouble:
        raise Unreadable(_("can't be read: {reason}", reason=why_refused(path, trouble))) from None
    except ValueError as trouble:  # a NUL in the path
        raise Unreadable(_("can't be read: {reason}", reason=trouble)) from None
    if len(raw) > _LARGEST:
        raise Unreadable(_("too large: over {limit} bytes", limit=_LARGEST))
    return raw
