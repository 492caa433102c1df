"""Run ``notifications``: show a member's settings, or change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.cli.choose_person import choose_person, list_of_people
from cagette_notify.cli.notifications_output import (
    change_lines,
    consequences,
    perhaps_unsubscribed,
    settings_table,
    stopped_lines,
    switched_on_again,
)
from cagette_notify.cli.session import Session, command, now, print_problems, print_prose, print_text
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.files import refuse_what_is_not_ours
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.ledger_place import own_name
from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.member_settings.odd_rows import settings_in_doubt
from cagette_notify.data.member_settings.read import (
    MemberSettings,
    load_member_settings,
    notice_kind,
    with_own_settings,
)
from cagette_notify.data.member_settings.write import (
    SettingsChange,
    change_member_settings,
    refuse_what_is_no_csv,
)
from cagette_notify.data.members.find_member import (
    MemberMatch,
    describe_member,
    find_member,
    only_in_part,
    several_people,
)
from cagette_notify.data.roster import RosterBeforeSettings, read_roster_before_settings
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.planning.outlook.settings_effects import EffectsInput, changed_kinds
from cagette_notify.run.reading.lost_settings import refuse_lost_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member


@click.command("notifications", cls=TranslatedCommand)
@click.argument("who")
@click.option("--on", metavar="KIND", multiple=True, help="Turn this notice on; may be repeated.")
@click.option("--off", metavar="KIND", multiple=True, help="Turn this notice off; may be repeated.")
@click.option("--reset", is_flag=True, help="Take all changes back.")
@command
def notifications_command(
    session: Session, *, who: str, on: tuple[str, ...], off: tuple[str, ...], reset: bool
) -> int:
    """Show which notices WHO gets, or change it.

    WHO is an address, an id or a name. KIND is opening, closing, recap_24h, recap_4h, duty or duty_vacant (or
    ouverture, fermeture, recap-24h, recap-4h, permanence, appel). A change rules over the data files and the
    defaults until it is taken back with --reset.
    """
    config = session.config()
    wanted, again = _wanted(on, off, reset=reset), _kinds("--on", on)
    if wanted or reset:
        refuse_what_is_no_csv(config.notifications)
        # Whose the ledger is runs send-due, and must be able to read what is written here.
        refuse_what_is_not_ours(own_name(config.ledger))
    roster = read_roster_before_settings(load_calendar(sources_of(config, now())))
    with open_ledger(config.ledger, read_only=True) as ledger:
        refuse_lost_settings(config, ledger)
    preferences = load_member_settings(config.notifications, config.folder)
    _print_data_problems(roster, preferences)
    member = _one(config, who, roster, _options_typed(on, off, reset=reset))
    if wanted or reset:
        _change(config, roster, member, wanted, preferences, again)
    else:
        back = _switch_on_again(config, member, again)
        print_text(settings_table(config, roster.with_changes(member, preferences)))
        with open_ledger(config.ledger, read_only=True) as ledger:
            standing = UnsubscriptionBook(ledger, config.account).standing()
        print_problems(stopped_lines(config, member, standing))
        _print_back(back)
    return EXIT_OK


def _print_back(addresses: Sequence[str]) -> None:
    """Say who is written to again, and what Mailjet keeps."""
    if addresses:
        print_prose(["", *map(switched_on_again, addresses)])


def _switch_on_again(config: Config, member: Member, kinds: AbstractSet[Kind]) -> Sequence[str]:
    """Let what is switched on count more than a press of Mailjet's link before; return whose it was."""
    if not (kinds and config.delivery.can_be_asked):
        return ()
    addresses = {mailbox.key for mailbox in member.mailboxes}
    with open_ledger(config.ledger) as ledger:
        book = UnsubscriptionBook(ledger, config.account)
        standing = book.standing()
        book.switch_on(addresses, kinds, now())
    return [key for key in sorted(addresses) if not standing.get(key, {}).keys().isdisjoint(kinds)]


def _wanted(on: Iterable[str], off: Iterable[str], *, reset: bool) -> dict[Kind, bool]:
    kinds_on, kinds_off = _kinds("--on", on), _kinds("--off", off)
    if reset and (kinds_on or kinds_off):
        raise UsageError(Problem(_("--reset takes all changes back: it goes without --on and --off")))
    both = kinds_on & kinds_off
    if both:
        names = ", ".join(label(kind.value) for kind in NOTICE_KINDS if kind in both)
        raise UsageError(Problem(_("both --on and --off: {kinds}", kinds=names)))
    return {kind: kind in kinds_on for kind in NOTICE_KINDS if kind in kinds_on | kinds_off}


