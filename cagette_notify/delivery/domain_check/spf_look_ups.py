"""Read an SPF record as receivers do, and count the look-ups that it takes. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Texts: TypeAlias = "Callable[[str], list[str]]"
"""The TXT records of a name."""

MECHANISMS = frozenset(("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"))
MOST_LOOK_UPS = 10  # RFC 7208, section 4.6.4: above that a receiver gives up

_VERSION = re.compile(r"v=spf1(\s|$)", re.IGNORECASE)
_MECHANISM = re.compile(r"[+?~-]?([a-z0-9]+)(?::([^/\s]+))?(?:/\S*)?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(\S*)", re.IGNORECASE)
_LOOKED_UP = frozenset(("include", "a", "mx", "ptr", "exists", "redirect"))
_ONCE = ("redirect", "exp")  # RFC 7208, section 6: twice, a receiver can't make sense of the record
_FOLLOWED = 40  # of records that lead to others, so that a maze ends
_NO_PASS = ("-", "~", "?")  # before a term: what it finds may not send


class Broken(Exception):  # noqa: N818 - what is wrong with a record, not with the program
    """A receiver can't make sense of the record."""


class TooDear(Exception):  # noqa: N818 - as above
    """A receiver gives up on the record: it takes too many look-ups, for each term those in ``counts``."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Keep how many each term takes."""
        super().__init__()
        self.counts = counts


def spf_records(texts: Sequence[str]) -> list[str]:
    """Return those that are SPF's, in the same order each time: a resolver gives them in any."""
    return sorted(text for text in texts if _VERSION.match(text))


def servers_let_send(domain: str, record: str, texts: Texts) -> set[str]:
    """Return the names whose servers may send for a domain by its record, however it leads to them.

    Broken or TooDear where receivers do without the record.
    """
    followed = iter(range(_FOLLOWED))
    passed: set[str] = set()

    def cost(term: str, above: tuple[str, ...], *, passes: bool = True) -> int:
        name, target = parts_of(term)
        if name not in _LOOKED_UP:
            return 0
        passes = passes and not term.startswith(_NO_PASS)
        if name in ("include", "redirect") and passes:
            passed.add(target)
        if name not in ("include", "redirect") or "%" in target or next(followed, None) is None:
            return 1
        if target in above:
            raise Broken(_("{term} leads back to where it came from", term=term))
        found = spf_records(texts(target))
        if len(found) != 1:
            raise Broken(_("{term} leads to {count} SPF records instead of one", term=term, count=len(found)))
        return 1 + sum(cost(each, (*above, target), passes=passes) for each in terms_of(found[0]))

    counts = {term: cost(term, (domain.casefold(),)) for term in terms_of(record)}
    if sum(counts.values()) > MOST_LOOK_UPS:
        raise TooDear(counts)
    return passed


def terms_of(record: str) -> list[str]:
    """Return the terms of a record that a receiver looks at: none behind ``all``, nor then a ``redirect``."""
    terms = record.split()[1:]
    names = [parts_of(term)[0] for term in terms]  # a receiver reads them all before it looks at the first
    for name in _ONCE:
        if names.count(name) > 1:
            raise Broken(_("{term} stands in it more than once", term=f"{name}="))
    if "all" not in names:
        return terms
    end = names.index("all") + 1
    return [term for term, name in zip(terms[:end], names, strict=False) if name != "redirect"]


def parts_of(term: str) -> tuple[str, str]:
    """Return the name of a term and what it leads to, both in small letters."""
    found = _MODIFIER.fullmatch(term) or _MECHANISM.fullmatch(term)
    name = found[1].casefold() if found else ""
    is_modifier = "=" in term.partition(":")[0]
    if not found or not (is_modifier or name in MECHANISMS):
        raise Broken(_("{term} is no term of SPF", term=term))
    return name, (found[2] or "").rstrip(".").casefold()
