"""Put notices into envelopes: which share a mail, under one CustomID and campaign."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timezone
from itertools import count
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import CORRECTION
from cagette_notify.core.notices import Entry, Mail, Notice, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.notices import Skip
    from cagette_notify.planning.plan import Owed
    from cagette_notify.planning.timeline import TimelineEvent


def envelopes(owed: Iterable[Owed], ledger_id: str) -> list[Mail]:
    """Return the mails to send, the most urgent first: corrections, then by the rank of their kinds.

    What an earlier run put into one envelope stays together under its CustomID and campaign, and
    nothing joins it: were it in doubt, Mailjet's campaign would drop a copy with something new in it.
    But a recap that is due since a correction was put off does: that says it already, word for word.
    """
    owed = list(owed)
    put_off = {
        _corrected(one.notice): entry.custom_id
        for one in owed
        if one.notice.correction and (entry := _still_enveloped(one))
    }
    together: dict[tuple[str, ...], list[Owed]] = {}
    for one in owed:
        together.setdefault(_envelope_of(one, put_off), []).append(one)
    mails = [_mail(tuple(those), ledger_id, token) for those, token in zip(together.values(), tokens())]  # noqa: B905 - tokens never end
    return sorted(mails, key=lambda mail: (not mail.first.correction, mail.first.kind.traits.rank))


def tokens() -> Iterator[str]:
    """Yield the last parts of CustomIDs: random for each run, then counted.

    Random, as a ledger restored from a copy must not find its new mails among the old. Counted, as
    the ledger's index then grows in one place: a run writes less than a third to the disk.
    """
    run = secrets.token_hex(6)
    return (f"{run}{number:06x}" for number in count())


def _envelope_of(one: Owed, put_off: Mapping[tuple[str, ...], str]) -> tuple[str, ...]:
    notice = one.notice
    if entry := _still_enveloped(one):
        return ("again", entry.custom_id)
    if notice.correction and (custom_id := put_off.get(_corrected(notice))):
        return ("again", custom_id)
    return _fresh_envelope(
        notice.kind,
        notice.group.id,
        notice.distribution.id,
        notice.member.id,
        notice.mailbox.key,
        is_correction=notice.correction,
    )


def _corrected(notice: Notice) -> tuple[str, ...]:
    """Return what corrections of one campaign to one address have in common."""
    return _occasion(notice), notice.member.id, notice.mailbox.key


def envelope_ahead(one: Skip | TimelineEvent, *, is_correction: bool = False) -> tuple[str, ...]:
    """Return what those have in common that will leave in one mail, as far as no run has tried them."""
    address = one.address.casefold()
    return _fresh_envelope(
        one.kind, one.group_id, one.distribution_id, one.member_id, address, is_correction=is_correction
    )


def _fresh_envelope(  # noqa: PLR0913 - all that tells two mails apart
    kind: Kind, group_id: str, distribution_id: str, member_id: str, address: str, *, is_correction: bool
) -> tuple[str, ...]:
    if kind.traits.shares_mail:
        return (kind.value, group_id, address)
    same_mail = "" if is_correction else kind.value
    return ("alone", distribution_id, member_id, address, same_mail)


def _still_enveloped(one: Owed) -> Entry | None:
    """Return the row whose envelope the notice is still in.

    What was dropped or had expired has left it: the others may have been sent in it since, and a
    second mail of that name would be taken for the first.
    """
    entry = one.entry
    ended = entry is not None and entry.status in {Status.DROPPED, Status.EXPIRED}
    return entry if entry and entry.custom_id and not ended else None


def _mail(those: tuple[Owed, ...], ledger_id: str, token: str) -> Mail:
    notices = tuple(one.notice for one in those)
    if entry := next(filter(None, map(_still_enveloped, those)), None):
        return Mail(entry.custom_id, entry.campaign, notices)
    custom_id = f"{ledger_id}-{notices[0].kind.value}-{token}"
    return Mail(custom_id, _campaign(ledger_id, notices), notices)


def _campaign(ledger_id: str, notices: Sequence[Notice]) -> str:
    """Name one logical mail: Mailjet drops a second copy of a campaign to the same address."""
    first = notices[0]
    occasions = "+".join(sorted({_occasion(notice) for notice in notices}))
    kind = CORRECTION if first.correction else first.kind.value
    parts = [ledger_id, kind, _short(occasions)]
    if first.address_is_shared and not first.kind.traits.told_to_group:
        parts.append(_digest(first.member.id))
    return "-".join(parts)


def _occasion(notice: Notice) -> str:
    """Name what is told; a revision with its start, as an id may mean another distribution by next week.

    A correction of a recap and one of a duty may have the same number, and are two mails.
    """
    what = "duty-" if notice.kind.traits.needs_duty else ""
    name = f"{notice.distribution.id}@{what}{notice.occasion}"
    at = notice.distribution.starts_at.astimezone(timezone.utc)
    return f"{name}@{at:%Y%m%dT%H%M}" if notice.kind.traits.is_corrected else name


def _short(occasions: str) -> str:
    """Keep what people can read, in the characters that are safe in a header."""
    plain = re.sub(r"[^A-Za-z0-9._@+-]", "_", occasions)
    return plain if plain == occasions and len(plain) <= 60 else f"{plain[:40]}~{_digest(occasions)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
