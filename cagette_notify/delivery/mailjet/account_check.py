"""Check Mailjet's account: key, sender, its domain, daily quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_CONFIG, EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.delivery.account_finding import AccountFinding
from cagette_notify.delivery.clock_drift import clock_problems
from cagette_notify.delivery.domain_check.check_domain import check_domain
from cagette_notify.delivery.mailjet.http_answer import Json, as_text
from cagette_notify.delivery.mailjet.rest_rows import truth
from cagette_notify.delivery.sender_check import unknown_sender
from cagette_notify.delivery.transport import LookupFailed, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.delivery.domain_check.dns_reader import DnsReader
    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader


_LONGEST = 40  # characters of a value that is shown


def check_account(records: MailjetReader, config: Config, dns: DnsReader) -> Iterator[AccountFinding]:
    """Yield what is right and wrong with the key, the sender and its domain.

    What can't be asked is a finding too; where nothing comes back, Mailjet is asked nothing more: each
    further question would cost a whole time-out. Refused keys are a ``ConfigError``, and the end of asking.
    """
    domain = config.style.sender.address.rpartition("@")[2].casefold()
    view: MailjetsView | None = None
    questions: list[tuple[str, Callable[[], list[AccountFinding] | MailjetsView]]] = [
        (_("the API key"), lambda: judge_key(records.api_key())),
        (_("the sender"), lambda: [_sender(records, config)]),
        (_("SPF and DKIM, as Mailjet sees them"), lambda: records.domain(domain)),
    ]
    for what, ask in questions:
        try:
            told = ask()
        except LookupFailed as error:
            yield _unknown(what, error)
            if isinstance(error, NoAnswer):
                break
        else:
            if isinstance(told, list):
                yield from told
            else:
                view = told
    yield from check_domain(domain, view, dns)
    for problem in clock_problems(records.clock_offset) or ():
        yield AccountFinding(str(problem), EXIT_PARTIAL)


def _unknown(what: str, error: LookupFailed) -> AccountFinding:
    reason = _("; ").join(problem.message for problem in error.problems)
    return AccountFinding(_("{what}: {reason}", what=what, reason=reason), EXIT_PARTIAL)


def _sender(records: MailjetReader, config: Config) -> AccountFinding:
    if records.knows_sender(config.style.sender.address):
        return judge_sender(config.style.sender.address)
    return AccountFinding(str(unknown_sender(config)), EXIT_CONFIG)


def judge_key(row: Json) -> list[AccountFinding]:
    """Tell whether the API key may send."""
    return [_activity(row), *_run_level(row), *_quarantine(row)]


def judge_sender(address: str) -> AccountFinding:
    """Say that Mailjet knows the sender; one that it doesn't know stops every run."""
    return AccountFinding(_("Mailjet lets {address} send", address=address), is_fine=True)


def judge_quota(quota: int, group_id: str, addresses: int) -> AccountFinding:
    """Tell whether a mail to the largest group fits into a day."""
    if addresses <= quota:
        message = _(
            "mailjet.daily_quota: {quota} mails a day are enough for the largest group, {group}, with "
            "{count} addresses",
            quota=quota,
            group=group_id,
            count=addresses,
        )
        return AccountFinding(message, is_fine=True)
    message = _(
        "mailjet.daily_quota: group {group} has {count} addresses, and {quota} mails may leave in a day: an "
        "opening or a broadcast to it takes {days} days; a bigger plan at Mailjet, and then a bigger quota "
        "here, mends that",
        group=group_id,
        count=addresses,
        quota=quota,
        days=-(-addresses // quota),
    )
    return AccountFinding(message)


def _activity(row: Json) -> AccountFinding:
    if truth(row.get("IsActive")):
        return AccountFinding(_("the API key is active"), is_fine=True)
    if as_text(row.get("IsActive")):
        message = _("the API key is switched off: switch it on in the Mailjet account (API key management)")
        return AccountFinding(message, EXIT_CONFIG)
    return AccountFinding(_("the API key: Mailjet does not say whether it is active"), EXIT_PARTIAL)


def _run_level(row: Json) -> list[AccountFinding]:
    level = as_text(row.get("Runlevel"))
    if level.casefold() in {"", "normal"}:
        return []
    message = _(
        "Mailjet holds the account back (run level {level}): ask Mailjet's support why "
        "(app.mailjet.com/support)",
        level=_shown(level),
    )
    return [AccountFinding(message, EXIT_CONFIG)]


def _quarantine(row: Json) -> list[AccountFinding]:
    value = as_text(row.get("QuarantineValue"))
    if value in {"", "0"}:
        return []
    message = _(
        "Mailjet keeps mails of the account in quarantine (value {value}): ask Mailjet's support why "
        "(app.mailjet.com/support)",
        value=_shown(value),
    )
    return [AccountFinding(message, EXIT_PARTIAL)]


def _shown(value: str) -> str:
    """Return what Mailjet wrote, fit for a line."""
    line = one_line(value)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
