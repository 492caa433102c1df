"""Count mails by mail provider and by week, from counts that name no address."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.mail_providers import provider_of
from cagette_notify.helpdesk.mail_report import Counts, counts_as_json, counts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from cagette_notify.ledger.fates_by_domain import DomainCount

_FEWEST = 5  # addresses: of fewer, a provider may be a person's own domain


class ProviderTally(Struct, frozen=True):
    """The counts of one mail provider; without a name, of all those with few addresses together."""

    provider: str
    addresses: int
    counts: Counts


def by_provider(counted: Iterable[DomainCount], addresses: Mapping[str, int]) -> tuple[ProviderTally, ...]:
    """Return the counts of each provider, the one with the most mails first, the others last."""
    sizes: Counter[str] = Counter()
    for domain, count in addresses.items():
        sizes[provider_of(domain)] += count
    named = {provider for provider, count in sizes.items() if provider and count >= _FEWEST}
    fates: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for one in counted:
        provider = provider_of(one.domain)
        fates[provider if provider in named else ""].append((one.status, one.state, one.mails))
    others = sum(count for provider, count in sizes.items() if provider not in named)
    found = (
        ProviderTally(name, sizes[name] if name else others, counts_of(some)) for name, some in fates.items()
    )
    return tuple(sorted(found, key=lambda one: (not one.provider, -one.counts.left, one.provider)))


def by_week(counted: Iterable[DomainCount], zone: tzinfo) -> dict[tuple[int, int], Counts]:
    """Return the counts of each ISO week of a time zone, by year and number, the oldest first."""
    fates: defaultdict[tuple[int, int], list[tuple[str, int, int]]] = defaultdict(list)
    for one in counted:
        year, week, _day = one.at.astimezone(zone).isocalendar()
        fates[year, week].append((one.status, one.state, one.mails))
    return {week: counts_of(fates[week]) for week in sorted(fates)}


def providers_as_json(providers: Iterable[ProviderTally]) -> dict[str, object]:
    """Return what ``report --by provider --json`` adds; nothing without any."""
    rows = [
        {"provider": one.provider or None, "addresses": one.addresses, **counts_as_json(one.counts)}
        for one in providers
    ]
    return {"providers": rows} if rows else {}
