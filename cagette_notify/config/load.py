"""Load config.yaml as a checked Config, and the Mailjet keys from their file or environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cagette_notify.config.camap import CamapSource
from cagette_notify.config.options import read_options
from cagette_notify.config.small_files import read_small_file
from cagette_notify.core.errors import ConfigError, Problem
from cagette_notify.core.files import stranger_owner, why_refused
from cagette_notify.core.given_files import keep_secret
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind, Spans
from cagette_notify.core.ledger_place import LedgerPlace, shared_ledger
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import NoticeRules
from cagette_notify.core.stamps import Stamps, stamps
from cagette_notify.core.transport_traits import TRANSPORTS, TransportTraits
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Table, Unreadable
from cagette_notify.readers.yaml import cut_values, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta, tzinfo


_AS_THEY_ARE = (
    *("timezone", "language", "outbox", "notifications"),
    *("first_run_lookback", "keep", "alert_to", "summary_to", "dns_resolver"),
)


class DataFiles(Struct, frozen=True):
    """Where the data is, as absolute paths. ``*`` may stand in their names, ``{date}`` in ``orders``.

    A database takes the place of all but the duties.
    """

    groups: Path | None
    distributions: Path | None
    members: Path | None = None
    orders: str | None = None
    duties: Path | None = None
    camap: CamapSource | None = None

    @property
    def tell_who_serves(self) -> bool:
        """Whether anything in them says who serves at a distribution."""
        return bool(self.duties or self.camap)


class Style(Struct, frozen=True):
    """What the configuration says about mails.

    ``sender`` is the address validated at Mailjet, in every From; ``overrides`` is the folder whose
    files take the place of the shipped templates. Empty links are left out of the mails.
    """

    sender: Contact
    overrides: Path | None
    settings_url: str = ""
    leave_url: str = ""
    help_url: str = ""
    map_url: str = ""
    show_prices: bool = True
    calendar: bool = False


class MailjetOptions(Struct, frozen=True):
    """How to call Mailjet. ``credentials`` is the file to look in when the environment has no keys."""

    credentials: Path
    api_url: str
    parallel: int
    timeout: timedelta
    settle_after: timedelta
    daily_quota: int | None


class Config(Struct, frozen=True):
    """A configuration without a mistake: all paths are absolute, and nothing in it is secret."""

    path: Path
    read_as: Stamps  # how its file was when it was read
    folder: Path
    timezone: tzinfo
    language: str
    data: DataFiles
    style: Style
    delivery: TransportTraits
    outbox: Path
    ledger: LedgerPlace
    notifications: Path
    rules: NoticeRules
    hold_stale_orders: bool
    first_run_lookback: timedelta
    keep: timedelta
    alert_to: tuple[str, ...]
    summary_to: str
    dns_resolver: tuple[str, int] | None
    mailjet: MailjetOptions

    @property
    def account(self) -> str:
        """Whose books the ledger keeps of this delivery: those of two transports never mix."""
        return self.delivery.account

    @property
    def daily_quota(self) -> int | None:
        """How many mails may leave a day; None for as many as there are."""
        return self.mailjet.daily_quota if self.delivery.has_quota else None


def load(path: Path) -> Config:
    """Read the configuration at ``path``; ConfigError holds every problem of it at once."""
    whole = _absolute(path)
    if strangers := _strangers((path, whole.parent)):
        raise ConfigError(strangers[0])  # one owner is to be asked, whatever else is theirs
    read_as = stamps([whole])
    try:
        root = parse_tree(decode(read_small_file(path)))
        if not isinstance(root, Table | None):
            raise Unreadable(_("settings were expected, such as 'language: fr'"), root.line)
    except Unreadable as trouble:
        raise ConfigError(Problem(trouble.message, str(path), trouble.line)) from None
    read, problems = read_options(root or Table(), whole.parent, str(path))
    problems = [*problems, *_strangers((read["templates"],))]
    if problems:
        raise ConfigError(*problems)
    config = _config(read, whole, read_as)
    of_database = config.data.camap and config.data.camap.credentials
    keep_secret(config.mailjet.credentials, *([of_database] if of_database else []))
    return config


def cut_off_in(config: Config) -> tuple[Problem, ...]:
    """Return a warning for each value of a configuration's file that a # or an anchor cuts short."""
    try:
        cuts = tuple(cut_values(decode(read_small_file(config.path))))
    except Unreadable:
        return ()  # a pipe can't be read again
    return tuple(Problem(cut.message(), str(config.path), cut.line, is_warning=True) for cut in cuts)


