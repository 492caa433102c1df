"""Ask Mailjet whether its account lets our mails leave and arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_CONFIG, EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.delivery.clock_drift import clock_troubles
from cagette_notify.delivery.mailjet.mailjet_checks import Finding, judge_domain, judge_key, judge_sender
from cagette_notify.delivery.sender_check import unknown_sender
from cagette_notify.delivery.transport import LookupFailed, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader


def examine(records: MailjetReader, config: Config) -> Iterator[Finding]:
    """Yield what is right and wrong with the key, the sender and its domain.

    What can't be asked is a finding too; where nothing comes back, it is the last one: each further
    question would cost a whole time-out. Refused keys are a ``ConfigError``, and the end of asking.
    """
    address = config.sender.address
    domain = address.rpartition("@")[2]
    questions: list[tuple[str, Callable[[], list[Finding]]]] = [
        (_("the API key"), lambda: judge_key(records.api_key())),
        (_("the sender"), lambda: [_sender(records, config)]),
        (_("SPF and DKIM"), lambda: judge_domain(domain, records.domain(domain))),
    ]
    for what, ask in questions:
        try:
            yield from ask()
        except NoAnswer as error:
            yield _unknown(what, error)
            break
        except LookupFailed as error:
            yield _unknown(what, error)
    for problem in clock_troubles(records.clock_offset) or ():
        yield Finding(str(problem), EXIT_PARTIAL)


def _unknown(what: str, error: LookupFailed) -> Finding:
    reason = _("; ").join(problem.message for problem in error.problems)
    return Finding(_("{what}: {reason}", what=what, reason=reason), EXIT_PARTIAL)


def _sender(records: MailjetReader, config: Config) -> Finding:
    if records.knows_sender(config.sender.address):
        return judge_sender(config.sender.address)
    return Finding(str(unknown_sender(config)), EXIT_CONFIG)
