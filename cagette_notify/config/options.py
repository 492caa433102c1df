"""List every option of config.yaml: key, parser, default, help text."""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cagette_notify.config.camap import camap_groups, database_url
from cagette_notify.config.ledger_place import ledger_place, of_shared_ledger
from cagette_notify.config.option_values import (
    alert_places,
    api_url,
    header_text,
    link,
    map_link,
    one_of,
    or_none,
    path,
    resolver,
    sender_address,
    span,
    whole,
)
from cagette_notify.core.errors import Problem
from cagette_notify.core.files import as_on_disk
from cagette_notify.core.i18n import _, translated
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.parsing import duration, yes_no, zone
from cagette_notify.core.text import nearest, quoted
from cagette_notify.core.transport_traits import OUTBOX, TRANSPORTS
from cagette_notify.readers.tree import Items, Node, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping


class Option(Struct, frozen=True):
    """A row of the table. ``default`` is written as one would type it; None: it must be given."""

    key: str
    read: Callable[[str], object]
    default: str | None
    about: str
    is_list: bool = False
    is_mapping: bool = False


_OF_A_KIND = {"default": yes_no, "late": span, "before": span}

OPTIONS = (
    Option("timezone", zone, "Europe/Paris", "time zone of groups that name none, and of --at"),
    Option("language", one_of("fr", "en"), "fr", "of mails and of what commands print"),
    Option(
        *("data.groups", path, None),
        "the groups: a .yaml, .csv, .xlsx, .ods or .xls file, as all data; of names with * the newest",
    ),
    Option("data.distributions", path, None, "the distributions"),
    Option("data.members", or_none(path), "", "the members, unless groups carry their own"),
    Option("data.orders", or_none(path), "", "the orders, unless distributions carry theirs; {date} allowed"),
    Option("data.duties", or_none(path), "", "who serves at each distribution"),
    Option(
        *("data.camap.url", or_none(database_url), ""),
        "the database of CAMAP or Cagette, in place of the files above: mysql://user@host/database",
    ),
    Option(
        *("data.camap.groups", or_none(camap_groups), ""),
        "the numbers of its groups that are served: [12, 15], {12: lac, 15: } with ids of their own, or all",
        is_list=True,
        is_mapping=True,
    ),
    Option(
        *("data.camap.credentials", or_none(path), ""),
        "a file with the password, unless $CAMAP_PASSWORD has it; mode 600",
    ),
    Option(
        *("data.camap.own_mails", or_none(one_of("stopped")), ""),
        "stopped, once CAMAP's own cron no longer sends these mails; required for delivery: mailjet",
    ),
    Option(
        "sender.email", sender_address, None, "the address mails come from, validated in your Mailjet account"
    ),
    Option("sender.name", header_text, "", "the sender's name where no group's name fits"),
    Option("delivery", one_of(*TRANSPORTS), OUTBOX.account, "outbox (.eml files, nothing leaves) | mailjet"),
    Option("outbox", path, "outbox", "the folder of delivery: outbox"),
    Option(
        *("ledger", ledger_place, "ledger.sqlite3"),
        "the memory of what was sent: a file, or postgresql://user@host/database, which machines share",
    ),
    Option("notifications", path, "notifications.csv", "the members' changes of settings"),
    Option("templates", or_none(path), "", "a folder whose files replace shipped templates of that name"),
    Option("settings_url", link, "", "where members change their settings, linked in mails"),
    Option("leave_url", link, "", "where members leave a group, linked in broadcasts"),
    Option("help_url", link, "", "a page of help, linked in mails"),
    Option("map_url", map_link, "", "a map, linked in mails beside the place that {place} stands for; off"),
    *(
        Option(f"notices.{kind}.{name}", _OF_A_KIND[name], default, about)
        for kind in NOTICE_KINDS
        for name, default, about in kind.traits.settings
    ),
    Option("inactive_after", or_none(span), "", "no notices for whom was not seen for so long; off"),
    Option(
        "stale_orders",
        one_of("hold", "send"),
        "hold",
        "what recaps and planned mails do if orders closed after their export",
    ),
    Option("prices", one_of("show", "hide"), "show", "prices in recaps"),
    Option("calendar", yes_no, "no", "an entry for calendars (.ics) with recaps and corrections"),
    Option(
        "first_run_lookback", duration, "1h", "how far back the first run of a delivery, group or kind looks"
    ),
    Option("keep", span, "400d", "how long ledger, outbox and drafts are kept"),
    Option("alert_to", alert_places, "", "addresses that cron's lines are mailed to; syslog", is_list=True),
    Option(
        "summary_to",
        one_of("none", "contact"),
        "none",
        "who is mailed, two hours after each distribution, whom its recaps reached",
    ),
    Option(
        "dns_resolver",
        or_none(resolver),
        "",
        "whom check asks about the sender's domain, as 9.9.9.9 or 127.0.0.1:5353; the system's",
    ),
    Option(
        "mailjet.credentials", path, "mailjet.key", "a file of two lines, public and private key; mode 600"
    ),
    Option("mailjet.api_url", api_url, "https://api.mailjet.com/", "where Mailjet is"),
    Option("mailjet.parallel", whole(1, 32), "4", "calls at once, of 50 mails each"),
    Option("mailjet.timeout", span, "30s", "how long an answer may take"),
    Option("mailjet.settle_after", duration, "10m", "how long a doubt waits before its mail may leave again"),
    Option(
        "mailjet.daily_quota",
        or_none(whole(1, 10**8)),
        "",
        "mails a day the account allows, of which recaps are served first; off",
    ),
)