def is_whole_in_a_copy(config: Config) -> bool:
    """Tell whether a copy of the configuration's folder has a ledger and an outbox of its own.

    Not one that names them in full, or by a link: what is tried out there would be noted here.
    """
    elsewhere = os.path.join(config.folder, "copy")  # noqa: PTH118 - compared as text
    try:
        root = parse_tree(decode(read_small_file(config.path)))
    except Unreadable:
        return False
    read, _problems = read_options(root if isinstance(root, Table) else Table(), Path(elsewhere), "")
    if not isinstance(read["ledger"], Path):
        return False
    for name in ("ledger", "outbox", "notifications"):
        kept = os.path.relpath(read[name], elsewhere)
        real = os.path.realpath(os.path.join(config.folder, kept))  # noqa: PTH118
        if real != os.path.join(os.path.realpath(config.folder), kept):  # noqa: PTH118 - one with .. is another
            return False
    return True


def _strangers(paths: Iterable[Path | None]) -> list[Problem]:
    """Name what belongs neither to root nor to this user: its owner could have them do anything."""
    found = [(path, stranger_owner(path)) for path in paths if path]
    return [Problem(owner, str(path)) for path, owner in found if owner]


def language_in(path: Path) -> str:
    """Return the language that a configuration asks for, whatever else is wrong in it.

    Nothing if nobody can tell.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for some names; a pipe can't be read again
        return ""
    try:
        root = parse_tree(decode(read_small_file(path)))
    except Unreadable:
        return ""
    if not isinstance(root, Table | None):
        return ""
    read, _problems = read_options(root or Table(), path.absolute().parent, str(path))
    return read["language"] or ""


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError as trouble:  # here is a folder that was deleted
        message = _("can't be read: {reason}", reason=why_refused(path, trouble))
        raise ConfigError(Problem(message, str(path))) from None


def _of_kinds(value: Mapping[str, Any], name: str) -> dict[Kind, Any]:
    """Return a setting of those kinds that have it."""
    return {kind: value[key] for kind in NOTICE_KINDS if (key := f"notices.{kind}.{name}") in value}


def _data_files(value: Mapping[str, Any], folder: Path) -> DataFiles:
    orders, url = value["data.orders"], value["data.camap.url"]
    camap = url and CamapSource(
        url,
        value["data.camap.groups"],
        value["data.camap.credentials"],
        folder / url.ssl_ca if url.ssl_ca else None,
    )
    return DataFiles(
        value["data.groups"],
        value["data.distributions"],
        value["data.members"],
        str(orders) if orders else None,
        value["data.duties"],
        camap,
    )


def _ledger(value: Path | str, folder: Path) -> LedgerPlace:
    return value if isinstance(value, Path) else shared_ledger(value, folder)


def _config(value: Mapping[str, Any], path: Path, read_as: Stamps) -> Config:
    data = _data_files(value, path.parent)
    return Config(
        path=path,
        read_as=read_as,
        folder=path.parent,
        data=data,
        delivery=TRANSPORTS[value["delivery"]],
        style=Style(
            sender=Contact(value["sender.email"], value["sender.name"]),
            overrides=value["templates"],
            show_prices=value["prices"] == "show",
            **{
                name: value[name] for name in ("settings_url", "leave_url", "help_url", "map_url", "calendar")
            },
        ),
        ledger=_ledger(value["ledger"], path.parent),
        rules=NoticeRules(
            {kind: value[f"notices.{kind}.default"] for kind in NOTICE_KINDS},
            Spans(
                late=_of_kinds(value, "late"),
                before=_of_kinds(value, "before"),
                kinds=tuple(
                    kind for kind in NOTICE_KINDS if data.tell_who_serves or not kind.traits.reads_duties
                ),
            ),
            value["inactive_after"],
        ),
        hold_stale_orders=value["stale_orders"] == "hold",
        mailjet=MailjetOptions(
            **{name: value[f"mailjet.{name}"] for name in MailjetOptions.__struct_fields__}
        ),
        **{name: value[name] for name in _AS_THEY_ARE},
    )
