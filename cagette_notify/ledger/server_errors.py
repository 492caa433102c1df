"""Say in plain words what a server's errors mean, and whether the next run may do better. Pure."""

from __future__ import annotations

import re

from cagette_notify.core.errors import ConfigError, DataError, LaterError, NotifyError, Problem
from cagette_notify.core.i18n import _

_REFUSED = "42501"  # insufficient privilege
_HELD = frozenset(("55P03", "57014", "40P01", "40001"))  # by another writer, for too long
_READS_ONLY = "25006"
_CLASSES_OF_LATER = frozenset(("08", "53", "57"))  # the line, resources, an operator
_DISK_FULL = "53100"

# Said to who isn't let in; the state isn't told then. The last two are a failover's, to target_session_attrs.
_PASSING = re.compile(r"too many|slots|trop de|hot standby|read-only")


def meaning(state: str, reason: str, name: str, *, is_line: bool) -> NotifyError:
    """Return what an error means by its SQLSTATE, or without one, as where the line breaks."""
    if state in _HELD:
        return LaterError(Problem(_("another program holds the ledger; close it"), name))
    if state == _READS_ONLY:
        return LaterError(
            Problem(_("the server can only be read: it is a standby, or someone set it so"), name)
        )
    if state == _REFUSED:
        return refuses(reason, name)
    if state == _DISK_FULL:
        return DataError(Problem(_("the ledger can't be used: {error}", error=reason), name))
    # Where the line breaks, nobody is left to name a state.
    if state[:2] in _CLASSES_OF_LATER or (not state and is_line):
        return out_of_reach(reason, name)
    return DataError(Problem(_("the ledger can't be used: {error}", error=reason), name))


def lets_nobody_in(reason: str, name: str) -> NotifyError:
    """Return what is said where a server answers, and refuses who asks."""
    return out_of_reach(reason, name) if _PASSING.search(reason) else refuses(reason, name)


def refuses(reason: str, name: str) -> ConfigError:
    """Return what is said of a server that doesn't grant what a ledger needs."""
    return ConfigError(Problem(_("it refuses: {reason}", reason=reason), name))


def cannot_be_asked(reason: str, name: str) -> ConfigError:
    """Return what is said where the configuration lets nobody reach a server that may well be there."""
    return ConfigError(Problem(_("it can't be asked: {reason}", reason=reason), name))


def out_of_reach(reason: str, name: str) -> LaterError:
    """Return what is said of a server that is away."""
    return LaterError(Problem(_("out of reach: {reason}", reason=reason or _("the line broke")), name))


def other_encoding(encoding: str, name: str) -> ConfigError:
    """Return what is said of a database that can't keep every name."""
    message = _(
        "its encoding is {encoding}, which lacks characters of people's names: make a database with "
        "createdb -E UTF8 -T template0",
        encoding=encoding,
    )
    return ConfigError(Problem(message, name))
