"""Everybody in the data, and by which names the changes of settings call them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.data.dataset import load_members
from cagette_notify.data.find_member import described
from cagette_notify.data.member_settings.read import changes_under, names_of

if TYPE_CHECKING:
    from cagette_notify.core.model import Member
    from cagette_notify.data.dataset import Calendar, Members
    from cagette_notify.data.member_settings.read import Preferences


class Namesakes(Struct, frozen=True):
    """The members as the data files have them, before anybody's own changes."""

    calendar: Calendar
    data: Members

    def names_of(self, member: Member) -> tuple[str, ...]:
        """Return by which names changes call somebody."""
        count = Counter(one.id for one in self.data.members)
        return names_of(member, is_only=count[member.id] == 1)

    def name_to_write(self, member: Member) -> str:
        """Return the name that will call nobody else: the id, or ``group/id`` where others may have it.

        Such as people whose row is set aside today, or whose group's file can't be read.
        """
        everybody = (*self.data.members, *(one.member for one in self.data.set_aside))
        has_namesakes = sum(one.id == member.id for one in everybody) > 1
        if has_namesakes and not member.group_ids:
            message = _(
                "{who} is in no group, and {id} is somebody else's id too: give them one of their own",
                who=described(member),
                id=member.id,
            )
            raise UsageError(Problem(message))
        return member.handle if has_namesakes or self.data.stopped_groups else member.id

    def with_changes(self, member: Member, preferences: Preferences) -> Member:
        """Return somebody with their own changes in place of what the data files say."""
        changes = changes_under(self.names_of(member), preferences)
        return replace(member, settings={**member.settings, **changes})


def load_namesakes(calendar: Calendar) -> Namesakes:
    """Read the members of all groups; raise ``DataError`` if the file for all can't be read whole."""
    return Namesakes(calendar, load_members(calendar, calendar.groups))
