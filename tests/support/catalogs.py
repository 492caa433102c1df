"""The messages of the code, and the catalogs that hold their French."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

import cagette_notify
from cagette_notify.cli import main
from cagette_notify.cli.setup.schedule import SERVICE, TIMER
from cagette_notify.cli.setup.starting_files import comments, headers, starting_files
from cagette_notify.cli.translated_help import paragraphs
from cagette_notify.config.options import OPTIONS
from cagette_notify.core.i18n import CATALOGS, DOMAIN
from cagette_notify.core.kinds import CORRECTION, NOTICE_KINDS, Kind
from cagette_notify.core.model import OrdersState

if TYPE_CHECKING:
    from collections.abc import Iterator

Message = str | tuple[str, ...] | list[str]

PACKAGE = Path(cagette_notify.__file__).parent
FOLDER = CATALOGS / "fr" / "LC_MESSAGES"
OURS = FOLDER / f"{DOMAIN}.po"
_CALLS = {"_": None, "_n": (1, 2)}
_OF_THE_SYSTEM = (
    "Operation not permitted",
    "No such file or directory",
    "Input/output error",
    "Exec format error",
    "Cannot allocate memory",
    "Permission denied",
    "Device or resource busy",
    "File exists",
    "Not a directory",
    "Is a directory",
    "Invalid argument",
    "Too many open files",
    "File too large",
    "No space left on device",
    "Read-only file system",
    "Bad file descriptor",
    "File name too long",
    "Too many levels of symbolic links",
    "Directory not empty",
    "Disk quota exceeded",
    "No such device or address",
    "Text file busy",
)


def commands() -> dict[str, click.Command]:
    """Return the whole program and each command, by name."""
    ctx = click.Context(main)
    found = {name: main.get_command(ctx, name) for name in main.list_commands(ctx)}
    return {"cagette-notify": main} | {name: one for name, one in found.items() if one}


def template() -> Catalog:
    """Return every message that the program may show, without its translation."""
    catalog = Catalog(locale="fr")
    for file, _line, message, _comments, _context in extract_from_dir(PACKAGE, keywords=_CALLS):
        catalog.add(message, locations=[(file, 0)])
    for text in _shown_by_name():
        catalog.add(text)
    for kind in NOTICE_KINDS:
        catalog.add(kind.traits.counted)
    return catalog


def _shown_by_name() -> Iterator[str]:
    """Yield what is translated where it is shown, not where it stands: help, settings, errors of the disk."""
    for command in commands().values():
        ctx = click.Context(command)
        yield from paragraphs(command.help or "")
        for param in command.get_params(ctx):
            yield from filter(None, (param.metavar, getattr(param, "help", None)))
            if isinstance(param, click.Argument) and not isinstance(param.type, click.Choice):
                yield param.metavar or str(param.name).upper()
    yield from (main.options_metavar or "", main.subcommand_metavar)
    yield from (option.about for option in OPTIONS)
    yield from (*(kind.value for kind in Kind), CORRECTION)
    yield from (kind.traits.if_inactive for kind in NOTICE_KINDS if kind.traits.if_inactive)
    yield from (state.value for state in OrdersState if state is not OrdersState.READY)
    yield from _OF_THE_SYSTEM
    for text in (*starting_files().values(), SERVICE, TIMER):
        yield from comments(text)
    yield from headers()


def read(path: Path) -> Catalog:
    """Return a catalog as it stands."""
    with path.open("rb") as file:
        return read_po(file, locale="fr") if path.suffix == ".po" else read_mo(file)


def texts(catalog: Catalog) -> dict[Message, Message]:
    """Return what a catalog translates, the head of the file left out."""
    return {_key(one.id): _key(one.string) for one in catalog if one.id}


def _key(text: Message | None) -> Message:
    return tuple(text) if isinstance(text, list) else text or ""


def refresh() -> None:
    """Bring the French up to the code, what is new without its translation yet, and compile all catalogs."""
    catalog = read(OURS)
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    with OURS.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, sort_by_file=True)
    for path in FOLDER.glob("*.po"):
        whole = BytesIO()
        write_mo(whole, read(path))
        path.with_suffix(".mo").write_bytes(whole.getvalue())
