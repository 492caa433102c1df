"""Run ``forget``: erase a person and print what was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cagette_notify.cli.choose_person import choose_person, list_of_people
from cagette_notify.cli.prompt import SAYS_YES, CancelledError, own_terminal
from cagette_notify.cli.session import Session, command, now, path_to_type, print_prose, program_words
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import EXIT_OK, EXIT_PARTIAL, NotifyError, Problem, UsageError
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold
from cagette_notify.data.members.find_member import SeveralPeopleError
from cagette_notify.helpdesk.forget import Forgotten, forget, whom_to_forget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Origin
    from cagette_notify.helpdesk.forget_left_behind import ErasedBehind
    from cagette_notify.helpdesk.person_to_forget import PersonToForget
    from cagette_notify.ledger.forget import Erased


@click.command("forget", cls=TranslatedCommand)
@click.argument("who")
@click.option("--yes", is_flag=True, help="Don't ask: WHO is an address, an id or a whole name.")
@command
def forget_command(session: Session, *, who: str, yes: bool) -> int:
    """Forget WHO: shows who that is, and asks.

    Takes the person out of the ledger, the outbox, the changes of settings and unfinished broadcasts.
    What was sent still counts. The data files stay as they are.
    """
    config = session.config()
    done = _unasked(config, who) if yes else _asked(config, who)
    print_prose(_lines(done))
    if config.data.camap:
        print_prose(
            [_("CAMAP's database, which is only read here, still has them: take them out of it in CAMAP.")]
        )
    has_failed = any(one.why_not for one in done.left_behind)
    return EXIT_PARTIAL if has_failed or not done.is_swept else EXIT_OK


def _unasked(config: Config, who: str) -> Forgotten:
    try:
        return forget(config, who, now())
    except SeveralPeopleError as error:
        lines = list_of_people(error, "forget", config, ["--yes"])
        raise NotifyError(*lines) if len(error.namesakes) > 1 else UsageError(*lines) from None


def _asked(config: Config, who: str) -> Forgotten:
    try:
        whom = whom_to_forget(config, who, now())
    except SeveralPeopleError as error:
        whom = whom_to_forget(config, choose_person(error, "forget", config), now())
    _confirm(config, whom)
    return forget(config, whom.called.handle, now(), whom)


def _confirm(config: Config, whom: PersonToForget) -> None:
    """Return once somebody has seen who it is, and said yes."""
    terminal = own_terminal(quiet=False)
    if terminal is None:
        words = program_words(config)
        typed = command_to_type("forget", whom.called.handle, options=["--yes"], program=words)
        message = _("nobody was forgotten, as nobody can be asked here; to forget this person, type:")
        raise UsageError(*map(Problem, (whom.called.description, message, typed)))
    terminal.say(whom.called.description)
    terminal.tell(_("What is kept about them will be gone for good."))
    if whom.places:
        terminal.tell(
            _(
                "Still in the data: {places}. What they turned off goes, too: unless that is taken out "
                "first, what is due from then on is mailed to them again.",
                places=_listed((*whom.places, *whom.rows.places)),
            )
        )
    terminal.tell(*_of_rows(whom))
    try:
        answer = terminal.ask(_("Forget this person? [y/N] "))
    except CancelledError:
        answer = ""
    if fold(answer) not in SAYS_YES:
        raise NotifyError(Problem(_("nobody was forgotten")))


def _lines(done: Forgotten) -> Iterator[str]:
    """Yield what was removed and what stays, in words that tell nothing of the person."""
    erased = done.erased
    yield _(
        "Forgotten. Mails in the ledger: {mails}; reasons for none: {skips}; mails in the outbox: {files}; "
        "changes of settings: {settings}.",
        mails=erased.mails,
        skips=erased.skips,
        files=done.files,
        settings=done.settings,
    )
    if erased.ended:
        yield _("Still to leave, or in doubt, and given up: {count}.", count=erased.ended)
    yield from _of_broadcasts(erased)
    if done.whom.shared:
        yield _(
            "Addresses that another member reads too: {count}. Mails that only name one of them are left "
            "alone, in the ledger and in the outbox.",
            count=len(done.whom.shared),
        )
    if done.named_in:
        yield _(
            "Mails to others in the outbox that have the name, as of whoever shared an order: {count}. They "
            "stay; delete them by hand if they are to go.",
            count=done.named_in,
        )
    if done.texts:
        yield _(
            "Texts of broadcasts that name them: {files}. They stay; change or delete them by hand.",
            files=str(len(done.texts)) if works_for_others() else ", ".join(map(path_to_type, done.texts)),
        )
    if done.whom.places:
        yield _(
            "Still in the data: {places}. Unless that is taken out, the next run writes to them again.",
            places=_listed((*done.whom.places, *done.whom.rows.places)),
        )
    yield from _of_rows(done.whom)
    yield from _of_closed_ledgers(done.left_behind)
    if not done.is_swept:
        yield _(
            "Another program reads the ledger: what was deleted may still be found on its disk, until its "
            "tables are built anew. send-due does that, once nobody else reads it."
        )


def _of_closed_ledgers(left_behind: Iterable[ErasedBehind]) -> Iterator[str]:
    for one in left_behind:
        if one.why_not:
            yield _(
                "Still in {place}, which was copied: {why}. Then give this command again, or delete it.",
                place=one.name,
                why=one.why_not,
            )
        elif one.machine:
            yield _(
                "Maybe still in {place} on {machine}, which was copied: give this command there, too, or "
                "delete it.",
                place=one.name,
                machine=one.machine,
            )
        elif one.mails:
            yield _("Mails in {place}, which was copied: {count}.", place=one.name, count=one.mails)


def _of_broadcasts(erased: Erased) -> Iterator[str]:
    if erased.listed:
        yield _("Rows that named them in the lists of planned mails: {count}.", count=erased.listed)
    if erased.replies:
        yield _("Finished broadcasts that named the address, and do no more: {count}.", count=erased.replies)
    if erased.needed:
        yield _(
            "Unfinished broadcasts that name the address, and need it until they have left: {count}. "
            "Then give this command again.",
            count=erased.needed,
        )


def _of_rows(whom: PersonToForget) -> Iterator[str]:
    """Yield where orders and duties name who is in no list of members, and what may name somebody still."""
    if whom.rows.places and not whom.places:
        yield _(
            "Still named by orders or duties ahead: {places}. Unless that is taken out, each run reads it.",
            places=_listed(whom.rows.places),
        )
    if whom.rows.unread:
        yield _("May name them still, and can't be read: {files}.", files=", ".join(whom.rows.unread))


def _listed(places: Iterable[Origin]) -> str:
    """Name where in the data somebody stands; lines that follow each other as one."""
    spans: list[tuple[str, int, int]] = []
    for file, line in ((place.file, place.line) for place in places):
        if spans and spans[-1][0] == file and spans[-1][2] == line - 1:
            spans[-1] = (file, spans[-1][1], line)
        else:
            spans.append((file, line, line))
    return ", ".join(f"{file}:{first}" + (f"-{last}" if last > first else "") for file, first, last in spans)
