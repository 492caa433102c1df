"""Warn of columns that are not read: misspelt ones, and those by which a mail may be another one."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.text import quoted
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.rows.cagette_export import UNNEEDED_COLUMNS
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.column_titles import title_of
from cagette_notify.data.rows.columns import DUTIES, MEMBERS
from cagette_notify.data.rows.csv_columns import columns_of
from cagette_notify.data.rows.price_columns import is_amount, is_price_of_one, is_same_but_for_taxes, words_of
from cagette_notify.data.rows.read_rows import RowSource, header_of
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from cagette_notify.readers.records import Record


_ALIKE = 0.75  # of what two names share, from 0 to 1
_CHANGES = re.compile(
    r"\b(?:annul|cancel|supprim|statut|status|etats?\b|remise|remises|rabais|reduction|ristourne|discount|avoirs?\b"
    r"|refus|rupture|indisponib|substitu|remplac|rembours|refund)"
)
_UNNEEDED = frozenset(map(plain, UNNEEDED_COLUMNS))
_OF_MAILBOXES = ("email", "partner_email")
_NO_DIGIT = re.compile(r"\D+")
_ADDRESSES = re.compile(r"e?mails?|courriels?|mel|mels")
_OF_PEOPLE = ("member", "member_name", "first_name")
_PEOPLE = re.compile(
    r"qui|noms?|prenoms?|personnes?|benevoles?|volontaires?|membres?|adherent\w*|amapien\w*|inscrit\w*"
    r"|responsables?|equipes?|binomes?|names?|volunteers?"
)
_FIRST_NAMES = tuple(map(frozenset, (("prenom",), ("prenoms",), ("firstname",), ("first", "name"))))
_NAMES_OR_IDS = frozenset(("adherent", "membre"))  # as a column of orders says whose they are
_WHOLE_NAMES = tuple(
    frozenset(words.split())
    for words in (
        "nom prenom",
        "noms prenoms",
        "nom complet",
        "noms complets",
        "full name",
        "first last name",
    )
)
_OF_PARTNERS = frozenset(("conjoint", "conjointe", "partenaire", "partner"))
_CHOICES = re.compile(r"notif\w*|rappels?|recaps?|recapitulatifs?|reminders?|alertes?")
_REFUSALS = re.compile(
    r"desabonne\w*|desinscri\w*|desactiv\w*|unsubscribed?|stop|optout|contacter|refus\w*|suspendu\w*|bloque\w*"
    r"|(?:in)?acti(?:f|ve)s?|radie\w*|demission\w*"
)
# These say so of mail alone: of gluten, or of rules, they say something else.
_WANTED_MAIL = re.compile(r"recoit|recoivent|recevoir|souhaite\w*|veut|accepte\w*|par|wants?|receives?")
_REFUSED_MAIL = re.compile(r"sans|pas|no|without")


def misspelt_columns_of(source: RowSource, schema: FileColumns) -> Iterator[Problem]:
    """Yield a warning for each column that was probably meant for a field that no column is for.

    And for each of orders that seems to hold prices, or whether a row counts; of members, whole names,
    addresses, or who wants which notices; of duties, who serves. Nothing for a file that can't be read, of
    which others have more to say, or that has no header.
    """
    source = resolved(source, schema)
    header = header_of(source, schema.count_known)
    if header is None:
        return
    taken = {schema.names.get(plain(cell)) for cell in header.cells}
    for cell in _unread(header, schema):
        if message := _said_of(cell, header.cells, taken, schema):
            yield Problem(message, source.name, header.line, is_warning=True)


def _said_of(cell: str, header: Sequence[str], taken: AbstractSet[str | None], schema: FileColumns) -> str:
    """Say what a column was probably meant for, unless another one has ``taken`` that; nothing if nothing."""
    field = _nearly_meant(cell, schema)
    if schema is MEMBERS and (of_names := _of_whole_names(cell, taken)):
        return of_names
    if field and field not in taken:
        return _(
            "a column that is not read: {name}; did you mean {field}?",
            name=quoted(cell),
            field=title_of(field),
        )
    if schema.vague:
        return _of_orders(cell, header, taken)
    if schema is MEMBERS:
        return _of_members(cell)
    if schema is DUTIES and (taken.isdisjoint(_OF_PEOPLE) or any(map(_PEOPLE.fullmatch, words_of(cell)))):
        return _(
            "a column that is not read: {name}; if it says who serves, call it 'member', with one of "
            "them in each row",
            name=quoted(cell),
        )
    return ""


def _unread(header: Record, schema: FileColumns) -> Iterator[str]:
    """Yield the columns that no field is for, or that leave theirs to another one."""
    try:
        columns = columns_of(header, schema)
    except Unreadable:
        return
    read = columns.values()
    for position, cell in enumerate(header.cells):
        field = schema.names.get(plain(cell), "")
        is_left_out = field in schema.nested and field not in schema.alone
        is_left_out |= field in _OF_MAILBOXES and position not in read
        is_left_out |= bool(schema.vague) and field == "first_name" and "member_name" not in columns
        if is_left_out or not (field or plain(cell) in _UNNEEDED):
            yield cell


def _nearly_meant(cell: str, schema: FileColumns) -> str:
    """Return the field of which a column's name is nearly one; nothing if it is none's, or exactly one."""
    # However near 'rappel' is to 'appel', it is a word of its own.
    if plain(cell) in schema.names or all(map(_CHOICES.fullmatch, words_of(cell))):
        return ""
    sure = schema.names.keys() - schema.doubtful  # a short one is near to many words
    names = [name for name in schema.names if name in sure and schema.names[name] not in schema.nested]
    alike = [name for name in names if _digits(name) == _digits(plain(cell))]  # others name another thing
    near = difflib.get_close_matches(plain(cell), alike, n=1, cutoff=_ALIKE)
    return schema.names[near[0]] if near else ""


def _digits(name: str) -> str:
    return _NO_DIGIT.sub("", name)


def _of_whole_names(name: str, taken: AbstractSet[str | None]) -> str:
    """Say that mails greet nobody by the names in a column: which part is the first name nobody can tell."""
    words = words_of(name)
    whose = "partner_" if words & _OF_PARTNERS else ""
    first, last = f"{whose}first_name", f"{whose}last_name"
    if not any(whole <= words for whole in _WHOLE_NAMES) or (first in taken and last in taken):
        return ""
    return _(
        "a column that is not read: {name}; if it holds whole names, part them into two columns: {first} and "
        "{last}",
        name=quoted(name),
        first=title_of(first),
        last=title_of(last),
    )


def _of_members(name: str) -> str:
    """Say what members may not get, or get all the same, as a column of theirs is not read."""
    words = words_of(name)
    is_of_mail = any(map(_ADDRESSES.fullmatch, words))
    if any(map(_REFUSALS.fullmatch, words)) or (is_of_mail and any(map(_REFUSED_MAIL.fullmatch, words))):
        return _(
            "a column that is not read: {name}; if it tells who is to get no mail, take their rows out, or "
            "say 'no' for them in columns of these names: {kinds}",
            name=quoted(name),
            kinds=", ".join(NOTICE_KINDS),
        )
    if any(map(_CHOICES.fullmatch, words)) or (is_of_mail and any(map(_WANTED_MAIL.fullmatch, words))):
        return _(
            "a column that is not read: {name}; if it tells who wants which notices, call it by one of them: "
            "{kinds}",
            name=quoted(name),
            kinds=", ".join(NOTICE_KINDS),
        )
    if is_of_mail:
        return _(
            "a column that is not read: {name}; if mail is to go to the addresses in it, put them into "
            "'email' or 'partner_email', or into rows of their own",
            name=quoted(name),
        )
    return ""


def _may_be_part_of_a_name(name: str, header: Sequence[str], taken: AbstractSet[str | None]) -> bool:
    """Tell whether a column of orders that say by name whose they are may hold first names."""
    words = words_of(name)
    is_by_name = taken.isdisjoint(("member", "member_email")) or not _NAMES_OR_IDS.isdisjoint(
        map(plain, header)
    )
    is_first = any(first <= words for first in _FIRST_NAMES) and words.isdisjoint(_OF_PARTNERS)
    return is_by_name and is_first and not {"first_name", "member_name"} <= taken


def _of_orders(name: str, header: Sequence[str], taken: AbstractSet[str | None]) -> str:
    """Say what recaps may lack as a column of orders is not read; nothing of most columns."""
    if _may_be_part_of_a_name(name, header, taken):
        return _(
            "a column that is not read: {name}; if it is a part of the names of who ordered, call it "
            "{first}, and the one with their family names {last}",
            name=quoted(name),
            first=title_of("first_name"),
            last=title_of("last_name"),
        )
    if _CHANGES.search(" ".join(words_of(name))):
        return _(
            "a column that is not read: {name}; if it changes what is ordered or paid, take out those "
            "rows, or correct their quantities and totals",
            name=quoted(name),
        )
    lacks = "total" if is_amount(name) and not is_price_of_one(name) else "price"
    is_same = any(is_same_but_for_taxes(name, other) for other in header if other != name)
    if not is_amount(name) or lacks in taken or is_same:
        return ""
    return _(
        "a column that is not read: {name}; if recaps are to show it, call it 'unit price', or 'total' "
        "if it is that of the whole row",
        name=quoted(name),
    )
