"""Translate the help and usage errors of commands, click's own words included."""

from __future__ import annotations

import gettext
import inspect
import os
import sys
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.colours import bold
from cagette_notify.config.paths import find_config
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import CATALOGS, of_locale, speak, spoken, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLICK_DOMAIN = "click"
_LANGUAGES = ("fr", "en")
_NAMED_CONFIG = "cagette_notify.config"  # in what click keeps for a line: the file that it names, if any
HELP_NAMES = ("-h", "--help")


def _show_help(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


_HELP = click.Option(
    HELP_NAMES,
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_help,
    help="Show this message and exit.",
)


_HYPHEN = "\u2011"  # at which no line is broken


class _Formatter(click.HelpFormatter):
    """What lays out help in lines that end at blanks: click would end some within ``--dry-run``."""

    def write_text(self, text: str) -> None:
        """Write a text in paragraphs."""
        super().write_text(text.replace("-", _HYPHEN))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names, and what each of them is."""
        super().write_dl([(name, what.replace("-", _HYPHEN)) for name, what in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        """Return what was written, with hyphens as they are typed."""
        return super().getvalue().replace(_HYPHEN, "-")


class _Context(click.Context):
    formatter_class = _Formatter


class TranslatedCommand(click.Command):
    """A command whose help comes in the language spoken: click reads help texts before it is known."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002 - click's signature
        """Return ``--help``; to make its own, click would read its catalog in every run."""
        return _HELP

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line."""
        return [translated(piece) for piece in super().collect_usage_pieces(ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a line; an argument that is missing or wrong is named as the usage line names it."""
        try:
            return super().parse_args(ctx, [*args])
        except click.UsageError as error:
            if speak_as_configured(ctx):
                return TranslatedCommand.parse_args(self, ctx, args)  # which says the same, in that language
            if isinstance(error, click.BadParameter):
                error.param = _spoken(error.param) if error.param else None
            raise

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(translated, paragraphs(self.help or ""))))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = (_spoken(param) for param in self.get_params(ctx) if isinstance(param, click.Option))
        with formatter.section(bold(gettext.gettext("Options"), sys.stdout)):
            formatter.write_dl([row for option in options if (row := option.get_help_record(ctx))])


def in_lines_of_words(error: click.UsageError) -> click.UsageError:
    """Return the same mistake in lines that end at words where it is shown on a terminal."""
    # A run that rests says nothing.
    from cagette_notify.cli.wrapped_lines import width_of_stderr, wrapped_whole

    if not sys.stderr.isatty():
        return error
    before = gettext.gettext("Error: {message}").format(message="")
    lines = wrapped_whole(f"{before}{error.format_message()}", width_of_stderr(), indent="  ", program=None)
    return click.UsageError("\n".join(lines).removeprefix(before), error.ctx)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line: so they stand in the catalog."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n") if part.strip()]


def in_short(paragraph: str) -> str:
    """Return the first sentence of a paragraph of help."""
    first, end, _others = translated(paragraph).partition(". ")
    return first + end.strip()


def speak_as_asked(ctx: click.Context, arguments: Sequence[str]) -> None:
    """Speak the language of a whole command line, before any of it is understood.

    ``--lang`` rules wherever it stands, then the language of the configuration, then the locale. The
    configuration is read for help, and once there is a mistake in the line: most lines have none.
    """
    asked = _value_of("--lang", arguments)
    if asked in _LANGUAGES:
        _speak(asked)
        return
    named = _value_of("--config", arguments) or _value_of("-c", arguments)
    ctx.meta[_NAMED_CONFIG] = named
    configured = "" if set(HELP_NAMES).isdisjoint(arguments) else configured_language(named)
    _speak(configured or of_locale(os.environ))


def speak_as_configured(ctx: click.Context) -> bool:
    """Speak the language of the configuration that a line names; tell whether that is another one now."""
    if _NAMED_CONFIG not in ctx.meta:
        return False
    language, before = configured_language(ctx.meta.pop(_NAMED_CONFIG)), spoken()
    if language:
        _speak(language)
    return spoken() != before


def _speak(language: str) -> None:
    speak(language)
    # click asks gettext for its words, which goes by this variable. An editor that is opened does, too.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(CLICK_DOMAIN, str(CATALOGS))
    gettext.textdomain(CLICK_DOMAIN)


def _value_of(option: str, arguments: Sequence[str]) -> str:
    """Return what follows an option, by itself or after ``=``; the last one rules."""
    found = ""
    for at, argument in enumerate(arguments):
        if argument == option:
            found = "".join(arguments[at + 1 : at + 2])
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found


def configured_language(config_file: str) -> str:
    """Return the language that a configuration names; nothing where there is none, or for others."""
    from cagette_notify.config.load import language_in

    if works_for_others():
        return ""  # a file that the caller names isn't even looked at
    try:
        return language_in(find_config(config_file or None, os.environ))
    except NotifyError:
        return ""


def _spoken(param: click.Parameter) -> click.Parameter:
    """Return a parameter as it is called and explained in the language spoken."""
    from copy import copy

    said = copy(param)
    if isinstance(said, click.Option):
        said.metavar = translated(said.metavar or "") or None
        said.help = translated(said.help or "")
    elif said.metavar or not isinstance(said.type, click.Choice):
        said.metavar = translated(said.metavar or (said.name or "").upper())
    return said
