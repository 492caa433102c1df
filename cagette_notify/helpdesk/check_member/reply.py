"""Word the reply to a member who gets no mail, without what isn't theirs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core import formatting as wording
from cagette_notify.core.addresses import addresses_within
from cagette_notify.core.mailjet_fates import Cause
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Reason
from cagette_notify.core.text import one_line
from cagette_notify.delivery.sender_check import chosen_sender
from cagette_notify.helpdesk.check_member.evidence.unwritten import WhyUnwritten
from cagette_notify.helpdesk.check_member.finding_views import finding_view
from cagette_notify.helpdesk.check_member.findings.finding import (
    ARRIVED,
    EXPLAINING,
    HELD_BY_US,
    OF_A_MAIL,
    OURS,
    Check,
    Finding,
    Health,
    Matter,
)
from cagette_notify.helpdesk.check_member.letter_views import others_letter_view
from cagette_notify.mails.reply_views import FindingView, NextView, ReplyView
from cagette_notify.mails.view_builder import group_view
from cagette_notify.mails.views import Reader
from cagette_notify.planning.envelopes import envelope_ahead
from cagette_notify.planning.timeline import WILL_SEND, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Distribution
    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence

NOT_FOUND = "not_found"
ADDRESS_NOT_FOUND = "address_not_found"  # and no name was looked for
NOT_IN_SERVICE = "not_in_service"
NOTHING_LEFT = "nothing_left"
NOT_LOOKED_AT = "not_looked_at"

_ASKING = frozenset(
    (
        *(Matter.NO_OWN_ADDRESS, Matter.ALL_OFF),
        *(Matter.NO_ADDRESS, Matter.PLACEHOLDER, Matter.INVALID_ADDRESS, Matter.DOMAIN_TYPO),
        *(
            Matter.IN_NO_GROUP,
            Matter.GROUP_DISABLED,
            Matter.ADDRESS_REFUSED,
            Cause.ADDRESS_UNKNOWN,
            Cause.DOMAIN_UNKNOWN,
        ),
        *(Cause.BOUNCED_LATELY, Cause.ON_BLOCKLIST, Cause.SPAM_COMPLAINT, Cause.UNSUBSCRIBED),
    )
)
"""Findings after which no mail will arrive, or not whole, before the member has done or said something."""

_PAUSED = frozenset((Matter.GROUP_PAUSED, Matter.GROUP_UNREAD, Matter.SOME_OFF))
"""Findings that keep mails, or some, away, but none of those whose fate is known: it is said, too."""

_MISSED = frozenset(
    (
        *(Matter.TOO_LATE, Matter.MISSED_RECAP, Matter.MISSED_ANOTHER, Matter.MISSED_CORRECTION),
        Matter.REFUSED_BEFORE,
    )
)
"""Findings of a mail that will never come: said whatever else there is to say of its address."""

_MAY_LEAVE_YET = frozenset((Reason.WAITING_FOR_ORDERS.value, Reason.WAITING_FOR_DUTIES.value))

_IDLE = frozenset((Matter.NO_RUNS, Matter.STOPPED, Matter.IDLE))


def reply_to(
    diagnosis: Diagnosis, config: Config, language: str, distributions: Mapping[str, Distribution]
) -> ReplyView:
    """Word what was found, in ``language`` for whoever asks, and what will leave next.

    What touches them comes first. To the partner the other one's mailbox is nobody's business but where
    their own is in order.
    """
    case = diagnosis.case
    reader, askers = case.asker, set(map(id, diagnosis.askers))
    told = list(_told(diagnosis))
    asks_back = any(one.cause in _ASKING and id(one) in askers for one, *_alike in told)
    is_idle = any(one.cause in _IDLE for one in diagnosis.findings)  # then nothing can be promised
    is_foretold = case.is_mailed and not (asks_back or is_idle)
    serving = [group for group in case.groups if not group.disabled]
    named = serving or [
        group for group in case.groups if any(one.cause is Matter.GROUP_DISABLED for one, *_alike in told)
    ]
    about = [group for one, *_alike in told for group in named if group.id == one.group_id]
    return ReplyView(
        language=language,
        member=Reader(one_line(reader.first_name), one_line(reader.last_name), one_line(reader.name)),
        group=group_view((about or named)[0]) if named else None,
        sender=chosen_sender(config) or Contact(""),
        findings=tuple(_views(diagnosis, told, language)),
        next=_next(case, language, distributions) if is_foretold else None,
        asks_back=asks_back,
        settings_url=config.style.settings_url,
        help_url=config.style.help_url,
        letter=_letter(case, language) if is_foretold else None,
        others_letter=others_letter_view(case, language, distributions)
        if case.is_mailed and not asks_back
        else None,
    )


def reply_to_nobody(config: Config, language: str, who: str, *, is_held: bool = False) -> ReplyView:
    """Word the reply where ``who`` is in no file: by our mistake, if their group is held for that."""
    address = next(iter(addresses_within(who)), "")
    not_found = FindingView(ADDRESS_NOT_FOUND, address) if address else FindingView(NOT_FOUND)
    return ReplyView(
        language=language,
        member=Reader("", "", ""),
        group=None,
        sender=chosen_sender(config) or Contact(""),
        findings=(FindingView(str(Matter.GROUP_PAUSED)) if is_held else not_found,),
        next=None,
        asks_back=not is_held,
        settings_url=config.style.settings_url,
        help_url=config.style.help_url,
    )


def _told(diagnosis: Diagnosis) -> Iterator[list[Finding]]:
    """Yield each matter once, with those alike of other addresses, and of each address the gravest.

    Beside that, what it missed: that some other mail waits or bounces tells nothing of it.
    """
    said: set[str] = set()
    matters: dict[str, list[Finding]] = {}
    for one in _in_order(diagnosis):
        matter = "ours" if one.cause in OURS else f"{one.cause} {one.why} {one.days} {one.group_id}"
        about = f"{matter} {one.about}" if one.cause in _MISSED else one.about
        if about in said:
            continue
        if one.about:
            said.add(about)
        if matter not in matters:
            matters[matter] = [one]
        elif one.about and matter != "ours":
            matters[matter].append(one)
    yield from matters.values()


def _in_order(diagnosis: Diagnosis) -> list[Finding]:
    """Return what there is to say: to whoever asks first what touches them, then what touches others.

    Not what is wrong with the group's data, or lies beside it: it is for the coordination to mend, and mostly
    of another distribution than the one whose mail somebody misses. Nor that no run came lately, if nothing
    was due.
    """
    unsaid = {Matter.GROUP_PROBLEM, Matter.ORDERS_ELSEWHERE, Matter.IDLE}
    if not diagnosis.case.is_mailed:  # which is why nothing came, whatever else would have kept it away
        unsaid |= OF_A_MAIL | OURS | HELD_BY_US
    is_theirs = set(map(id, diagnosis.askers))
    sayable = [one for one in diagnosis.findings if one.cause and one.cause not in unsaid]
    askers = [one for one in sayable if id(one) in is_theirs]
    said = {
        (one.days, one.group_id)
        for one in askers
        if one.cause is Matter.NOT_WRITTEN and one.why == WhyUnwritten.NO_ORDER
    }
    askers = [
        one for one in askers if one.cause is not Matter.NO_ORDER or (one.days, one.group_id) not in said
    ]
    explaining = [one for one in askers if one.cause in EXPLAINING]
    namesakes = [one for one in askers if one.cause is Matter.TWICE]
    trouble = [one for one in askers if _is_trouble(one) and one not in namesakes]
    # That somebody else has no address is for them to hear.
    others = [one for one in sayable if id(one) not in is_theirs and not one.is_others]
    others_trouble = [one for one in others if _is_trouble(one)]
    if trouble:
        is_paused = all(one.cause in _PAUSED for one in trouble)
        fates = [one for one in askers if one.cause in ARRIVED] if is_paused else []
        elsewhere = [] if diagnosis.case.partner else others_trouble
        return [*trouble, *explaining, *fates, *namesakes, *elsewhere]
    fine = [one for one in askers if one.cause not in EXPLAINING and one not in namesakes]
    if diagnosis.case.partner or others_trouble:
        return [*explaining, *fine, *namesakes, *others_trouble]
    return [*explaining, *fine, *namesakes, *others]


def _views(diagnosis: Diagnosis, told: list[list[Finding]], language: str) -> Iterator[FindingView]:
    """Yield what the reply says, and that nothing is wrong with whoever asks where that is so."""
    if not diagnosis.case.is_mailed:  # whatever else is so, it is why nothing came
        yield FindingView(NOT_IN_SERVICE)
    askers = set(map(id, diagnosis.askers))
    beside = {*EXPLAINING, Matter.PERHAPS_UNREAD}  # which tell nothing of whether mail arrives
    aside = [those for those in told if id(those[0]) not in askers or those[0].cause is Matter.TWICE]
    is_of_asker = any(those[0].cause not in beside for those in told if those not in aside)
    nothing_wrong = _nothing_wrong(diagnosis)
    is_explained = any(one.cause in beside for one, *_alike in told)
    is_said = is_of_asker or (is_explained and nothing_wrong.cause in {"", NOTHING_LEFT})
    for those in told:
        if not is_said and aside and those is aside[0] and diagnosis.case.is_mailed:
            yield nothing_wrong
        yield finding_view(diagnosis.case, those, language)
    if not is_said and not aside and diagnosis.case.is_mailed:
        yield nothing_wrong
    if _has_unknown_fates(diagnosis, told):
        yield FindingView(NOT_LOOKED_AT)


def _has_unknown_fates(diagnosis: Diagnosis, told: list[list[Finding]]) -> bool:
    """Tell whether mails are only paused, and nobody could see what became of those that left."""
    causes = {one.cause for one, *_alike in told} - {Matter.TWICE}
    is_paused = bool(causes) and causes <= _PAUSED
    is_unknown = any(
        one.health is Health.UNKNOWN and one.check is Check.LAST_MESSAGES for one in diagnosis.askers
    )
    return is_paused and is_unknown and diagnosis.case.has_left_something


def _nothing_wrong(diagnosis: Diagnosis) -> FindingView:
    """Return what there is to say where nothing was found: no more than is known."""
    case = diagnosis.case
    if not case.is_mailed:
        return FindingView(NOT_IN_SERVICE)
    unknown = {one.cause for one in diagnosis.askers if one.health is Health.UNKNOWN}
    if diagnosis.askers_health is Health.UNKNOWN and unknown != {Matter.PERHAPS_UNREAD}:
        return FindingView(NOT_LOOKED_AT)
    return FindingView("" if case.has_left_something else NOTHING_LEFT)


def _is_trouble(finding: Finding) -> bool:
    return finding.health in {Health.PROBLEM, Health.WARNING}


def _next(case: MemberEvidence, language: str, distributions: Mapping[str, Distribution]) -> NextView | None:
    """Return what leaves next to whoever asks, with all that leaves then, each mail once.

    So are two distributions of a day in one mail. Without an address of their own, they read what goes
    to the other of the household. Nothing where another mail may come before it, once its orders or duties
    are there.
    """
    ahead = _to_asker(case, (one for one in case.upcoming if one.distribution_id in distributions))
    if ahead and any(_may_leave(case, one) for one in case.ahead if one.at < ahead[0].at):
        return None
    then = {
        (envelope_ahead(one, is_correction=one.is_correction), one.distribution_id): _next_view(
            case, one, distributions, language
        )
        for one in ahead
        if one.at == ahead[0].at
    }
    if not then:
        return None
    said = dict.fromkeys((mail, view) for (mail, _distribution_id), view in then.items())
    first, *also = (view for _mail, view in said)
    return replace(first, also=tuple(also), mails=len({mail for mail, _view in said}))


def _letter(case: MemberEvidence, language: str) -> NextView | None:
    """Return the first planned broadcast to whoever asks: they may have heard of it."""
    letters = _to_asker(case, case.letters)
    if not letters:
        return None
    first = letters[0]
    return NextView(
        first.kind.value, "", _in_words(case, first.at, language), case.group_called(first.group_id)
    )


def _to_asker(case: MemberEvidence, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    own = case.own_addresses
    return [one for one in events if one.status == WILL_SEND and (not own or one.address.casefold() in own)]


def _may_leave(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether it may come first: a broadcast, or what waits for orders, or duties, that may come yet."""
    return event in _to_asker(case, case.letters) or (
        event.reason in _MAY_LEAVE_YET and case.has_usable_address
    )


def _next_view(
    case: MemberEvidence, event: TimelineEvent, distributions: Mapping[str, Distribution], language: str
) -> NextView:
    day = distributions[event.distribution_id].starts_at.astimezone(case.zone).date()
    at, group = _in_words(case, event.at, language), case.group_called(event.group_id)
    return NextView(event.kind.value, wording.long_day(day, language), at, group)


def _in_words(case: MemberEvidence, at: datetime, language: str) -> str:
    """Say when a mail leaves; nothing of one that the next run sends."""
    return wording.instant(at.astimezone(case.zone), language) if at > case.now else ""
