"""Choose the transport: Mailjet, outbox or dry run."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.config.credentials import credentials
from cagette_notify.core.transport_traits import MAILJET, OUTBOX, TransportTraits
from cagette_notify.delivery.dry_run import DryTransport
from cagette_notify.delivery.outbox.folder import refuse_unusable
from cagette_notify.delivery.outbox.transport import OutboxTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cagette_notify.config.load import Config
    from cagette_notify.delivery.mailjet.rest_api import MailjetReader
    from cagette_notify.delivery.mailjet.transport import MailjetTransport
    from cagette_notify.delivery.transport import Transport

    Maker = Callable[[Config, Mapping[str, str], Callable[[], datetime]], Transport]


_CONNECT_WITHIN = timedelta(seconds=20)
"""Where machines share a ledger: what was proved to be this one's to send must reach Mailjet soon after."""


def transport_for(
    config: Config, environ: Mapping[str, str], clock: Callable[[], datetime], *, dry_run: bool = False
) -> Transport:
    """Return the transport that the configuration asks for; keys are read only for Mailjet."""
    if dry_run:
        return DryTransport(config.delivery)
    return _MAKERS[config.delivery](config, environ, clock)


def refuse_unusable_outbox(config: Config) -> None:
    """Raise ``ConfigError`` where mails are written to a folder that can't be; nothing is made."""
    if not config.delivery.leaves_the_machine:
        refuse_unusable(config.outbox)


def mailjet_reader(
    config: Config, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> MailjetReader:
    """Return what asks Mailjet's account; ConfigError if the keys are missing or can't be used."""
    transport = _mailjet(config, environ, clock)
    transport.prepare()
    return transport.records


def settle_after(config: Config) -> timedelta:
    """Return how long a look-up that finds nothing proves nothing: Mailjet's index lags, a folder doesn't."""
    return config.mailjet.settle_after if config.delivery.looks_up_late else timedelta(0)


def _outbox(config: Config, _environ: Mapping[str, str], clock: Callable[[], datetime]) -> OutboxTransport:
    return OutboxTransport(config.outbox, clock())


def _mailjet(config: Config, environ: Mapping[str, str], clock: Callable[[], datetime]) -> MailjetTransport:
    from cagette_notify.delivery.mailjet.transport import MailjetTransport

    return MailjetTransport(
        config.mailjet.api_url,
        credentials(config, environ),
        parallel=config.mailjet.parallel,
        timeout=config.mailjet.timeout,
        clock=clock,
        connect_within=None if isinstance(config.ledger, Path) else _CONNECT_WITHIN,
    )


_MAKERS: Mapping[TransportTraits, Maker] = {OUTBOX: _outbox, MAILJET: _mailjet}
