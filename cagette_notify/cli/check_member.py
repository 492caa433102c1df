"""Run ``check-member``: print why somebody does or doesn't receive mail, and a reply to them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from cagette_notify.cli.check_member_output import (
    as_document,
    as_failure,
    everybody_in_lines,
    in_lines,
    tones_of_marks,
)
from cagette_notify.cli.choose_person import choose_person
from cagette_notify.cli.session import (
    Session,
    command,
    now,
    print_json,
    print_problems,
    print_text,
    program_words,
    to_type,
)
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import EXIT_OK, EXIT_PARTIAL, NotifyError, Problem, UsageError
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import notice_label, status_label
from cagette_notify.core.text import one_line
from cagette_notify.data.members.find_member import SeveralPeopleError, describe_member
from cagette_notify.helpdesk.check_member.answer import MemberAnswer, MemberQuestion, ask_about, ask_about_all
from cagette_notify.helpdesk.check_member.findings.finding import Health

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import StrayOrder
    from cagette_notify.ledger.history import HistoryRecord


@click.command("check-member", cls=TranslatedCommand)
@click.argument("who", metavar="[WHO]...", nargs=-1)
@click.option("--group", "group_id", metavar="G", help="Only members of this group.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who has a problem, the worst first.")
@click.option("--offline", is_flag=True, help="Don't ask Mailjet.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def check_member_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    who: tuple[str, ...],
    group_id: str | None,
    everybody: bool,
    offline: bool,
    as_json: bool,
) -> int:
    """Say why WHO does or doesn't receive mail, and what to answer.

    WHO is an address, a member's id or a name. With -v, what is all right is said too.
    """
    name = " ".join(who).strip()
    try:
        if name and everybody:
            raise UsageError(Problem(_("give a name or --all, not both")))
        if not name and not everybody:
            raise UsageError(Problem(_("name somebody (an address, an id or a name), or give --all")))
        config = session.config()
        question = MemberQuestion(name, group_id, offline)
        if everybody:
            return _check_all(session, config, question, as_json=as_json)
        return _check_one(session, config, question, as_json=as_json)
    except NotifyError as error:
        if as_json:
            print_json(as_failure(name))
        raise error from None


def _check_one(session: Session, config: Config, question: MemberQuestion, *, as_json: bool) -> int:
    options = _options_typed(session, question)
    answer = _answer(config, question, options, several=as_json)
    if not answer.diagnoses:
        _say_nobody(question.who, answer, config, options)
    if as_json:
        print_json(as_document(question.who, answer.diagnoses))
    elif answer.diagnoses:
        if answer.is_in_part:
            print_text(_("{who!r} is only a part of the name of:", who=one_line(question.who)))
        for number, (diagnosis, reply) in enumerate(zip(answer.diagnoses, answer.replies, strict=True)):
            lines = in_lines(diagnosis, reply, verbose=session.verbose, width=_width())
            print_text("\n" * bool(number) + to_type("\n".join(lines), config), tones_of_marks())
    elif not answer.known_as or answer.may_be_missing:
        click.echo("\n".join((_heading(answer), "", answer.replies[0])), nl=False)
    is_fine = answer.diagnoses and all(one.health is not Health.PROBLEM for one in answer.diagnoses)
    return EXIT_OK if is_fine else EXIT_PARTIAL


def _options_typed(session: Session, question: MemberQuestion) -> list[str]:
    group = ["--group", question.group_id] if question.group_id is not None else []
    flags = {"--offline": question.offline, "-v": session.verbose}
    return [*group, *(flag for flag, is_given in flags.items() if is_given)]


def _answer(
    config: Config, question: MemberQuestion, options: Sequence[str], *, several: bool
) -> MemberAnswer:
    """Ask about the one who is meant; where it may be several, about the one who is chosen then."""
    only_one = replace(question, only_one=not several)
    try:
        return ask_about(config, only_one, now(), os.environ)
    except SeveralPeopleError as error:
        handle = choose_person(error, "check-member", config, options)
    return ask_about(config, replace(only_one, who=handle, asker=question.who), now(), os.environ)


def _say_nobody(who: str, answer: MemberAnswer, config: Config, options: Sequence[str]) -> None:
    if answer.problems:
        print_problems(
            [_("parts of the data can't be read; is the person there?"), *map(str, answer.problems)]
        )
    nobody = _("nobody in the data is {who!r}", who=one_line(who))
    if answer.stray_orders:
        nobody = _("{who!r} is no member, and has ordered", who=one_line(who))
    print_problems([nobody, *_what_else(who, answer, config)])
    if not answer.known_as:
        near = map(describe_member, _may_be_near(answer))
        print_problems(_("perhaps: {member}", member=one_line(member)) for member in near)
    if meant := answer.known_as or _may_be_near(answer):
        words = program_words(config)
        print_problems(
            command_to_type("check-member", one.handle, options=options, program=words) for one in meant
        )


def _may_be_near(answer: MemberAnswer) -> Sequence[Member]:
    return () if answer.problems and answer.departed.last_mail else answer.near


def _heading(answer: MemberAnswer) -> str:
    if _may_be_near(answer):
        return _("Reply to paste, if it is nobody of these:")
    return _("Reply to paste:")


def _what_else(who: str, answer: MemberAnswer, config: Config) -> Iterator[str]:
    """Yield what is known of somebody who is no member: as a contact, or from the ledger."""
    for member in answer.known_as:
        described = one_line(describe_member(member))
        yield _("{who} is an earlier address or id of {member}", who=one_line(who), member=described)
    yield from map(_stray_order_in_words, answer.stray_orders)
    for group in answer.answers_for:
        yield _("{who} is the contact of {group} ({id})", who=one_line(who), group=group.name, id=group.id)
    for group in answer.coordinates:
        yield _("{who} is a coordinator of {group} ({id})", who=one_line(who), group=group.name, id=group.id)
    if answer.only_coordinates:
        yield _("{who} is no member, and gets only the broadcasts to coordinators", who=one_line(who))
    if last := answer.departed.last_mail:
        yield _last_mail_in_words(answer, last, config)
    if answer.holds and not answer.known_as:
        yield from (to_type(str(hold), config) for hold in answer.holds)
        yield _("so {who} may be missing by mistake, and be back with the next export", who=one_line(who))


def _stray_order_in_words(one: StrayOrder) -> str:
    said = {
        "place": f"{one.line.origin.file}:{one.line.origin.line}",
        "distribution": one.distribution.id,
        "name": one.line.called,
        "group": one.group.name,
    }
    if one.distribution.starts_at <= now():
        return _(
            "{place}: an order for {distribution} is of {name}, who is no member of {group}: no recap "
            "reached them, and that distribution is over; add them to the members for those to come",
            **said,
        )
    return _(
        "{place}: an order for {distribution} is of {name}, who is no member of {group}: no recap reaches "
        "them; add them to the members, or correct the row",
        **said,
    )


def _last_mail_in_words(answer: MemberAnswer, last: HistoryRecord, config: Config) -> str:
    said = {
        "who": one_line(answer.departed.called),
        "kind": notice_label(last.kind.value, is_correction=last.is_correction),
        "day": long_day(last.at.astimezone(config.timezone).date(), spoken()),
        "status": status_label(last.status, config.delivery),
    }
    if answer.only_coordinates or answer.known_as:
        return _("the last mail to {who}: {kind}, {day}, {status}", **said)
    if answer.may_be_missing:
        return _("{who} is not among the members today; the last mail: {kind}, {day}, {status}", **said)
    return _("{who} is among the members no more; the last mail: {kind}, {day}, {status}", **said)


def _check_all(session: Session, config: Config, question: MemberQuestion, *, as_json: bool) -> int:
    wanted = {Health.PROBLEM, Health.WARNING} if session.verbose else {Health.PROBLEM}
    survey = ask_about_all(config, question, now(), os.environ)
    shown = tuple(one for one in survey.diagnoses if one.health in wanted or one.lacks_a_row)
    print_problems(survey.problems)
    if survey.why_unknown:
        print_problems([_("bounces and blocks are not looked at: {why}", why=survey.why_unknown)])
    if as_json:
        print_json(as_document("", shown, survey.health))
    else:
        lines = everybody_in_lines(shown, survey, _width())
        print_text(to_type("\n".join(lines), config), tones_of_marks())
    return EXIT_PARTIAL if survey.health is Health.PROBLEM or not survey.diagnoses else EXIT_OK


def _width() -> int:
    # Python 3.10 takes a terminal that says it has no columns at its word.
    return min(shutil.get_terminal_size().columns or 80, 100)
