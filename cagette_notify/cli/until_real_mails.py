"""Say what is left to do before real mails leave, while they go into a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cagette_notify.config.credentials import credentials
from cagette_notify.core.errors import ConfigError
from cagette_notify.core.i18n import _
from cagette_notify.delivery.sender_check import chosen_sender

if TYPE_CHECKING:
    from cagette_notify.config.load import Config


def until_real_mails(config: Config) -> str:
    """Return one line that names what is missing, and where that is explained; nothing once mails leave."""
    if config.delivery.leaves_the_machine:
        return ""
    left = [
        *([] if chosen_sender(config) else [_("a sender of your own")]),
        *([] if _has_keys(config) else [_("the two keys of Mailjet's API")]),
        "delivery: mailjet",
    ]
    return _("Left to do before real mails: {what} (README, step 4).", what=", ".join(left))


def _has_keys(config: Config) -> bool:
    try:
        credentials(config, os.environ)
    except ConfigError:
        return False
    return True
