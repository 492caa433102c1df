"""Answer "I don't receive the e-mails": find the member, diagnose, word the reply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import ConfigError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.text import meant
from cagette_notify.data.members.find_member import find_member, partner_called, several_people
from cagette_notify.data.roster import Roster, read_roster
from cagette_notify.delivery.choose_transport import mailjet_reader
from cagette_notify.helpdesk.check_member.departed import Departed, DepartedMembers
from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis, diagnose
from cagette_notify.helpdesk.check_member.earlier_names import known_before_as
from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
from cagette_notify.helpdesk.check_member.evidence.gather_evidence import EVIDENCE_SPAN, EvidenceGatherer
from cagette_notify.helpdesk.check_member.evidence.mailjet_evidence import MailjetWitness
from cagette_notify.helpdesk.check_member.evidence.stray_evidence import StrayEvidence
from cagette_notify.helpdesk.check_member.findings.finding import Health, worst
from cagette_notify.helpdesk.check_member.reply import reply_to, reply_to_nobody
from cagette_notify.helpdesk.identities import usable_mailboxes
from cagette_notify.helpdesk.person import spellings
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.mails.renderer import Renderer
from cagette_notify.run.moved_source import without_left_behind
from cagette_notify.run.reading.held_groups import guard_over, read_whole
from cagette_notify.run.reading.lost_settings import refuse_lost_settings
from cagette_notify.run.reading.new_distribution_ids import as_taken_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Group, Member
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import StrayOrder


class MemberQuestion(Struct, frozen=True):
    """Whom it is about: ``who``, or for an empty one everybody; in one group, if one is named.

    ``only_one`` refuses several; ``asker`` is how whoever asks was called, if not as ``who``.
    """

    who: str
    group_id: str | None = None
    offline: bool = False
    only_one: bool = False
    asker: str = ""


class MemberAnswer(Struct, frozen=True):
    """The diagnoses of those who were meant, each with its reply; or who was perhaps meant.

    ``is_in_part`` tells that what was typed is no whole name, but some words of one. ``problems`` are those
    of the data that may be the reason why somebody was not found; so may be ``holds``, for which a group of
    theirs waits. Of whom is not in it, ``departed`` is what the ledger tells, ``answers_for`` the groups that
    they are the contact of, and ``coordinates`` the others that they coordinate. ``known_as`` are today's
    members that the ledger knows by what was typed: nobody of these is missing. ``stray_orders`` are of
    somebody called so who was never mailed as a member.
    """

    diagnoses: tuple[Diagnosis, ...] = ()
    replies: tuple[str, ...] = ()
    near: tuple[Member, ...] = ()
    known_as: tuple[Member, ...] = ()
    problems: tuple[Problem, ...] = ()
    holds: tuple[Problem, ...] = ()
    departed: Departed = Departed("")
    answers_for: tuple[Group, ...] = ()
    coordinates: tuple[Group, ...] = ()
    is_in_part: bool = False
    stray_orders: tuple[StrayOrder, ...] = ()

    @property
    def may_be_missing(self) -> bool:
        """Whether they were mailed, and are perhaps only missing in data that is unread, or not believed."""
        return bool(self.departed.last_mail and not self.known_as and (self.holds or self.problems))

    @property
    def only_coordinates(self) -> bool:
        """Whether they are no member, and never were as far as is known, but the contact or a coordinator."""
        is_sure = not (self.departed.was_member or self.holds or self.problems)
        return is_sure and bool(self.answers_for or self.coordinates)


def _roster(config: Config, now: datetime) -> Roster:
    with open_ledger(config.ledger, read_only=True) as ledger:
        refuse_lost_settings(config, ledger)
        roster = read_roster(sources_of(config, now), config.notifications)
        known = without_left_behind(roster.calendar, ledger, config.account, now)
    return replace(roster, calendar=known)


def ask_about(
    config: Config, question: MemberQuestion, now: datetime, environ: Mapping[str, str]
) -> MemberAnswer:
    """Return what is to be said of the person in question; several, if a name means several.

    Raises ``SeveralPeopleError`` in their place if only one was wanted.
    """
    roster = _roster(config, now)
    found = find_member(question.who, _candidates(roster, question.group_id))
    if not found.members:
        return _about_nobody(config, roster, question, found.near, now)
    renderer = Renderer(config.style)
    if question.only_one and len(found.members) > 1:
        raise several_people(question.who, found.members)
    witness, asker = _witness(config, question, environ, now), question.asker or question.who
    with open_ledger(config.ledger, read_only=True) as ledger:
        examination = EvidenceGatherer(config, roster, ledger, now)
        diagnoses = tuple(
            diagnose(
                examination.case(
                    member,
                    [witness.about(box, now - EVIDENCE_SPAN, now) for box in usable_mailboxes(member)],
                    partner=partner_called(asker, member),
                )
            )
            for member in found.members
        )
    distributions = {one.id: one for one in roster.calendar.distributions}
    replies = tuple(
        renderer.reply(reply_to(one, config, _language(one, config), distributions)) for one in diagnoses
    )
    return MemberAnswer(diagnoses, replies, is_in_part=not found.is_exact and len(question.who.split()) > 1)


def _about_nobody(
    config: Config, roster: Roster, question: MemberQuestion, near: tuple[Member, ...], now: datetime
) -> MemberAnswer:
    with open_ledger(config.ledger, read_only=True) as ledger:
        traces, history = KnownPeople(ledger), HistoryBook(ledger, config.account)
        departed = DepartedMembers(_candidates(roster, None), traces, history)
        read = traces.read_broadcasts(config.account, now - EVIDENCE_SPAN)
        known_as = known_before_as(question.who, _candidates(roster, question.group_id), traces, read)
        one = departed.called(question.who)
        ledger = as_taken_over(ledger, config.account, roster.calendar, now)  # noqa: PLW2901
        guard = guard_over(ledger, config.account, read_whole(roster), now)
        stray_orders: tuple[StrayOrder, ...] = ()
        if not (known_as or one.last_mail):
            strays = StrayEvidence(roster, DistributionEvidence(config, roster, ledger, now), now)
            stray_orders = tuple(strays.called(question.who, question.group_id))
            one = departed.who_ordered(stray_orders) or one
            stray_orders = tuple(stray for stray in stray_orders if not departed.of_order(stray))
    last = one.last_mail
    group_id = question.group_id or (last.group_id if last else None)
    unread = {problem.group_id for problem in roster.unread}
    is_held = bool(last and (guard.of(last.group_id) or last.group_id in unread))
    reply = reply_to_nobody(config, config.language, question.who, is_held=is_held)
    return MemberAnswer(
        replies=(Renderer(config.style).reply(reply),),
        near=near,
        known_as=known_as,
        problems=tuple(one for one in roster.unread if question.group_id in {None, one.group_id}),
        holds=guard.of(group_id) if group_id else guard.problems,
        departed=one,
        answers_for=_answers_for(roster, question.who),
        coordinates=_coordinated(roster, question.who),
        stray_orders=stray_orders,
    )


class MembersSurvey(Struct, frozen=True):
    """A diagnosis of everybody, the worst first; lists of people that can't be read are missing in it."""

    diagnoses: tuple[Diagnosis, ...]
    problems: tuple[Problem, ...]

    @property
    def health(self) -> Health:
        """The worst; unknown where nobody could be looked at, or a list is missing."""
        missing = [Health.UNKNOWN] if self.problems or not self.diagnoses else []
        return worst([*missing, *(one.health for one in self.diagnoses)])

    @property
    def why_unknown(self) -> str:
        """Why not all could be looked at, if that is so."""
        unknown = (box.why_unknown for one in self.diagnoses for box in one.case.mailboxes if box.why_unknown)
        return next(unknown, "") if any(one.case.is_mailed for one in self.diagnoses) else ""


