"""Build the views of notices and groups that templates show: cleaned, cut, worded."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from cagette_notify.core import formatting as wording
from cagette_notify.core.kinds import CORRECTION
from cagette_notify.core.model import CatalogHours, Contact, Distribution, Group, Mailbox
from cagette_notify.core.text import one_line
from cagette_notify.mails.changes import change_view
from cagette_notify.mails.colours import accent, edge
from cagette_notify.mails.order_view import order_view
from cagette_notify.mails.template_filters import upfirst
from cagette_notify.mails.views import (
    BroadcastView,
    CatalogHoursView,
    DistributionView,
    DutyView,
    GroupView,
    HelpersView,
    MailView,
    Reader,
    VacancyView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from cagette_notify.config.load import Style
    from cagette_notify.core.notices import Notice


def mail_view(style: Style, notices: Sequence[Notice], now: datetime) -> MailView:
    """Word the notices of one mail: those that share it, one alone, or those one correction stands for."""
    first = next((one for one in notices if one.kind.traits.needs_order), notices[0])
    language = first.member.language or first.group.language
    group = group_view(first.group)
    days = {notice.distribution.id: notice for notice in notices}
    distributions = tuple(
        _distribution_view(
            *(one.distribution, first.group, language, now, one.orders_known_at, one.vacant, style.map_url)
        )
        for one in sorted(days.values(), key=lambda one: one.distribution.starts_at)
    )
    return MailView(
        language=language,
        template=CORRECTION if first.correction and first.kind.traits.needs_order else first.kind.value,
        member=_reader(first.mailbox),
        group=group,
        sender=_clean_contact(style.sender),
        distribution=distributions[0],
        distributions=distributions,
        days=wording.listing(tuple(dict.fromkeys(one.short_day for one in distributions)), language),
        link=_common_link(distributions),
        order=order_view(first, language, show_prices=style.show_prices),
        duty=_duty_view(notices, language),
        is_correction=first.correction,
        change=change_view(notices, language, now),
        calendar=style.calendar and first.kind.traits.has_calendar_entry,
        settings_url=_link(style.settings_url),
        leave_url=_link(style.leave_url),
        help_url=_link(style.help_url),
    )


def broadcast_view(
    style: Style, group: Group, author: Contact, now: datetime, *, is_signed: bool
) -> BroadcastView:
    """Word what surrounds a coordinator's text; its reader is yet unknown."""
    from cagette_notify.mails.broadcast_text.placeholders import member_tokens  # no other mail needs them

    named = _clean_contact(author)
    return BroadcastView(
        language=group.language,
        member=Reader(**member_tokens()),
        group=group_view(group),
        sender=_clean_contact(style.sender),
        author=named,
        signature=(named.name or named.address) if is_signed else "",
        day=wording.long_day(now.astimezone(group.timezone).date(), group.language),
        leave_url=_link(style.leave_url),
        help_url=_link(style.help_url),
    )


def _reader(mailbox: Mailbox) -> Reader:
    return Reader(one_line(mailbox.first_name), one_line(mailbox.last_name), one_line(mailbox.name))


@lru_cache(maxsize=256)
def group_view(group: Group) -> GroupView:
    """Word what mails show of a group."""
    contact = _clean_contact(group.contact) if group.contact else None
    colour = accent(group.colour)
    links = _link(group.url), _link(group.logo)
    return GroupView(
        one_line(group.name), *links, accent=colour, edge=edge(colour), contact=contact, **_phone(group)
    )


def _phone(group: Group) -> dict[str, str]:
    number = one_line(group.contact_phone)
    called = "".join(sign for sign in number.replace("(0)", "") if sign.isdigit() or sign == "+")
    return {"phone": number, "phone_url": f"tel:{called}" if called else ""}


def _clean_contact(contact: Contact) -> Contact:
    return Contact(one_line(contact.address), one_line(contact.name))


