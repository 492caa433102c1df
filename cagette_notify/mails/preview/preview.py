"""Preview every kind of mail with real data, sent to nobody; lay a page of them out side by side."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.kinds import CORRECTION, DUTY_KINDS, NOTICE_KINDS, RECAP_KINDS, Kind
from cagette_notify.core.labels import label
from cagette_notify.core.messages import Message
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Mail, Notice, Told
from cagette_notify.core.text import one_line
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from cagette_notify.planning.due_times import END, Window, windows_of
from cagette_notify.planning.plan_input import PlanIndex, PlanInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.mails.preview.sample_data import SampleData
    from cagette_notify.mails.renderer import Renderer


_VIEWS = ((375, "light"), (375, "dark"), (800, "light"))  # pixels wide
_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; background: #e4e4e4; color: #1a1a1a; }
section > div { display: flex; gap: 24px; overflow-x: auto; padding-bottom: 24px; }
figure { margin: 0; }
iframe { border: 1px solid #767676; height: 720px; }
iframe.light { color-scheme: light; background: #ffffff; }
iframe.dark { color-scheme: dark; background: #121212; }
"""


def gallery_page(
    mails: Mapping[tuple[str, str], Message], read: Collection[str], silent: Collection[str]
) -> str:
    """Return a page of HTML, complete in itself, with ``mails`` under their kind and language.

    Those in languages that are ``read`` stand there at once, the others where somebody opens them. Of
    ``silent`` kinds it is said that nobody gets them.
    """
    title = escape(_("An example of each mail"))
    shown = {name: message for name, message in mails.items() if name[1] in read}
    folded = {name: message for name, message in mails.items() if name not in shown}
    summary = escape(_("In a language that nobody in the group reads"))
    behind = f"<details>\n<summary>{summary}</summary>\n{_sections(folded, silent)}\n</details>\n"
    others = behind if folded else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{_sections(shown, silent)}\n{others}</body>\n</html>\n"
    )


def _sections(mails: Mapping[tuple[str, str], Message], silent: Collection[str]) -> str:
    sections = "\n".join(
        _section(name, message, is_silent=name[0] in silent) for name, message in mails.items()
    )
    return f"{_contents(mails)}\n{sections}"


def _contents(names: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="#{_anchor(*name)}">{_called(*name)}</a></li>' for name in names)
    return f"<nav><ul>{items}</ul></nav>"


def _section(name: tuple[str, str], message: Message, *, is_silent: bool) -> str:
    said = escape(_("with the settings of today it leaves to nobody"))
    note = f"<p><em>{said}</em></p>\n" if is_silent else ""
    views = "\n".join(_view(name, message.content.html, width, scheme) for width, scheme in _VIEWS)
    return (
        f'<section id="{_anchor(*name)}">\n<h2>{_called(*name)}</h2>\n'
        f"<p>{escape(message.content.subject)}</p>\n{note}<div>\n{views}\n</div>\n</section>"
    )


def _view(name: tuple[str, str], html: str, width: int, scheme: str) -> str:
    """Return a frame in which a mail can run nothing, and whose scheme is the one that its mail prefers."""
    title = f"{_called(*name)}, {width} px, {scheme}"
    return (
        f'<figure><iframe class="{scheme}" style="width: {width}px" sandbox="" title="{title}" '
        f'srcdoc="{escape(html)}"></iframe></figure>'
    )


def _called(kind: str, language: str) -> str:
    languages = {"fr": _("French"), "en": _("English")}
    return escape(f"{label(kind)}, {languages[language]}")


def _anchor(kind: str, language: str) -> str:
    return f"{language}-{kind}"


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
