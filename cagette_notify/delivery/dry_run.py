"""Stand in for a transport in a dry run, and refuse to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from cagette_notify.delivery.transport import MayCall, whenever

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Message, Outcome
    from cagette_notify.core.transport_traits import TransportTraits


class DryTransport:
    """Stands in for the transport of ``traits``; whoever asks it to send has a bug."""

    batch = 50
    parallel = 1

    def __init__(self, traits: TransportTraits) -> None:
        """Keep whose books a real run would write to."""
        self.traits = traits

    def prepare(self) -> None:
        """Touch nothing."""

    def send(self, messages: Sequence[Message], _may_call: MayCall = whenever) -> NoReturn:
        """Refuse."""
        msg = f"a dry run was about to send {len(messages)} mails"
        raise AssertionError(msg)

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:  # noqa: ARG002 - nothing is known without asking
        """Know of nothing: a dry run asks nobody."""
        return {}