_DATABASE = "data.camap."
_FILES = ("data.groups", "data.distributions", "data.members", "data.orders")
_WRITTEN = frozenset(("outbox", "ledger", "notifications"))
_BY_KEY = {option.key: option for option in OPTIONS}
_SECTIONS = frozenset(key.rsplit(".", depth)[0] for key in _BY_KEY for depth in range(1, key.count(".") + 1))


def read_options(table: Table, folder: Path, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the value of every setting by its key, and what is wrong with those of ``table``.

    Relative paths start at ``folder``; problems name ``file``.
    """
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems = []
    for key, at, node in _leaves(table):
        found[key], lines[key] = None, at
        try:
            found[key] = _value(_known(key), node, folder)
        except ValueError as trouble:
            problems.append(Problem(str(trouble), file, at, key if key.isprintable() else quoted(key)))
    given = frozenset(lines)
    has_database = any(key.startswith(_DATABASE) for key in given)
    for option in OPTIONS:
        if option.key in found:
            continue
        if has_database and option.key in _FILES:
            found[option.key] = None
            continue
        try:
            found[option.key] = _value(option, None, folder)
        except ValueError as trouble:  # missing, or a default that this machine does not know
            problems.append(Problem(str(trouble), file, field=option.key))
    if has_database:
        problems += _of_database(found, lines, {each.field for each in problems}, file)
    problems += (Problem(said, file, lines.get(key, 0), key) for key, said in of_shared_ledger(found))
    return found, [*problems, *_at_one_place(found, lines, file)]


def _of_database(
    found: Mapping[str, Any], lines: Mapping[str, int], complained: Collection[str], file: str
) -> Iterator[Problem]:
    """Yield what a database lacks, and the files that can't stand beside it."""
    for key in ("data.camap.url", "data.camap.groups"):
        if found[key] is None and key not in complained:
            message = _("missing: {about}", about=translated(_BY_KEY[key].about))
            yield Problem(message, file, lines.get(key, 0), key)
    for key in _FILES:
        if found[key] is not None:
            message = _("it is read from the database of data.camap: name one of the two")
            yield Problem(message, file, lines[key], key)
    leaves = TRANSPORTS[found["delivery"] or OUTBOX.account].leaves_the_machine
    if leaves and not found["data.camap.own_mails"]:
        message = _(
            "missing: CAMAP sends such mails itself, and members would get both; stop them there, then write "
            "own_mails: stopped"
        )
        yield Problem(message, file, field="data.camap.own_mails")


def _at_one_place(found: Mapping[str, Any], lines: Mapping[str, int], file: str) -> Iterator[Problem]:
    """Yield each setting with the path of another one, where something is written to one of them."""
    paths = {key: os.path.normpath(value) for key, value in found.items() if isinstance(value, Path)}
    for one, other in combinations(paths, 2):
        if paths[one] == paths[other] and not _WRITTEN.isdisjoint((one, other)):
            key, taken = (other, one) if other in lines else (one, other)
            message = _("{path} is that of {setting} already", path=paths[key], setting=taken)
            yield Problem(message, file, lines.get(key, 0), key)


def _leaves(table: Table, prefix: str = "") -> Iterator[tuple[str, int, Node]]:
    for name, node in table.items():
        key = prefix + (quoted(name) if "." in name else name)
        if key in _SECTIONS and isinstance(node, Table):
            yield from _leaves(node, f"{key}.")
        elif key not in _SECTIONS or node is not None:
            yield key, name.line, node


def _known(key: str) -> Option:
    if key in _BY_KEY:
        return _BY_KEY[key]
    if key in _SECTIONS:
        raise ValueError(_("settings were expected under it, each on its line"))
    section, _dot, name = key.rpartition(".")
    beside = (known for known in (*_BY_KEY, *_SECTIONS) if known.rpartition(".")[0] == section)
    by_name = {known.rpartition(".")[2]: known for known in (*_BY_KEY, *beside)}
    near = nearest(name, by_name)
    if near:
        raise ValueError(_("unknown setting; did you mean {near!r}?", near=by_name[near]))
    raise ValueError(_("unknown setting"))


def _value(option: Option, node: Node, folder: Path) -> object:
    if isinstance(node, Table) and option.is_mapping:
        node = Items(Text(f"{name}={value or ''}") for name, value in node.items())
    if isinstance(node, Items) and option.is_list:
        node = Text("|".join(map(str, node)))
    if isinstance(node, Items | Table):
        raise ValueError(_("one value was expected, not a list or a table"))
    text = (node or "").strip() or option.default
    if text is None:
        raise ValueError(_("missing: {about}", about=translated(option.about)))
    value = option.read(text)
    if isinstance(value, Path):
        value = as_on_disk(folder / value)
        if option.key == "templates" and not os.path.isdir(value):  # noqa: PTH112 - Path.is_dir raises for some names
            raise ValueError(_("no such folder: {path}", path=value))
    return value
