"""An export of orders that is still to be made is said by whoever promises what depends on it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.data.test_cagette import EXPORT
from tests.fixtures.builders import paris
from tests.fixtures.coop import DISTRIBUTIONS, GROUPS
from tests.fixtures.desk import WITH_EXPORTS, Desk, begun, put
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    import pathlib

    from tests.fixtures.office import Office

BEFORE_THE_CLOSE = utc("2026-06-10T06:00")  # orders close at 20:00, the recap is due the day after at 18:00
BETWEEN = "between today 8:00 pm and tomorrow 6:00 pm"
TO_DO = f"To do {BETWEEN}: export the orders of d1 into %s; orders.csv, which is there,"


@pytest.fixture
def orders(office: Office) -> pathlib.Path:
    """Export the orders while people still order."""
    path = office.coop.folder / "orders.csv"
    export(path, "2026-06-09T12:00")
    office.sends(BEFORE_THE_CLOSE)
    office.at = BEFORE_THE_CLOSE
    return path


def export(orders: pathlib.Path, at: str) -> None:
    os.utime(orders, (paris(at).timestamp(), paris(at).timestamp()))


def said(office: Office, command: str = "status") -> list[str]:
    return office.invoke(command).stdout.replace("\u00a0", " ").splitlines()


def document(office: Office) -> Any:
    return json.loads(office.invoke("status", "--json").stdout)


@pytest.mark.usefixtures("orders")
def test_status_promises_no_recap_without_the_export_that_it_needs(office: Office) -> None:
    there = TO_DO % office.coop.folder
    headline, to_do, *rest = said(office)

    once = f"once the orders are exported ({BETWEEN})"
    assert headline == (
        f"All is well. It ran a moment ago. Next to leave: tomorrow 6:00 pm, 3 recaps, {once}."
    )
    assert to_do == (f"{there} is from before they close. Without a new export, none of its recaps leaves.")
    (row,) = [line for line in rest if "recap_24h" in line]
    assert row.endswith("3, once the orders are exported")
    assert office.invoke("status").exit_code == 0


@pytest.mark.usefixtures("orders")
def test_the_document_names_the_export_that_each_recap_waits_for(office: Office) -> None:
    found = document(office)

    assert [one["export"] for one in found["upcoming"]] == ["orders.csv"]
    assert [one["is_there"] for one in found["exports"]] == [True]


def test_a_new_export_once_orders_are_closed_is_all_that_recaps_need(
    office: Office, orders: pathlib.Path
) -> None:
    export(orders, "2026-06-10T20:10")
    office.at = paris("2026-06-10T20:30")

    shown = " ".join(said(office))

    assert "Next to leave: tomorrow 6:00 pm, 3 recaps." in shown
    assert "To do" not in shown
    assert document(office)["upcoming"][0]["export"] is None


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("at", "when"), [("2026-06-10T20:30", "by tomorrow 6:00 pm"), ("2026-06-11T19:00", "now")]
)
def test_after_the_close_the_export_is_to_be_made_by_the_hour_of_the_recap(
    office: Office, at: str, when: str
) -> None:
    office.at = paris(at)

    assert f"To do {when}: export the orders of d1 into {office.coop.folder}; orders.csv" in said(office)[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("member;distribution;product;quantity\n1;d1;Pain;1\n2;d1;Pa", "orders.csv:3: it ends in the middle"),
        ("", "orders.csv: "),
        ("<html><body>Session expirée</body></html>\n", "orders.csv:1: "),
    ],
)
def test_an_export_that_cannot_be_read_is_to_be_made_again_by_the_hour_of_the_recap(
    office: Office, orders: pathlib.Path, text: str, why: str
) -> None:
    orders.write_text(text, encoding="utf-8")
    export(orders, "2026-06-10T20:10")
    office.sends(paris("2026-06-10T20:30"))
    office.at = paris("2026-06-10T20:30")

    headline, to_do, *_rest = said(office)

    again = f"export the orders of d1 again, into {office.coop.folder}: what is there can't be read"
    assert to_do.startswith(f"To do by tomorrow 6:00 pm: {again} ({why}")
    assert to_do.endswith("). Without a new export, none of its recaps leaves.")
    assert headline.startswith("It runs: the last time just now")
    assert document(office)["upcoming"][0]["export"] == "orders.csv"


def test_what_cannot_be_read_and_will_be_too_old_anyway_is_to_be_made_once_orders_close(
    office: Office, orders: pathlib.Path
) -> None:
    orders.write_text("", encoding="utf-8")
    export(orders, "2026-06-09T12:00")

    headline, to_do, *_rest = said(office)

    assert "All is well" in headline
    assert to_do.startswith(TO_DO % office.coop.folder)


def test_an_export_in_which_nobody_ordered_is_named_once_orders_have_closed(
    office: Office, orders: pathlib.Path
) -> None:
    orders.write_text("member;distribution;product;quantity\n", encoding="utf-8")
    export(orders, "2026-06-10T20:10")
    empty = "orders.csv: no order of d1 is in it, so that nobody gets a recap"
    assert empty not in " ".join(said(office))
    office.sends(paris("2026-06-10T20:30"))
    office.at = paris("2026-06-10T20:30")

    assert said(office)[0].startswith("It runs: the last time just now")
    assert [line.startswith(empty) for line in said(office) if "no order" in line] == [True]
    assert [one["message"].startswith("no order of d1") for one in document(office)["warnings"]] == [True]
    assert empty in office.invoke("check", "--offline").stderr


def test_a_run_and_status_say_of_an_empty_export_once_what_they_both_know(
    office: Office, orders: pathlib.Path
) -> None:
    orders.write_text("member;distribution;product;quantity\n", encoding="utf-8")
    export(orders, "2026-06-10T20:10")
    office.coop.run(paris("2026-06-11T18:05"), says_once=True)
    office.at = paris("2026-06-11T18:06")

    assert sum("no order of d1" in line for line in said(office)) == 1


@pytest.mark.usefixtures("orders")
def test_all_is_not_well_with_a_file_of_before_the_close_once_orders_have_closed(office: Office) -> None:
    office.sends(paris("2026-06-10T20:30"))
    office.at = paris("2026-06-10T20:30")

    assert said(office)[0].startswith("It runs: the last time just now")


@pytest.mark.usefixtures("orders")
def test_recaps_that_still_wait_for_it_are_the_next_to_leave_though_nobody_knows_to_how_many(
    office: Office,
) -> None:
    office.coop.replace(
        "distributions.yaml",
        "- id: d1\n",
        "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-12 08:00}\n- id: d1\n",
    )
    office.at = paris("2026-06-10T20:30")

    shown = said(office)[0]

    assert "Next to leave: tomorrow 6:00 pm, recaps, once the orders are exported" in shown


def test_where_there_is_no_export_yet_its_name_is_said(office: Office, orders: pathlib.Path) -> None:
    orders.unlink()

    assert said(office)[1] == (
        f"To do {BETWEEN}: export the orders of d1 into {office.coop.folder}, as orders.csv. "
        "Without that export, none of its recaps leaves."
    )
    assert [one["is_there"] for one in document(office)["exports"]] == [False]


def test_an_export_that_is_read_from_a_folder_of_its_own_is_to_be_put_there(
    office: Office, orders: pathlib.Path
) -> None:
    orders.unlink()
    office.coop.replace("config.yaml", "orders: orders.csv", "orders: exports/Commandes-{date}*.csv")

    place = office.coop.folder / "exports"
    assert f"export the orders of d1 into {place}, as Commandes-2026-06-12*.csv. " in said(office)[1]


@pytest.mark.usefixtures("orders")
def test_what_leaves_with_a_recap_and_needs_no_export_is_promised_as_ever(office: Office) -> None:
    office.coop.replace(
        "distributions.yaml",
        "- id: d1\n",
        "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 18:00}\n- id: d1\n",
    )

    assert "Next to leave: tomorrow 6:00 pm, 4 openings, 3 recaps, once the orders" in said(office)[0]


@pytest.mark.usefixtures("orders")
def test_check_says_so_too_and_nothing_is_wrong_with_that(office: Office) -> None:
    result = office.invoke("check", "--offline")

    assert TO_DO % office.coop.folder in result.stdout.replace("\u00a0", " ")
    assert result.exit_code == 0


def test_orders_that_stand_with_their_distribution_need_no_export(office: Office) -> None:
    inline = f"{DISTRIBUTIONS}  orders:\n    - {{member: 1, product: Tomates, quantity: 2}}\n"
    office.coop.write("distributions.yaml", inline)
    office.at = BEFORE_THE_CLOSE
    office.sends(BEFORE_THE_CLOSE)

    assert not [line for line in said(office) if "export" in line]
    assert document(office)["exports"] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "line", "off"),
    [
        ("distributions.yaml", "  place:", "  cancelled: yes\n  place:"),
        ("groups.yaml", "  name:", "  disabled: yes\n  name:"),
    ],
    ids=["cancelled", "of a group that is disabled"],
)
def test_what_is_off_after_a_correction_needs_no_export(
    office: Office, file: str, line: str, off: str
) -> None:
    office.sends()
    office.coop.replace("distributions.yaml", "_at: 2026-06-12", "_at: 2026-06-14")
    office.coop.replace("distributions.yaml", "close_at: 2026-06-10", "close_at: 2026-06-12")
    office.sends(office.at)
    assert "export the orders of d1" in office.invoke("status").stdout

    office.coop.replace(file, line, off)
    found, shown = document(office), office.invoke("status").stdout

    assert (found["upcoming"], found["exports"]) == ([], [])
    assert "broadcast lac --to told:d1" in shown
    for answer in (shown, office.invoke("check", "--offline").stdout):
        assert "export the orders" not in answer


def test_what_is_off_and_was_put_off_before_is_not_said_to_have_been_told_already(office: Office) -> None:
    office.sends()
    office.coop.replace("distributions.yaml", "_at: 2026-06-12", "_at: 2026-06-14")
    office.sends(office.at)
    assert [one["already"] for one in document(office)["upcoming"]] == [3]

    office.coop.replace("distributions.yaml", "  place:", "  cancelled: yes\n  place:")

    assert document(office)["upcoming"] == []


OPEN = "orders_open_at: 2026-06-05 8h, orders_close_at: 2026-06-10"
TWO_MORE = f"""\
- {{id: d2, group: lac, starts_at: 2026-06-12 19:00, {OPEN} 21:00}}
- {{id: d3, group: mont, starts_at: 2026-06-13 10:00, {OPEN} 12:00}}
"""


@pytest.mark.usefixtures("orders")
def test_every_distribution_that_waits_for_the_same_file_is_named(office: Office) -> None:
    coop = office.coop
    coop.write("groups.yaml", f"{GROUPS}- {{id: mont, name: Le Mont, contact: {{email: luc@example.org}}}}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n3;lea@example.org;lac|mont\n")
    coop.write("distributions.yaml", f"{DISTRIBUTIONS}{TWO_MORE}")

    shown = said(office)[1]

    assert shown.startswith(
        "To do between today 9:00 pm and tomorrow 6:00 pm: export the orders of d1, d2 and d3 into"
    )
    assert shown.endswith("Without a new export, none of their recaps leaves.")
    assert [one["distributions"] for one in document(office)["exports"]] == [["d1", "d2", "d3"]]


@pytest.mark.usefixtures("orders")
def test_what_closes_after_the_first_recaps_needs_an_export_of_its_own(office: Office) -> None:
    later = TWO_MORE.splitlines()[0].replace("06-12", "06-14").replace("06-10", "06-12")
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}{later}\n")

    first, *_others, second = [line for line in said(office) if "To do" in line]

    assert "tomorrow 6:00 pm: export the orders of d1 into" in first
    assert "Friday 9:00 pm and Saturday 7:00 pm: export the orders of d2 into" in second


@pytest.mark.long
@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("rows", ["1;d1;Pain;1\n", "1;d1;Pain;1\n3;d2;Pain;0\n"])
def test_recaps_of_which_the_file_that_is_there_has_no_order_are_unknown_not_none(
    office: Office, orders: pathlib.Path, rows: str
) -> None:
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}{TWO_MORE.splitlines()[0]}\n")
    orders.write_text(f"member;distribution;product;quantity\n{rows}", encoding="utf-8")
    export(orders, "2026-06-09T12:00")
    office.coop.replace("distributions.yaml", "2026-06-12 19:00", "2026-06-12 17:00")

    shown = said(office)

    assert "Next to leave: tomorrow 5:00 pm, recaps, once the orders are exported" in shown[0]
    (row,) = [line for line in shown if "recap_24h" in line and "(d2)" in line]
    assert row.endswith("the orders are not there yet")
    found = [one["waits_for_orders"] for one in document(office)["upcoming"]]
    assert found == [True, False]


def test_of_both_recaps_that_wait_the_one_is_foretold_that_will_leave(
    office: Office, orders: pathlib.Path
) -> None:
    orders.unlink()
    office.coop.write("members.csv", "id;email;recap_4h\n1;zoe@example.org;yes\n2;luc@example.org;yes\n")
    office.at = paris("2026-06-12T15:00")
    all_have_it = [one["kind"] for one in document(office)["upcoming"]]
    office.coop.replace("members.csv", "luc@example.org;yes", "luc@example.org;no")

    assert all_have_it == ["recap_4h"]
    assert [one["kind"] for one in document(office)["upcoming"]] == ["recap_24h", "recap_4h"]


@pytest.mark.parametrize("is_there", [False, True], ids=["not there", "from before orders close"])
def test_the_export_that_a_correction_waits_for_is_to_be_made_now(office: Office, is_there: bool) -> None:
    office.coop.replace("config.yaml", "orders.csv", "lac-{date}.csv")
    day = "member;distribution;product;quantity\n1;d1;Pain;1\n2;d1;Pain;1\n"
    export(office.coop.write("lac-2026-06-12.csv", day), "2026-06-10T21:00")
    office.sends()
    office.coop.replace("distributions.yaml", "2026-06-12", "2026-06-15")
    if is_there:
        export(office.coop.write("lac-2026-06-15.csv", day), "2026-06-09T12:00")

    headline, to_do, *rest = said(office)

    once = "corrections, once the orders are exported (now, before tomorrow 6:00 pm)"
    assert f"Next to leave: with the next run, {once}" in headline
    assert to_do.startswith("To do now, before tomorrow 6:00 pm: export the orders of d1 into")
    assert to_do.endswith(" export, the correction doesn't leave.")
    assert any(line.startswith("next run") and " correction " in line for line in rest)
    assert document(office)["exports"][0]["by"] == utc("2026-06-12T16:00").isoformat()
    office.at = utc("2026-06-12T16:05")
    assert said(office)[1].startswith("To do by Sunday 6:00 pm: export the orders of d1 into")


def test_init_ends_with_the_export_that_the_first_recaps_need(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "membres.csv", EXPORT)
    export(desk.folder / EXPORT, "2026-06-08T09:00")

    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    assert (
        "  jeudi 11 juin 2026 à 18 h : récap-24h, à 22 adresses\n"
        "      une fois les commandes exportées (entre mercredi 20 h et jeudi 18 h)\n"
    ) in screen
    assert (
        "À faire entre mercredi 20 h et jeudi 18 h : exporter les commandes de la distribution "
        f"amap-du-lac-2026-06-12, à déposer dans {desk.folder} ; {EXPORT}, qui est là, date d’avant leur "
        "clôture. "
    ) in " ".join(screen.split())
