"""Lay out the ledger's history as a table, or as JSON."""

from __future__ import annotations

import json
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from cagette_notify.cli.tables import table
from cagette_notify.core.formatting import brief_instant
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import label, notice_label, status_label
from cagette_notify.core.mailjet_fates import BAD_CATEGORIES, Fate, fate_in_words
from cagette_notify.core.text import escaped, one_line
from cagette_notify.run.held_broadcasts import Rest
from cagette_notify.run.run_report import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.cli.names import Names
    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.ledger.history import HistoryRecord

    RecordWithFate = tuple[HistoryRecord, Fate | None]

_BATCH = 500  # records whose fates are looked up at once
_IN_MEMORY = 10_000_000  # characters of a document that is not on disk yet


def with_fates(records: Iterator[HistoryRecord], fates: FateBook) -> Iterator[RecordWithFate]:
    """Yield records, each with what is known of its mail after Mailjet took it."""
    while batch := list(islice(records, _BATCH)):
        known = fates.of({record.custom_id for record in batch if record.custom_id})
        for record in batch:
            yield record, known.get(record.custom_id) if record.status == "sent" else None


def log_table(
    config: Config, those: Sequence[RecordWithFate], names: Names, at_rest: Mapping[str, Rest], now: datetime
) -> str:
    """Return a row for each record, in the local time of its group; what is printed can't move a cursor.

    A correction has one row, though the ledger has a record for each of the recaps that it stands for.
    ``at_rest`` are copies that don't leave by themselves, by CustomID.
    """
    if not those:
        return _("Nothing in the ledger matches.")
    headers = [_("when"), _("group"), _("notice"), _("distribution"), _("member"), _("address")]
    rows = dict.fromkeys(
        (
            record.custom_id if record.is_correction else number,
            *map(one_line, _cells(config, record, names, now)),
            one_line(_waits_for_somebody(label(_reason(record, fate)), at_rest.get(record.custom_id))),
        )
        for number, (record, fate) in enumerate(those)
    )
    cells = [row for _mail, *row in rows]
    return table([*headers, _("status"), _("reason")], cells)


def log_document(those: Iterable[RecordWithFate], problems: Sequence[Problem]) -> IO[str]:
    """Return a file that holds the document, a line for each record: it may be larger than memory."""
    spool: IO[str] = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115 - its reader closes it
    spool.write('{"notices": [')
    separator = "\n"
    for record, fate in those:
        spool.write(separator + escaped(json.dumps(_as_json(record, fate), ensure_ascii=False)))
        separator = ",\n"
    problems_text = escaped(json.dumps(problems_as_json(problems), ensure_ascii=False))
    spool.write(f'\n], "problems": {problems_text}}}\n')
    spool.seek(0)
    return spool


def _cells(config: Config, record: HistoryRecord, names: Names, now: datetime) -> tuple[str, ...]:
    group = names.groups.get(record.group_id)
    zone = group.timezone if group else config.timezone
    today = now.astimezone(zone).date()
    return (
        brief_instant(record.at.astimezone(zone), today, spoken()),
        names.group(record.group_id),
        notice_label(record.kind.value, is_correction=record.is_correction),
        record.subject or names.distribution(record.distribution_id, today),
        names.reader(record.group_id, record.member_id, record.address),
        record.address,
        status_label(record.status, config.delivery),
    )


def _reason(record: HistoryRecord, fate: Fate | None) -> str:
    if fate and fate.outlook in BAD_CATEGORIES:
        return fate_in_words(fate)
    return record.reason or (_("a row of the order could not be read") if record.is_incomplete else "")


def _waits_for_somebody(reason: str, rest: Rest | None) -> str:
    """Return why a mail was put off, and, if it is a copy at rest, that no run sends it."""
    if rest is None:
        return reason
    words = (
        _("does not leave by itself")
        if rest is Rest.OF_GROUP
        else _("does not leave by itself: give the same broadcast command again")
    )
    return f"{reason}; {words}" if reason else words


def _as_json(record: HistoryRecord, fate: Fate | None) -> dict[str, str | None]:
    return {
        "at": record.at.isoformat(),
        "kind": record.kind.value,
        "group": record.group_id,
        "distribution": record.distribution_id or None,
        "member": record.member_id or None,
        "address": record.address or None,
        "status": record.status,
        "reason": record.reason or None,
        "custom_id": record.custom_id or None,
        "message_id": record.message_id or None,
        "fate": fate.outlook.value if fate else None,
        "subject": record.subject or None,
    }
