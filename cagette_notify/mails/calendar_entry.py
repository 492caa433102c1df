"""Write a distribution, or a duty there, as an iCalendar attachment (.ics, RFC 5545 and 5546)."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core.messages import Attachment
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.model import Contact, Distribution, Group

_WIDTH = 75  # octets of a line, at most
_NO_END = timedelta(hours=1)
_ON_THE_DAY = {"fr": "Sur place\u00a0:", "en": "On the day:"}
_DUTY = {"fr": "Permanence", "en": "Duty"}
_SPECIAL = re.compile(r"[\\;,]")


@lru_cache(maxsize=256)
def calendar_attachment(  # noqa: PLR0913, PLR0917 - all that an entry says
    group: Group,
    distribution: Distribution,
    sequence: int,
    sender: Contact,
    now: datetime,
    roles: tuple[str, ...] | None = None,
) -> Attachment:
    """Return the .ics file that says when and where a distribution is; the same for all its readers.

    Or, where ``roles`` are given, be it none, when and where a duty there is. A correction has the UID of
    what it corrects and a higher SEQUENCE, by which calendars replace the entry; what is cancelled they drop.
    The content type has no ``method``: Outlook refuses one that differs from what a relay makes of it.
    """
    lines = _lines(group, distribution, sequence, sender, now, roles)
    text = "".join(f"{_folded(line)}\r\n" for line in lines)
    day = distribution.starts_at.astimezone(group.timezone).date()
    encoded = base64.b64encode(text.encode()).decode()
    name = "distribution" if roles is None else _DUTY[group.language].casefold()
    return Attachment(f"{name}-{day.isoformat()}.ics", "text/calendar", encoded)


def _lines(  # noqa: PLR0913, PLR0917 - all that an entry says
    group: Group,
    distribution: Distribution,
    sequence: int,
    sender: Contact,
    now: datetime,
    roles: tuple[str, ...] | None,
) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cagette-notify//EN")
    if distribution.cancelled:
        yield from ("METHOD:CANCEL", "BEGIN:VEVENT", "STATUS:CANCELLED")
    else:
        yield from ("METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{_uid(distribution, sender, is_duty=roles is not None)}"
    yield f"SEQUENCE:{sequence}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(distribution.starts_at)}"
    yield f"DTEND:{_utc(_end(distribution))}"
    what = distribution.name or "Distribution"
    if roles is not None:
        what = ", ".join((_DUTY[group.language], *roles))
    summary = f"{what} – {group.name}"
    yield f"SUMMARY:{_text(summary)}"
    if distribution.place:
        yield f"LOCATION:{_text(distribution.place)}"
    if description := "\\n".join(map(_text, _description(group, distribution))):
        yield f"DESCRIPTION:{description}"
    organizer = group.contact or sender  # RFC 5546 wants one
    yield f"ORGANIZER;CN={_quoted(organizer.name or group.name)}:mailto:{organizer.address}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _end(distribution: Distribution) -> datetime:
    """Return the end, or an hour's where nobody gave one: calendars show as nothing what takes no time."""
    starts_at, ends_at = distribution.starts_at, distribution.ends_at
    if ends_at and _utc(ends_at) > _utc(starts_at):
        return ends_at
    return starts_at.astimezone(timezone.utc) + _NO_END


def _description(group: Group, distribution: Distribution) -> Iterator[str]:
    """Yield what to bring or to know, whom to call, and where to look."""
    if distribution.note:
        yield distribution.note
    if group.contact_phone:
        name = group.contact.name if group.contact else ""
        yield f"{_ON_THE_DAY[group.language]} {', '.join(filter(None, (name, group.contact_phone)))}"
    if link := distribution.url or group.url:
        yield link


def _uid(distribution: Distribution, sender: Contact, *, is_duty: bool) -> str:
    """Name the distribution, or a duty there, for good, in characters that every calendar takes."""
    name = f"{distribution.group_id}\0{distribution.id}" + ("\0duty" if is_duty else "")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{digest}@{sender.address.rpartition('@')[2]}"


def _utc(moment: datetime) -> str:
    """Write an instant; in UTC no calendar has to know when the clocks change."""
    return f"{moment.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", one_line(value))


def _quoted(value: str) -> str:
    return '"' + one_line(value).replace('"', "'") + '"'


def _folded(line: str) -> str:
    """Cut a line into lines of 75 octets; no character is cut in two."""
    parts, room = [""], _WIDTH
    for char in line:
        size = len(char.encode("utf-8", "surrogatepass"))
        if size > room:
            parts.append("")
            room = _WIDTH - 1  # the blank that continues a line counts
        parts[-1] += char
        room -= size
    return "\r\n ".join(parts)
