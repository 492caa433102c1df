"""Forget a person in the closed ledgers that copies left behind, too; or say which are out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import NotifyError
from cagette_notify.data.members.find_member import SeveralPeopleError
from cagette_notify.helpdesk.person_to_forget import PersonToForget, person_to_forget
from cagette_notify.ledger.forget import erase, sweep
from cagette_notify.ledger.history import Person
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.left_behind import left_behind
from cagette_notify.run.left_behind import opened_closed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.data.roster import PartialRoster
    from cagette_notify.ledger.ledger import Ledger


class ErasedBehind(Struct, frozen=True):
    """How many mails of a person were taken out of a closed ledger; or why not, or on which machine it is."""

    name: str
    mails: int = 0
    is_swept: bool = True
    why_not: str = ""
    machine: str = ""


def known_left_behind(
    config: Config, ledger: Ledger, who: str, roster: PartialRoster
) -> PersonToForget | None:
    """Return whom a closed ledger knows that today's does not, by what was typed."""
    for one in left_behind(ledger):
        try:
            with opened_closed(config, ledger, one) as closed:
                if closed:
                    return person_to_forget(who, roster, KnownPeople(closed))
        except SeveralPeopleError:
            raise
        except NotifyError:
            continue
    return None


def forget_left_behind(
    config: Config, ledger: Ledger, whom: PersonToForget, roster: PartialRoster, now: datetime
) -> Iterator[ErasedBehind]:
    """Yield what was erased where, and what is still in which one."""
    for one in left_behind(ledger):
        try:
            with opened_closed(config, ledger, one) as closed:
                if closed:
                    erased = erase(closed, _person(closed, whom, roster), whom.words, now)
                    yield ErasedBehind(one.name, erased.mails, sweep(closed))
                elif one.is_elsewhere:
                    yield ErasedBehind(one.name, machine=one.machine)
        except NotifyError as error:
            yield ErasedBehind(one.name, why_not="; ".join(problem.message for problem in error.problems))


def _person(closed: Ledger, whom: PersonToForget, roster: PartialRoster) -> Person:
    """Return the person with what only that ledger knows: since then keep may have taken it elsewhere."""
    try:
        there = person_to_forget(whom.called.handle, roster, KnownPeople(closed)).person
    except NotifyError:
        return whom.person
    return Person(whom.person.ids | there.ids, whom.person.addresses | there.addresses)