def ask_about_all(
    config: Config, question: MemberQuestion, now: datetime, environ: Mapping[str, str]
) -> MembersSurvey:
    """Return a diagnosis of everybody, or of everybody in a group."""
    roster = _roster(config, now)
    members = _candidates(roster, question.group_id)
    unread = tuple(one for one in roster.unread if question.group_id in {None, one.group_id})
    roster = replace(roster, unread=unread)
    boxes = {box.key: box for member in members for box in usable_mailboxes(member)}
    witness = _witness(config, question, environ, now)
    told = witness.about_all(list(boxes.values()), now - EVIDENCE_SPAN, now, config.mailjet.parallel)
    evidence = {one.mailbox.key: one for one in told}
    with open_ledger(config.ledger, read_only=True) as ledger:
        examination = EvidenceGatherer(config, roster, ledger, now)
        diagnoses = [
            diagnose(
                examination.case(
                    member, [evidence[box.key] for box in usable_mailboxes(member)], span=timedelta(0)
                )
            )
            for member in members
        ]
    healths = list(Health)
    in_order = sorted(diagnoses, key=lambda one: (healths.index(one.health), one.rank))
    return MembersSurvey(tuple(in_order), unread)


def _answers_for(roster: Roster, who: str) -> tuple[Group, ...]:
    addresses = spellings(who)
    return tuple(
        group
        for group in roster.calendar.groups.values()
        if group.contact and group.contact.address.casefold() in addresses
    )


def _coordinated(roster: Roster, who: str) -> tuple[Group, ...]:
    """Return the groups that somebody coordinates without being their contact."""
    addresses, contact_of = spellings(who), _answers_for(roster, who)
    return tuple(
        group
        for group in roster.calendar.groups.values()
        if group not in contact_of and addresses & {address.casefold() for address in group.coordinators}
    )


def _candidates(roster: Roster, group_id: str | None) -> Sequence[Member]:
    everybody = (*roster.members, *roster.people_set_aside)
    if group_id is None:
        return everybody
    if group_id not in roster.calendar.groups:
        message = meant(_("no group {id!r}", id=group_id), group_id, tuple(roster.calendar.groups))
        raise UsageError(Problem(message, field="--group"))
    return [member for member in everybody if group_id in member.group_ids]


def _witness(
    config: Config, question: MemberQuestion, environ: Mapping[str, str], now: datetime
) -> MailjetWitness:
    if question.offline or not config.delivery.can_be_asked:
        return MailjetWitness(None, _("Mailjet was not asked"))
    try:
        return MailjetWitness(mailjet_reader(config, environ, lambda: now))
    except ConfigError as error:
        return MailjetWitness(None, str(error))


def _language(diagnosis: Diagnosis, config: Config) -> str:
    case = diagnosis.case
    return case.member.language or next((group.language for group in case.groups), config.language)
