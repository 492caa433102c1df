"""What can go wrong, each class with the exit status that cron and people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.model import Problem

EXIT_OK = 0
EXIT_PARTIAL = 1
EXIT_USAGE = 2
EXIT_DATA = 65
EXIT_LATER = 75
EXIT_CONFIG = 78


class NotifyError(Exception):
    """A failure that is not a bug: said in one line for each problem, without a traceback."""

    exit_status = EXIT_PARTIAL

    def __init__(self, *problems: Problem) -> None:
        """Keep every problem found, so that one run names them all."""
        super().__init__("\n".join(map(str, problems)))
        self.problems: Sequence[Problem] = problems


class UsageError(NotifyError):
    """What was typed makes no sense here."""

    exit_status = EXIT_USAGE


class DataError(NotifyError):
    """A data file or the ledger can't be used, so that nobody can be served."""

    exit_status = EXIT_DATA


class LaterError(NotifyError):
    """Nothing is wrong that the next run can't do."""

    exit_status = EXIT_LATER


class ConfigError(NotifyError):
    """The configuration, the templates, the keys or the sender need somebody's hand."""

    exit_status = EXIT_CONFIG
