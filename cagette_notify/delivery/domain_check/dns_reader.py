"""Ask DNS for the records of a name. The only module that knows dnspython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.exception
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.TXT import TXT

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.delivery.transport import LookupFailed, NoAnswer

if TYPE_CHECKING:
    from datetime import timedelta

    from dns.rdata import Rdata

_PATIENCE = 5.0  # seconds for an answer, TCP after a truncated one included
_SILENCES = 2  # after which nothing more is asked: each costs a whole time-out


class DnsReader:
    """Questions to a resolver. Each raises LookupFailed where nobody can tell what the records are."""

    def __init__(self, resolver: tuple[str, int] | None, timeout: timedelta) -> None:
        """Ask ``resolver``, an address and a port, else the system's."""
        self._silences = 0
        self._address = resolver
        self._patience = min(_PATIENCE, timeout.total_seconds())
        self._resolver: dns.resolver.Resolver | None = None

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, their parts joined as receivers join them."""
        rows = (row for row in self._rows(name, dns.rdatatype.TXT) if isinstance(row, TXT))
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]

    def alias(self, name: str) -> str:
        """Return the name that a CNAME leads to, in small letters and without its last dot; else nothing."""
        rows = (row for row in self._rows(name, dns.rdatatype.CNAME) if isinstance(row, CNAME))
        return next((row.target.to_text(omit_final_dot=True).casefold() for row in rows), "")

    def takes_mail(self, name: str) -> bool:
        """Tell whether a domain has an MX, or an address of its own."""
        kinds = (dns.rdatatype.MX, dns.rdatatype.A, dns.rdatatype.AAAA)
        return any(self._rows(name, kind) for kind in kinds)

    def _rows(self, name: str, kind: dns.rdatatype.RdataType) -> list[Rdata]:
        if self._silences >= _SILENCES:
            raise NoAnswer(Problem(_("no answer in time")))
        try:
            return list(self._asked().resolve(name, kind, lifetime=self._patience, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.Timeout:
            self._silences += 1
            raise NoAnswer(Problem(_("no answer in time"))) from None
        except dns.resolver.NoResolverConfiguration:
            raise NoAnswer(Problem(_("this machine names no resolver: set dns_resolver"))) from None
        except dns.exception.DNSException:  # a server that fails, aliases in a circle, a name that can't be
            raise LookupFailed(Problem(_("the resolver can't find it out"))) from None

    def _asked(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver(configure=self._address is None)
            if self._address:
                host, self._resolver.port = self._address
                self._resolver.nameservers = [host]
        return self._resolver
