"""Define the command line; import each command only when it is called."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Any, NamedTuple

import click

from cagette_notify import __version__
from cagette_notify.cli.colours import bold
from cagette_notify.cli.for_others import FLAG, enter, is_called_by_another
from cagette_notify.cli.output_streams import lasting_output, write_legibly
from cagette_notify.cli.translated_help import (
    TranslatedCommand,
    in_lines_of_words,
    in_short,
    paragraphs,
    speak_as_asked,
    speak_as_configured,
)
from cagette_notify.core.errors import EXIT_LATER
from cagette_notify.core.i18n import _, translated


class _Command(NamedTuple):
    """Where a command is, and the first paragraph of its help: to list them, none is imported."""

    module: str
    name: str
    help: str


COMMANDS = {
    "send-due": _Command(
        "cagette_notify.cli.send_due",
        "send_due_command",
        "Send the notices that are due. For cron: silent when all is well, right however often it runs.",
    ),
    "broadcast": _Command(
        "cagette_notify.cli.broadcast.command",
        "broadcast_command",
        "Write to the members of GROUP. Every address gets it once, whatever their settings.",
    ),
    "status": _Command(
        "cagette_notify.cli.status",
        "status_command",
        "Say how it stands. When it last ran, what waits, whom it can't reach, and what will leave when.",
    ),
    "report": _Command(
        "cagette_notify.cli.report",
        "report_command",
        "Count what became of the mails that left. Accepted, bounced, blocked, spam.",
    ),
    "check-member": _Command(
        "cagette_notify.cli.check_member",
        "check_member_command",
        "Say why WHO does or doesn't receive mail, and what to answer.",
    ),
    "notifications": _Command(
        "cagette_notify.cli.notifications",
        "notifications_command",
        "Show which notices WHO gets, or change it.",
    ),
    "log": _Command(
        "cagette_notify.cli.log",
        "log_command",
        "Show what was sent, what was not and why, newest first.",
    ),
    "forget": _Command(
        "cagette_notify.cli.forget",
        "forget_command",
        "Forget WHO: shows who that is, and asks.",
    ),
    "demo": _Command(
        "cagette_notify.cli.setup.demo",
        "demo_command",
        "Try it with a made-up co-op in DIR. Its notices are due now, and are sent into its outbox.",
    ),
    "init": _Command(
        "cagette_notify.cli.setup.init",
        "init_command",
        "Begin an installation in DIR.",
    ),
    "check": _Command(
        "cagette_notify.cli.check",
        "check_command",
        "Name every problem of configuration, data and templates. Each with its file and line.",
    ),
    "preview": _Command(
        "cagette_notify.cli.preview",
        "preview_command",
        "Show a mail as it would leave, with your own data. Nothing is sent or recorded.",
    ),
    "settle": _Command(
        "cagette_notify.cli.settle",
        "settle_command",
        "End the doubt about the mail CUSTOM_ID by hand.",
    ),
    "ledger": _Command(
        "cagette_notify.cli.ledger",
        "ledger_command",
        "Copy the ledger at FROM to TO, and close FROM.",
    ),
}
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LazyGroup(TranslatedCommand, click.Group):
    """A group that imports a command's module when it is needed: cron pays for one, not for all."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line, whatever its output is worth.

        For others without completion, which calls a shell that is found by $PATH.
        """
        if FLAG in sys.argv or is_called_by_another(os.environ):
            os.environ.pop("_CAGETTE_NOTIFY_COMPLETE", None)
        with lasting_output():
            return super().main(*args, **options)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the line, complaining of it in the language that it asks for."""
        enter(args, os.environ)
        write_legibly()
        speak_as_asked(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise in_lines_of_words(error) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        known = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(known.module), known.name)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what a beginner needs on one screen: a line for each command, under who uses it."""
        self.format_usage(ctx, formatter)
        formatter.write_text(translated(paragraphs(self.help or "")[0]))
        self.format_commands(ctx, formatter)
        formatter.write_text(_("Options: -c FILE (config.yaml), --lang fr|en, -v (say more), --version."))
        formatter.write_text(_("To know more of one: cagette-notify COMMAND --help"))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is typed; of one that is misspelt, name the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from cagette_notify.core.text import nearest

            if close := nearest(args[0], tuple(COMMANDS)):
                message = _("no command {name!r}; did you mean {close!r}?", name=args[0], close=close)
                raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the commands, grouped by who uses them."""
        widest = max(map(len, COMMANDS))
        for title, names in _uses():
            rows = [(f"{name:<{widest}}", in_short(COMMANDS[name].help)) for name in names]
            formatter.write_heading(bold(title, sys.stdout))
            with formatter.indentation():
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; where memory runs out, say so: what it claimed or sent is in the ledger."""
        try:
            return self._invoke(ctx)
        except KeyboardInterrupt:
            speak_as_configured(ctx)  # click says that it ended
            raise
        except click.UsageError as error:
            raise in_lines_of_words(error) from None
        except POSSIBLE_ERRORS as error:
            if not is_out_of_memory(error):
                raise
        # Only here, where all that the command held is free again, is there room for a sentence.
        click.echo(_("there is not enough memory; try again later"), err=True)
        return ctx.exit(EXIT_LATER)

    def _invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except click.UsageError:
            if ctx.invoked_subcommand is not None or not speak_as_configured(ctx):
                raise
        return super().invoke(ctx)  # there is no such command: which says the same, in that language


def _uses() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return who uses which commands; the rarest, ``settle`` and ``ledger``, stand in docs/commands.md."""
    return (
        (_("Setting it up"), ("demo", "init", "check", "preview")),
        (_("For cron"), ("send-due",)),
        (_("For the coordination of a group"), ("broadcast", "status", "report")),
        (_("“I don't get the mails”"), ("check-member", "notifications", "log", "forget")),
    )


@click.group(
    cls=LazyGroup,
    context_settings=_CONTEXT,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.option("-c", "--config", "configs", metavar="FILE", multiple=True, help="The configuration file.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="The language of what is printed.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.version_option(
    __version__,
    prog_name="cagette-notify",
    message="%(prog)s, version %(version)s",
    help="Show the version and exit.",
)
@click.option(FLAG, "for_others", is_flag=True, hidden=True)
@click.pass_context
def main(
    ctx: click.Context, configs: tuple[str, ...], lang: str | None, *, verbose: bool, for_others: bool
) -> None:
    """Mail the members of Cagette groups: each notice once, and in time."""
    ctx.obj = {"configs": configs, "lang": lang, "verbose": verbose, "for_others": for_others}
    if ctx.invoked_subcommand is None:
        from cagette_notify.cli.next_steps import next_steps_command

        ctx.invoke(next_steps_command, config_file=None, lang=None, verbose=False)


_WORDS: dict[type[Exception], tuple[str, ...]] = {
    MemoryError: ("",),
    # OpenSSL says it thus, or had no room for what it knew.
    OSError: ("malloc failure", "library has no ciphers", "unknown error (_ssl.c"),
    RuntimeError: ("can't start new thread", "can't allocate"),
    ImportError: ("failed to map segment", "cannot allocate memory"),
    SystemError: ("without exception set", "without setting an exception"),  # no more had CPython
}

POSSIBLE_ERRORS = tuple(_WORDS)
"""The exceptions of which some are for want of memory."""


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether memory, or the thread or library that needs some, was refused: another day it is not."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    words = [each for kind, some in _WORDS.items() if isinstance(error, kind) for each in some]
    return any(each in str(error).lower() for each in words)
