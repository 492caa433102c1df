"""Point out that a planned mail is about a distribution that is over by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.core.model import Group


def over_by_then(group: Group, lists: Iterable[WantedList], send_at: datetime | None) -> Iterator[Problem]:
    """Yield each distribution of the lists that has ended when the mail is to leave."""
    about = {one.distribution.id: one.distribution for one in lists if one.distribution}
    for one in about.values():
        if send_at and (one.ends_at or one.starts_at) <= send_at:
            day = one.starts_at.astimezone(group.timezone).date()
            message = _(
                "the distribution of {day} ({id}) will be over when this mail leaves",
                day=long_day(day, spoken()),
                id=one.id,
            )
            yield Problem(message, field="--send-at", is_warning=True)
