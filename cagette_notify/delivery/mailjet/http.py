"""Call Mailjet over HTTP, one request a call. The only module that knows mailjet_rest."""

from __future__ import annotations

import os
import secrets
import threading
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cagette_notify.core.errors import ConfigError, LaterError, Problem
from cagette_notify.core.i18n import _, why
from cagette_notify.delivery.mailjet.http_answer import YEARS, HttpAnswer, Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests
    from mailjet_rest import Client

_CONNECT_SECONDS = 10.0
_SLOWEST_UPLOAD = 50_000  # bytes a second: a village's ADSL


class Wire:
    """Calls to one Mailjet account, from several threads at once.

    A class because it keeps connections open between calls: each client serves one call at a time,
    as requests does not promise that a session may be shared between threads.
    """

    def __init__(
        self,
        api_url: str,
        credentials: tuple[str, str],
        timeout: timedelta,
        clock: Callable[[], datetime],
        connect_within: timedelta | None = None,
    ) -> None:
        """Remember where to call; nothing is imported or opened yet. ``clock`` gives aware times.

        What it takes to connect is bounded in all, however often it is tried, by ``connect_within``.
        """
        self._connect_within = connect_within
        self._api_url = api_url
        self._credentials = credentials
        self._seconds = timeout.total_seconds()
        self._clock = clock
        self._idle: dict[str, list[Client]] = {"v3": [], "v3.1": []}
        self.clock_offset: timedelta | None = None

    @property
    def public_key(self) -> str:
        """The key that names the account."""
        return self._credentials[0]

    def open(self) -> None:
        """Make the first client; raises ConfigError if keys or URL are not of a kind to call with."""
        try:
            self._give_back("v3.1", self._take("v3.1"))
        except OSError as error:
            if (name := os.environ.get("SSLKEYLOGFILE")) and error.filename == name:
                reason = _("can't be written to: {reason}", reason=why(error))
                raise LaterError(Problem(reason, name, field="$SSLKEYLOGFILE")) from None
            raise
        except (ValueError, TypeError):
            usable = False  # said below, where no traceback can hold the keys
        else:
            usable = True
        if not usable or not "".join(self._credentials).isascii():
            raise ConfigError(
                Problem(_("Mailjet can't be called with these API keys or this mailjet.api_url"))
            )

    def post(self, body: bytes) -> HttpAnswer | Silence:
        """Hand ``body`` to ``/v3.1/send``, once."""
        # The package's own key leaves CustomID out, so that two mails to one person would share it.
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        seconds = 4 * self._seconds + len(body) / _SLOWEST_UPLOAD
        return self._call("v3.1", seconds, lambda client: client.send.create(data=body, headers=headers))

    def get(self, resource: str, filters: Mapping[str, str], name: str | None = None) -> HttpAnswer | Silence:
        """Read ``/v3/REST/<resource>``, or the one of that ``name``, within the time-out as a whole."""
        return self._call(
            "v3",
            self._seconds,
            lambda client: getattr(client, resource).get(id=name, filters=dict(filters)),
        )

    def _call(
        self, version: str, seconds: float, request: Callable[[Client], requests.Response]
    ) -> HttpAnswer | Silence:
        """Wait at most ``seconds`` in all, while requests' own limits start anew with every byte."""
        client = self._take(version)
        answers: list[HttpAnswer | Silence] = []
        worker = threading.Thread(target=lambda: answers.append(_ask(lambda: request(client))), daemon=True)
        worker.start()
        worker.join(seconds)
        if not answers:
            # The stuck thread keeps its client: nobody else may use it.
            return Silence(
                nothing_left=False, reason=_("no whole answer within {seconds} s", seconds=int(seconds))
            )
        self._give_back(version, client)
        self._note_clock(answers[0])
        return answers[0]

    def _take(self, version: str) -> Client:
        try:
            return self._idle[version].pop()
        except IndexError:
            return _client(self._api_url, self._credentials, version, self._seconds, self._connect_within)

    def _give_back(self, version: str, client: Client) -> None:
        self._idle[version].append(client)

    def _note_clock(self, answer: HttpAnswer | Silence) -> None:
        if isinstance(answer, HttpAnswer) and (theirs := _http_date(answer.date)):
            self.clock_offset = theirs - self._clock()


def _client(
    api_url: str,
    credentials: tuple[str, str],
    version: str,
    seconds: float,
    connect_within: timedelta | None,
) -> Client:
    # Costs 150 ms: only runs that send may pay for it.
    import logging

    from mailjet_rest import Client
    from urllib3.util.retry import Retry

    from cagette_notify.delivery.mailjet.bounded_answers import BoundedAdapter

    logger = logging.getLogger("mailjet_rest")  # prints tracebacks, and URLs with addresses in them
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    connecting, tries_more = _CONNECT_SECONDS, 2
    if connect_within:
        connecting, tries_more = _for_each_address(api_url, connect_within.total_seconds()), 0
    timeout = (min(connecting, seconds), seconds)
    client = Client(auth=credentials, version=version, api_url=api_url, timeout=timeout)
    # mailjet-rest re-POSTs by itself over https, up to four times, on time-outs and on answers that
    # may have been accepted. Only connecting may be tried again.
    retries = Retry(
        connect=tries_more,
        read=False,
        redirect=0,
        status=0,
        other=0,
        allowed_methods=None,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    for scheme in ("https://", "http://"):
        client.session.mount(scheme, BoundedAdapter(max_retries=retries))
    client.session.max_redirects = 0
    return client


def _for_each_address(api_url: str, seconds: float) -> float:
    """Return how long connecting to each of a host's addresses may take, to take so many seconds in all."""
    import socket
    from urllib.parse import urlsplit

    try:
        found = socket.getaddrinfo(urlsplit(api_url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return seconds  # nothing will leave
    return seconds / len(found)


def _ask(request: Callable[[], requests.Response]) -> HttpAnswer | Silence:
    from mailjet_rest import ApiError
    from urllib3.exceptions import HTTPError

    from cagette_notify.delivery.mailjet.silence import silence_of

    try:
        response = request()
    except (ApiError, HTTPError, OSError, ValueError) as error:
        # Every status from 300 on is an exception to the package, and its cause has the answer.
        answered = getattr(error.__cause__, "response", None)
        if answered is None:
            return silence_of(error)
        response = answered
    return HttpAnswer(response.status_code, response.content, response.headers.get("Date", ""))


def _http_date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.year not in YEARS:  # nobody's clock; and what is reckoned with it would leave the calendar
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
