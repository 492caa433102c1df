"""Read what --to means: a list, and the distribution that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.broadcast.told import days_told_of, told_distribution
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.given_files import typed_path
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import (
    ALL,
    CATALOG,
    COORDINATORS,
    FILE,
    OF_A_DISTRIBUTION,
    TOLD,
    VOLUNTEERS,
    WITH_ORDER,
    WITHOUT_ORDER,
    kind_of_list,
    list_to_type,
)
from cagette_notify.core.text import fold, one_line
from cagette_notify.data.members.find_member import distribution_called
from cagette_notify.data.members.named_rows import NamedRows, read_named_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar

_OF_ALL = (ALL, COORDINATORS)


class WantedList(Struct, frozen=True):
    """One list, and the distribution or ``catalog`` that it is about, if any; or the ``file`` at ``path``.

    It ``is_off`` where that distribution does not take place, as far as the data tell. Of who was told of it
    the ``told_days`` are the local ones that they heard.
    """

    kind: str
    distribution: Distribution | None = None
    catalog: str = ""
    file: NamedRows | None = None
    path: str = ""
    is_off: bool = False
    told_days: frozenset[date] = frozenset()

    @property
    def is_part_of_all(self) -> bool:
        """Whether it means members only: who was told, or coordinates, may be none."""
        return self.kind in {WITH_ORDER, WITHOUT_ORDER, VOLUNTEERS, CATALOG, FILE}

    @property
    def name(self) -> str:
        """What means the same tomorrow, however it is typed; of a file, whom it names, wherever it lies."""
        about = self.file.digest if self.file else fold(self.catalog)
        about = self.distribution.id if self.distribution else about
        return f"{self.kind}:{about}" if about else self.kind

    @property
    def typed(self) -> str:
        """What is given to mean it again: of a file, its path."""
        about = self.path or self.catalog
        return f"{self.kind}:{about}" if about else self.name

    @property
    def name_to_type(self) -> str:
        """What messages call it, in the language of whoever reads it."""
        return list_to_type(f"{self.kind}:{self.file.name}" if self.file else self.typed)


def as_recorded(typed: str) -> str:
    """Return a list as planned mails have it, whatever it means today; a file by its whole path."""
    word, colon, about = typed.partition(":")
    kind = kind_of_list(word)
    return f"{kind}:{typed_path(about).absolute()}" if kind == FILE else f"{kind}{colon}{about}"


def is_told(typed: str) -> bool:
    """Tell whether a list is of those whom the ledger knows to have been told: it needs no data."""
    return kind_of_list(typed.partition(":")[0]) == TOLD


def wanted_list(  # noqa: PLR0913 - what is typed, and all that it may be about
    calendar: Calendar,
    group: Group,
    typed: str,
    now: datetime,
    *,
    told: Sequence[Entry],
    files: Mapping[str, NamedRows],
) -> WantedList:
    """Return the list that was typed; raise ``UsageError`` for none. Of ``told`` a told:D may be one.

    Of the ``files``, by what was typed, the rows are known from before: who they name is read no more.
    """
    word, colon, name = typed.partition(":")
    kind = kind_of_list(word)
    if kind in _OF_ALL and not colon:
        return WantedList(kind)
    if kind == FILE and name.strip():
        path = typed_path(name)
        return WantedList(kind, file=files.get(typed) or read_named_rows(path), path=str(path))
    if kind == CATALOG and fold(name):
        return WantedList(kind, catalog=one_line(name))
    if kind not in OF_A_DISTRIBUTION or not (colon or kind == TOLD):
        message = _(
            "expected all, coordinators, with-order:DISTRIBUTION, without-order:DISTRIBUTION, "
            "told:DISTRIBUTION, volunteers:DISTRIBUTION, catalog:NAME or file:FILE"
        )
        raise UsageError(Problem(message, field="--to"))
    mine = [one for one in calendar.distributions if one.group_id == group.id]
    days: frozenset[date] = frozenset()
    if kind == TOLD:
        distribution = told_distribution(calendar, group, told, name, now)
        days = days_told_of(calendar, group, distribution, told)
    else:
        distribution = distribution_called(name, mine, now, field="--to")
    is_on = distribution in mine and distribution.is_on(calendar.groups)
    return WantedList(kind, distribution, is_off=not is_on, told_days=days)
