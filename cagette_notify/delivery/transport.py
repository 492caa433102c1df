"""Define the Transport protocol, and LookupFailed for when nobody can tell whether a mail left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from cagette_notify.core.errors import NotifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Message, Outcome
    from cagette_notify.core.transport_traits import TransportTraits


MayCall: TypeAlias = "Callable[[], Outcome | None]"
"""Asked just before each call: None, or what becomes of mails that may not be posted any more."""


def whenever() -> Outcome | None:
    """Let a call be made whenever it is."""
    return None


class Transport(Protocol):
    """Takes responsibility for messages, and can say later whether it did."""

    traits: TransportTraits  # what it is, and whose books the ledger keeps
    batch: int  # messages a call
    parallel: int  # calls at once

    def prepare(self) -> None:
        """Make sure that mails can leave at all; raises ``NotifyError`` before the first claim.

        Hold the run's lock.
        """

    def send(self, messages: Sequence[Message], may_call: MayCall = whenever) -> list[Outcome]:
        """Send each message at most once; one outcome each, in order. Called from several threads.

        Raises only what ``may_call`` does, which is asked before each call that leaves this machine.
        """

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:
        """Return those that were accepted; raises ``NotifyError`` where that can't be known."""


class LookupFailed(NotifyError):  # noqa: N818 - it is an answer, "unknown", more than an error
    """The evidence can't be had now: neither found nor not found. The doubt waits."""


class NoAnswer(LookupFailed):
    """Nothing came back: the next question would most likely cost as long a wait."""


class AboutSomethingElse(LookupFailed):
    """An answer came, about somebody or something else than what was asked."""


class CanNotBeAsked(LookupFailed):
    """No question can be put about that one name; about another it can."""
