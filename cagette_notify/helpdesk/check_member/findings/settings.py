"""Judge a member's settings and activity. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.mailjet_fates import Cause
from cagette_notify.core.text import shortened
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.planning.shared_addresses import covered_in_words
from cagette_notify.planning.timeline import HELD, WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.model import Setting
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence


def settings(case: MemberEvidence) -> Iterator[Finding]:
    """Yield each kind's value and where it was set; the basic ones off explain everything but broadcasts.

    And the changes that can't be read: a notice may be on that was to be off.
    """
    values = {kind: case.is_on(kind) for kind in case.kinds}
    yield from _stopped_at_mailjet(case, values)
    basic = tuple(kind for kind in case.kinds if kind.traits.is_basic)
    are_off = not any(values[kind] for kind in basic)
    missed = tuple(filter(case.is_off_for_them, case.kinds))
    missed = missed or (basic if are_off else ())
    if not missed:
        summary = _("; ").join(_said(case, kind, value=values[kind]) for kind in case.kinds)
        yield Finding(Check.NOTIFICATIONS, Health.OK, summary)
    # Nobody switched off what is held back for a row that can't be read: it is another matter.
    held = tuple(filter(case.held_by, missed))
    off = tuple(kind for kind in missed if kind not in held)
    health = Health.PROBLEM if are_off else Health.WARNING
    if held:
        yield _missed(case, held, health, Matter.SETTING_UNREAD)
    if off:
        all_off = not held and not any(values.values())
        yield _missed(case, off, health, Matter.ALL_OFF if all_off else Matter.SOME_OFF)
    yield from _unread_changes(case)


def _missed(case: MemberEvidence, kinds: tuple[Kind, ...], health: Health, matter: Matter) -> Finding:
    said = case.kinds if matter is Matter.ALL_OFF else kinds
    summary = _("; ").join(_said(case, kind, value=False) for kind in said)
    if matter is Matter.ALL_OFF:
        summary = _("all notices are off: {settings}", settings=summary)
    summary = _("; ").join((summary, *covered_in_words(one for one in case.covered if one.kind in kinds)))
    days = tuple(_changed_on(case.member.settings.get(kind)) for kind in kinds)
    advice = _how_to_turn_on(case, kinds)
    if matter is Matter.SETTING_UNREAD:
        advice = _("; ").join((_("correct the row, or take it out"), advice))
    return Finding(Check.NOTIFICATIONS, health, summary, advice, matter, kinds=kinds, days=days)


def _unread_changes(case: MemberEvidence) -> Iterator[Finding]:
    command = command_to_type("notifications", case.member.handle)
    for problem in case.setting_problems:
        text = _("a change of settings can't be read: {problem}", problem=problem)
        advice = (
            _("correct the row, or take it out")
            if case.is_set_aside  # the command would find nobody
            else _(
                "correct the row, or take it out; what holds until then is shown by: {command}",
                command=command,
            )
        )
        yield Finding(Check.NOTIFICATIONS, Health.WARNING, text, advice)


def _stopped_at_mailjet(case: MemberEvidence, values: Mapping[Kind, bool]) -> Iterator[Finding]:
    """Yield for each address what it stopped with Mailjet's link: no setting of the member's says so.

    What is to be switched on again is for the household: nothing that it had not on before.
    """
    for box in case.member.mailboxes:
        stopped = case.unsubscribed.get(box.key, {})
        if not stopped:
            continue
        kinds = tuple(sorted(stopped, key=[*Kind].index))
        text = _(
            "{address} has stopped {kinds} with Mailjet's link ({day})",
            address=box.address,
            kinds=", ".join(label(kind.value) for kind in kinds),
            day=case.long_day(max(stopped.values())),
        )
        were_on = tuple(kind for kind in kinds if values.get(kind, kind not in NOTICE_KINDS))
        if not were_on:
            yield Finding(Check.NOTIFICATIONS, Health.OK, text)
            continue
        options = [part for kind in were_on for part in ("--on", label(kind.value))]
        command = command_to_type("notifications", case.member.handle, options=options)
        advice = _("if the member wants them again: {command}", command=command)
        yield Finding(
            Check.NOTIFICATIONS, Health.WARNING, text, advice, Cause.UNSUBSCRIBED, box.address, kinds=were_on
        )


def _how_to_turn_on(case: MemberEvidence, kinds: Iterable[Kind]) -> str:
    options = [part for kind in kinds for part in ("--on", label(kind.value))]
    command = command_to_type("notifications", case.member.handle, options=options)
    if not case.is_set_aside:
        return _("; ").join(
            (_("if the member wants them: {command}", command=command), *_how_to_keep_off(case, kinds))
        )
    return _(
        "if the member wants them, once the row {place} can be read: {command}",
        place=case.place,
        command=command,
    )


def _how_to_keep_off(case: MemberEvidence, kinds: Iterable[Kind]) -> Iterator[str]:
    """Yield what ends the doubt about whose a change is, where the member doesn't want the notices."""
    settings = case.member.settings
    doubtful = [kind for kind in kinds if kind in settings and settings[kind].may_be_of]
    if doubtful:
        options = [part for kind in doubtful for part in ("--off", label(kind.value))]
        command = command_to_type("notifications", case.member.handle, options=options)
        yield _("if not: {command}", command=command)


