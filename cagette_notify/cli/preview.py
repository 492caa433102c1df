"""Run ``preview``: print sample mails, write them to a file, or open them in the browser."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cagette_notify.cli.open_in_browser import is_opened, private_file, write_privately
from cagette_notify.cli.session import (
    Session,
    command,
    now,
    on_terminal,
    path_to_type,
    print_problems,
    print_text,
)
from cagette_notify.cli.translated_help import TranslatedCommand
from cagette_notify.core.errors import EXIT_OK, EXIT_PARTIAL, Problem, UsageError
from cagette_notify.core.i18n import _, why
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.text import quoted
from cagette_notify.data.member_settings.read import named_kind
from cagette_notify.mails.preview.gallery import gallery_page
from cagette_notify.mails.preview.preview import LANGUAGES, PREVIEW_KINDS, PreviewInput, preview, shows_order
from cagette_notify.mails.preview.sample_data import find_sample_data
from cagette_notify.mails.renderer import Renderer

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Message
    from cagette_notify.core.model import Contact

_OURS = frozenset((".eml", ".htm", ".html", ".txt"))  # what an earlier preview may have been called


class _Kinds(click.Choice):  # type: ignore[type-arg]  # click 8.1 has no generic one
    """Kinds of mails, which have French names, too."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the kind that is meant; fail with the names that there are."""
        kind = named_kind(value)
        if kind not in PREVIEW_KINDS:
            known = ", ".join(map(label, PREVIEW_KINDS))
            self.fail(_("expected one of {known}, not {value}", known=known, value=quoted(value)), param, ctx)
        return kind


@click.command("preview", cls=TranslatedCommand)
@click.argument("kind", metavar="[KIND]", required=False, type=_Kinds(PREVIEW_KINDS))
@click.option("--all", "everything", is_flag=True, help="One page with every kind and language.")
@click.option("--member", "who", metavar="WHO", help="To whom: an address, an id or a name.")
@click.option("--distribution", metavar="DISTRIBUTION", help="Of which: an id, a date, or next.")
@click.option("--text", "as_text", is_flag=True, help="The text part, under its headers, and not the HTML.")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Write to FILE; to x.eml the whole mail.",
)
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@command
def preview_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    kind: str | None,
    everything: bool,
    who: str | None,
    distribution: str | None,
    as_text: bool,
    output: Path | None,
    opens: bool,
) -> int:
    """Show a mail as it would leave, with your own data. Nothing is sent or recorded.

    KIND is opening, closing, recap_24h (if you name none), recap_4h, duty, duty_vacant, correction or
    broadcast. A terminal shows the text part, a pipe gets the HTML. With --all, FILE is the page or a folder
    for it.
    """
    if everything and (kind or as_text):
        raise UsageError(Problem(_("--all shows every kind, as HTML: give no KIND and no --text with it")))
    if everything and not (output or opens):
        raise UsageError(Problem(_("say where the page goes: -o FILE, or --open")))
    config, at = session.config(), now()
    samples = find_sample_data(config, at, who=who, distribution=distribution)
    sample, renderer = samples[Kind.RECAP_24H], Renderer(config.style)
    if sample.is_made_up and (everything or shows_order(kind or Kind.RECAP_24H)):
        print_problems([_("no order to show there; the one in the mail is made up")])
    of_duties = _of_duties(config, kind) if kind or everything else ()
    if any(not samples[one].shows_duties_of(one) for one in of_duties):
        print_problems([_("no such duties to show there; those in the mail are made up")])

    def stage_of(shown: str) -> PreviewInput:
        return PreviewInput(config, renderer, samples.get(shown, sample), at)

    if everything:
        mails = {
            (each, language): preview(stage_of(each), each, language)
            for each in PREVIEW_KINDS
            for language in LANGUAGES
        }
        page = gallery_page(mails, sample.languages, sample.silent_kinds(config.rules))
        return _deliver_page(page, output, opens=opens)
    kind = kind or Kind.RECAP_24H
    message = preview(stage_of(kind), kind)
    if on_terminal() and not (output or opens or as_text):
        return _read_here(message)
    content, ending = _content(message, output, at, as_text=as_text)
    return _deliver(content, output, ending, opens=opens)


def _read_here(message: Message) -> int:
    """Show somebody who looks on what can be read there, and say how the rest is seen."""
    print_text(_as_text(message))
    print_problems(
        [_("This is the text part; --open shows the mail in the browser, -o FILE keeps its HTML.")]
    )
    return EXIT_OK


def _of_duties(config: Config, kind: str | None) -> list[Kind]:
    """Return which of the kinds that are shown tell who serves; of all kinds, those that can leave."""
    asked = config.rules.spans.kinds if kind is None else NOTICE_KINDS
    return [one for one in asked if one.traits.reads_duties and kind in {None, one.value}]


def _deliver_page(page: str, output: Path | None, *, opens: bool) -> int:
    status = _deliver(page.encode(), _page_file(output), ".html", opens=opens)
    if on_terminal() and not opens:
        print_problems([_("Open this page in a browser; --open does so by itself.")])
    return status


def _page_file(output: Path | None) -> Path | None:
    if output is None or output.suffix.casefold() in {".html", ".htm"}:
        return output
    return output / "index.html"


def _content(message: Message, output: Path | None, at: datetime, *, as_text: bool) -> tuple[bytes, str]:
    if output and output.suffix.casefold() == ".eml":
        from cagette_notify.delivery.outbox.eml import eml_bytes

        return eml_bytes(message, at), ".eml"
    if as_text:
        return _as_text(message).encode(), ".txt"
    return message.content.html.encode(), ".html"


def _as_text(message: Message) -> str:
    headers = {
        _("From"): _written(message.sender),
        _("Reply-To"): _written(message.reply_to) if message.reply_to else "",
        _("To"): _written(message.to),
        _("Subject"): message.content.subject,
        _("Attached"): ", ".join(file.filename for file in message.attachments),
    }
    lines = [_("{name}: {value}", name=name, value=value) for name, value in headers.items() if value]
    return "\n".join([*lines, "", message.content.text])


def _written(contact: Contact) -> str:
    return f"{contact.name} <{contact.address}>" if contact.name else contact.address


def _deliver(content: bytes, output: Path | None, ending: str, *, opens: bool) -> int:
    if output is None and not opens:
        click.echo(content, nl=False)
        return EXIT_OK
    file = output or private_file(ending)
    try:
        _refuse_what_is_no_preview(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_privately(file, content)
    except OSError as error:
        message = _("can't be written to: {reason}", reason=why(error))
        raise UsageError(Problem(message, str(file))) from None
    click.echo(path_to_type(file))
    if opens and not is_opened(file):
        print_problems([_("no browser could be started: open {file} yourself", file=path_to_type(file))])
        return EXIT_PARTIAL
    return EXIT_OK


def _refuse_what_is_no_preview(file: Path) -> None:
    """Raise for somebody's file, and for a pipe, which would have us wait for a reader."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISREG(mode) and file.suffix.casefold() not in _OURS:
        message = _("it is there already, and no preview: name another, such as preview.html")
        raise UsageError(Problem(message, str(file)))
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISCHR(mode)):
        raise UsageError(Problem(_("a plain file was expected, not a pipe or the like"), str(file)))
