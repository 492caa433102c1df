"""Exports that went through a spreadsheet make the mails that the exports make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import SAMPLES
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

LAYOUTS = ["membres", "membres-2020", "membres-passes-par-excel"]
EXPORT = "Export-commandes-2026-06-12-Cagette"
OF_ITS_OWN = frozenset(("message-id", "content-type", "x-cagette-campaign", "x-mj-customid"))
"""Headers with something of the ledger's own, or made up at random."""


def run_with(folder: Path, layout: str, suffix: str) -> tuple[Coop, RunReport]:
    folder.mkdir()
    coop = Coop(folder)
    for name in (layout, EXPORT):
        coop.write(f"{name}.{suffix}", (SAMPLES / f"{name}.{suffix}").read_bytes())
    coop.replace("groups.yaml", "  name:", f"  members: {layout}.{suffix}\n  name:")
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.replace("distributions.yaml", "  place:", f"  orders: {EXPORT}.{suffix}\n  place:")
    return coop, coop.run(A_DAY_BEFORE)


def as_sent(mail: EmailMessage) -> tuple[object, ...]:
    headers = [(name, str(value)) for name, value in mail.items() if name.lower() not in OF_ITS_OWN]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return (
        headers,
        *((part.get_content_type(), part.get_filename(), part.get_payload(decode=True)) for part in parts),
    )


@pytest.mark.dear
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_mail_is_the_same_to_the_byte(tmp_path: Path, layout: str) -> None:
    coop, report = run_with(tmp_path / "csv", layout, "csv")
    mails = sorted(map(as_sent, coop.mails()), key=repr)
    assert len(mails) == 22

    for suffix in ("xlsx", "ods", "xls"):
        same, again = run_with(tmp_path / suffix, layout, suffix)

        assert sorted(map(as_sent, same.mails()), key=repr) == mails
        assert len(again.problems) == len(report.problems)
