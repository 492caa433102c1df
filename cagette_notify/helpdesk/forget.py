"""Forget a person in the outbox, in notifications.csv and in the ledger, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.drafts import texts_naming
from cagette_notify.config.paths import drafts_folder, sources_of
from cagette_notify.core.errors import LaterError, NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.lock import RUN_LOCK_WAIT, LockHeldError, run_lock
from cagette_notify.core.notices import NoticeKey, day_of_occasion
from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.member_settings.write import remove_member
from cagette_notify.data.roster import read_partial_roster
from cagette_notify.data.rows_about import RowsAbout, rows_about
from cagette_notify.delivery.outbox.delete_mails import count_naming, delete_mails
from cagette_notify.helpdesk.forget_left_behind import ErasedBehind, forget_left_behind, known_left_behind
from cagette_notify.helpdesk.person import NobodyError, as_people_write
from cagette_notify.helpdesk.person_to_forget import PersonToForget, person_to_forget
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.forget import Erased, custom_ids_of, erase, refused_by, sweep
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.planning.due_times import windows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.config.load import Config
    from cagette_notify.data.roster import PartialRoster
    from cagette_notify.ledger.history import Person
    from cagette_notify.ledger.ledger import Ledger


class Forgotten(Struct, frozen=True):
    """What was removed, in counts; and of whom, for what stays.

    That is ``named_in`` so many mails of others, too, and in these ``texts`` of broadcasts. Where it is not
    ``is_swept``, what was deleted may still be found on the ledger's disk.
    """

    erased: Erased
    files: int
    settings: int
    whom: PersonToForget
    named_in: int = 0
    texts: tuple[Path, ...] = ()
    left_behind: tuple[ErasedBehind, ...] = ()
    is_swept: bool = True


def whom_to_forget(config: Config, who: str, now: datetime) -> PersonToForget:
    """Return whom ``who`` means, and forget nobody; raises what ``person_to_forget`` does."""
    roster = read_partial_roster(sources_of(config))
    with open_ledger(config.ledger, read_only=True) as ledger:
        return _found(config, ledger, roster, who, now)


def forget(config: Config, who: str, now: datetime, shown: PersonToForget | None = None) -> Forgotten:
    """Forget one person; raises what ``person_to_forget`` does where it can't be told who that is.

    ``shown`` is who somebody has agreed to forget: if ``who`` has become another one since, nobody is.

    The ledger comes last: a run that is killed before leaves there what the next one needs to find the
    rest. Killed after, only the ledger's file is still to be built anew, which any later one does first.
    """
    try:
        with (
            run_lock(config.ledger, now, patience=RUN_LOCK_WAIT) as lock,
            open_ledger(config.ledger, lock=lock) as ledger,
        ):
            sweep(ledger)
            roster = read_partial_roster(sources_of(config))
            whom = _found(config, ledger, roster, who, now)
            if shown and whom.called != shown.called:
                message = _("the data changed meanwhile: nobody was forgotten; give the command again")
                raise LaterError(Problem(message))
            return _forget(config, ledger, roster, whom, now)
    except LockHeldError as error:
        message = _("another run is at work: nothing was forgotten; try again later")
        raise LaterError(*error.problems, Problem(message)) from None


def _found(config: Config, ledger: Ledger, roster: PartialRoster, who: str, now: datetime) -> PersonToForget:
    try:
        whom = person_to_forget(who, roster, KnownPeople(ledger))
    except NobodyError:
        known = known_left_behind(config, ledger, who, roster)
        if known is None:
            raise
        whom = known
    try:
        rows = rows_about(load_calendar(sources_of(config)), whom.in_rows, now)
    except NotifyError as error:
        rows = RowsAbout(unread=tuple(dict.fromkeys(one.file for one in error.problems if one.file)))
    return replace(whom, rows=rows)


def _forget(
    config: Config, ledger: Ledger, roster: PartialRoster, whom: PersonToForget, now: datetime
) -> Forgotten:
    person = whom.person
    addresses = as_people_write(person.addresses)  # an alert repeats what stands in a file
    files = delete_mails(config.outbox, addresses=addresses, custom_ids=custom_ids_of(ledger, person))
    settings = remove_member(config.notifications, config.folder, whom.names, whom.marks)
    refused = tuple(_refused(config, ledger, person, now))
    left_behind = tuple(forget_left_behind(config, ledger, whom, roster, now))
    erased = erase(ledger, person, whom.words, now, refused)
    has_swept = sweep(ledger) and all(one.is_swept for one in left_behind)
    named_in = count_naming(config.outbox, whom.whole_names, whom.longer_names)
    texts = texts_naming(drafts_folder(config.ledger), whom.whole_names | addresses, whom.longer_names)
    return Forgotten(erased, files, settings, whom, named_in, tuple(texts), left_behind, has_swept)


def _refused(
    config: Config, ledger: Ledger, person: Person, now: datetime
) -> Iterator[tuple[str, NoticeKey, datetime]]:
    """Yield the notices to groups that may leave still, and that the person wanted none of.

    Their settings go, and whoever stands in the members' list still would get today what they had refused.
    """
    refused = refused_by(ledger, person)
    if not refused:
        return
    try:
        calendar = load_calendar(sources_of(config, now))
    except NotifyError:
        return
    distributions = {one.id: one for one in calendar.distributions}
    windows = {
        (window.kind, id_): window
        for id_ in {one.distribution_id for one in refused} & distributions.keys()
        for window in windows_of(distributions[id_], config.rules.spans)
        if window.kind.traits.told_to_group and now < window.too_late_at
    }
    for one in refused:
        if window := windows.get((one.kind, one.distribution_id)):
            distribution = window.distribution
            occasion = day_of_occasion(distribution, calendar.groups[distribution.group_id], one.kind)
            key = NoticeKey(one.kind, distribution.id, occasion, "", one.address)
            yield one.account, key, window.too_late_at
