"""Send batches of messages through Mailjet, and look up those in doubt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec.json import Encoder

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import Message, Outcome
from cagette_notify.core.notices import Status
from cagette_notify.core.transport_traits import MAILJET
from cagette_notify.delivery.clock_drift import clock_error
from cagette_notify.delivery.header_injection import refusal_of_unsafe
from cagette_notify.delivery.mailjet import rest_rows as mailjet_records
from cagette_notify.delivery.mailjet import send_api as mailjet_api
from cagette_notify.delivery.mailjet.http import Wire
from cagette_notify.delivery.mailjet.rest_api import MailjetReader, between
from cagette_notify.delivery.transport import LookupFailed, MayCall, whenever

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


_CALL_BYTES = 15_000_000  # attachments included, as Mailjet counts them
_SKEW = timedelta(days=1)
_WORTH_A_LIST = 50  # questions about one mail; a list tells of a thousand mails, most of them others

_encode = Encoder().encode  # a tenth of what json.dumps takes, most of it for the HTML


class _EncodedMessage(NamedTuple):
    asked: mailjet_api.Asked
    json: bytes


class MailjetTransport:
    """Mailjet's account, as the ledger knows it."""

    traits = MAILJET
    batch = 50  # the most messages that Mailjet takes in a call

    def __init__(  # noqa: PLR0913, PLR0917 - what a configuration says of it, and the clock
        self,
        api_url: str,
        credentials: tuple[str, str],
        parallel: int,
        timeout: timedelta,
        clock: Callable[[], datetime],
        connect_within: timedelta | None = None,
    ) -> None:
        """Remember where to send. ``credentials``: public and private key; ``clock``: aware times.

        See ``Wire`` for how long it may take to connect.
        """
        self.parallel = parallel
        self._wire = Wire(api_url, credentials, timeout, clock, connect_within)
        self.records = MailjetReader(self._wire)

    @property
    def clock_offset(self) -> timedelta | None:
        """Mailjet's clock minus ours, as its latest answer had it; to the second."""
        return self.records.clock_offset

    def prepare(self) -> None:
        """Check that keys and URL are of a kind to call with; raises ConfigError."""
        self._wire.open()

    def send(self, messages: Sequence[Message], may_call: MayCall = whenever) -> list[Outcome]:
        """Hand over up to 50 messages; one outcome each, in order. Never raises for the network's sake.

        That is one POST, and more only where Mailjet refused a whole call for one message's sake, or
        where attachments would make it too large.
        """
        refused = {
            position: outcome for position, message in enumerate(messages) if (outcome := _flaw(message))
        }
        sound = [message for position, message in enumerate(messages) if position not in refused]
        delivered = iter(self._send_sound(sound, may_call))
        return [refused.get(position) or next(delivered) for position in range(len(messages))]

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:
        """Return those that Mailjet knows to have accepted between the two times; raises LookupFailed.

        Not found proves nothing for some minutes: Mailjet's index lags. The clocks may differ by a day;
        where the answers tell that they differ by more, it is asked about the time of Mailjet's too.
        """
        found = self._find(custom_ids, since - _SKEW, until + _SKEW)
        error = clock_error(self.clock_offset)
        if error > _SKEW:
            missing = [custom_id for custom_id in custom_ids if custom_id not in found]
            found |= self._find(missing, since - error - _SKEW, until + error + _SKEW)
        return found

    def _find(self, custom_ids: Sequence[str], since: datetime, until: datetime) -> dict[str, Outcome]:
        found = self._listed(frozenset(custom_ids), since, until)
        missing = [custom_id for custom_id in custom_ids if custom_id not in found]
        return found | self._asked(missing, since, until)

    def _listed(self, custom_ids: frozenset[str], since: datetime, until: datetime) -> dict[str, Outcome]:
        """Return those on the lists of what the account sent, if they are so many that lists are quicker.

        What is not on them is asked for, also where a list is too long for an answer in time.
        """
        found: dict[str, Outcome] = {}
        with suppress(LookupFailed):
            for rows in self.records.pages(since, until, most=len(custom_ids) // _WORTH_A_LIST):
                found |= mailjet_records.find_all_accepted(rows, custom_ids)
                if len(found) == len(custom_ids):
                    break
        return found

    def _asked(self, custom_ids: Sequence[str], since: datetime, until: datetime) -> dict[str, Outcome]:
        span = between(since, until)

        def find(custom_id: str) -> Outcome | None:
            filters = {"CustomID": custom_id, "ShowCustomID": "true", **span}
            return mailjet_records.find_accepted(self.records.rows("message", filters), custom_id)

        found: dict[str, Outcome] = {}
        with ThreadPoolExecutor(self.parallel) as pool:
            # A few at a time: at the first 401 no more may be asked, or Mailjet cuts the IP off.
            # The first alone: it tells whether the keys are good.
            for start, end in _steps(len(custom_ids), self.parallel):
                some = custom_ids[start:end]
                outcomes = zip(some, pool.map(find, some), strict=True)
                found |= {custom_id: outcome for custom_id, outcome in outcomes if outcome}
        return found

    def sender_state(self, address: str) -> bool:
        """Tell whether ``address`` or its whole domain is validated; raises LookupFailed.

        Mailjet answers "success" to mails of a sender that isn't, and drops them.
        """
        return self.records.knows_sender(address)

    def _send_sound(self, messages: Iterable[Message], may_call: MayCall) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for call in _calls(map(_copy, messages)):
            stop = _stop_among(outcomes)
            outcomes += [stop] * len(call) if stop else self._deliver(call, may_call)
        return outcomes

    def _deliver(self, call: Sequence[_EncodedMessage], may_call: MayCall) -> list[Outcome]:
        """Make one POST; where one message spoils the call, halve it until that one is alone."""
        if refusal := may_call():
            return [refusal] * len(call)
        answer = self._wire.post(b'{"Messages":[' + b",".join(copy.json for copy in call) + b"]}")
        verdict = mailjet_api.outcomes_in(answer, [copy.asked for copy in call])
        if isinstance(verdict, list):
            return verdict
        if len(call) == 1:
            return [verdict.outcome]
        middle = len(call) // 2
        first = self._deliver(call[:middle], may_call)
        stop = _stop_among(first)
        return first + ([stop] * (len(call) - middle) if stop else self._deliver(call[middle:], may_call))


def _steps(count: int, width: int) -> Iterator[tuple[int, int]]:
    yield 0, min(1, count)
    for start in range(1, count, width):
        yield start, min(start + width, count)


def _flaw(message: Message) -> Outcome | None:
    if message.to.address.casefold().endswith("@lists.mailjet.com"):
        # Such an address stands for everybody on a contact list.
        return Outcome(Status.FAILED, _("the address of a Mailjet list, not of a person"))
    return refusal_of_unsafe(message)


def _copy(message: Message) -> _EncodedMessage:
    asked = mailjet_api.Asked(message.custom_id, message.to.address)
    return _EncodedMessage(asked, _encode(mailjet_api.payload(message)))


def _calls(copies: Iterable[_EncodedMessage]) -> Iterator[list[_EncodedMessage]]:
    """Cut where a call would get too large. Encodes no further ahead: attachments weigh."""
    call: list[_EncodedMessage] = []
    for copy in copies:
        if call and sum(len(each.json) for each in call) + len(copy.json) > _CALL_BYTES:
            yield call
            call = []
        call.append(copy)
    if call:
        yield call


def _stop_among(outcomes: Iterable[Outcome]) -> Outcome | None:
    return next((outcome for outcome in outcomes if outcome.stop), None)
