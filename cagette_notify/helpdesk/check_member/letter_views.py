"""Word a letter to others for the template of the reply, where everybody may hear of its list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core import formatting as wording
from cagette_notify.core.list_names import VOLUNTEERS, WITH_ORDER, WITHOUT_ORDER
from cagette_notify.mails.reply_views import OthersLetterView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.core.model import Distribution
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import LetterToOthers

_ASKED_ABOUT = timedelta(days=7)
_SAYABLE = frozenset((WITH_ORDER, WITHOUT_ORDER, VOLUNTEERS))
"""Lists of which everybody may hear: whom a file means, or what coordinators write each other, is theirs."""


def others_letter_view(
    case: MemberEvidence, language: str, distributions: Mapping[str, Distribution]
) -> OthersLetterView | None:
    """Return the letter nearest to now that somebody may have heard of who is in none of its lists."""
    said = [
        (letter, distributions[about])
        for letter in case.letters_to_others
        for kind, about in [_list_of(letter)]
        if kind in _SAYABLE and about in distributions and abs(letter.at - case.now) <= _ASKED_ABOUT
    ]
    if not said:
        return None
    letter, distribution = min(said, key=lambda one: abs(one[0].at - case.now))
    at, starts_at = (moment.astimezone(case.zone) for moment in (letter.at, distribution.starts_at))
    return OthersLetterView(
        _list_of(letter)[0],
        wording.long_day(starts_at.date(), language),
        wording.instant(at, language) if letter.is_planned else wording.long_day(at.date(), language),
        is_planned=letter.is_planned,
        group=case.group_called(distribution.group_id),
    )


def _list_of(letter: LetterToOthers) -> tuple[str, str]:
    """Return the kind of a letter's only list, and what it is about; nothing where several were united."""
    kind, _colon, about = letter.names[0].partition(":") if len(letter.names) == 1 else ("", "", "")
    return kind, about
