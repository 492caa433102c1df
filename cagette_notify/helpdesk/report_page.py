"""Lay out a report as one page that needs nothing else, with a chart by week and by mail provider."""

from __future__ import annotations

import html
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.formatting import long_day, percents
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.mail_providers import provider_of
from cagette_notify.core.mailjet_fates import fate_in_words
from cagette_notify.helpdesk.mail_report import PROMISED, compared_with_promised
from cagette_notify.helpdesk.struck_out import names_by_address, struck_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import Member
    from cagette_notify.helpdesk.mail_report import Counts, Tally
    from cagette_notify.helpdesk.provider_tally import ProviderTally

_WIDTH, _HEIGHT, _FOOT = 340, 160, 28  # of a chart, so that its text can be read on a telephone
_ABREAST = 6  # names that have room side by side at the foot of a chart, in each of two rows
_LOWEST = 90.0  # per cent at the foot of a chart, or less where somebody is below
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff;margin:0 auto;padding:1rem;max-width:46rem}
h1{font-size:1.4rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}
.big{font-size:1.25rem;margin:.8rem 0}.note{color:#555;margin:.2rem 0}
svg{display:block;width:100%;max-width:40rem;height:auto;margin:.5rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:#555}th,td{padding:.25rem .5rem;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #888}
li{margin:.3rem 0;overflow-wrap:anywhere}
@media(max-width:30rem){table{font-size:.8rem}th,td{padding:.25rem .1rem}thead th{font-weight:normal}}
@media print{body{max-width:none;padding:0;font-size:11pt}h2,svg,tr{break-inside:avoid}h2{break-after:avoid}}
"""


class Refusal(Struct, frozen=True):
    """What a provider said of mails that it refused, which names nobody, and of how many."""

    provider: str
    words: str
    mails: int


def refusals_of(
    fates: Iterable[Fate],
    words: Mapping[str, str],
    providers: Iterable[ProviderTally],
    members: Iterable[Member],
) -> list[Refusal]:
    """Return what was said of mails that failed, the most frequent first; ``words`` are servers' own.

    By message id; where there are none, Mailjet's. Of a provider that isn't among ``providers``, the name
    may be somebody's own domain: it is one of the others. What ``members`` are called is struck out.
    """
    names = names_by_address(members)
    named = {one.provider for one in providers}
    said: Counter[tuple[str, str]] = Counter()
    for fate in fates:
        local, _at, domain = fate.address.rpartition("@")
        is_named = provider_of(domain) in named
        told = words.get(fate.message_id) or fate_in_words(fate)
        theirs = (local, *names.get(fate.address.casefold(), ()))
        line = struck_out(told, () if is_named else (domain,), theirs)
        said[provider_of(domain) if is_named else "", line] += 1
    return [Refusal(provider, told, mails) for (provider, told), mails in said.most_common()]


def report_page(
    found: Tally,
    *,
    weeks: Mapping[tuple[int, int], Counts],
    providers: Sequence[ProviderTally],
    refusals: Sequence[Refusal],
    zone: tzinfo,
) -> str:
    """Return the page, in the language spoken; it names nobody, no address and no subject."""
    first, last = (
        long_day(moment.astimezone(zone).date(), spoken()) for moment in (found.since, found.until)
    )
    title, span = (
        _said(_("How the mails arrived")),
        _said(_("from {first} to {last}", first=first, last=last)),
    )
    body = [
        f'<h1>{title}</h1><p class="note">{span}</p>',
        *_headline(found),
        *_section(
            _("By week"),
            _("week"),
            {_("{week}/{year}", week=week, year=year): counts for (year, week), counts in weeks.items()},
        ),
        *_section(
            _("By mail provider"),
            _("provider"),
            {one.provider or _("others"): one.counts for one in providers},
        ),
        *_refused(refusals),
    ]
    head = (
        f'<!DOCTYPE html>\n<html lang="{spoken()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
    )
    return "\n".join([head, *body, "</main></body></html>", ""])


def _said(text: str) -> str:
    return html.escape(text)


def _headline(found: Tally) -> Iterator[str]:
    counts = found.counts
    line = _(
        "{accepted} of {left} accepted by the mail providers", accepted=counts.accepted, left=counts.left
    )
    yield f'<p class="big"><strong>{_said(line)}</strong></p>'
    if compared := compared_with_promised(found.last):
        yield f'<p class="note">{_said(compared)}</p>'


def _section(title: str, what: str, rows: Mapping[str, Counts]) -> Iterator[str]:
    if not rows:
        return
    yield f"<h2>{_said(title)}</h2>"
    yield _chart(title, {name: counts.percent_accepted for name, counts in rows.items()})
    titles = (what, _("left"), _("accepted"), _("bounced"), _("blocked"), _("spam"))
    headers = "".join(f'<th scope="col">{_said(one)}</th>' for one in titles)
    yield f'<div class="scroll" tabindex="0"><table><thead><tr>{headers}</tr></thead><tbody>'
    for name, one in rows.items():
        numbers = (one.left, one.accepted, one.bounced, one.blocked, one.spam)
        cells = "".join(f"<td>{number}</td>" for number in numbers)
        yield f'<tr><th scope="row">{_said(name)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _chart(title: str, shares: Mapping[str, float | None]) -> str:
    """Return bars of the per cent that was accepted, and the line of what is promised."""
    known = [one for one in shares.values() if one is not None]
    lowest = min([_LOWEST, *(one // 10 * 10 for one in known)])

    def height(percent: float) -> float:
        return (percent - lowest) / (100 - lowest) * (_HEIGHT - _FOOT - 10)

    step = _WIDTH / max(len(shares), 1)
    parts = list(_names_at_the_foot(list(shares), step))
    for number, percent in enumerate(shares.values()):
        left, foot = number * step, _HEIGHT - _FOOT
        if percent is not None:
            fill = "#2e7d32" if percent >= PROMISED else "#b3541e"
            top = foot - max(height(percent), 1)
            parts.append(
                f'<rect x="{left + step * 0.15:.1f}" y="{top:.1f}" width="{step * 0.7:.1f}" '
                f'height="{foot - top:.1f}" fill="{fill}"/>'
            )
    line = _HEIGHT - _FOOT - height(PROMISED)
    promised = percents(PROMISED, spoken())
    told = _(
        "{title}: per cent accepted, from {lowest} to 100; the line is at {promised} %",
        title=title,
        lowest=f"{lowest:g}",
        promised=promised,
    )
    label = _said(told)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}" font-size="9" fill="#222">'
        f"{''.join(parts)}"
        f'<line x1="0" x2="{_WIDTH}" y1="{line:.1f}" y2="{line:.1f}" stroke="#222" stroke-dasharray="4 3"/>'
        f'<text x="{_WIDTH}" y="{line - 2:.1f}" text-anchor="end">{promised} %</text></svg>'
        f'<p class="note">{label}</p>'
    )


def _names_at_the_foot(names: Sequence[str], step: float) -> Iterator[str]:
    """Yield the name of each bar, in turn in the upper and the lower row; of many bars, of some."""
    every = 1 if len(names) <= 2 * _ABREAST else -(-len(names) // _ABREAST)
    for place, number in enumerate(range(0, len(names), every)):
        row = 0 if every > 1 or len(names) <= _ABREAST else place % 2
        y, left, middle = _HEIGHT - 15 + 10 * row, number * step, (number + 0.5) * step
        is_at_edge = middle < _WIDTH / _ABREAST / 2
        x, anchor = (left, "start") if is_at_edge else (middle, "middle")
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{_said(names[number][:9])}</text>'


def _refused(refusals: Sequence[Refusal]) -> Iterator[str]:
    if not refusals:
        return
    title = _("What was said of mails that did not arrive")
    yield f"<h2>{_said(title)}</h2><ul>"
    for one in refusals:
        line = _(
            "{provider}: {words} ({count})",
            provider=one.provider or _("others"),
            words=one.words,
            count=one.mails,
        )
        yield f"<li>{_said(line)}</li>"
    yield "</ul>"
