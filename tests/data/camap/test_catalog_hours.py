"""Where catalogs have hours of their own, each mail names them, and nobody misses the first to close."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.database import CamapCoop

MINUTE = timedelta(minutes=1)
OPENED = utc("2026-06-05T16:05")
FIRST_CLOSES = utc("2026-06-10T20:00")
LAST_CLOSES = utc("2026-06-11T10:00")
EGGS = 'Volailles ; œufs, "frais"'


def text_to(coop: CamapCoop, address: str) -> str:
    *_others, mail = (one for one in coop.mails() if one["To"].addresses[0].addr_spec == address)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    texts = ["".join(part.get_content()) if part else "" for part in parts]
    plain = " ".join(texts[0].split())
    assert "jusqu’au" in texts[1]
    return plain.replace("\u00a0", " ")


def clear(coop: CamapCoop) -> None:
    for mail in (coop.folder / "outbox").glob("*.eml"):
        mail.unlink()


@pytest.mark.dear
def test_an_opening_names_the_hours_of_each_catalog(coop: CamapCoop) -> None:
    coop.run(OPENED - timedelta(days=3))
    clear(coop)
    coop.run(OPENED)

    text = text_to(coop, "zoe.martin@example.org")
    assert "Vous pouvez commander pour la distribution suivante :" in text
    assert "Légumes d'été : jusqu’au mercredi 10 juin 2026 à 22 h" in text
    assert f"{EGGS} : du lundi 8 juin 2026 à 8 h au jeudi 11 juin 2026 à 12 h" in text


def test_a_closing_is_due_before_the_first_of_them_and_stays_so_until_the_last(coop: CamapCoop) -> None:
    coop.replace("config.yaml", "prices: show", "notices: {closing: {default: yes}}")
    coop.run(FIRST_CLOSES - timedelta(days=3))
    due = FIRST_CLOSES - timedelta(hours=24)

    early = [line for line in coop.run(due - MINUTE).lines if line.kind == Kind.CLOSING]
    clear(coop)
    coop.run(due)
    late = coop.run(LAST_CLOSES - MINUTE, dry_run=True)
    over = coop.run(LAST_CLOSES, dry_run=True)

    assert early == []
    text = text_to(coop, "JB.OCONNOR@example.org")
    assert "Légumes d'été : jusqu’au mercredi 10 juin 2026 à 22 h" in text
    assert f"{EGGS} : jusqu’au jeudi 11 juin 2026 à 12 h" in text
    assert [one.kind for one in late.lines if one.kind == Kind.CLOSING]
    assert not [one.kind for one in over.lines if one.kind == Kind.CLOSING]


def test_whoever_has_ordered_needs_no_closing_as_orders_are_known_as_of_now(coop: CamapCoop) -> None:
    coop.replace("config.yaml", "prices: show", "notices: {closing: {default: yes}}")
    due = FIRST_CLOSES - timedelta(hours=24)
    coop.run(due - timedelta(days=3))

    report = coop.run(due)

    of = {line.member: (line.status, line.reason) for line in report.lines if line.kind == Kind.CLOSING}
    assert of["101"] == ("skipped", "has_order")
    assert of["104"] == ("sent", "")
    assert of["105"] == ("sent", "")  # took all of it back


def test_a_recap_says_of_which_catalog_the_order_can_change(coop: CamapCoop) -> None:
    at = utc("2026-06-10T21:00")
    coop.database.do(
        "UPDATE MultiDistrib SET distribStartDate = '2026-06-11 18:00:00', distribEndDate = NULL"
        " WHERE id = 51"
    )
    coop.run(at - timedelta(days=3))
    clear(coop)
    coop.run(at)

    text = text_to(coop, "zoe.martin@example.org")
    assert "Vous pouvez encore modifier votre commande : Légumes d'été : commandes closes" in text
    assert f"{EGGS} : jusqu’au jeudi 11 juin 2026 à 12 h" in text


def test_where_all_have_the_same_hours_they_are_said_once(coop: CamapCoop) -> None:
    coop.database.do(
        "UPDATE Distribution SET orderStartDate = '2026-06-05 18:00', orderEndDate = '2026-06-10 22:00'"
        " WHERE multiDistribId = 51"
    )
    coop.run(OPENED - timedelta(days=3))
    clear(coop)
    coop.run(OPENED)

    text = text_to(coop, "zoe.martin@example.org")
    assert "Vous pouvez commander jusqu’au mercredi 10 juin 2026 à 22 h pour la distribution suivante" in text
    assert "Légumes d'été :" not in text
