"""Say what a new installation comes to: what check says, the first mails, what to type next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.cli.exports_to_do import exports_to_do, once_exported, soon
from cagette_notify.cli.look_over import look_over
from cagette_notify.cli.session import typed_with
from cagette_notify.cli.setup.rehearsal import rehearsal_at
from cagette_notify.cli.until_real_mails import until_real_mails
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.formatting import instant
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.labels import label
from cagette_notify.delivery.sender_check import sender_to_choose
from cagette_notify.helpdesk.status import service_status
from cagette_notify.planning.outlook.without_mail import without_group_lines, without_mail_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.cli.look_over import CheckResults
    from cagette_notify.config.load import Config
    from cagette_notify.helpdesk.status import ServiceStatus
    from cagette_notify.planning.outlook.forecast import PlannedNotice

_NAMED = 5  # of those without an address
EXPLAINED = 6 * " "  # before what a command is for
_AHEAD = timedelta(days=92)
_A_LITTLE_LATER = timedelta(minutes=5)


class LookedAt(NamedTuple):
    """What ``check`` and ``status`` find in a new installation."""

    found: CheckResults
    status: ServiceStatus


def look_at(config: Config, now: datetime) -> LookedAt:
    """Return what is to be said of a new installation."""
    return LookedAt(look_over(config, offline=True), service_status(config, _AHEAD, now))


def outlook_lines(config: Config, program: Sequence[str], looked_at: LookedAt) -> Iterator[str]:
    """Yield what ``check`` says in a line, the first mails, and what is left to do before real ones."""
    found, status = looked_at
    first = {one.kind: one for one in reversed(status.upcoming)}
    recaps = [one for one in status.upcoming if one.kind.traits.needs_order]
    count = len(found.troubles) - found.unused
    to_correct = (
        [_n("{count} to correct (see check)", "{count} to correct (see check)", count)] if count else []
    )
    said = ", ".join((found.people, *to_correct))
    yield (
        _("{read}; first recap {when}", read=said, when=soon(config, status.at, recaps[0].at))
        if recaps
        else _("{read}; no recap is planned yet", read=said)
    )
    yield from (typed_with(str(problem), program) for problem in status.of_nobody)
    yield from (typed_with(line, program) for line in without_mail_lines(found.without_address, _NAMED))
    yield from (typed_with(line, program) for line in without_group_lines(found.in_no_group, _NAMED))
    if first:
        yield _("The first mails:")
        in_time = sorted(first.values(), key=lambda one: one.at)
        for one in in_time:
            yield f"  {_first_mail(config, status, one)}"
            if one.export:
                yield f"{EXPLAINED}{once_exported(config, status, one)}"
    if to_do := next(exports_to_do(config, status), ""):
        yield to_do
    for problem in status.unannounced:
        yield typed_with(str(problem), program)
    yield from filter(None, (until_real_mails(config) or sender_to_choose(config),))


def next_lines(
    config: Config,
    program: Sequence[str],
    looked_at: LookedAt,
    known_start: datetime | None,
    first_of_all: Sequence[tuple[list[str], str]],
) -> Iterator[str]:
    """Yield the commands to type next, each with what it is for, those that come ``first_of_all`` before.

    ``known_start`` is that of a distribution whose orders are there: its recaps can be tried out.
    """
    found, status = looked_at
    commands = _next_commands(config, status, known_start, program, is_right=not found.troubles)
    yield ""
    yield _("What to type next:")
    for typed, why in (*first_of_all, *commands):
        yield from (f"  {line}" for line in typed)
        yield f"{EXPLAINED}{why}"


def _first_mail(config: Config, status: ServiceStatus, one: PlannedNotice) -> str:
    to_whom = _n("to {count} address", "to {count} addresses", one.addresses)
    if one.waits_for_orders:
        to_whom = _("once the orders are there")
    elif one.waits_for_duties:
        to_whom = _("waits until it is known who serves")
    elif one.already and not one.addresses:
        to_whom = _("already written to {count}", count=one.already)
    elif not one.addresses:
        to_whom = _("to those who will have ordered by then")
    local = one.at.astimezone(config.timezone)
    when = instant(local, spoken()) if one.at > status.at else soon(config, status.at, one.at)
    return _("{when}: {kind}, {to_whom}", when=when, kind=label(one.kind.value), to_whom=to_whom)


def _next_commands(
    config: Config,
    status: ServiceStatus,
    known_start: datetime | None,
    program: Sequence[str],
    *,
    is_right: bool,
) -> Iterator[tuple[list[str], str]]:
    """Yield lines to type with what they are for."""
    reached = [one.at for one in status.upcoming if one.addresses]
    at = known_start - timedelta(hours=24) if known_start else next(iter(reached), None)
    if at is not None:  # there is a distribution, and somebody to show a mail to
        shows = _("shows the text of a recap at once, made with your data; --open shows it in the browser")
        of_orders = ["--distribution", f"{known_start:%Y-%m-%d}"] if known_start else []
        yield [command_to_type("preview", options=of_orders, program=program)], shows
    if not is_right:
        names = _("names what is to be corrected, with file and line")
        yield [command_to_type("check", program=program)], names
    if at is not None and not config.delivery.leaves_the_machine:
        yield rehearsal_at(config, at + _A_LITTLE_LATER, program)
    yield [command_to_type("status", program=program)], _("says what will leave when")
