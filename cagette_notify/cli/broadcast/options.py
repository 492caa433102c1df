"""Check the options of ``broadcast``; choose its group and subject."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.drafts import About
from cagette_notify.cli.session import now, on_terminal, path_to_type, program_words
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.addresses import is_placeholder, mailable_address
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.given_files import given_name, works_for_others
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import ALL, FILE, list_to_type
from cagette_notify.core.text import fold, meant, one_line
from cagette_notify.mails.broadcast_text.compose import refuse_bad_subject

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Group
    from cagette_notify.data.calendar import Calendar

_NAMED = 10  # groups that an error may list
_FARTHEST = timedelta(days=60)


class BroadcastOptions(Struct, frozen=True):
    """The options as they were typed. ``body`` is a file, ``-``, or nothing; no ``lists`` are everybody."""

    config_file: str | None
    group: str | None
    subject: str | None
    body: str | None
    lists: tuple[str, ...]
    answers_to: str
    attachments: tuple[Path, ...]
    test: str
    dry_run: bool
    yes: bool
    again: bool
    as_document: bool
    send_at: str | None = None

    @property
    def needs_an_answer(self) -> bool:
        """Whether somebody must say yes before anything may leave."""
        return not (self.yes or self.dry_run or self.test)

    def about(self, group_id: str, subject: str) -> About:
        """Return what belongs to the mail's text, as it means the same in any folder."""
        lists = tuple(map(_whole_path_in, self.lists))
        files = tuple(str(path.absolute()) for path in self.attachments)
        return About(group_id, subject, lists, self.answers_to, files)

    @property
    def at_once(self) -> BroadcastOptions:
        """The options without a time at which the mail is to leave."""
        return replace(self, send_at=None)


class BroadcastJob(Struct):
    """A mail to be written and sent: to whom, about what, and who can be asked.

    Its ``subject``, and the lists and files that were ``given``, may be others until it is confirmed. Of a
    planned mail whose place it takes, ``instead_of`` is the attempt.
    """

    given: BroadcastOptions
    config: Config
    calendar: Calendar
    terminal: Terminal | None
    group: Group
    subject: str
    send_at: datetime | None = None
    instead_of: str = ""

    @property
    def about(self) -> About:
        """What belongs to the mail's text."""
        return self.given.about(self.group.id, self.subject)

    def same_command(self, body: Path, *, again: bool = False) -> str:
        """Return the command that gives the same mail, its text in ``body``; ``again`` if it left before."""
        given = self.given
        options = [
            *("--subject", self.subject, "--body", self._body_to_type(body)),
            *(part for name in given.lists if given.lists != (ALL,) for part in ("--to", _typed_list(name))),
            *(["--as", given.answers_to] if given.answers_to else []),
            *(part for path in given.attachments for part in ("--attach", _to_type(path))),
            *self._time_to_type,
            *(["--again"] if again else []),
        ]
        words = program_words(self.config)
        return command_to_type("broadcast", self.group.id, options=options, program=words)

    @property
    def command_that_asks(self) -> str:
        """The command that offers the group's drafts, which keep all that belongs to a mail but its time."""
        words = program_words(self.config)
        return command_to_type("broadcast", self.group.id, options=self._time_to_type, program=words)

    @property
    def command_that_lists(self) -> str:
        """The command that shows what is planned for the group, to be called off."""
        return replace(self, given=self.given.at_once).command_that_asks

    @property
    def _time_to_type(self) -> list[str]:
        return ["--send-at", self.given.send_at] if self.given.send_at else []

    def _body_to_type(self, body: Path) -> str:
        is_kept_here = works_for_others() and body.parent == drafts_folder(self.config.ledger)
        if works_for_others():
            return "-" if is_kept_here else path_to_type(body)
        return _from_anywhere(body)


def _whole_path_in(name: str) -> str:
    kind, _colon, about = name.partition(":")
    return f"{kind}:{Path(about).absolute()}" if kind == FILE else name


def _typed_list(name: str) -> str:
    kind, _colon, about = name.partition(":")
    return list_to_type(f"{kind}:{_to_type(Path(about))}" if kind == FILE else name)


def _to_type(given: Path) -> str:
    return given_name(given) if works_for_others() else _from_anywhere(given)


