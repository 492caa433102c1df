"""The table of kinds: whole for each of them, and asked by everybody who would otherwise name one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.log import log_command
from cagette_notify.cli.notifications import notifications_command
from cagette_notify.cli.preview import preview_command
from cagette_notify.cli.send_due import send_due_command
from cagette_notify.config.load import Style
from cagette_notify.core.kinds import NOTICE_KINDS, Kind, Spans
from cagette_notify.core.model import Contact, Distribution
from cagette_notify.core.package_files import templates_folder
from cagette_notify.mails.preview.preview import LANGUAGES, PREVIEW_KINDS
from cagette_notify.mails.renderer import Renderer
from cagette_notify.mails.reply_views import FindingView, NextView, ReplyView
from cagette_notify.mails.views import Reader
from tests.fixtures.builders import a_contact, a_member
from tests.fixtures.memory import SPANS
from tests.house import MODULES, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

ORDINARY_WORDS = {"duty"}
ABOUT_ONE_KIND = {
    "broadcast": {
        "broadcast/departures.py",
        "core/unsubscriptions.py",
        "mails/preview/preview.py",
        "run/too_late/expire_and_drop.py",
        "run/due_now.py",
        "run/plan_and_send.py",
    },
    "alert": {"run/operator_mail/alerts.py"},
    "summary": {"run/operator_mail/summaries.py", "run/operator_mail/unsubscription_news.py"},
}
"""Where a kind may be named: no plan knows copies and what operators are told; each has its own maker."""


def kinds_compared_in(module: str) -> Iterator[str]:
    """Yield the kinds that a module compares with, or looks for among others, by their values."""
    for node in ast.walk(tree_of(module)):
        compared = (node.left, *node.comparators) if isinstance(node, ast.Compare) else ()
        patterns = (node.pattern,) if isinstance(node, ast.match_case) else ()
        for part in (part for each in (*compared, *patterns) for part in ast.walk(each)):
            if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "Kind":
                yield Kind[part.attr].value


@pytest.mark.long
@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_a_kind_is_asked_not_named(kind: str) -> None:
    naming = {module for module in MODULES if kind in kinds_compared_in(module)}

    assert naming == ABOUT_ONE_KIND.get(kind, set())


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_the_row_of_a_notice_is_whole(kind: Kind) -> None:
    traits = kind.traits
    settings = {name: default for name, default, _about in traits.settings}

    assert {traits.moment, traits.occasion_day or "starts_at"} <= {*Distribution.__struct_fields__}
    assert settings["default"] in {"yes", "no"}
    assert all("{count}" in text for text in traits.counted)
    assert traits.columns
    assert traits.needs_order or traits.needs_duty or "{day}" in traits.if_inactive
    assert not (traits.told_to_group and (traits.needs_order or traits.needs_duty or traits.is_corrected))
    assert traits.superseded_by is not kind


def test_a_broadcast_is_no_notice() -> None:
    assert Kind.BROADCAST not in NOTICE_KINDS
    assert not Kind.BROADCAST.traits.settings


@pytest.mark.parametrize("kind", [kind for kind in PREVIEW_KINDS if kind in {*Kind}])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_its_templates(kind: str, language: str) -> None:
    folder = templates_folder() / language

    assert [(folder / f"{kind}.{part}.j2").is_file() for part in ("subject", "txt", "html")] == [True] * 3


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("command", [preview_command, log_command, send_due_command, notifications_command])
def test_help_names_each_kind(command: click.Command, kind: Kind) -> None:
    texts = (command.help, *(getattr(param, "help", "") for param in command.params))

    assert kind.value in " ".join(filter(None, texts))


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reply_to_a_member_knows_what_to_call_each_kind(kind: Kind, language: str) -> None:
    view = ReplyView(
        language=language,
        member=Reader("Zoé", "Martin", "Zoé Martin"),
        group=None,
        sender=a_contact(),
        findings=(FindingView("some_off", kinds=(kind.value,)),),
        next=NextView(kind.value, "vendredi 12 juin 2026", ""),
        asks_back=False,
        settings_url="",
        help_url="",
    )

    text = Renderer(Style(Contact("noreply@example.org"), None)).reply(view)

    assert a_member().first_name in text
    assert kind.value not in text or kind.value in ORDINARY_WORDS


def test_a_notice_can_be_due_as_long_as_the_longest_lead_or_lateness() -> None:
    leads = [kind.traits.lead for kind in NOTICE_KINDS]

    assert SPANS.longest == max(*leads, *SPANS.late.values())
    assert Spans({}).longest == max(leads)
