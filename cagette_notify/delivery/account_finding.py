"""Define what is found of the account at Mailjet and of the sender's domain, with records to copy. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import EXIT_OK
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator


class DnsRecord(Struct, frozen=True):
    """A record of DNS as a registrar's form asks for it."""

    name: str
    kind: str
    value: str

    def fields(self) -> Iterator[str]:
        """Yield the fields of the form, a line each; two blanks stand before what is to be copied."""
        yield _("    name:  {name}", name=self.name)
        yield _("    type:  {kind}", kind=self.kind)
        yield _("    value:  {value}", value=self.value)


class AccountFinding(Struct, frozen=True):
    """What was found: fine, advice, or trouble, with the exit status that it makes; a warning makes none.

    ``record`` is the one by which it is mended.
    """

    message: str
    exit_status: int = EXIT_OK
    is_fine: bool = False
    is_advice: bool = False
    record: DnsRecord | None = None

    def lines(self) -> list[str]:
        """Return what is said of it."""
        return [self.message, *(self.record.fields() if self.record else ())]