def _from_anywhere(path: Path) -> str:
    """Return a path as it works where the command is read: here on a terminal, else in any folder."""
    return path_to_type(path.absolute()) if on_terminal() else str(path.absolute())


def is_time_ahead(at: datetime) -> bool:
    """Tell whether a mail may be planned for a time."""
    return timedelta(0) < at - now() <= _FARTHEST


def checked_address(text: str, option: str) -> str:
    """Return an address as mail can be sent to it; raise ``UsageError`` about that option for none."""
    try:
        address = mailable_address(text)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None
    refuse_placeholder(address, option)
    return address


def refuse_placeholder(address: str, option: str) -> None:
    """Raise ``UsageError`` about that option for an address of Cagette's for nobody."""
    if is_placeholder(address):
        message = _("{address} is Cagette's placeholder: nobody reads it", address=address)
        raise UsageError(Problem(message, field=option))


def choose_group(
    calendar: Calendar, wanted: str | None, terminal: Terminal | None, *, may_be_disabled: bool
) -> Group:
    """Return the group that was named or chosen, or the only one; raise ``UsageError`` for none.

    One that is disabled can be named where those who were told are to hear of that.
    """
    if wanted is not None:
        return _named(calendar, wanted, may_be_disabled=may_be_disabled)
    groups = [group for group in calendar.groups.values() if not group.disabled]
    if len(groups) == 1:
        if terminal:
            terminal.tell(_("To group {name} ({id}).", name=one_line(groups[0].name), id=groups[0].id))
        return groups[0]
    if not calendar.groups:
        raise UsageError(Problem(_("there is no group to write to: the data name none")))
    if not groups:
        raise UsageError(Problem(_("there is no group to write to: all are disabled")))
    if terminal:
        names = [one_line(group.name) for group in groups]
        return groups[terminal.choose(_("To which group?"), names)]
    known = ", ".join(group.id for group in groups)
    raise UsageError(Problem(_("there are several groups; name one of {known}", known=known)))


def choose_subject(given: str | None, terminal: Terminal | None, before: str = "") -> str:
    """Return the subject that was given or is typed now; what can't be one is refused, or asked again.

    Enter keeps the one from ``before``.
    """
    if given is not None:
        refuse_bad_subject(given)
        return given
    if not terminal:
        raise UsageError(Problem(_("a subject is missing: give it with --subject")))
    question = _("Subject, instead of {before!r}: ", before=before) if before else _("Subject: ")
    while True:
        subject = terminal.ask(question) or before
        try:
            refuse_bad_subject(subject)
        except UsageError as error:
            terminal.tell(*error.problems, _("To leave without sending anything: Ctrl-C."))
        else:
            return subject


def _named(calendar: Calendar, wanted: str, *, may_be_disabled: bool) -> Group:
    groups = calendar.groups
    by_name = [group for group in groups.values() if fold(group.name) == fold(wanted)]
    group = groups.get(wanted) or (by_name[0] if len(by_name) == 1 else None)
    listed = calendar.inputs.groups
    if group is None and listed and wanted in listed.set_aside:
        message = _("group {id} is set aside: nothing is sent to it until its row is mended", id=wanted)
        why = [one for one in calendar.problems if one.group_id == wanted and not one.is_warning]
        raise UsageError(Problem(message), *why)
    if group is None:
        raise UsageError(Problem(_unknown(wanted, tuple(groups))))
    refuse_disabled(group, may_be_disabled=may_be_disabled)
    return group


def refuse_disabled(group: Group, *, may_be_disabled: bool) -> None:
    """Raise ``UsageError`` for a group that is disabled, unless those who were told are to hear of that."""
    if group.disabled and not may_be_disabled:
        raise UsageError(Problem(_("group {id} is disabled: nothing is sent to it", id=group.id)))


def _unknown(wanted: str, groups: tuple[str, ...]) -> str:
    message = _("no group {id!r}", id=wanted)
    if not groups:
        return _("no group {id!r}: the data name no group at all", id=wanted)
    hinted = meant(message, wanted, groups)
    if hinted != message or len(groups) > _NAMED:
        return hinted
    return _("{message}; known here: {known}", message=message, known=", ".join(groups))
