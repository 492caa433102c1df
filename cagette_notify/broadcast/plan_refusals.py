"""Refuse a planned mail whose group is off, whose text holds no more, or whose replies reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.broadcast.lists import is_told, wanted_list
from cagette_notify.broadcast.proposal import answerers_of
from cagette_notify.core.addresses import address_key
from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import OF_A_DISTRIBUTION, kind_of_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.core.messages import Broadcast, PlannedMail
    from cagette_notify.core.model import Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar


def refuse_as_data_stand(
    calendar: Calendar, planned: PlannedMail, told: Sequence[Entry], now: datetime
) -> None:
    """Raise for one that is not due, and will not leave unless the data change.

    What may come by then, such as orders, is no reason.
    """
    group = group_that_is_on(planned, calendar.groups.get(planned.broadcast.group_id))
    refuse_whom_nobody_answers(planned.broadcast, group)
    about = [one for one in planned.lists if kind_of_list(one.partition(":")[0]) in OF_A_DISTRIBUTION]
    found = [wanted_list(calendar, group, one, now, told=told, files={}) for one in about]
    refuse_otherwise_than_planned(planned, found)


def group_that_is_on(planned: PlannedMail, group: Group | None) -> Group:
    """Return the group; raise if it is gone, or disabled, unless those who were told are to hear of that."""
    if group is None or (group.disabled and not all(map(is_told, planned.lists))):
        raise DataError(Problem(_("its group is disabled or no longer in the data")))
    return group


def refuse_whom_nobody_answers(broadcast: Broadcast, group: Group) -> None:
    """Raise for a mail whose replies reach somebody who speaks for the group no more, as its text says."""
    reply_to = broadcast.reply_to
    if reply_to and address_key(reply_to.address) not in answerers_of(group):
        message = _("replies would reach {address}, who coordinates it no more", address=reply_to.address)
        raise DataError(Problem(message))


def refuse_otherwise_than_planned(planned: PlannedMail, lists: Iterable[WantedList]) -> None:
    """Raise for a mail about what was on and is off by now, or the reverse: its text says otherwise."""
    about = [one for one in lists if one.distribution]
    if not {one.typed for one in about} <= {*planned.lists}:
        raise DataError(Problem(_("the distribution that its list is about is no longer in the data")))
    changed = {
        one.distribution.id: one.is_off
        for one in about
        if one.distribution and one.is_off is not (one.typed in planned.lists_off)
    }
    for id_, is_off in changed.items():
        message = (
            _(
                "{id} took place when it was planned, and is off now: if that is so, call the mail off, or "
                "send it all the same by its command without --send-at",
                id=id_,
            )
            if is_off
            else _(
                "{id} was off when it was planned, and takes place now: if that is so, call the mail off, or "
                "send it all the same by its command without --send-at",
                id=id_,
            )
        )
        raise DataError(Problem(message))
