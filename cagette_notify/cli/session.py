"""Give each command its global options, configuration and clock; turn errors into exit statuses."""

from __future__ import annotations

import errno
import functools
import gc
import os
import re
import shlex
import sys
from datetime import datetime, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from cagette_notify.cli.colours import Tone, coloured, painted, tone_of
from cagette_notify.cli.for_others import pinned_config, refuse_other_config, refuse_to_others
from cagette_notify.cli.short_command import is_short_for
from cagette_notify.cli.translated_help import configured_language
from cagette_notify.config.paths import find_config, installed_config
from cagette_notify.core.commands_to_type import PROGRAM, TYPED_COMMANDS
from cagette_notify.core.errors import EXIT_PARTIAL, ConfigError, NotifyError, Problem, UsageError
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _, of_locale, speak, speak_once_asked, spoken, why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cagette_notify.config.load import Config


def now() -> datetime:
    """Return this moment: aware, UTC, whole seconds. The only place that reads the clock."""
    return datetime.now(timezone.utc).replace(microsecond=0)


class Session(Struct, frozen=True):
    """The global options, wherever on the line they stood."""

    config_file: str | None
    language: str | None
    verbose: bool
    pinned: str | None = None  # by sudoers, for others

    def config_path(self) -> Path:
        """Return where the configuration is; for others, where it is installed."""
        if not works_for_others():
            return find_config(self.config_file, os.environ)
        installed = installed_config(self.pinned, os.environ)
        if self.config_file:
            refuse_other_config(self.config_file, installed)
        return installed

    def config(self) -> Config:
        """Load the configuration; from here on, messages come in its language."""
        from cagette_notify.config.load import language_in, load

        path = self.config_path()
        try:
            loaded = load(path)
        except ConfigError:
            language = self.language or language_in(path)
            if not language or language == spoken():
                raise
            speak(language)
            loaded = load(path)  # what is wrong with it is said in the language that it names
        speak(self.language or loaded.language)
        return loaded


def command(function: Callable[..., int]) -> Callable[..., Any]:
    """Give a command the global options, and end it with the status that it returns.

    A ``NotifyError`` becomes its lines on stderr and its status, and so does what the system refuses
    where nobody expected it. A bug keeps its traceback.
    """

    @click.option("-c", "--config", "config_file", metavar="FILE", help="The configuration file.")
    @click.option("--lang", type=click.Choice(["fr", "en"]), help="The language of what is printed.")
    @click.option("-v", "--verbose", is_flag=True, help="Say more.")
    @functools.wraps(function)
    def run(*, config_file: str | None, lang: str | None, verbose: bool, **options: Any) -> None:
        # What is read stays to the end, and mails leave no cycles behind: to look for garbage among them
        # every 700 objects, as Python does, would take a twentieth of what reads much.
        gc.set_threshold(50_000)
        ctx = click.get_current_context()
        before = ctx.find_root().obj or {}
        _speak(lang or before.get("lang"), config_file or next(reversed(before.get("configs", ())), ""))
        try:
            session = _session(before, config_file, lang, verbose=verbose)
            if works_for_others():
                refuse_to_others(ctx)
            _refuse_what_is_no_text(options)
            ctx.exit(function(session, **options))
        except NotifyError as error:
            print_problems(error.problems)
            ctx.exit(error.exit_status)
        except OSError as error:
            if not _is_the_system_s(error):
                raise
            print_problems([_refusal(error)])
            ctx.exit(EXIT_PARTIAL)

    return run


def _speak(asked: str | None, config_file: str) -> None:
    """Speak as asked; else as the configuration wishes, once there is something to say before it is read."""
    if asked:
        speak(asked)
    else:
        speak_once_asked(of_locale(os.environ), lambda: configured_language(config_file))


def _is_the_system_s(error: OSError) -> bool:
    """Tell whether a disk or a name is to blame; of a reader that left and want of memory others tell."""
    return error.errno not in (None, errno.EPIPE, errno.ENOMEM)


def _refusal(error: OSError) -> str:
    try:
        Path.cwd()
    except OSError:
        return _("the folder in which you are was deleted: go to another one")
    return str(Problem(why(error), str(error.filename or "")))


def _session(
    before: Mapping[str, Any], config_file: str | None, lang: str | None, *, verbose: bool
) -> Session:
    """Return the options of a command together with those that stood before its name."""
    named: tuple[str, ...] = before.get("configs", ())
    language, is_verbose = lang or before.get("lang"), verbose or bool(before.get("verbose"))
    if before.get("for_others"):
        return Session(config_file, language, is_verbose, pinned_config(named))
    return Session(config_file or next(reversed(named), None), language, is_verbose)


def typed_moment(
    option: str, text: str, zone: tzinfo, *, require_time: bool = True, is_said: bool = True
) -> datetime:
    """Return the instant that an option names, in UTC; of a time that comes twice that night the first.

    That is said, unless it will be.

    Raises ``UsageError`` where there is no such time.
    """
    from cagette_notify.core.parsing import comes_twice, moment

    try:
        found = moment(text, zone, require_time=require_time)
    except ValueError as trouble:
        raise UsageError(Problem(str(trouble), field=option)) from None
    if found.ambiguous and is_said:
        print_problems([Problem(comes_twice(found), field=option, is_warning=True)])
    return found.at.astimezone(timezone.utc)