def _changed_on(setting: Setting | None) -> date | None:
    """Return when the member's notice was switched off; nobody knows if it may be another's, or unread."""
    if not setting or setting.may_be_of or setting.is_unread or not setting.changed_on:
        return None
    return date.fromisoformat(setting.changed_on)


def activity(case: MemberEvidence) -> Iterator[Finding]:
    """Yield whether the member counts as inactive; nothing where nobody asked or can know."""
    seen, after = case.member.last_seen, case.inactive_after
    if not seen or not after:
        return
    if case.now - seen <= after:
        yield Finding(Check.ACTIVITY, Health.OK, _("last seen on {day}", day=case.long_day(seen)))
    elif _has_an_order_now(case):
        summary = _("not seen since {day}, but with an order now: that is activity", day=case.long_day(seen))
        yield Finding(Check.ACTIVITY, Health.OK, summary)
    elif case.last_order_at and case.now - case.last_order_at <= after:
        summary = _(
            "not seen since {day}, but with an order for {order}: that is activity",
            day=case.long_day(seen),
            order=case.long_day(case.last_order_at),
        )
        yield Finding(Check.ACTIVITY, Health.OK, summary)
    elif case.ordered_ahead:
        summary = _(
            "not seen since {day}, but there may be an order for {order}, which can't be read yet: as "
            "long as that is so, it counts as activity",
            day=case.long_day(seen),
            order=case.day_of(case.ordered_ahead[0][0]),
        )
        yield Finding(Check.ACTIVITY, Health.OK, summary)
    else:
        yield Finding(
            Check.ACTIVITY,
            Health.PROBLEM,
            _("not seen since {day}, so that no notices are sent (inactive_after)", day=case.long_day(seen)),
            _(
                "an order is enough to get them again; or correct last_seen in {place}, or make "
                "inactive_after longer",
                place=case.place,
            ),
            Matter.INACTIVE,
        )


def _has_an_order_now(case: MemberEvidence) -> bool:
    recaps = (event for event in case.upcoming if event.kind.traits.needs_order)
    is_known = any(is_known for _one, is_known in case.ordered_ahead)
    return is_known or any(event.status in {WILL_SEND, HELD} for event in recaps)


def _said(case: MemberEvidence, kind: Kind, *, value: bool) -> str:
    setting = case.member.settings.get(kind)
    state = _("on") if value else _("off")
    if setting and setting.is_unread:
        state = _("held back")
        where = _(
            "until {file}:{line} can be read; nobody switched it off",
            file=setting.origin.file,
            line=setting.origin.line,
        )
    elif setting is None:
        where = _("default")
    elif setting.may_be_of:
        where = _(
            "held back, as {file}:{line} may be of {people}",
            file=setting.origin.file,
            line=setting.origin.line,
            people=shortened(setting.may_be_of),
        )
    elif setting.changed_on:
        where = _(
            "changed on {day} by `notifications`, {file}:{line}",
            day=case.day_in_words(date.fromisoformat(setting.changed_on)),
            file=setting.origin.file,
            line=setting.origin.line,
        )
    else:
        where = f"{setting.origin.file}:{setting.origin.line}"
    return _("{notice} {state} ({where})", notice=label(kind.value), state=state, where=where)
