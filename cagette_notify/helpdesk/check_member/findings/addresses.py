"""Judge a member's addresses: missing, placeholder, invalid, mistyped, twice. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.addresses import naming_those_within
from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Mailbox
from cagette_notify.helpdesk.check_member.findings.domain_typos import probable_domain
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence


def addresses(case: MemberEvidence) -> Iterator[Finding]:
    """Yield what is odd about each address, or that all look right."""
    found = [*_each(case), *_same_twice(case), *_not_reached(case)]
    if not case.member.mailboxes:
        found.append(_none(case))
    yield from found or [_fine(case)]


def _each(case: MemberEvidence) -> Iterator[Finding]:
    for mailbox in case.member.mailboxes:
        if mailbox.state is AddressState.PLACEHOLDER:
            yield _placeholder(case, mailbox)
        elif meant := _meant(mailbox):
            yield _saying_who_is_reached(case, mailbox, _typo(case, mailbox, meant))
        elif mailbox.state is AddressState.INVALID:
            yield _saying_who_is_reached(case, mailbox, _invalid(case, mailbox))


def _saying_who_is_reached(case: MemberEvidence, mailbox: Mailbox, finding: Finding) -> Finding:
    """Name who of the household gets the mails where their reader has no other address to get them at."""
    theirs = [box for box in case.member.mailboxes if box.of_partner is mailbox.of_partner]
    reached = _reached(case)
    if not reached or any(box.state is AddressState.USABLE for box in theirs):
        return finding
    summary = _("{what}; only {reached} gets the mails", what=finding.summary, reached=_named(reached))
    return replace(finding, summary=summary, instead=reached[0].address)


def _not_reached(case: MemberEvidence) -> Iterator[Finding]:
    """Yield for whoever has no address, though the household has one: who asks, and the account's holder."""
    boxes = case.member.mailboxes
    for is_partner in dict.fromkeys((bool(case.partner), False)):
        theirs = [box for box in boxes if box.of_partner is is_partner]
        if not boxes or any(box.state is not AddressState.PLACEHOLDER for box in theirs):
            continue
        is_others = is_partner is not bool(case.partner)
        if reached := _reached(case):
            yield _only_others(case, reached, is_partner=is_partner, is_others=is_others)
        elif not theirs or case.has_usable_address:
            yield replace(_none(case), is_others=is_others)


def _only_others(
    case: MemberEvidence, reached: Sequence[Mailbox], *, is_partner: bool, is_others: bool
) -> Finding:
    person = case.partner if is_partner and case.partner else case.member
    summary = _(
        "{who} has no address of their own ({place}): only {reached} gets the mails",
        who=person.name or case.member.handle,
        place=case.place,
        reached=_named(reached),
    )
    return Finding(
        Check.ADDRESS,
        Health.PROBLEM,
        summary,
        _to_ask_for(case),
        Matter.NO_OWN_ADDRESS,
        instead=reached[0].address,
        is_others=is_others,
    )


def _reached(case: MemberEvidence) -> list[Mailbox]:
    return [box for box in case.member.mailboxes if box.state is AddressState.USABLE and not _meant(box)]


def _named(boxes: Sequence[Mailbox]) -> str:
    return ", ".join(f"{box.name} <{box.address}>".strip() for box in boxes)


def _none(case: MemberEvidence) -> Finding:
    return Finding(
        Check.ADDRESS,
        Health.PROBLEM,
        _("no address in {place}", place=case.place),
        _to_ask_for(case),
        Matter.NO_ADDRESS,
    )


def _placeholder(case: MemberEvidence, mailbox: Mailbox) -> Finding:
    place = case.place_of(mailbox.address)
    return Finding(
        Check.ADDRESS,
        Health.OK if case.has_usable_address else Health.PROBLEM,
        _("{address} ({place}) only says that there is none", address=mailbox.address, place=place),
        _to_ask_for(case, mailbox.address),
        None if case.has_usable_address else Matter.PLACEHOLDER,
        mailbox.address,
    )


def _to_ask_for(case: MemberEvidence, stands: str = "") -> str:
    """Say where the address belongs for which the member is asked: the next export wipes its rows out."""
    if case.member.is_exported_with(stands):
        return _("ask the member for an address, enter it in Cagette, then export the members again")
    return _("ask the member for an address, and put it there")


def _to_correct(case: MemberEvidence, wrong: str) -> str:
    if case.member.is_exported_with(wrong):
        return _("ask the member, correct it in Cagette, then export the members again")
    return _("ask the member, and correct it there")


def _typo(case: MemberEvidence, mailbox: Mailbox, meant: str) -> Finding:
    return Finding(
        Check.ADDRESS,
        Health.PROBLEM,
        _(
            "{address} ({place}) is probably mistyped: {meant}?",
            address=mailbox.address,
            place=case.place_of(mailbox.address),
            meant=meant,
        ),
        _to_correct(case, mailbox.address),
        Matter.DOMAIN_TYPO,
        mailbox.address,
        meant,
        by_itself=next_run(),
    )


def _invalid(case: MemberEvidence, mailbox: Mailbox) -> Finding:
    place = case.place_of(mailbox.address)
    summary = _("{address!r} ({place}) is not an address", address=mailbox.address, place=place)
    return Finding(
        Check.ADDRESS,
        Health.PROBLEM,
        naming_those_within(summary, mailbox.address),
        _to_correct(case, mailbox.address),
        Matter.INVALID_ADDRESS,
        mailbox.address,
        by_itself=next_run(),
    )


def _same_twice(case: MemberEvidence) -> Iterator[Finding]:
    seen: set[str] = set()
    for mailbox in case.member.mailboxes:
        if mailbox.key in seen and mailbox.state is AddressState.USABLE:
            yield Finding(
                Check.ADDRESS,
                Health.WARNING,
                _(
                    "{address} stands in {place} twice, perhaps in another case: it gets each mail once, and "
                    "the partner none",
                    address=mailbox.address,
                    place=case.place_of(mailbox.address),
                ),
                _to_tell_apart(case, mailbox.address),
                Matter.SAME_ADDRESS,
                mailbox.address,
            )
        seen.add(mailbox.key)


def _to_tell_apart(case: MemberEvidence, shared: str) -> str:
    if case.member.is_exported_with(shared):
        return _(
            "if the partner has an address, enter it in Cagette, else leave the partner's empty there; then "
            "export the members again"
        )
    return _("if the partner has an address, put it there; else leave the partner's empty")


def _fine(case: MemberEvidence) -> Finding:
    boxes = case.member.mailboxes
    listed = ", ".join(box.address for box in boxes)
    if not case.sharers:
        by_place: dict[str, list[str]] = {}
        for box in boxes:
            by_place.setdefault(case.place_of(box.address), []).append(box.address)
        said = (
            _("{addresses} ({place})", addresses=", ".join(those), place=place)
            for place, those in by_place.items()
        )
        return Finding(Check.ADDRESS, Health.OK, _("; ").join(said))
    others = ", ".join(f"{other.name} ({other.id})".strip() for other in case.sharers)
    summary = _(
        "{addresses} ({place}), read by {others} too: one opening for all, a recap of each one's order",
        addresses=listed,
        place=case.place,
        others=others,
    )
    return Finding(Check.ADDRESS, Health.OK, summary)


def _meant(mailbox: Mailbox) -> str:
    domain = probable_domain(mailbox.address)
    is_one = domain and mailbox.address.count("@") == 1
    return f"{mailbox.address.rpartition('@')[0]}@{domain}" if is_one else ""
