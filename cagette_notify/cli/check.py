"""Print for ``check`` each problem of configuration, data files, templates and Mailjet account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.cli.colours import Tone
from cagette_notify.cli.exports_to_do import exports_to_do
from cagette_notify.cli.look_over import CheckResults, look_over
from cagette_notify.cli.session import Session, command, path_to_type, print_problems, print_prose
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.delivery.sender_check import sender_to_choose
from cagette_notify.planning.outlook.without_mail import without_group_lines, without_mail_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.config.load import Config


_NAMED = 10  # of those without an address; -v names all
_TAKES_MORE = {"allow_extra_args": True}  # to answer those who meant check-member


@click.command("check", cls=TranslatedCommand, context_settings=_TAKES_MORE)
@click.option("--offline", is_flag=True, help="Ask neither Mailjet nor DNS.")
@command
def check_command(session: Session, *, offline: bool) -> int:
    """Name every problem of configuration, data and templates. Each with its file and line.

    Then say how much was read; exports of Cagette's that are not used and suspect domains are named too.
    Under 'delivery: mailjet', those of the Mailjet account too: key, sender, quota; and what DNS says of the
    sender's domain: DMARC, DKIM, SPF, with the record that mends it.
    """
    if somebody := click.get_current_context().args:
        raise _meant_check_member(" ".join(somebody))
    config = session.config()
    found = look_over(config, offline=offline)
    print_problems((*_what_stops_all(found.stopping), *found.troubles), config)
    print_prose((*found.chosen, *(found.fine if session.verbose else ())), config)
    print_prose([_what_was_read(config, found)], config, None if found.troubles else Tone.FINE)
    print_prose(_what_is_to_do(session, config, found), config)
    return max(found.statuses)


def _what_was_read(config: Config, found: CheckResults) -> str:
    if found.troubles:
        return _("Read: {read}.", read=found.read)
    file = path_to_type(config.path)
    return _("All is well: {config}, its data and its templates ({read}).", config=file, read=found.read)


def _what_is_to_do(session: Session, config: Config, found: CheckResults) -> Iterator[str]:
    """Yield what there is to say beside the troubles."""
    most = None if session.verbose else _NAMED
    yield from without_mail_lines(found.without_address, most)
    yield from without_group_lines(found.in_no_group, most)
    if found.status:
        yield from exports_to_do(config, found.status)
    yield from found.advice
    if advice := sender_to_choose(config):
        yield advice


def _what_stops_all(count: int) -> Iterator[str]:
    if count:
        yield _n(
            "nothing can leave until the next line is mended:",
            "nothing can leave until the next {count} lines are mended:",
            count,
        )


def _meant_check_member(who: str) -> UsageError:
    typed = command_to_type("check-member", who)
    return UsageError(Problem(_("check is about the files; about a member: {command}", command=typed)))
