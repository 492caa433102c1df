"""Alerts and summaries: laid out as all mail is, in short lines, by the templates that are sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.i18n import speaking
from cagette_notify.core.model import Contact
from cagette_notify.mails.operator_mail import OperatorText, alert_content, operator_content
from tests.fixtures.builders import a_group
from tests.fixtures.golden import golden

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.messages import Content

STYLE = Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None)
LINES = (
    f"members.csv:14: email: not an address: {'a' * 20 + ' ' + 'b' * 40 + ' ' + 'c' * 40!r}",
    "<b>orders.csv</b> has not been written since orders closed",
)


def alert(style: Style = STYLE) -> Content:
    return alert_content(style, LINES, machine="lac.example", config_path="/srv/lac/config.yaml")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_alert_and_a_summary_are_the_ones_that_were_looked_at(language: str) -> None:
    summary = OperatorText(
        "186 of 187 recaps accepted, Friday – Lac",
        "186 of 187 recaps accepted",
        before=("Recaps of the distribution of Friday: 187 left.", "Not reached:"),
        listed=("Zoé Martin (zoe.martin@example.org): no such address",),
        after="You may want to tell them yourself.",
        why="You get this summary because you are the contact of Lac.",
    )
    with speaking(language):
        mails = {"alert": alert(), "summary": operator_content(STYLE, summary, a_group(colour="#7a2e5d"))}

    for name, content in mails.items():
        text = f"Subject: {content.subject}\n\n{content.text}"
        assert text == golden(f"{language}/{name}.txt", text)
        assert content.html == golden(f"{language}/{name}.html", content.html)


def test_no_line_of_its_text_is_wider_than_a_terminal() -> None:
    assert max(map(len, alert().text.splitlines())) < 79


def test_what_fails_may_be_a_template_of_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "layout.html.j2").write_text("{{ nothing }}", encoding="utf-8")
    (tmp_path / "operator.txt.j2").write_text("{{", encoding="utf-8")

    assert alert(Style(STYLE.sender, tmp_path)) == alert()