def _refuse_what_is_no_text(options: Mapping[str, object]) -> None:
    """Raise for what was typed in another encoding: SQLite doesn't take it, nor do JSON and terminals."""
    for value in options.values():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and text.encode(errors="replace").decode() != text:
                raise UsageError(Problem(_("not in UTF-8: {text!r}", text=text)))


def print_problems(
    lines: Iterable[str | Problem], config: Config | None = None, of_send_due: Sequence[str] = ()
) -> None:
    """Print trouble, a line each, to stderr: names of files and words of servers may hold anything.

    On a terminal a line is wrapped at words; whoever reads a pipe or a log finds one for each trouble.
    With ``config``, commands are as they are typed here.
    """
    for line in lines:
        text = to_type(str(line), config, of_send_due) if config else str(line)
        shown = _visible(text)
        for part in _wrapped_on_stderr(shown) if sys.stderr.isatty() else (shown,):
            click.echo(coloured(part, tone_of(line), sys.stderr), err=True)


def print_text(text: str, tones: Mapping[str, Tone] | None = None) -> None:
    """Print what was asked for to stdout; what its lines hold moves no cursor, as with problems.

    ``tones`` are the words that say how it stands.
    """
    click.echo(painted("\n".join(map(_visible, text.split("\n"))), tones or {}))


def print_prose(
    lines: Iterable[str | Problem], config: Config | None = None, tone: Tone | None = None
) -> None:
    """Print sentences, on a terminal wrapped at words; with ``config``, commands as they are typed here.

    ``tone`` is that of those that are no problems.
    """
    program = shlex.join(program_words(config)) if config else None
    for line in lines:
        typed = to_type(str(line), config) if config else str(line)
        for part in _wrapped_on_stdout(typed, program) if on_terminal() else typed.split("\n"):
            click.echo(coloured(_visible(part), tone_of(line) or tone, sys.stdout))


def _wrapped_on_stderr(line: str) -> list[str]:
    from cagette_notify.cli.wrapped_lines import width_of_stderr

    return _wrapped(line, None, width_of_stderr())


def _wrapped_on_stdout(line: str, program: str | None) -> list[str]:
    import shutil

    return _wrapped(line, program, shutil.get_terminal_size().columns or 80)


def _wrapped(line: str, program: str | None, width: int) -> list[str]:
    """Return the lines that one is on a terminal, the later ones two blanks to its right."""
    from cagette_notify.cli.wrapped_lines import wrapped_whole

    margin = " " * (len(line) - len(line.lstrip()) + 2)
    return wrapped_whole(line, width, indent=margin, program=program) or [""]


def _visible(line: str) -> str:
    if line.isprintable():
        return line
    from cagette_notify.core.text import visible

    return visible(line)


def document_to_type(value: object, config: Config) -> object:
    """Return a document for JSON with the commands in its texts as they work when they are pasted."""
    if isinstance(value, str):
        return to_type(value, config)
    if isinstance(value, dict):
        return {key: document_to_type(one, config) for key, one in value.items()}
    return [document_to_type(one, config) for one in value] if isinstance(value, list) else value


def print_json(document: object) -> None:
    """Print one JSON document to stdout."""
    import json

    from cagette_notify.core.text import escaped

    click.echo(escaped(json.dumps(document, ensure_ascii=False, indent=2)))


def on_terminal() -> bool:
    """Tell whether somebody is looking."""
    return sys.stdout.isatty()


def program_to_type() -> str:
    """Return the program as it was typed, so that a command to copy works where it is read."""
    is_path = "/" in sys.argv[0] and not works_for_others()  # who comes by the wrapper may not run that
    return sys.argv[0] if is_path else PROGRAM


def program_words(config: Config) -> list[str]:
    """Return how a command to copy begins: the program, and its configuration unless that is known to it.

    It works where it is pasted: here, or, mailed, anywhere.
    """
    if works_for_others() or (on_terminal() and is_short_for(config.path, os.environ)):
        return [PROGRAM]
    path = path_to_type(config.path) if on_terminal() else str(config.path.absolute())
    return [program_to_type(), "--config", path]


def to_type(text: str, config: Config, of_send_due: Sequence[str] = ()) -> str:
    """Return a text with the commands in it as they work when they are pasted.

    Each ``send-due`` has the options ``of_send_due`` as well.
    """
    text = re.sub(
        r"\bcagette-notify send-due\b", lambda found: shlex.join([*found[0].split(), *of_send_due]), text
    )
    return typed_with(text, program_words(config))


def typed_with(text: str, program: Sequence[str]) -> str:
    """Return a text with the commands in it beginning as a program is called here."""
    words = shlex.join(program)
    return re.sub(rf"\bcagette-notify (?=(?:{TYPED_COMMANDS})\b)", lambda _found: f"{words} ", text)


def path_to_type(path: Path) -> str:
    """Return a path as one would type it here, on one line: relative where that is shorter."""
    try:
        text = str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere; or here is a folder that was deleted
        text = str(path)
    text = f"./{text}" if text.startswith("-") else text  # or it would be taken for an option
    return _visible(text)
