"""Judge whether the key in DNS is the one that Mailjet signs with. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.delivery.account_finding import AccountFinding, DnsRecord
from cagette_notify.delivery.domain_check.mailjets_view import to_check_again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView

_KEY = re.compile(r"(?:^|;)\s*p\s*=([^;]*)")


def judge_dkim(view: MailjetsView, texts: Sequence[str]) -> list[AccountFinding]:
    """Compare the records at Mailjet's selector with the one that Mailjet wants there."""
    if not view.in_account:
        message = _(
            "DKIM of {domain}: can't be told, as the domain is not in the Mailjet account: add it there "
            "(Account settings, Sender domains & addresses), or mails may be taken for spam",
            domain=view.domain,
        )
        return [AccountFinding(message)]
    there = [_key_in(text) for text in texts]
    if there and not view.key:  # what it should be, Mailjet doesn't say
        return to_check_again("DKIM", view.domain, view.dkim_status) or [_right(view)]
    if there == [_key_in(view.key)] and there != [""]:
        return to_check_again("DKIM", view.domain, view.dkim_status) or [_right(view)]
    return [AccountFinding(_why(view, len(there)), EXIT_PARTIAL, record=_wanted(view))]


def _why(view: MailjetsView, count: int) -> str:
    names = {"domain": view.domain, "name": view.key_name}
    if not count:
        return _(
            "DKIM of {domain} is missing, and Orange refuses mail without it: whoever keeps the domain adds "
            "the record {name} as Mailjet shows it (Account settings, Sender domains & addresses)",
            **names,
        )
    if count > 1:
        return _(
            "DKIM of {domain} is wrong: {count} records stand at {name}; whoever keeps the domain leaves "
            "the one that Mailjet shows (Account settings, Sender domains & addresses)",
            **names,
            count=count,
        )
    return _(
        "DKIM of {domain} is wrong: at {name} stands another key than Mailjet signs with, and every mail "
        "fails; whoever keeps the domain puts there what Mailjet shows (Account settings, Sender domains & "
        "addresses)",
        **names,
    )


def _wanted(view: MailjetsView) -> DnsRecord | None:
    return DnsRecord(view.key_name, "TXT", view.key) if view.key else None


def _right(view: MailjetsView) -> AccountFinding:
    return AccountFinding(_("DKIM of {domain} is right", domain=view.domain), is_fine=True)


def _key_in(text: str) -> str:
    """Return the key of a record, whatever the blanks that a form put into it."""
    found = _KEY.search(text)
    return "".join(found[1].split()) if found else ""
