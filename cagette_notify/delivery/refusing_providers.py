"""Find the mail providers that refused much of what a run sent them, from counts that name no address."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.mail_providers import provider_of
from cagette_notify.core.mailjet_fates import FateCategory, category_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from cagette_notify.ledger.fates_by_domain import DomainCount

_PART = 5  # over one in so many of a run's mails
_FEWEST = 5  # refused mails: of fewer it may be by chance
_BETWEEN_RUNS = timedelta(minutes=5)  # cron's are no closer; a run that sends pauses for less


class RefusingProvider(Struct, frozen=True):
    """How many of the mails of a run that ``began`` then a provider refused."""

    began: datetime
    provider: str
    refused: int
    mails: int

    @property
    def key(self) -> str:
        """What tells it from another provider, and from another run."""
        return f"refuses {self.began.isoformat()} {self.provider}"


def refusing_providers(counted: Iterable[DomainCount]) -> list[RefusingProvider]:
    """Return the providers that sent back over a fifth, and five mails at least, of one run's."""
    return [
        RefusingProvider(began, provider, refused, mails)
        for began, those in _runs(counted)
        for provider, (refused, mails) in _per_provider(those).items()
        if refused >= _FEWEST and refused * _PART > mails
    ]


def refusing_problem(one: RefusingProvider, zone: tzinfo) -> Problem:
    """Say that a provider refuses mails, and where to look."""
    message = _(
        "{provider} refused {refused} of {mails} mails that left on {day}; what it says: cagette-notify "
        "report -o FILE.html; whether the sender's domain is right: cagette-notify check",
        provider=one.provider,
        refused=one.refused,
        mails=one.mails,
        day=long_day(one.began.astimezone(zone).date(), spoken()),
    )
    return Problem(message, is_warning=True)


def _runs(counted: Iterable[DomainCount]) -> Iterator[tuple[datetime, list[DomainCount]]]:
    """Part counts where nothing left for longer than a run pauses."""
    run: list[DomainCount] = []
    for one in sorted(counted, key=lambda each: each.at):
        if run and one.at - run[-1].at >= _BETWEEN_RUNS:
            yield run[0].at, run
            run = []
        run.append(one)
    if run:
        yield run[0].at, run


def _per_provider(counted: Iterable[DomainCount]) -> dict[str, tuple[int, int]]:
    """Return, by provider, how many mails it sent back, of how many; none for a forgotten address."""
    refused: defaultdict[str, int] = defaultdict(int)
    mails: defaultdict[str, int] = defaultdict(int)
    for one in counted:
        provider = provider_of(one.domain)
        mails[provider] += one.mails
        if category_of(one.status, one.state) is FateCategory.BOUNCED:  # what Mailjet blocks, it did not see
            refused[provider] += one.mails
    return {provider: (refused[provider], mails[provider]) for provider in mails if provider}
