"""Say to which addresses Mailjet takes no mail, long after each of those mails is too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.text import one_line
from cagette_notify.delivery.unreachable_addresses import command_about
from cagette_notify.ledger.refusals import refused_repeatedly

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger

_LOOKED_BACK = timedelta(days=30)


def still_refused(
    config: Config, ledger: Ledger, now: datetime, in_use: Callable[[Iterable[str]], Collection[str]]
) -> Iterator[Problem]:
    """Yield the addresses refused again and again, of those that are ``in_use``, given casefolded.

    Whose last notice was refused and may still leave is named with that notice.
    """
    named = {entry.recipient.casefold() for entry in ledger.refused(config.account, now)}
    found = refused_repeatedly(ledger, config.account, now - _LOOKED_BACK)
    those = set(in_use(one.address for one in found)) - named
    for one in found:
        if one.address.casefold() in those:
            # And with it babel, where there is a day to say.
            from cagette_notify.core.formatting import long_day

            message = _(
                "{address} gets no mail: Mailjet has refused {count} of them since {day}, the last one as: "
                "{reason}; what to do: {command}",
                address=one.address,
                count=one.refusals,
                day=long_day(one.since.astimezone(config.timezone).date(), spoken()),
                reason=one_line(one.reason) or _("no reason given"),
                command=command_about(one.address),
            )
            yield Problem(message, is_warning=True)
