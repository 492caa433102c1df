"""``check-member``: why somebody does or doesn't receive mail, and what to answer them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.answers import as_document, everybody_in_lines, in_lines
from cagette_notify.cli.session import Session, command, complain, now, print_json
from cagette_notify.consultation import Question, ask_about, ask_about_all
from cagette_notify.diagnosis import Health
from cagette_notify.directory import described
from cagette_notify.errors import EXIT_OK, EXIT_PARTIAL, NotifyError, UsageError
from cagette_notify.language import _
from cagette_notify.model import Problem
from cagette_notify.presentation import one_line

if TYPE_CHECKING:
    from cagette_notify.config import Config
    from cagette_notify.consultation import Answer


@click.command("check-member")
@click.argument("who", required=False)
@click.option("--group", "group_id", metavar="G", default="", help="Only members of this group.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who has a problem, the worst first.")
@click.option("--offline", is_flag=True, help="Don't ask Mailjet.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def check_member_command(  # noqa: PLR0913 - one argument an option
    session: Session, *, who: str | None, group_id: str, everybody: bool, offline: bool, as_json: bool
) -> int:
    """Say why WHO does or doesn't receive mail, and what to answer.

    WHO is an address, a member's id or a name. With -v, what is all right is said too.
    """
    try:
        if bool(who) is everybody:
            raise UsageError(Problem(_("name one person (an address, an id or a name), or give --all")))
        config = session.config()
        question = Question(who or "", group_id, offline)
        if everybody:
            return _check_all(session, config, question, as_json=as_json)
        return _check_one(session, config, question, as_json=as_json)
    except NotifyError as error:
        if as_json:
            print_json(as_document(who or "", ()))
        raise error from None


def _check_one(session: Session, config: Config, question: Question, *, as_json: bool) -> int:
    answer = ask_about(config, question, now(), os.environ)
    if not answer.diagnoses:
        _say_nobody(question.who, answer)
    if as_json:
        print_json(as_document(question.who, answer.diagnoses))
    elif answer.diagnoses:
        for number, (diagnosis, reply) in enumerate(zip(answer.diagnoses, answer.replies, strict=True)):
            click.echo("\n" * bool(number) + "\n".join(in_lines(diagnosis, reply, verbose=session.verbose)))
    else:
        click.echo("\n".join((_("Reply to paste:"), "", answer.replies[0])), nl=False)
    is_fine = answer.diagnoses and all(one.health is not Health.PROBLEM for one in answer.diagnoses)
    return EXIT_OK if is_fine else EXIT_PARTIAL


def _say_nobody(who: str, answer: Answer) -> None:
    complain([_("nobody in the data is {who!r}", who=one_line(who))])
    if answer.near:
        complain([_("perhaps: {member}", member=one_line(described(member))) for member in answer.near])
    if answer.problems:
        complain([_("parts of the data can't be read; is the person there?"), *map(str, answer.problems)])


def _check_all(session: Session, config: Config, question: Question, *, as_json: bool) -> int:
    wanted = {Health.PROBLEM, Health.WARNING} if session.verbose else {Health.PROBLEM}
    diagnoses = ask_about_all(config, question, now(), os.environ)
    shown = tuple(one for one in diagnoses if one.health in wanted)
    if as_json:
        print_json(as_document("", shown))
    else:
        click.echo("\n".join(everybody_in_lines(shown, len(diagnoses))))
    return EXIT_PARTIAL if any(one.health is Health.PROBLEM for one in diagnoses) else EXIT_OK
