"""Begin an installation around what is found: ask, then write files, a crontab line, a short command."""

from __future__ import annotations

import os
import shlex
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.cli.prompt import CancelledError
from cagette_notify.cli.session import (
    now,
    path_to_type,
    print_problems,
    print_prose,
    print_text,
    program_to_type,
)
from cagette_notify.cli.setup.answer_files import files_around
from cagette_notify.cli.setup.database_answers import ask_database
from cagette_notify.cli.setup.first_outlook import EXPLAINED, look_at, next_lines, outlook_lines
from cagette_notify.cli.setup.found_data import held_against_orders, of_its_day
from cagette_notify.cli.setup.found_lines import lines_about, lines_left_aside, not_copied
from cagette_notify.cli.setup.interview import ask_all
from cagette_notify.cli.setup.review import Agreed, review
from cagette_notify.cli.setup.schedule import ScheduledCall, crontab_lines, installation_lines, systemd_units
from cagette_notify.cli.setup.starting_files import (
    CONFIG,
    DISTRIBUTIONS_FILE,
    GROUPS_FILE,
    write_missing,
    written_lines,
)
from cagette_notify.cli.setup.system_offers import (
    SystemChanges,
    make_changes,
    offer_changes,
    program_of,
    to_find_the_bare_name,
)
from cagette_notify.cli.setup.typed_answers import answers_of
from cagette_notify.cli.setup.unasked import defaults
from cagette_notify.config.load import load
from cagette_notify.config.paths import home_config
from cagette_notify.core.commands_to_type import PROGRAM
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import own_name
from cagette_notify.core.parsing import zone
from cagette_notify.data.files.found_tables import table_at, tables_in
from cagette_notify.data.found_orders import doubts_of_orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.cli.setup.answers import Answers
    from cagette_notify.cli.setup.found_data import ChosenData
    from cagette_notify.data.files.found_tables import FoundTable

_ZONE = "Europe/Paris"  # config.example.yaml's


class Beginning(Struct, frozen=True):
    """What was typed: where to begin, around which exports, the language of mails, systemd or cron."""

    home: Path  # absolute
    exports: Path | None
    language: str
    call: ScheduledCall
    systemd: bool


def begin(terminal: Terminal | None, asked: Beginning) -> int:
    """Begin an installation in a folder, without a terminal by what is found alone; return the exit status.

    Nothing is written before the last answer, so that Ctrl-C leaves nothing behind.
    """
    try:
        kept = _config_of(asked.home)
        if kept:
            _say(terminal, _("{file} is there: kept", file=path_to_type(kept)))
        answers, changes = _kept(terminal, asked, kept) if kept else _answers(terminal, asked)
        files = _files(answers, asked, changes.call)
        written = write_missing(asked.home, files)
    except (CancelledError, KeyboardInterrupt):
        raise NotifyError(Problem(_("stopped: nothing was written"))) from None
    _say(terminal, *written_lines(asked.home, files, written), *_copied_said(answers, written))
    status = _make(terminal, changes)
    config, program = load(Path(changes.call.config)), program_of(changes, program_to_type(), os.environ)
    looked_at = look_at(config, now())
    to_find = [*to_find_the_bare_name(config.path, os.environ)]
    lines = [
        *outlook_lines(config, program, looked_at),
        *_how_it_runs(asked, changes, is_called=changes.crontab_line and status == EXIT_OK),
        *next_lines(config, program, looked_at, _known_start(answers), to_find),
    ]
    _say(terminal, "", *lines, program=shlex.join(program))
    return status


def _copied_said(answers: Answers | None, written: Sequence[str]) -> Iterator[str]:
    calendar = answers.data.calendar if answers else None
    if calendar and DISTRIBUTIONS_FILE in written:
        yield _(
            "The days of {name} were copied into {file}: what changes is changed there from now on, as "
            "{name} is read no more.",
            name=calendar.name,
            file=DISTRIBUTIONS_FILE,
        )
        yield from not_copied(calendar)


def _how_it_runs(asked: Beginning, changes: SystemChanges, *, is_called: bool) -> list[str]:
    if asked.systemd:
        return ["", *installation_lines(asked.home, systemd_units(changes.call))]
    return [] if is_called or changes.is_called else ["", *crontab_lines(changes.call)]


def _say(terminal: Terminal | None, *lines: str, program: str = PROGRAM) -> None:
    """Show prose, wrapped on a terminal, and what is indented: commands and lines to copy, as they are.

    What explains a command stands further to the right, and is prose.
    """
    for line in lines:
        is_copied = line.startswith("  ") and not line.startswith(EXPLAINED)
        if terminal is None:
            (print_text if is_copied else _print_sentence)(line)
        elif is_copied:
            terminal.say(line)
        else:
            terminal.tell(line, program=program)


