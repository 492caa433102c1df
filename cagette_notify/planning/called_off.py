"""Find announced distributions that are cancelled, gone from the data, or of a disabled group. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry


def called_off(
    announced: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    *,
    data_is_whole: bool,
) -> dict[str, Problem]:
    """Say, by a key to remember it by, which announced distributions will not take place as told.

    Nobody is told automatically: only a person knows what to say. Unless ``data_is_whole``, what is
    missing from the data counts as set aside, not as called off: it will be back once it is mended.
    """
    found = {}
    for entry in announced:
        if why := _why_off(entry, distributions, groups, data_is_whole=data_is_whole):
            message = _(
                "distribution {distribution} {why}, but recaps of it had left; to tell those who ordered: "
                "cagette-notify broadcast {group} --to with-order:{distribution}",
                distribution=entry.key.distribution_id,
                group=entry.group_id,
                why=why,
            )
            found[called_off_key(entry)] = Problem(message, group_id=entry.group_id, is_warning=True)
    return found


def called_off_key(entry: Entry) -> str:
    """Return what an announcement that no longer holds is remembered by, once that was said."""
    return f"called off {entry.key.distribution_id} {entry.starts_at.isoformat()}"


def _why_off(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    *,
    data_is_whole: bool,
) -> str:
    distribution = distributions.get(entry.key.distribution_id)
    group = groups.get(entry.group_id)
    if group is None or distribution is None:
        return _("is no longer in the data") if data_is_whole else ""
    if distribution.cancelled:
        return _("is cancelled")
    return _("belongs to a group that is disabled") if group.disabled else ""
