"""Tell why mails came too late, and of a correction what whoever lacks it still believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY
from cagette_notify.planning.announced import told_and_so

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.notices import Notice, NoticeKey
    from cagette_notify.planning.plan import Owed
    from cagette_notify.run.context import Run
    from cagette_notify.run.read_data import RunData


def why_missed(run: Run, data: RunData, expired: Iterable[Owed]) -> dict[NoticeKey, str]:
    """Return what there is to say of each notice that nobody could send in time."""
    expired = tuple(expired)
    complete = run.memory.last_complete_runs(run.now) if expired else {}
    found = {}
    for one in expired:
        notice = one.notice
        parts = [told_and_so(one.told, notice.distribution, notice.group.timezone)] if one.told else []
        if notice.group.id in data.held_groups or _was_held(notice, complete):
            parts.append(_("the group was held"))
        elif _was_over_before(notice, complete) and not one.told:
            parts.append(_("its start was moved to an hour that was past"))
        found[notice.key] = _("; ").join(parts)
    return found


def _was_over_before(notice: Notice, complete: Mapping[str, datetime]) -> bool:
    """Tell whether a run for the group got to its end since it was too late, and did not find it so."""
    served = complete.get(notice.group.id)
    return served is not None and notice.too_late_at <= served


def _was_held(notice: Notice, complete: Mapping[str, datetime]) -> bool:
    """Tell whether runs got to their end since the notice was due, but not for its group."""
    served, whole = complete.get(notice.group.id), complete.get(WHOLE_DELIVERY)
    return served is not None and whole is not None and served < whole and whole >= notice.due_at
