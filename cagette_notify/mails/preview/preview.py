"""Preview every kind of mail with real data, sent to nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.kinds import CORRECTION, DUTY_KINDS, NOTICE_KINDS, RECAP_KINDS, Kind
from cagette_notify.core.messages import Message
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Mail, Notice, Told
from cagette_notify.core.text import one_line
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from cagette_notify.planning.due_times import END, Window, windows_of
from cagette_notify.planning.plan_index import PlanIndex
from cagette_notify.planning.plan_input import PlanInput

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.mails.preview.sample_data import SampleData
    from cagette_notify.mails.renderer import Renderer


PREVIEW_KINDS = (*(kind.value for kind in NOTICE_KINDS), CORRECTION, Kind.BROADCAST.value)
LANGUAGES = ("fr", "en")
_NAME = "preview"  # in the place of a CustomID and a campaign, which nothing has that doesn't leave
_FRENCH = """\
Bonjour {{ member.first_name }},

# Assemblée générale

Voici à quoi ressemble un message de la coordination : titres, listes et \
[liens](https://example.org) se lisent sur un téléphone.

- un point
- un autre

À bientôt !
"""
_ENGLISH = """\
Hello {{ member.first_name }},

# General assembly

This is what a message from the coordinators looks like: headings, lists and \
[links](https://example.org) can be read on a phone.

- one item
- another

See you soon!
"""
_LETTERS = {
    "fr": ("Un message de la coordination", _FRENCH),
    "en": ("A message from the coordinators", _ENGLISH),
}


class PreviewInput(Struct, frozen=True):
    """What every mail is shown with."""

    config: Config
    renderer: Renderer
    sample: SampleData
    now: datetime


def shows_order(kind: str) -> bool:
    """Tell whether a mail of that kind shows its reader's order."""
    return kind == CORRECTION or Kind(kind).traits.needs_order


def preview(stage: PreviewInput, kind: str, language: str = "") -> Message:
    """Return a mail of that kind to the scene's mailbox; without a ``language``, in the reader's own."""
    if kind == Kind.BROADCAST:
        return _broadcast(stage, language)
    windows = [
        _window(stage, one) for one in (_corrected_kinds(stage) if kind == CORRECTION else [Kind(kind)])
    ]
    notices = [_notice(stage, one) for one in windows]
    if kind == CORRECTION:
        notices = [_as_correction(one) for one in notices]
    if language:
        group = replace(stage.sample.group, language=language)
        member = replace(stage.sample.member, language=language)
        notices = [replace(one, group=group, member=member) for one in notices]
    return stage.renderer.message(Mail(_NAME, _NAME, tuple(notices)), windows[0].due_at)


def _as_correction(notice: Notice) -> Notice:
    """Return it as what corrects an hour that was told: any distribution has one."""
    one = notice.distribution
    told = Told(one.starts_at - timedelta(hours=1), one.place, notice.roles)
    return replace(notice, correction=True, told=told)


def _corrected_kinds(stage: PreviewInput) -> list[Kind]:
    """Return what one mail corrects for the member: a recap, and their duty if they have one there."""
    sample, rules = stage.sample, stage.config.rules
    theirs = (one for one in DUTY_KINDS if sample.shows_duties_of(one) and rules.wants(sample.member, one))
    return [RECAP_KINDS[0], *theirs]


def _window(stage: PreviewInput, kind: Kind) -> Window:
    sample = stage.sample
    distribution = sample.distribution_for(kind)
    windows = windows_of(distribution, stage.config.rules.spans)
    never = Window(kind, distribution, stage.now, END)  # nobody said when orders open
    return next((window for window in windows if window.kind is kind), never)


def _notice(stage: PreviewInput, window: Window) -> Notice:
    config, sample, distribution = stage.config, stage.sample, window.distribution
    situation = PlanInput(
        now=stage.now,
        rules=config.rules,
        groups={sample.group.id: sample.group},
        distributions={distribution.id: distribution},
        windows=(window,),
        members={sample.group.id: sample.members},
        books={distribution.id: sample.book},
        duties={distribution.id: sample.duties_for(window.kind)} if window.kind.traits.reads_duties else None,
    )
    return PlanIndex(situation).notice(window, sample.member, sample.mailbox)


def _broadcast(stage: PreviewInput, language: str) -> Message:
    sample, renderer = stage.sample, stage.renderer
    group = replace(sample.group, language=language or sample.group.language)
    subject, letter = _LETTERS[group.language]
    author = group.contact or Contact("")
    content = renderer.broadcast(group, subject, compose(letter, group), author, stage.now)
    sender = Contact(renderer.sender.address, one_line(group.name))
    to = Contact(sample.mailbox.address, one_line(sample.mailbox.name))
    return Message(_NAME, _NAME, sender, to, with_reader_names(content, sample.mailbox), group.contact)