def _kinds(option: str, texts: Iterable[str]) -> set[Kind]:
    try:
        return {_kind(option, text.strip()) for text in texts}
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None


def _kind(option: str, text: str) -> Kind:
    """Return a kind of notice, or broadcasts: no setting of theirs, they may have been stopped by a link."""
    of_broadcasts = (Kind.BROADCAST.value, label(Kind.BROADCAST.value))
    return Kind.BROADCAST if option == "--on" and text.casefold() in of_broadcasts else notice_kind(text)


def _print_data_problems(roster: RosterBeforeSettings, preferences: MemberSettings) -> None:
    """Say what may make the answer a wrong one: changes nobody understands, groups nobody can read."""
    data = roster.data
    members, odd = with_own_settings(data.members, preferences, data.people_set_aside)
    odd += settings_in_doubt(members, preferences, data.unread_groups)
    unread = [one for one in data.problems if one.group_id in data.stopped_groups]
    print_problems((*unread, *preferences.problems, *odd))


def _options_typed(on: Iterable[str], off: Iterable[str], *, reset: bool) -> list[str]:
    """Return the options again, for a command that is to be typed."""
    pairs = [*(("--on", kind) for kind in on), *(("--off", kind) for kind in off)]
    return [*(part for pair in pairs for part in pair), *(["--reset"] if reset else [])]


def _one(config: Config, who: str, roster: RosterBeforeSettings, options: Sequence[str]) -> Member:
    """Return who is meant. Some words of a longer name are shown, and not changed: it may be another's."""
    found = _found(who, roster)
    members = found.members
    if len(members) == 1 and options and not found.is_exact and len(who.split()) > 1:
        raise NotifyError(*list_of_people(only_in_part(who, members[0]), "notifications", config, options))
    if len(members) == 1:
        return members[0]
    handle = choose_person(several_people(who, members), "notifications", config, options)
    return next(member for member in members if member.handle == handle)


def _found(who: str, roster: RosterBeforeSettings) -> MemberMatch:
    found = find_member(who, roster.data.members)
    if found.members:
        return found
    lines = [_("nobody found: {who!r}", who=who)]
    for member in find_member(who, [one.member for one in roster.data.set_aside]).members:
        where = f"{member.origin.file}:{member.origin.line}"
        lines.append(
            _("{who} has a row that is set aside: {where}", who=describe_member(member), where=where)
        )
    if found.near:
        lines.append(_("Did you mean one of these?"))
        lines += [f"  {describe_member(member)}" for member in found.near]
    raise NotifyError(*map(Problem, lines))


def _change(  # noqa: PLR0913, PLR0917 - whose settings, as they were, and what is to change
    config: Config,
    roster: RosterBeforeSettings,
    member: Member,
    wanted: Mapping[Kind, bool],
    preferences: MemberSettings,
    again: AbstractSet[Kind],
) -> None:
    at = now()
    today = at.astimezone(config.timezone).date()
    addresses = roster.addresses_naming(member, preferences)
    names = roster.names_of(member), roster.names_to_write(member)
    order = SettingsChange(*names, wanted, today, addresses)
    amendment = change_member_settings(config.notifications, config.folder, order)
    back = _switch_on_again(config, member, again)
    before = roster.with_changes(member, amendment.before)
    after = roster.with_changes(member, amendment.after)
    print_prose(change_lines(config, order, amendment, after))
    print_text(f"\n{settings_table(config, after)}")
    # What its settings leave as it was may be a change for whoever had stopped it.
    changed = changed_kinds(before, after, config.rules)
    if again and config.delivery.can_be_asked and not (back or changed):
        print_prose(["", perhaps_unsubscribed(member)], config)
    elif amendment.was_needed and not (back and not changed):
        rules = config.rules
        outset = EffectsInput(
            *(at, rules, roster.calendar.groups, roster.calendar.distributions),
            _sharers(roster, member, amendment.after),
        )
        print_prose(["", *consequences(before, after, outset)])
    _print_back(back)


def _sharers(roster: RosterBeforeSettings, member: Member, preferences: MemberSettings) -> tuple[Member, ...]:
    """Return the other members who read an address of the member, with their own changes."""
    mine = {mailbox.key for mailbox in member.mailboxes}
    others = (one for one in roster.data.members if one is not member)
    near = [one for one in others if mine & {mailbox.key for mailbox in one.mailboxes}]
    return tuple(roster.with_changes(one, preferences) for one in near)
