"""Tell a group's contact, once, who of its members unsubscribed with Mailjet's link, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n, speaking, spoken
from cagette_notify.core.kinds import Kind
from cagette_notify.core.labels import label
from cagette_notify.core.messages import OperatorMail
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Status
from cagette_notify.core.text import one_line
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.mails.operator_mail import OperatorText, operator_content, plain_message
from cagette_notify.run.operator_mail.send_operator_mail import (
    Desk,
    digest_of,
    drop_deferred,
    send_operator_mail,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cagette_notify.core.model import Group, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.core.unsubscriptions import Unsubscription
    from cagette_notify.run.context import Run


def send_unsubscription_news(run: Run, desk: Desk) -> bool:
    """Send what contacts have not heard yet, and tell whether nothing of it is left to send.

    What is in doubt counts as sent. The contact of a group whose members can't be read waits.
    """
    book = UnsubscriptionBook(run.ledger, run.account)
    acts = book.unsaid()
    waiting = [one for one in desk.unfinished() if is_unsubscription_news(one)]
    if not acts:
        drop_deferred(desk, waiting, but=())
        return True
    from cagette_notify.data.dataset import load_members

    groups = run.calendar.groups
    loaded = load_members(run.calendar, groups)
    if run.request.groups:
        return True  # the next run that reads all of them knows who has left, and who has only not been read
    unread = {id_ for id_ in loaded.stopped_groups if not groups[id_].disabled}
    heard = book.heard_by_groups()
    told = {
        group.id: (group.contact, theirs)
        for group in groups.values()
        if group.contact and group.id not in loaded.stopped_groups
        if (theirs := _of_group(group, acts, loaded.members, heard.get(group.id, ())))
    }
    mails = [_mail(run, groups[id_], contact, theirs) for id_, (contact, theirs) in told.items()]
    put_off = [one.custom_id for one in waiting if one.group_id in unread]
    drop_deferred(desk, waiting, but=[*put_off, *(mail.custom_id for mail in mails)])
    if Status.DEFERRED in send_operator_mail(desk, mails):
        return False
    if unread:
        book.keep_heard({id_: map(_digest, theirs) for id_, (_contact, theirs) in told.items()})
    else:
        book.keep_said(acts)
    return True


def is_unsubscription_news(entry: Entry) -> bool:
    """Tell what this module sends from the summaries, each of which is of a distribution."""
    return entry.key.kind is Kind.SUMMARY and not entry.key.distribution_id


def _of_group(
    group: Group, acts: Sequence[Unsubscription], members: Sequence[Member], heard: Collection[str]
) -> Mapping[Unsubscription, Member]:
    """Return the acts of a group's members that are not ``heard``, each with who reads the address first."""
    mine = [one for one in members if group.id in one.group_ids]
    readers = {box.key: member for member in reversed(mine) for box in member.mailboxes}
    return {act: readers[act.address] for act in acts if act.address in readers and _digest(act) not in heard}


def _digest(act: Unsubscription) -> str:
    return digest_of(act.address, act.at.isoformat(), *sorted(act.kinds))


def _mail(run: Run, group: Group, contact: Contact, acts: Mapping[Unsubscription, Member]) -> OperatorMail:
    about = digest_of(group.id, *(f"{act.address} {act.at.isoformat()}" for act in acts))
    with speaking(group.language):
        heading = _n("A member has unsubscribed", "{count} members have unsubscribed", len(acts))
        text = OperatorText(
            _("{heading} – {group}", heading=heading, group=one_line(group.name)),
            heading,
            before=(_("By the link that their mail program, or Mailjet, shows beside our mails:"),),
            listed=tuple(_line(act, member) for act, member in acts.items()),
            after=_(
                "It is obeyed: such mails no longer go to these addresses. If it was a mistake, whoever "
                "installed cagette-notify can switch them on again (cagette-notify notifications)."
            ),
            why=_("You get this mail because you are the contact of {group}.", group=one_line(group.name)),
        )
        content = operator_content(run.config.style, text, group)
    sender = Contact(run.config.style.sender.address, run.config.style.sender.name or group.name)
    custom_id = f"{run.ledger.ledger_id}-unsubscribed-{about}"
    message = plain_message(custom_id, custom_id, sender, contact, content)
    return OperatorMail(Kind.SUMMARY, about, run.now, message, group.id)


def _line(act: Unsubscription, member: Member) -> str:
    from cagette_notify.core.formatting import long_day  # and with it babel, where there is a day to say

    return _(
        "{name} ({address}), on {day}: {kinds}",
        name=one_line(member.name or member.id),
        address=act.address,
        day=long_day(act.at.date(), spoken()),
        kinds=", ".join(label(kind.value) for kind in Kind if kind in act.kinds),
    )
