"""Plan a confirmed broadcast for later, and call it off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.deliver import proposed_broadcast, remember_size
from cagette_notify.broadcast.drafts import About, about_draft, kept_drafts, new_draft
from cagette_notify.broadcast.lists import as_recorded
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.messages import PlannedMail, PlannedRow
from cagette_notify.core.text import fold, one_line
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.mails.broadcast_text.placeholders import with_names_of_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Broadcast


_ABOVE_FOOTER = "\n" + 40 * "-" + "\n"  # in templates/layout.txt.j2


def plan_broadcast(
    config: Config, proposal: Proposal, send_at: datetime, now: datetime, *, instead_of: str = ""
) -> str:
    """Record a mail that is to leave at ``send_at`` whole, in one transaction, and return its attempt.

    It is another one's where the same mail is planned already, or was given since the proposal was made: two
    at once are one mail. It is none's if the one that this is planned ``instead_of`` is planned no more. What
    calendars are to forget is told by how things are when it leaves.
    """
    broadcast = proposed_broadcast(config, proposal, now)
    planned = PlannedMail(
        replace(broadcast, attachments=proposal.files, of_part=False),
        send_at,
        tuple(one.typed for one in proposal.lists),
        len(proposal.audience.mailboxes),
        tuple(_rows(proposal.lists)),
        tuple(one.typed for one in proposal.lists if one.is_off),
    )
    repeats = proposal.same_mail.broadcast.attempt if proposal.same_mail else ""
    with open_ledger(config.ledger) as ledger:
        remember_size(RunMemory(ledger, config.account), broadcast.group_id, proposal.size)
        return PlannedBook(ledger, config.account).plan(
            planned,
            repeats=repeats,
            former_identities=proposal.former_identities,
            instead_of=instead_of,
        )


def planned_mail(config: Config, attempt: str) -> PlannedMail | None:
    """Return a mail that is planned; None once it was called off, or has left."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        return PlannedBook(ledger, config.account).one(attempt)


def planned_mails(config: Config, group: str | None) -> list[PlannedMail]:
    """List the mails to a group, by its id or its name, or to any, that are planned, the earliest first."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        plans = PlannedBook(ledger, config.account).all()
    return [one for one in plans if group is None or _is_to(one.broadcast, group)]


def _is_to(broadcast: Broadcast, group: str) -> bool:
    """Tell whether a mail is to a group, as it may be typed: the mail comes from its name."""
    return group == broadcast.group_id or fold(group) == fold(broadcast.sender.name)


def planned_of_draft(config: Config, body: str | None) -> PlannedMail | None:
    """Return the mail that is planned of a draft's text, if the file is one, and its mail is planned."""
    if body is None or Path(body).resolve().parent != drafts_folder(config.ledger).resolve():
        return None
    attempt = about_draft(Path(body)).attempt
    return planned_mail(config, attempt) if attempt else None


def planned_as_given(
    config: Config, group_id: str | None, subject: str, lists: Sequence[str]
) -> PlannedMail | None:
    """Return the planned mail that a command means which can't be carried out, by what needs no data for it.

    It has the subject, and lists of these kinds; of several it is the one to these very lists, if one is.
    """
    wanted = {*map(as_recorded, lists)}
    those = [
        one
        for one in planned_mails(config, group_id)
        if one.broadcast.content.subject == one_line(subject) and _kinds(one.lists) == _kinds(wanted)
    ]
    return min(those, key=lambda one: {*map(as_recorded, one.lists)} != wanted, default=None)


def _kinds(lists: Iterable[str]) -> set[str]:
    return {one.partition(":")[0] for one in lists}


def call_off(config: Config, planned: PlannedMail) -> bool:
    """Let nothing of a planned mail be left in the ledger; say whether it had not departed meanwhile."""
    with open_ledger(config.ledger) as ledger:
        return PlannedBook(ledger, config.account).call_off(planned.broadcast.attempt)


def keep_text(config: Config, planned: PlannedMail, now: datetime) -> Path | None:
    """Keep the text of a mail that was called off, as it was to leave, in a draft; None if one holds it."""
    mail, folder = planned.broadcast, drafts_folder(config.ledger)
    if any(one.about.attempt == mail.attempt for one in kept_drafts(folder)):
        return None
    content = with_names_of_places(mail.content)
    above, _line, _footer = content.text.rpartition(_ABOVE_FOOTER)
    local_time = now.astimezone(config.timezone)
    draft = new_draft(folder, mail.group_id, local_time, f"{(above or content.text).strip()}\n")
    draft.remember(About(mail.group_id, content.subject, planned.lists))
    return draft.path


def bring_forward(config: Config, planned: PlannedMail, to: datetime) -> bool:
    """Let a planned mail leave from another time on, as it was recorded; say whether it was planned still."""
    with open_ledger(config.ledger) as ledger:
        return PlannedBook(ledger, config.account).bring_forward(planned.broadcast.attempt, to)


def _rows(lists: Iterable[WantedList]) -> Iterator[PlannedRow]:
    for one in lists:
        for row in one.file.rows if one.file else ():
            meant = row.meant
            named = (meant.addresses, (meant.id, meant.name)) if meant else (row.addresses, row.references)
            yield PlannedRow(one.typed, row.origin.file, row.origin.line, *named, row.shown)
