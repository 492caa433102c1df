"""One-line builders: a small co-op of Bordeaux whose distribution is on Friday 12 June 2026 at 18 h.

Every field can be overridden by keyword, so that a test names only what it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact, Distribution, Group, Mailbox, Member, OrderLine
from cagette_notify.core.notices import Mail, Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    """Read ``2026-06-12T18:00`` as a local time of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def a_contact(**overrides: Any) -> Contact:
    return replace(Contact("coordination@paniersdulac.example", "Claire Fontaine"), **overrides)


def a_group(**overrides: Any) -> Group:
    group = Group(
        "lac", "Les Paniers du Lac", PARIS, "fr", contact=a_contact(), url="https://app.cagette.net/group/lac"
    )
    return replace(group, **overrides)


def a_mailbox(**overrides: Any) -> Mailbox:
    return replace(Mailbox("zoe.martin@example.org", "Zoé", "Martin"), **overrides)


def a_member(**overrides: Any) -> Member:
    """Make a member whose mailbox is ``a_mailbox()``; give ``mailboxes=`` for a household of two."""
    member = Member("1007", ("lac",), "Zoé", "Martin", mailboxes=(a_mailbox(),))
    return replace(member, **overrides)


def a_distribution(**overrides: Any) -> Distribution:
    """Make a distribution open to orders from Friday 5 June 2026 8 h to Wednesday 10 June 20 h."""
    distribution = Distribution(
        "2026-06-12",
        "lac",
        starts_at=paris("2026-06-12T18:00"),
        ends_at=paris("2026-06-12T19:30"),
        orders_open_at=paris("2026-06-05T08:00"),
        orders_close_at=paris("2026-06-10T20:00"),
        place="Salle des fêtes, 3 rue de l’Église, Bordeaux",
        catalogs=("Légumes", "Œufs", "Pain"),
    )
    return replace(distribution, **overrides)


def an_order_line(**overrides: Any) -> OrderLine:
    """Make a line of 2 at 2,50 €; ``total`` follows ``quantity`` and ``price`` unless given."""
    line = OrderLine("1007", "Tomates 1 Kg.", Decimal(2), price=Decimal("2.50"), catalog="Légumes")
    line = replace(line, **overrides)
    if "total" in overrides or line.price is None:
        return line
    return replace(line, total=(line.quantity * line.price).quantize(Decimal("0.01"), ROUND_HALF_UP))


def an_order() -> tuple[OrderLine, ...]:
    """Make an order of three lines in two catalogs: 11,30 € in all."""
    return (
        an_order_line(),
        an_order_line(product="Carottes", quantity=Decimal("1.5"), unit="kg", price=Decimal("2.80")),
        an_order_line(
            product="Œufs plein air 6 pièce(s)", quantity=Decimal(1), price=Decimal("2.10"), catalog="Œufs"
        ),
    )


def a_notice(kind: Kind = Kind.RECAP_24H, **overrides: Any) -> Notice:
    """Make what Zoé is owed; recaps carry ``an_order()``, and the times follow the distribution."""
    distribution: Distribution = overrides.get("distribution") or a_distribution()
    lines = an_order() if kind.traits.needs_order else ()
    due_at, too_late_at = _window(kind, distribution)
    notice = Notice(kind, a_group(), distribution, a_member(), a_mailbox(), due_at, too_late_at, lines=lines)
    return replace(notice, **overrides)


def a_mail(notices: Sequence[Notice] = (), **overrides: Any) -> Mail:
    return replace(Mail("lac.1", "lac.recap", tuple(notices) or (a_notice(),)), **overrides)


def _window(kind: Kind, distribution: Distribution) -> tuple[datetime, datetime]:
    starts_at = distribution.starts_at.astimezone(timezone.utc)
    opens_at, closes_at = distribution.orders_open_at, distribution.orders_close_at
    if kind is Kind.OPENING and opens_at:
        late = opens_at.astimezone(timezone.utc) + timedelta(hours=48)
        return opens_at.astimezone(timezone.utc), min(late, starts_at, closes_at or starts_at)
    return starts_at - kind.traits.lead, starts_at
