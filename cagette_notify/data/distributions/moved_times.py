"""Move the times of a repeated distribution by whole local days, over nights when the clocks change."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import Moment, local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.data.rows.cells import Row


def moved_times(
    row: Row, distribution_id: str, times: Mapping[str, Moment], by: timedelta, zone: tzinfo
) -> dict[str, Moment]:
    """Return times moved by whole local days; what the clocks skip is said, and a start left out.

    Nobody knows at which hour a distribution takes place that would start in the gap. Its day, hour and place
    are known where only orders open or close in it: those hours are taken as the clocks showed them before.
    """
    if not by:
        return dict(times)  # one may have been typed with an offset, which tells two equal hours apart
    moved: dict[str, Moment] = {}
    for name, when in times.items():
        naive = when.at.replace(tzinfo=None) + by
        try:
            moved[name] = local(naive, zone)
        except ValueError as trouble:
            if name == "starts_at":
                row.remark(name, _("{id} is set aside: {reason}", id=distribution_id, reason=trouble))
                continue
            moved[name] = _past_the_gap(naive, zone)
            row.remark(name, _taken(distribution_id, naive, moved[name]), is_warning=True)
    return moved


def _past_the_gap(naive: datetime, zone: tzinfo) -> Moment:
    # By the offset before the gap (fold 0, PEP 495), which the clocks show an hour later once past it.
    return Moment(naive.replace(tzinfo=zone).astimezone(timezone.utc).astimezone(zone))


def _taken(distribution_id: str, naive: datetime, when: Moment) -> str:
    return _(
        "{id}: the clocks go forward over {time}: {taken} is taken",
        id=distribution_id,
        time=f"{naive:%Y-%m-%d %H:%M}",
        taken=f"{when.at:%Y-%m-%d %H:%M}",
    )
