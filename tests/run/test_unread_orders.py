"""Orders of which a row can't be read: the recap says so, and nobody is told a total that is too small."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Reason, Status
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

BEFORE_ALL = utc("2026-06-10T18:30")
HEADER = "member;distribution;product;quantity;price;shared_with\n"
LATER = utc("2026-06-11T16:15")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.run(BEFORE_ALL)
    return coop


def orders(coop: Coop, *rows: str) -> None:
    coop.write("orders.csv", HEADER + "".join(f"{row}\n" for row in rows))


@pytest.mark.parametrize("rows", [[], ["1;d9;Pain;1;3;"]], ids=["none", "of another distribution"])
def test_an_export_in_which_nobody_ordered_is_said_once_its_recaps_are_due(
    coop: Coop, rows: list[str]
) -> None:
    coop.replace(
        "distributions.yaml", "- id: d1\n", "- {id: d9, group: lac, starts_at: 2026-07-01 18:00}\n- id: d1\n"
    )
    orders(coop, *rows)

    early, due, later = (coop.run(at, says_once=True) for at in (BEFORE_ALL, A_DAY_BEFORE, LATER))

    said = "orders.csv: no order of d1 is in it, so that nobody gets a recap; if people did order: export"
    assert [line.startswith(said) for line in due.news] == [True]
    assert (early.news, later.news, exit_status_of(due)) == ((), (), 0)


def text_to(coop: Coop, address: str) -> str:
    [mail] = [mail for mail in coop.mails() if mail["To"].addresses[0].addr_spec == address]
    return text_of(mail)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


def test_a_recap_shows_no_total_where_the_fees_in_it_cannot_be_read(coop: Coop) -> None:
    rows = "1;d1;Miel;2;3;#N/A\n1;d1;Pain;1;4;0,20\n3;d1;Lait;1;3;0,10\n"
    coop.write("orders.csv", f"member;distribution;product;quantity;price;frais\n{rows}")

    report = coop.run(A_DAY_BEFORE)

    assert [problem.field for problem in report.problems] == ["fees"]
    incomplete, whole = text_to(coop, "zoe@example.org"), text_to(coop, "lea@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Total" not in incomplete
    assert "Total : 3,10 €" in whole.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "bad",
    [
        "1;d1;Pain;2;cheap;",
        "1;d1;Pain;some;2,50;",
        "1;d1;Pain;;2,50;",
        "1;d1;;1;2,50;",
        "1;d1;Pain; tranché;1;2,50;",
        "1;d1;Pain; tranché; bio;1;2,50",
        "2;d1;Pain;2;cheap;1",
    ],
)
def test_a_recap_of_which_a_row_was_set_aside_says_so_and_shows_no_total(coop: Coop, bad: str) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", bad, "3;d1;Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    incomplete, whole = text_to(coop, "zoe@example.org"), text_to(coop, "lea@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Tomates" in incomplete
    assert "Total" not in incomplete
    assert "n’a pas pu être lue" not in whole
    assert "Total : 3,00 €" in whole.replace("\u202f", " ").replace("\xa0", " ")
    assert exit_status_of(report) == 1


@pytest.mark.parametrize(
    "bad",
    [
        ["1;d1;Tomates;some;2,50;"],
        ["1;d1;Tomates;2;cheap;"],
        ["1;d1;;2;2,50;"],
        ["1;d1;#N/A;2;2,50;"],
        ["1;d1;Pain;0;2,50;", "1;d1;Tomates;2;#REF!;"],
        ["2;d1;;2;2,50;1"],
    ],
)
def test_an_order_of_which_no_line_can_be_read_waits_until_it_is_mended(coop: Coop, bad: list[str]) -> None:
    orders(coop, *bad, "3;d1;Lait;1;3,00;")
    waiting = coop.run(A_DAY_BEFORE)
    told = coop.mailed()
    orders(coop, "1;d1;Tomates;2;2,50;", "3;d1;Lait;1;3,00;")
    mended = coop.run(LATER)

    reasons = [line.reason for line in waiting.lines if line.member == "1" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    assert told == ["lea@example.org"]
    assert counted(mended)["sent"] == 1
    assert "Total" in text_to(coop, "zoe@example.org")


@pytest.mark.parametrize(
    "row",
    [
        "1;D1;Pain;2;2,50;",
        "1;d 1;Pain;2;2,50;",
        "1;d1.;Pain;2;2,50;",
        "1;;Pain;2;2,50;",
        "1;#N/A;Pain;2;2,50;",
    ],
)
def test_a_row_that_may_be_of_an_order_is_missing_in_its_recap(coop: Coop, row: str) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", row, "3;d1;Lait;1;3,00;")

    coop.run(A_DAY_BEFORE)

    incomplete, whole = text_to(coop, "zoe@example.org"), text_to(coop, "lea@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Total" not in incomplete
    assert "n’a pas pu être lue" not in whole
    assert "Total" in whole


@pytest.mark.parametrize("day", ["lac-2026-06-05", "2026-06-05", "vendredi"])
def test_a_row_of_another_day_is_missing_in_no_recap(coop: Coop, day: str) -> None:
    coop.replace("distributions.yaml", "id: d1", "id: lac-2026-06-12")
    orders(coop, "1;lac-2026-06-12;Tomates;2;2,50;", f"1;{day};Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" not in text_to(coop, "zoe@example.org")


@pytest.mark.parametrize("day", ["lac-2026-06-1", "2026-06-12", "lac 2026-06-12"])
def test_a_row_of_a_day_that_may_be_misspelt_is_missing_in_its_recap(coop: Coop, day: str) -> None:
    coop.replace("distributions.yaml", "id: d1", "id: lac-2026-06-12")
    orders(coop, "1;lac-2026-06-12;Tomates;2;2,50;", f"1;{day};Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" in text_to(coop, "zoe@example.org")


DAYS_OF_D1 = [
    *("2026-06-12", "12/06/2026", "12.6.26", "2026-06-12 18:00", "2026/06/12T18:00", "20260612", "12/06"),
    *("lac-2026-06-12", "vendredi 12 juin", "Distribution du 12 juin 2026", "12 Jun. 2026"),
]


@pytest.mark.parametrize("day", DAYS_OF_D1)
def test_a_row_that_names_the_day_is_missing_in_the_recap_of_that_day(coop: Coop, day: str) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", f"1;{day};Pain;2;2,50;", f"3;{day};Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    incomplete = text_to(coop, "zoe@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Total" not in incomplete
    reasons = [line.reason for line in report.lines if line.member == "3" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    assert any(f"no such distribution: '{day}' (did you mean 'd1'?)" in str(one) for one in report.problems)


SEVERAL = (
    "d1, d2",
    "d1|d2",
    "d1/d2",
    "d1 + d2",
    "d1 et d2",
    "D1 d2",
    "d1-d2",
    "12 et 19 juin",
    "d2, vendredi 12/06",
)


@pytest.mark.parametrize("named", [*SEVERAL, "lac/d1"])
def test_a_row_that_names_several_distributions_is_missing_in_the_orders_of_each(
    coop: Coop, named: str
) -> None:
    two_days(coop)
    orders(coop, "1;d1;Tomates;2;2,50;", f"1;{named};Pain;2;2,50;", f"3;{named};Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    incomplete = text_to(coop, "zoe@example.org")
    assert "n’a pas pu être lue" in incomplete
    assert "Total" not in incomplete
    reasons = [line.reason for line in report.lines if line.member == "3" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    said = f"names several distributions: '{named}'"
    assert any(said in str(one) for one in report.problems) is (named in SEVERAL)


def test_a_first_of_the_month_that_is_named_before_another_day_is_of_that_month(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-12", "2026-07-01")
    orders(coop, "1;d1;Tomates;2;2,50;", "1;1er et 8 juillet;Pain;2;2,50;")

    coop.run(utc("2026-06-30T16:05"))

    assert "n’a pas pu être lue" in text_to(coop, "zoe@example.org")


def test_a_row_that_names_several_distributions_is_missing_in_no_other(coop: Coop) -> None:
    two_days(coop)
    orders(coop, "1;d1;Tomates;2;2,50;", "1;d2, d3;Pain;2;2,50;", "1;19 et 26 juin;Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert "Total" in text_to(coop, "zoe@example.org")


def two_days(coop: Coop) -> None:
    day = (coop.folder / "distributions.yaml").read_text(encoding="utf-8")
    later = day.replace("id: d1", "id: d2").replace("06-12", "06-19")
    coop.write("distributions.yaml", day + later)


def test_a_row_that_names_the_distribution_is_missing_in_its_recap(coop: Coop) -> None:
    coop.replace("distributions.yaml", "id: d1", "id: d1\n  name: Fête de l'été")
    orders(coop, "1;d1;Tomates;2;2,50;", "1;FÊTE de l’été;Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" in text_to(coop, "zoe@example.org")


@pytest.mark.parametrize(
    "day", ["05/06/2026", "12/06/2025", "2026-12-06", "lac-2026-06-19", "12 juillet", "13 juin 2026", "12/07"]
)
def test_a_row_that_names_another_day_is_missing_in_no_recap(coop: Coop, day: str) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", f"1;{day};Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert "Total" in text_to(coop, "zoe@example.org")


@pytest.mark.parametrize(
    ("day", "is_missing"), [("le vendredi", True), ("12/06", True), ("19/06/2026", False)]
)
def test_a_row_of_a_distribution_s_own_file_is_of_no_other_unless_it_says_another_day(
    coop: Coop, day: str, is_missing: bool
) -> None:
    coop.replace("distributions.yaml", "id: d1", "id: d1\n  orders: orders.csv")
    orders(coop, "1;d1;Tomates;2;2,50;", f"1;{day};Pain;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert ("Total" not in text_to(coop, "zoe@example.org")) is is_missing


def test_a_row_of_another_group_s_day_is_missing_in_no_recap(coop: Coop) -> None:
    coop.write("groups.yaml", (coop.folder / "groups.yaml").read_text() + "- {id: port, name: Le Port}\n")
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n2;noel@example.org;port\n")
    orders(coop, "1;d1;Tomates;2;2,50;", "2;D1;Pain;2;2,50;")

    report = coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" not in text_to(coop, "zoe@example.org")
    assert {line.member for line in report.lines if line.kind == "recap_24h"} <= {"1", "3"}


@pytest.mark.parametrize("row", ["zoe@example.org;d1;Pain;2;2,50;", "zoe@example.org;D1;Pain;2;2,50;"])
def test_a_row_that_two_members_may_mean_is_missing_in_the_recap_of_each(coop: Coop, row: str) -> None:
    coop.write(
        "members.csv",
        "first_name;last_name;email\nZoé;Martin;zoe@example.org\nJo;Petit;zoe@example.org\nLéa;;lea@example.org\n",
    )
    mine = [f"zoe@example.org {name};d1;Tomates;2;2,50;" for name in ("zoe martin", "jo petit")]
    orders(coop, *mine, row, "lea@example.org;d1;Lait;1;3,00;")

    coop.run(A_DAY_BEFORE)

    texts = [text_of(mail) for mail in coop.mails()]
    assert sum("n’a pas pu être lue" in text for text in texts) == 2
    assert len(texts) == 3


@pytest.mark.parametrize(
    "row", [";d1;Lait;1;2,00;", "#N/A;d1;Lait;1;2,00;", ";;Lait;1;2,00;", ";d1;Lait;;2,00;"]
)
def test_a_row_that_names_nobody_is_missing_in_every_recap_as_it_may_be_of_any_order(
    coop: Coop, row: str
) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", row, row, "3;d1;Lait;1;3,00;", row)

    report = coop.run(A_DAY_BEFORE)

    for address in ("zoe@example.org", "lea@example.org"):
        text = text_to(coop, address)
        assert text.count("n’a pas pu être lue") == 1
        assert "Total" not in text
    reasons = [line.reason for line in report.lines if line.member == "2" and line.kind == "recap_24h"]
    assert set(reasons) == {Reason.WAITING_FOR_ORDERS.value}
    assert exit_status_of(report) == 1


UNREADABLE = pytest.mark.parametrize("shared", ["#N/A", "2|#N/A", "{prenom}", "=A1", "ZoÃ©"])


@UNREADABLE
def test_a_row_that_does_not_tell_who_shares_it_may_be_missing_to_all_but_its_own_member(
    coop: Coop, shared: str
) -> None:
    orders(coop, f"1;d1;Tomates;2;2,50;{shared}", "2;d1;Panier;1;12,50;", "3;d1;Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    own, *others = (text_to(coop, f"{who}@example.org") for who in ("zoe", "noel", "lea"))
    assert "n’a pas pu être lue" not in own
    assert "Total" in own
    assert all("n’a pas pu être lue" in text and "Total" not in text for text in others)
    assert exit_status_of(report) == 1


@UNREADABLE
def test_whoever_may_share_a_row_that_does_not_tell_with_whom_waits(coop: Coop, shared: str) -> None:
    orders(coop, f"1;d1;Tomates;2;2,50;{shared}", "2;d1;Panier;1;12,50;")
    waiting = coop.run(A_DAY_BEFORE)
    told = coop.mailed()
    orders(coop, "1;d1;Tomates;2;2,50;3", "2;d1;Panier;1;12,50;")
    mended = coop.run(LATER)

    reasons = [line.reason for line in waiting.lines if line.member == "3" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    assert told == ["maelle@example.org", "noel@example.org", "zoe@example.org"]
    assert counted(mended)["sent"] == 1
    assert "Tomates" in text_to(coop, "lea@example.org")


def test_rows_of_two_members_that_do_not_tell_who_shares_them_may_be_missing_to_both(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;#N/A", "2;d1;Panier;1;12,50;#N/A")

    coop.run(A_DAY_BEFORE)

    texts = [text_to(coop, f"{who}@example.org") for who in ("zoe", "noel")]
    assert all("n’a pas pu être lue" in text for text in texts)


@pytest.mark.parametrize("row", ["#N/A;{};Tomates;2;2,50;2", "1;{};Tomates;2;2,50;#N/A"])
def test_a_row_that_names_no_distribution_may_be_missing_to_whom_it_may_be(coop: Coop, row: str) -> None:
    orders(coop, row.format("D1"), "2;d1;Panier;1;12,50;", "3;d1;Lait;1;3,00;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" in text_to(coop, "lea@example.org")


@pytest.mark.parametrize("nobody", ["null", "(vide)", "N/A", "nan"])
def test_a_row_that_says_that_nobody_shares_it_is_missing_to_nobody(coop: Coop, nobody: str) -> None:
    orders(coop, f"1;d1;Tomates;2;2,50;{nobody}", "3;d1;Lait;1;3,00;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" not in text_to(coop, "lea@example.org")


def test_nothing_of_something_is_shared_with_nobody(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;0;2,50;#N/A", "3;d1;Lait;1;3,00;")

    coop.run(A_DAY_BEFORE)

    assert "n’a pas pu être lue" not in text_to(coop, "lea@example.org")


def test_a_row_that_names_nobody_is_not_the_order_of_the_only_member(coop: Coop) -> None:
    coop.write("members.csv", "id;email\n1;zoe@example.org\n")
    orders(coop, ";d1;Tomates;2;2,50;")

    coop.run(A_DAY_BEFORE)

    assert coop.mails() == []


@pytest.mark.parametrize("row", [";d1;;;24,50;", ";d1;Lait;0;2,00;", "9;d1;Lait;1;2,00;"])
def test_sums_nothing_of_something_and_the_order_of_a_stranger_are_missing_in_no_recap(
    coop: Coop, row: str
) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;", row)

    coop.run(A_DAY_BEFORE)

    assert "Total" in text_to(coop, "zoe@example.org")


def test_orders_whose_member_stands_in_the_first_row_of_each_alone_show_no_total(coop: Coop) -> None:
    coop.replace("distributions.yaml", "id: d1", "id: d1\n  orders: merged.csv")
    rows = "1;Pain;2;3,00\n;Lait;1;2,00\n;Œufs;6;0,50\n3;Pain;1;3,00\n;Miel;1;9,00\n"
    coop.write("merged.csv", f"member;product;quantity;price\n{rows}")
    coop.run(A_DAY_BEFORE)

    coop.write("merged.csv", "member;product;quantity;price\n1;Pain;2;3,00\n2;Pain;1;3,00\n")
    mended = coop.run(LATER)

    assert len(coop.mails()) == 4
    assert counted(mended)["sent"] == 2
    assert "Total" not in text_to(coop, "zoe@example.org") + text_to(coop, "lea@example.org")
    assert "Total" in text_to(coop, "noel@example.org")


@pytest.mark.parametrize("quantity", ["2", "some"])
def test_whoever_has_only_a_row_that_may_be_of_their_order_waits(coop: Coop, quantity: str) -> None:
    orders(coop, f"1;D1;Tomates;{quantity};2,50;", "3;d1;Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    reasons = [line.reason for line in report.lines if line.member == "1" and line.kind == "recap_24h"]
    assert reasons == [Reason.WAITING_FOR_ORDERS.value]
    assert coop.mailed() == ["lea@example.org"]


def test_a_line_of_quantity_0_that_cannot_be_read_is_no_order_to_wait_for(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;0;cheap;", "3;d1;Lait;1;3,00;")

    report = coop.run(A_DAY_BEFORE)

    reasons = [line.reason for line in report.lines if line.member == "1" and line.kind == "recap_24h"]
    assert reasons == [Reason.NO_ORDER.value]


def test_whoever_was_told_of_an_order_that_cannot_be_read_any_more_hears_of_the_new_hour(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;")
    coop.run(A_DAY_BEFORE)
    orders(coop, "1;d1;Tomates;some;2,50;")
    still = coop.run(LATER)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")

    corrected = coop.run(utc("2026-06-11T16:25"))

    assert counted(still).get("sent", 0) == 0
    assert counted(corrected)["sent"] == 1


def test_a_recap_of_which_a_row_was_set_aside_is_not_said_to_be_paid(coop: Coop) -> None:
    rows = "1;d1;Tomates;2;2,50;oui\n1;d1;Pain;2;cheap;oui\n3;d1;Lait;1;3,00;oui\n"
    coop.write("orders.csv", f"member;distribution;product;quantity;price;paid\n{rows}")

    coop.run(A_DAY_BEFORE)

    incomplete, whole = text_to(coop, "zoe@example.org"), text_to(coop, "lea@example.org")
    assert "– payé" not in incomplete.partition("incomplète")[2]
    assert "– payé" in whole
    assert [mail["Subject"] for mail in coop.mails() if "payé" in mail["Subject"]] == []


def test_a_recap_that_was_put_off_is_not_dropped_while_its_order_cannot_be_read(coop: Coop) -> None:
    orders(coop, "1;d1;Tomates;2;2,50;")
    coop.run(A_DAY_BEFORE)
    with closing(sqlite3.connect(coop.folder / "ledger.sqlite3")) as raw:
        raw.execute("UPDATE notices SET status = 'deferred', message_id = ''")
        raw.commit()
    orders(coop, "1;d1;Tomates;some;2,50;")

    report = coop.run(LATER)

    assert "dropped" not in report.counts
    assert {entry.status for entry in coop.entries()} == {Status.DEFERRED}


@pytest.mark.parametrize("quantity", ["some", "2"])
def test_an_order_that_cannot_be_read_makes_nobody_inactive(coop: Coop, quantity: str) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "inactive_after: 30d\n")
    coop.write("members.csv", "id;email;last_seen\n1;zoe@example.org;2026-01-15\n")
    orders(coop, f"1;d1;Tomates;{quantity};2,50;")

    report = coop.run(A_DAY_BEFORE)

    reasons = {line.reason for line in report.lines if line.kind == "recap_24h"}
    assert Reason.INACTIVE.value not in reasons
    assert counted(report).get("sent", 0) == (1 if quantity == "2" else 0)


def test_a_recap_of_a_row_torn_by_a_comma_names_its_product_and_no_amount_of_it(coop: Coop) -> None:
    rows = ("1,d1,Tomme,1,12,90", "1,d1,Oeufs,6,0,40", '1,d1,Pain,1,"3,50",')
    coop.write("orders.csv", "\n".join(("member,distribution,product,quantity,price,total", *rows, "")))

    report = coop.run(A_DAY_BEFORE)

    text = text_to(coop, "zoe@example.org")
    assert "1 × Tomme" in text
    assert "6 × Oeufs" in text
    assert "3,50 €" in text
    assert not any(wrong in text for wrong in ("12,", "90", "40", "Total"))
    assert [problem.line for problem in report.problems] == [2, 3]
    assert exit_status_of(report) == 1
