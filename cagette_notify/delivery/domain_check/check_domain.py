"""Check by DNS whether receivers will believe that mail from the sender's domain is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_CONFIG, EXIT_PARTIAL, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.mail_providers import DOMAINS
from cagette_notify.delivery.account_finding import AccountFinding, DnsRecord
from cagette_notify.delivery.domain_check.dkim import judge_dkim
from cagette_notify.delivery.domain_check.dmarc import judge_dmarc, ruling_record
from cagette_notify.delivery.domain_check.spf import judge_spf
from cagette_notify.delivery.transport import LookupFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.delivery.domain_check.dns_reader import DnsReader
    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView

_RETURN_PATH = "bnc3.mailjet.com"
_ORANGE_S, _GMAIL_S = 1_000, 5_000  # mails a day, above which their further rules hold


def check_domain(domain: str, view: MailjetsView | None, dns: DnsReader) -> Iterator[AccountFinding]:
    """Yield what is right and wrong with the domain; ``view`` is None while Mailjet can't be asked.

    What DNS can't tell is one finding, and no failure: there, Mailjet's own word stands. A mailbox
    provider's domain is nobody's here to mend: of that, ``refused_sender`` speaks.
    """
    if domain in DOMAINS:
        return
    signer = view.signer if view else domain
    questions: dict[str, Callable[[], list[AccountFinding]]] = {
        _("its servers (MX or A)"): lambda: _judge_servers(domain, is_there=dns.takes_mail(domain)),
        "DMARC": lambda: judge_dmarc(domain, signer, ruling_record(domain, dns.texts)),
        "DKIM": lambda: judge_dkim(view, dns.texts(view.key_name) if view.in_account else ()) if view else [],
        "SPF": lambda: judge_spf(domain, view, dns.texts),
        _("the way back (Return-Path)"): lambda: _judge_return_path(domain, dns.alias(f"bnc3.{domain}")),
    }
    untold: dict[str, str] = {}
    for what, ask in questions.items():
        try:
            yield from ask()
        except LookupFailed as error:
            untold[what] = error.problems[0].message
    if untold:
        message = _(
            "DNS of {domain}: {what} can't be told now ({reason}); ask again later",
            domain=domain,
            what=", ".join(untold),
            reason=next(iter(untold.values())),
        )
        yield AccountFinding(message)
    if view:
        yield from (_as_mailjet_says(what, view) for what in ("DKIM", "SPF") if what in untold)


def refused_sender(config: Config) -> list[AccountFinding]:
    """Say that a sender's domain is that of a mailbox provider: only its own servers may send as it."""
    address = config.style.sender.address
    if address.rpartition("@")[2].casefold() not in DOMAINS:
        return []
    message = _(
        "{address} is an address at a mailbox provider: mail from it that Mailjet sends fails DMARC and is "
        "refused; take an address at a domain of your own, and leave this one to replies, as the contact of "
        "the group",
        address=address,
    )
    return [AccountFinding(str(Problem(message, str(config.path), field="sender.email")), EXIT_CONFIG)]


def judge_volume(domain: str, most: int) -> Iterator[AccountFinding]:
    """Say which further rules hold for as many mails a day as leave on the fullest."""
    if most > _ORANGE_S:
        message = _(
            "up to {count} mails a day: above {limit}, Orange also asks that the sender is registered at "
            "Signal Spam, that {domain} has a real web site, and that complaints stay below 0.3 %",
            count=most,
            limit=_ORANGE_S,
            domain=domain,
        )
        yield AccountFinding(message, is_advice=True)
    if most > _GMAIL_S:
        message = _(
            "up to {count} mails a day: near {limit}, Gmail takes {domain} and what it is part of for a "
            "bulk sender, for ever: complaints have to stay below 0.1 %, and never reach 0.3 %",
            count=most,
            limit=_GMAIL_S,
            domain=domain,
        )
        yield AccountFinding(message, is_advice=True)


def _judge_servers(domain: str, *, is_there: bool) -> list[AccountFinding]:
    if is_there:
        return [AccountFinding(_("{domain} has a server (MX or A)", domain=domain), is_fine=True)]
    message = _(
        "{domain} has neither a mail server (MX) nor an address (A), and Orange refuses mail from such a "
        "domain: whoever keeps the domain adds one of them",
        domain=domain,
    )
    return [AccountFinding(message, EXIT_PARTIAL)]


def _judge_return_path(domain: str, target: str) -> list[AccountFinding]:
    name = f"bnc3.{domain}"
    if target == _RETURN_PATH:
        return [
            AccountFinding(_("the way back of {domain} (Return-Path) is right", domain=domain), is_fine=True)
        ]
    message = _(
        "mails that come back could do so by {domain} itself, which receivers like better (Return-Path), "
        "with this record; then Mailjet is to be asked to use it (app.mailjet.com/support)",
        domain=domain,
    )
    return [AccountFinding(message, is_advice=True, record=DnsRecord(name, "CNAME", f"{_RETURN_PATH}."))]


def _as_mailjet_says(what: str, view: MailjetsView) -> AccountFinding:
    """Return Mailjet's own word on what DNS can't tell."""
    status = view.dkim_status if what == "DKIM" else view.spf_status
    names = {"what": what, "domain": view.domain}
    if status == "ok":
        return AccountFinding(_("{what} of {domain} is right, says Mailjet", **names), is_fine=True)
    if status == "error":
        message = _(
            "{what} of {domain} is wrong, says Mailjet: whoever keeps the domain sets it to what the "
            "Mailjet account shows (Account settings, Sender domains & addresses)",
            **names,
        )
        return AccountFinding(message, EXIT_PARTIAL)
    message = _(
        "{what} of {domain} was not checked by Mailjet yet: in the Mailjet account, under Sender domains & "
        "addresses, have it checked",
        **names,
    )
    return AccountFinding(message)
