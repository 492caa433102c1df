"""Lay out a member's settings as a table, and word a change of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cagette_notify.cli.tables import table
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.files import name_within
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.mailjet_fates import Cause, cure_of
from cagette_notify.core.text import shortened
from cagette_notify.data.members.find_member import describe_member
from cagette_notify.planning.outlook.settings_effects import (
    EffectsInput,
    changed_kinds,
    effects,
    effects_in_words,
    obstacles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member, Setting
    from cagette_notify.data.member_settings.write import AppliedChange, SettingsChange


def settings_table(config: Config, member: Member) -> str:
    """Return each kind that can leave, its value and where it comes from, or that the member has set."""
    rows = [
        (label(kind.value), _value(config, member, kind), _source(config, member, kind))
        for kind in NOTICE_KINDS
        if kind in config.rules.spans.kinds or kind in member.settings
    ]
    headers = [_("notice"), _("value"), _("set in")]
    return f"{describe_member(member)}\n\n{table(headers, rows)}"


def stopped_lines(
    config: Config, member: Member, standing: Mapping[str, Mapping[Kind, datetime]]
) -> Iterator[str]:
    """Yield what an address of the member's has stopped with Mailjet's link, whatever the settings say."""
    for key in dict.fromkeys(mailbox.key for mailbox in member.mailboxes):
        for kind, at in standing.get(key, {}).items():
            yield _(
                "{address} gets no {kind}: unsubscribed with Mailjet's link on {day}.",
                address=key,
                kind=label(kind.value),
                day=long_day(at.astimezone(config.timezone).date(), spoken()),
            )


def switched_on_again(address: str) -> str:
    """Say that an address gets again what it had stopped, and what is to be done at Mailjet."""
    return _(
        "{address} had unsubscribed with Mailjet's link, and is written to again. Mailjet still keeps that, "
        "and may drop the mails: {cure}.",
        address=address,
        cure=cure_of(Cause.UNSUBSCRIBED, address, ""),
    )


def perhaps_unsubscribed(member: Member) -> str:
    """Say where it is told whether Mailjet keeps from them what was on already: no run may have heard yet."""
    return _(
        "By the settings, so it was already. If the link at the foot of a mail was used before, that counts "
        "no more here; whether Mailjet still keeps it is told by: {command}",
        command=command_to_type("check-member", member.handle),
    )


def change_lines(
    config: Config, order: SettingsChange, amendment: AppliedChange, after: Member
) -> Iterator[str]:
    """Yield what was written, or why nothing was; ``after`` is the member as they are then."""
    standing = order.standing(amendment.before)
    for kind, value in order.wanted.items():
        yield _noted(config, kind, standing.get(kind), value=value)
    if order.wanted:
        return
    in_doubt = {kind: one for kind, one in after.settings.items() if one.may_be_of or one.is_unread}
    if not standing and not in_doubt:
        yield _("Nothing to take back: there are no changes.")
    for kind, setting in standing.items():
        said, where = _yes_or_no(value=setting.value), _where(setting)
        yield _("Taken back: {kind} {value} ({where}).", kind=label(kind.value), value=said, where=where)
    for kind, setting in in_doubt.items():
        said, where = _value(config, after, kind), _where(setting)
        yield _("Not taken back: {kind} {value} ({where}).", kind=label(kind.value), value=said, where=where)


def consequences(before: Member, after: Member, effects_input: EffectsInput) -> Iterator[str]:
    """Yield what a change means for the next distributions."""
    changed = changed_kinds(before, after, effects_input.rules)
    found = effects(before, after, effects_input)
    addresses = dict.fromkeys(mailbox.key for mailbox in after.mailboxes)
    if changed and len(addresses) > 1:
        yield _("It is for the whole household: {addresses}.", addresses=", ".join(addresses))
    if not changed:
        yield _("It changes nothing for the next distributions: so it was already.")
    elif not found:
        yield _("No notice of the distributions of the next 30 days changes by it.")
    else:
        yield _("What it changes for the distributions of the next 30 days:")
    for line in (*effects_in_words(found), *obstacles(after, changed, effects_input)):
        yield f"  {line}"


def _value(config: Config, member: Member, kind: Kind) -> str:
    setting = member.settings.get(kind)
    is_held_back = setting is not None and setting.is_unread
    return _("held back") if is_held_back else _yes_or_no(value=config.rules.wants(member, kind))


def _source(config: Config, member: Member, kind: Kind) -> str:
    setting = member.settings.get(kind)
    if setting:
        return _where(setting)
    if any(kind in own for own in (member.group_defaults or {}).values()):
        return _("default of the group in CAMAP")
    return _("default ({config}: notices.{kind}.default)", config=config.path.name, kind=kind.value)


def _where(setting: Setting) -> str:
    place = f"{setting.origin.file}:{setting.origin.line}"
    if setting.is_unread:
        return _("{where}, which can't be read", where=place)
    day = long_day(date.fromisoformat(setting.changed_on), spoken()) if setting.changed_on else ""
    where = ", ".join(filter(None, (place, day)))
    if not setting.may_be_of:
        return where
    return _("{where}, which may be of {people}", where=where, people=shortened(setting.may_be_of))


def _noted(config: Config, kind: Kind, before: Setting | None, *, value: bool) -> str:
    said = _yes_or_no(value=value)
    if before and before.value is value:
        where = _where(before)
        return _(
            "Nothing to change: {kind} is {value} already ({where}).",
            kind=label(kind.value),
            value=said,
            where=where,
        )
    file = name_within(config.notifications, config.folder)
    return _("Written to {file}: {kind} {value}.", file=file, kind=label(kind.value), value=said)


def _yes_or_no(*, value: bool) -> str:
    return _("yes") if value else _("no")