def _print_sentence(line: str) -> None:
    print_prose([line])


def _config_of(home: Path) -> Path | None:
    """Return the configuration of an installation that has begun, there or with its ledger there."""
    if os.path.lexists(home / CONFIG):
        return home / CONFIG
    own = home_config(os.environ)
    try:
        return own if own_name(load(own).ledger).parent == home else None
    except NotifyError:
        return None


def _kept(terminal: Terminal | None, asked: Beginning, config: Path) -> tuple[Answers | None, SystemChanges]:
    call = replace(asked.call, config=str(config))
    return None, _offered(terminal, asked, call, may_move=False) if terminal else SystemChanges(call)


def _offered(terminal: Terminal, asked: Beginning, call: ScheduledCall, *, may_move: bool) -> SystemChanges:
    return offer_changes(terminal, call, os.environ, may_move=may_move, with_cron=not asked.systemd)


def _answers(terminal: Terminal | None, asked: Beginning) -> tuple[Answers, SystemChanges]:
    home, exports = asked.home, asked.exports
    if exports and not exports.is_dir():
        raise UsageError(Problem(_("no such folder: {name}", name=path_to_type(exports)), field="--exports"))
    today = now().astimezone(zone(_ZONE)).date()
    if terminal:
        terminal.tell(
            _("A new installation, in {folder}.", folder=home),
            _("Enter takes what is in brackets, a dash (-) leaves empty."),
            _("Nothing is written before the last answer; Ctrl-C stops."),
        )
    if terminal and (database := ask_database(terminal, asked.call.user)):
        found = replace(defaults([], home.name, today), database=database)
        return found, _offered(terminal, asked, asked.call, may_move=True)
    begun = ((home / GROUPS_FILE, "groups"), (home / DISTRIBUTIONS_FILE, "distributions"))
    tables = [table_at(path, kind, home) for path, kind in begun if os.path.lexists(path)]
    places = [exports] if exports else [home, home / "exports"]
    tables = held_against_orders([*tables, *tables_in(places, home)], home)
    (terminal.tell if terminal else partial(_say, None))("", *_found_lines(tables, places[0]), "")
    if terminal is None:
        return defaults(tables, home.name, today), SystemChanges(asked.call)
    typed = ask_all(terminal, tables, home.name, today)
    offer = partial(_offered, terminal, asked, asked.call, may_move=True)
    agreed = review(terminal, tables, Agreed(typed, offer()), offer, partial(_doubts, tables, home))
    return answers_of(agreed.typed), agreed.changes


def _doubts(tables: Sequence[FoundTable], home: Path, data: ChosenData) -> Sequence[Problem]:
    left_out = [one.problem.in_full for one in data.calendar.listing.left_out] if data.calendar else []
    if not (data.members and data.orders):
        return left_out
    newest, *older = of_its_day(tables, data.orders)
    return (*left_out, *doubts_of_orders(data.members, newest, older, home))


def _found_lines(tables: Sequence[FoundTable], place: Path) -> list[str]:
    if not tables:
        return [
            _("Found no export and no list in {folder}.", folder=place),
            _("Cagette's exports can be put there first, or named: init --exports FOLDER."),
        ]
    taken, aside = [*lines_about(tables)], [*lines_left_aside(tables)]
    found = [_("Found:"), *(f"  {line}" for line in taken)] if taken else []
    return found + ([_("Found, but left aside:"), *(f"  {line}" for line in aside)] if aside else [])


def _files(answers: Answers | None, asked: Beginning, call: ScheduledCall) -> dict[str, str]:
    units = systemd_units(call) if asked.systemd else {}
    if answers is None:
        return units
    is_elsewhere = Path(call.config).parent != asked.home
    today = now().astimezone(zone(_ZONE)).date()
    files = files_around(answers, asked.language, today, asked.home if is_elsewhere else None)
    config = {call.config if is_elsewhere else CONFIG: files.pop(CONFIG)}
    return {**config, **files, **units}


def _make(terminal: Terminal | None, changes: SystemChanges) -> int:
    try:
        for line in make_changes(changes, os.environ):
            _say(terminal, line)
    except NotifyError as error:
        print_problems(error.problems)
        return error.exit_status
    return EXIT_OK


def _known_start(answers: Answers | None) -> datetime | None:
    """Return the start of a distribution whose orders were found; None where there is none."""
    one = answers.distribution if answers else None
    if (
        answers is None
        or one is None
        or one.first not in answers.data.days
        or not (one.first and one.starts_at)
    ):
        return None
    return datetime.combine(one.first, one.starts_at, zone(_ZONE))
