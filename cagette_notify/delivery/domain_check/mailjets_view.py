"""Hold what Mailjet's API says of a domain: the records it wants, and whether it has seen them. Pure."""

from __future__ import annotations

from msgspec import Struct

from cagette_notify.core.errors import EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.delivery.account_finding import AccountFinding


class MailjetsView(Struct, frozen=True):
    """What Mailjet says of a domain; nothing where the account doesn't know it.

    ``key_name`` is where Mailjet's key is looked for, ``key`` what should stand there. Statuses are
    ``ok``, ``error``, or something else as long as Mailjet hasn't looked.
    """

    domain: str
    in_account: bool = False
    key_name: str = ""
    key: str = ""
    dkim_status: str = ""
    spf_status: str = ""

    @property
    def signer(self) -> str:
        """The domain that Mailjet signs as."""
        return self.key_name.partition("._domainkey.")[2] or self.domain


def to_check_again(what: str, domain: str, status: str) -> list[AccountFinding]:
    """Say that Mailjet goes by what DNS had before: it signs only once it has seen the record."""
    if status == "ok":
        return []
    message = _(
        "{what} of {domain} is right in DNS, and Mailjet hasn't seen it yet: in the Mailjet account, under "
        "Sender domains & addresses, have it checked",
        what=what,
        domain=domain,
    )
    return [AccountFinding(message, EXIT_PARTIAL if status == "error" else 0)]