def _duty_view(notices: Iterable[Notice], language: str) -> DutyView:
    """Word the duty that one of the notices is about, if one is."""
    notice = next((one for one in notices if one.kind.traits.needs_duty), None)
    if notice is None:
        return _NO_DUTY
    takers = _by_role(notice.takers, language)
    own = ((role, takers.get(role)) for role in map(one_line, notice.roles))
    roles = tuple(f"{role} ({names})" if names else role for role, names in own)
    helpers = _by_role(notice.helpers if roles else (), language)
    return DutyView(
        roles=roles,
        offer=wording.listing(roles, language),
        helpers=tuple(HelpersView(role, names) for role, names in helpers.items()),
        incomplete=notice.lacks_helpers and bool(roles),
        is_given_up=not roles,
    )


def _by_role(serving: Iterable[tuple[str, str]], language: str) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for role, name in serving:
        names.setdefault(one_line(role), []).append(one_line(name))
    return {role: wording.listing(tuple(those), language) for role, those in names.items()}


@lru_cache(maxsize=256)
def _distribution_view(  # noqa: PLR0913, PLR0917 - all that is said of it
    one: Distribution,
    group: Group,
    language: str,
    now: datetime,
    known_at: datetime | None,
    vacant: tuple[tuple[str, int], ...],
    map_url: str,
) -> DistributionView:
    today = now.astimezone(group.timezone).date()
    starts_at = one.starts_at.astimezone(group.timezone)
    ends_at = one.ends_at and one.ends_at.astimezone(group.timezone)
    closes_at = one.orders_close_at and one.orders_close_at.astimezone(group.timezone)
    catalogs = tuple(map(one_line, one.catalogs))
    place = one_line(one.place)
    day = wording.long_day(starts_at.date(), language)
    near = wording.nearness(starts_at.date(), today, language)
    return DistributionView(
        name=one_line(one.name),
        day=day,
        short_day=wording.short_day(starts_at.date(), language),
        near=near,
        when=upfirst(f"{near}, {day}" if near else day),
        hours=wording.hours(starts_at, ends_at, language),
        short_hours=wording.short_hours(starts_at, ends_at, language),
        place=place,
        catalogs=catalogs,
        offer=wording.listing(catalogs, language),
        closes=_deadline(closes_at, today, language) if closes_at and now < closes_at else "",
        url=_link(one.url) or _link(group.url),
        no_order_at=_hour(known_at.astimezone(group.timezone), today, language) if known_at else "",
        vacant=tuple(VacancyView(one_line(role), count) for role, count in vacant),
        by_catalog=tuple(_catalog_hours_view(each, group, language, now) for each in one.hours),
        note=one_line(one.note),
        map_url=map_url.replace("{place}", quote(place, safe="")) if place else "",
    )


def _catalog_hours_view(one: CatalogHours, group: Group, language: str, now: datetime) -> CatalogHoursView:
    opens_at = one.opens_at.astimezone(group.timezone) if one.opens_at and now < one.opens_at else None
    closes_at = one.closes_at and one.closes_at.astimezone(group.timezone)
    is_closed = closes_at is not None and closes_at <= now
    when = wording.time_to_order(opens_at, closes_at, language, is_closed=is_closed)
    return CatalogHoursView(one_line(one.name), when)


def _deadline(closes_at: datetime, today: date, language: str) -> str:
    said, near = wording.instant(closes_at, language), wording.nearness(closes_at.date(), today, language)
    return f"{said} ({near})" if near else said


def _hour(moment: datetime, today: date, language: str) -> str:
    if moment.date() != today:
        return wording.instant(moment, language)
    return f"{_AT[language]} {wording.clock(moment, language)}"


def _common_link(distributions: Iterable[DistributionView]) -> str:
    links = {one.url for one in distributions}
    return links.pop() if len(links) == 1 else ""


@lru_cache(maxsize=256)
def _link(url: str) -> str:
    # Escaping keeps a link within its attribute; it doesn't stop javascript: from being one.
    url = one_line(url)
    return url if url.lower().startswith(("https://", "http://")) else ""


_NO_DUTY = DutyView()
_AT = {"fr": "à", "en": "at"}
