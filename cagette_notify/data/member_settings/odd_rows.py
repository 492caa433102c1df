"""Say which changes nobody understands, or may be somebody else's, and which are nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import shortened
from cagette_notify.data.member_settings.other_names import other_names_among
from cagette_notify.data.member_settings.shared_ids import problems_in_doubt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.member_settings.read import MemberSettings


def settings_in_doubt(
    members: Iterable[Member], member_settings: MemberSettings, unread_groups: Collection[str]
) -> list[Problem]:
    """Say which changes may be somebody else's too, in groups whose members can't be read; they hold.

    To drop them would mail all those who want no mail, whenever any group's file is missing.
    """
    names = {
        member.id for member in members if not member.has_address_as_id
    } & member_settings.settings.keys()
    if not (names and unread_groups):
        return []
    message = _(
        "the members of {groups} can't be read, and may have these ids too; changes hold for whoever has "
        "them elsewhere, unless they say group/id: {ids}",
        groups=shortened(sorted(unread_groups)),
        ids=shortened(sorted(names)),
    )
    first = next(iter(member_settings.settings[min(names)].values())).origin
    return [Problem(message, first.file, first.line, "member", is_warning=True)]


def odd_settings(
    members: Sequence[Member], member_settings: MemberSettings, set_aside: Iterable[Member]
) -> Mapping[str, tuple[Problem, ...]]:
    """Return, by name, the problems of rows that make no sense, or call nobody by their id.

    The latter stand under the handle of each whom they may mean.
    """
    unread, of_all = member_settings.unread, member_settings.settings
    others = other_names_among((*of_all, *(unread.keys() - of_all.keys())), members, set_aside)
    found = dict(unread)
    for name, people in others.people.items():
        doubts = problems_in_doubt(name, people, of_all) if name in of_all and name in others.in_doubt else ()
        for handle in {one.handle: None for one in people}:
            found[handle] = (*found.get(handle, ()), *unread.get(name, ()), *doubts)
    return found


def settings_of_nobody(members: Iterable[Member], member_settings: MemberSettings) -> dict[str, Problem]:
    """Return, by name, which changes are of nobody among all the members there are; they stay in the file."""
    of_all = member_settings.settings
    firsts = {name: next(iter(of_all[name].values())) for name in other_names_among(of_all, members).nobodys}
    return {
        name: Problem(
            _("names no member: {value!r}; this row changes nothing", value=name[:80]),
            setting.origin.file,
            setting.origin.line,
            "member",
        )
        for name, setting in firsts.items()
    }
