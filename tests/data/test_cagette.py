from decimal import Decimal
from pathlib import Path

import pytest

from cagette_notify.core.model import AddressState
from cagette_notify.core.order_book import OrdersState
from tests.data.files import SAMPLES, lines_of, members_of, orders_of

LAYOUTS = ["membres.csv", "membres-2020.csv", "membres-passes-par-excel.csv"]
EXPORT = "Export-commandes-2026-06-12-Cagette.csv"


def a_coop(members: str) -> dict[str, str | bytes]:
    return {
        "groups.csv": f"id;nom;membres\nlac;Le Lac;{members}\n",
        "distributions.csv": "groupe;début;commandes\n"
        "lac;12/06/2026 18h;Export-commandes-{date}-Cagette*.csv\n",
        members: (SAMPLES / members).read_bytes(),
        EXPORT: (SAMPLES / EXPORT).read_bytes(),
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_members_come_out_of_every_layout(tmp_path: Path, layout: str) -> None:
    found = members_of(tmp_path, a_coop(layout))

    assert [member.id for member in found.members] == [str(1000 + 7 * number) for number in range(24)]
    assert [
        (member.id, box.address, box.state.value)
        for member in found.members
        for box in member.mailboxes
        if box.state is not AddressState.USABLE
    ] == [("1035", "5@no.mail", "placeholder"), ("1049", "sans arobase.example.org", "invalid")]
    assert lines_of(found.problems) == [f"{layout}:9: email: not an address: 'sans arobase.example.org'"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_households_keep_both_addresses_and_the_names_of_both(tmp_path: Path, layout: str) -> None:
    members = {member.id: member for member in members_of(tmp_path, a_coop(layout)).members}

    assert [(box.address, box.name) for box in members["1014"].mailboxes] == [
        ("lea.roux2@exemple.example", "Léa ROUX"),
        ("anais.roux.p2@example.org", "Anaïs ROUX"),
    ]
    assert [box.address for box in members["1063"].mailboxes] == ["chloe.legoff9@exemple.example"]
    assert [box.address for box in members["1077"].mailboxes] == ["segolene.nguyen.p11@example.org"]
    assert len({box.key for box in members["1021"].mailboxes}) == 1


def test_the_layouts_differ_only_in_the_letters_that_excel_lost(tmp_path: Path) -> None:
    current, old, excel = (
        [(member.name, member.mailboxes) for member in members_of(tmp_path, a_coop(layout)).members]
        for layout in LAYOUTS
    )

    assert current == old
    assert [name.replace("Ễ", "?").replace("Ł", "L") for name, _boxes in current] == [
        name for name, _boxes in excel
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_orders_of_a_day_are_joined_to_the_members(tmp_path: Path, layout: str) -> None:
    orders = orders_of(tmp_path, a_coop(layout))

    book = orders.books["lac-2026-06-12"]
    assert orders.problems == ()
    assert (book.state, book.file, len(book.lines)) == (OrdersState.READY, EXPORT, 48)
    assert sum(line.total or 0 for line in book.lines) == Decimal("346.35")
    assert {line.product for line in book.lines if line.catalog == "Chèvre"} == {
        'Fromage de chèvre "frais" 150 g.'
    }
    assert [line.quantity for line in book.lines if line.quantity < 1] == [Decimal(0), Decimal("0.5")]


def test_a_household_ordered_what_its_rows_say(tmp_path: Path) -> None:
    lines = orders_of(tmp_path, a_coop("membres.csv")).books["lac-2026-06-12"].lines

    assert [
        (line.product, str(line.quantity), str(line.price), str(line.total), line.paid, line.catalog)
        for line in lines
        if line.member_id == "1000"
    ] == [
        ("Œufs plein air 6 pièce(s)", "2", "2.10", "4.20", True, "Œufs"),
        ("Jus de pomme 1 L.", "2", "3", "6.00", False, "Verger"),
        ("Tomates 1 Kg.", "2", "2.50", "5.00", False, "Légumes"),
    ]


def test_names_as_in_the_orders_of_one_catalog_find_the_same_members(tmp_path: Path) -> None:
    export = (SAMPLES / EXPORT).read_text("utf-8")
    by_name = "\n".join(line.partition(";")[2] for line in export.splitlines()) + "\n"
    files = a_coop("membres.csv")
    with_ids = orders_of(tmp_path, files).books["lac-2026-06-12"].lines
    with_names = orders_of(tmp_path, {**files, EXPORT: by_name.replace("userName", "Nom", 1)})

    assert with_names.problems == ()
    assert [line.member_id for line in with_names.books["lac-2026-06-12"].lines] == [
        line.member_id for line in with_ids
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Prénom,Nom,Courriel,Téléphone portable,Prénom conjoint(e),Nom conjoint(e),Courriel conjoint(e)",
        "PRENOM,nom,E-Mail,Téléphone,Prénom conjoint,Nom conjoint,Email conjoint",
        "Prénom,Nom,Email,Téléphone,Prénom partenaire,Nom partenaire,Email partenaire",
        "Prénom,Nom,Mail,Tél,Prénom du/de la conjoint(e),Nom de la conjointe,Mail de votre conjoint·e",
    ],
)
def test_the_model_for_imports_is_read(tmp_path: Path, header: str) -> None:
    row = "Zoé,Martin,zoe@exemple.example,0600000000,Ana,Roux,ana@exemple.example"
    [member] = members_of(tmp_path, {"members.csv": f"{header}\n{row}\n"}).members

    assert [(box.address, box.name) for box in member.mailboxes] == [
        ("zoe@exemple.example", "Zoé Martin"),
        ("ana@exemple.example", "Ana Roux"),
    ]


def test_the_orders_of_a_day_named_as_those_of_all_say_where_they_belong(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"orders.csv": (SAMPLES / EXPORT).read_bytes()}

    orders = orders_of(tmp_path, files)

    [line] = lines_of(orders.problems)
    where = "name it at the distribution, orders: orders.csv"
    assert line.startswith(f"orders.csv:1: this is Cagette's orders export of a day: {where}")
    assert "{date}" in line


def test_the_orders_of_a_catalog_say_where_they_belong_too(tmp_path: Path) -> None:
    header = "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"

    [line] = lines_of(orders_of(tmp_path, {"orders.csv": header}).problems)

    assert "Cagette's orders export of a catalog: name it at the distribution, orders: orders.csv" in line


def test_orders_that_are_no_export_still_lack_their_column(tmp_path: Path) -> None:
    found = orders_of(tmp_path, {"orders.csv": "member;product;quantity\n1;Pain;1\n"})

    assert lines_of(found.problems) == ["orders.csv:1: no column for: distribution"]
