"""``check-member`` of who is in several groups: which of them it is about is said, and signs the reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import GROUPS
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

MER = "- {id: mer, name: La Mer, contact: {name: Bob, email: bob@example.org}}\n"
DISTRIBUTIONS = """\
- {id: l1, group: lac, starts_at: 2026-06-12 18:00, place: Salle}
- {id: e1, group: mer, starts_at: 2026-06-12 18:00, place: Quai}
"""
NO_ORDER = "pour la distribution du vendredi 12 juin 2026{group}, nous ne trouvons pas de commande"


def two_groups(office: Office, orders: str, groups: str = "lac|mer", **cells: str) -> None:
    """Put Zoé in both groups, each with a distribution at the same hour, and let their recaps leave."""
    office.coop.write("groups.yaml", GROUPS + MER)
    names, values = ";".join(["", *cells]), ";".join(["", *cells.values()])
    office.coop.write(
        "members.csv",
        f"id;first_name;last_name;email;groups{names}\n1;Zoé;Martin;{ZOE};{groups}{values}\n"
        "2;Noël;Bœuf;noel@example.org;mer\n3;Léa;Roux;lea@example.org;lac\n",
    )
    office.coop.write("distributions.yaml", DISTRIBUTIONS)
    office.coop.write(
        "orders.csv", f"member;distribution;product;quantity\n{orders}2;e1;Pain;1\n3;l1;Pain;1\n"
    )
    office.sends()


@pytest.mark.parametrize("groups", ["lac|mer", "mer|lac"])
@pytest.mark.parametrize(
    ("orders", "group_of_none", "signature", "contact"),
    [
        ("1;l1;Pain;2\n", "La Mer", "La Mer", "bob@example.org"),
        ("1;e1;Pain;2\n", "Les Paniers du Lac", "Les Paniers du Lac", "coordination@paniersdulac.example"),
    ],
)
def test_the_group_without_an_order_is_named_and_signs(  # noqa: PLR0917 - both ways round
    office: Office, groups: str, orders: str, group_of_none: str, signature: str, contact: str
) -> None:
    two_groups(office, orders, groups)

    reply, verdict = office.reply_to("1"), " ".join(office.invoke("check-member", "1").stdout.split())

    assert NO_ORDER.format(group=f" (groupe « {group_of_none} »)") in reply
    assert f"(Friday 12 June 2026, {group_of_none}) goes only to those who ordered" in verdict
    assert reply.rstrip().endswith(signature)
    assert contact in reply


def test_two_groups_without_an_order_on_one_day_are_both_named(office: Office) -> None:
    two_groups(office, "")

    reply = office.reply_to("1")

    assert NO_ORDER.format(group=" (groupe « La Mer »)") in reply
    assert NO_ORDER.format(group=" (groupe « Les Paniers du Lac »)") in reply


def test_it_is_said_in_english_too(office: Office) -> None:
    two_groups(office, "1;l1;Pain;2\n", language="en")

    assert "the distribution of Friday 12 June 2026 (group “La Mer”) we find no order" in office.reply_to("1")


def test_who_is_in_one_group_is_told_no_name(office: Office) -> None:
    two_groups(office, "", groups="mer")

    assert NO_ORDER.format(group="") in office.reply_to("1")
    assert "(Friday 12 June 2026) goes only" in " ".join(office.invoke("check-member", "1").stdout.split())


def test_the_group_whose_mail_is_next_is_named(office: Office) -> None:
    two_groups(office, "1;l1;Pain;2\n1;e1;Pain;2\n")
    office.coop.write(
        "distributions.yaml",
        DISTRIBUTIONS + "- {id: e2, group: mer, starts_at: 2026-06-14 18:00, place: Quai}\n",
    )
    office.coop.replace("orders.csv", "2;e1", "1;e2;Pain;1\n2;e1")

    assert "la distribution du dimanche 14 juin 2026 (groupe « La Mer ») ; il" in office.reply_to("1")


def test_the_group_whose_correction_waits_is_named(office: Office) -> None:
    two_groups(office, "1;l1;Pain;2\n1;e1;Pain;2\n")
    office.coop.replace("distributions.yaml", "place: Quai", "place: Halle")
    (office.coop.folder / "orders.csv").unlink()
    office.sends(utc("2026-06-11T16:15"))

    reply = office.reply_to("1")

    assert "La distribution (groupe « La Mer ») vous avait été annoncée" in reply
    assert "e1 (La Mer) was told" in office.checks("1")["last_messages"]["summary"]
    assert reply.rstrip().endswith("La Mer")


def test_the_group_that_is_held_is_named_and_signs(office: Office) -> None:
    two_groups(office, "1;l1;Pain;2\n")
    others = "".join(f"{n};M{n};X;m{n}@example.org;mer\n" for n in range(10, 30))
    office.coop.replace("members.csv", "3;Léa", f"{others}3;Léa")
    office.coop.replace("orders.csv", "2;e1", "10;e1;Pain;1\n2;e1")
    office.sends(utc("2026-06-11T16:15"))
    office.coop.replace("members.csv", others, "")

    reply = office.reply_to("1")

    assert "Les envois du groupe « La Mer » sont suspendus" in reply
    assert reply.rstrip().endswith("La Mer")
