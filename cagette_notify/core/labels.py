"""Label statuses, kinds and reasons in the language spoken. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, spoken, translated
from cagette_notify.core.kinds import CORRECTION, Kind

if TYPE_CHECKING:
    from cagette_notify.core.transport_traits import TransportTraits


def label(value: str) -> str:
    """Return a kind, status, reason or check in the language spoken; anything else as it is.

    In English they are the words themselves, which options take and JSON gives in every language.
    """
    return _words(spoken()).get(value, value)


def notice_label(kind: str, *, is_correction: bool) -> str:
    """Return what a notice is called: a correction is none of the recaps that it stands for."""
    return label(CORRECTION if is_correction else kind)


def status_label(status: str, delivery: TransportTraits) -> str:
    """Return a status as ``label`` does; but what went into a folder has not left."""
    return _("written") if status == "sent" and not delivery.leaves_the_machine else label(status)


@cache
def _words(_language: str) -> dict[str, str]:
    return _kinds() | _statuses() | _reasons() | _checks()


def _kinds() -> dict[str, str]:
    return {name: translated(name) for name in (*(kind.value for kind in Kind), CORRECTION)}


def _statuses() -> dict[str, str]:
    return {
        "claimed": _("claimed"),
        "sent": _("sent"),
        "failed": _("failed"),
        "deferred": _("deferred"),
        "in_doubt": _("in_doubt"),
        "expired": _("expired"),
        "dropped": _("dropped"),
        "skipped": _("skipped"),
        "would_send": _("would_send"),
    }


def _reasons() -> dict[str, str]:
    return {
        "already_sent": _("already_sent"),
        "cancelled": _("cancelled"),
        "group_disabled": _("group_disabled"),
        "fixed_contract": _("fixed_contract"),
        "setting_off": _("setting_off"),
        "unsubscribed": _("unsubscribed"),
        "inactive": _("inactive"),
        "waiting_for_orders": _("waiting_for_orders"),
        "no_order": _("no_order"),
        "has_order": _("has_order"),
        "waiting_for_duties": _("waiting_for_duties"),
        "no_duty": _("no_duty"),
        "none_vacant": _("none_vacant"),
        "set_aside": _("set_aside"),
        "no_address": _("no_address"),
        "placeholder_address": _("placeholder_address"),
        "invalid_address": _("invalid_address"),
        "duplicate_address": _("duplicate_address"),
        "before_first_run": _("before_first_run"),
        "superseded": _("superseded"),
        "no_member": _("no_member"),
        "address_gone": _("address_gone"),
        "no_distribution": _("no_distribution"),
        "moved": _("moved"),
    }


def _checks() -> dict[str, str]:
    return {
        "membership": _("membership"),
        "notifications": _("notifications"),
        "activity": _("activity"),
        "address": _("address"),
        "mailjet_block": _("mailjet_block"),
        "last_messages": _("last_messages"),
        "inbox": _("inbox"),
    }
