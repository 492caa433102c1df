from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from cagette_notify.core.order_book import OrderLine, OrdersState
from cagette_notify.data.files.file_ages import NextRun
from tests.data.files import ONE_DAY, TWO_GROUPS, lines_of, modified, orders_of
from tests.fixtures.builders import paris

CLOSED_AT = paris("2026-06-10T20:00")
HEADER = "member;distribution;product;quantity\n"


def lines_in(folder: Path, text: str, name: str = "orders.csv") -> tuple[OrderLine, ...]:
    orders = orders_of(folder, {name: text})
    assert orders.problems == ()
    return orders.books["vendredi"].lines


def test_every_field_of_an_order_is_read(tmp_path: Path) -> None:
    text = """
- member: 1
  distribution: vendredi
  product: Tomates
  quantity: "1 234,5"
  unit: kg
  price: 2,50 €
  total: 3 086,25
  paid: oui
  catalog: Légumes
  shared_with: 2
"""
    [line] = lines_in(tmp_path, text, "orders.yaml")

    assert (line.member_id, line.product, line.quantity, line.unit) == (
        "1",
        "Tomates",
        Decimal("1234.5"),
        "kg",
    )
    assert (line.price, line.total, line.paid) == (Decimal("2.5"), Decimal("3086.25"), True)
    assert (line.catalog, line.shared_with, line.origin.line) == ("Légumes", "2", 2)


@pytest.mark.parametrize(
    ("price", "quantity", "total", "expected"),
    [
        ("2,50", "2", "", "5.00"),
        ("2,50", "0.7", "1,80", "1.80"),
        ("0,125", "1", "", "0.13"),
        ("0,135", "1", "", "0.14"),
        ("2,675", "1", "", "2.68"),
        ("3,33", "0.5", "", "1.67"),
        ("2,50", "0", "", "0.00"),
        ("", "2", "", None),
        ("", "2", "1,005", "1.01"),
    ],
)
def test_the_total_of_a_line_is_given_or_price_by_quantity_half_up(
    tmp_path: Path, price: str, quantity: str, total: str, expected: str | None
) -> None:
    text = f"member;distribution;product;quantity;price;total\n1;vendredi;a;{quantity};{price};{total}\n"
    [line] = lines_in(tmp_path, text)

    assert line.total == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1;vendredi;Pain;-1;", "quantity: expected a quantity of 0 or more, not '-1'"),
        ("1;vendredi;Pain;some;", "quantity: expected a number"),
        ("1;vendredi;Pain;3,50 €;", "quantity: a price, where a quantity was expected: '3,50 €'"),
        ("1;vendredi;Pain;2€;", "quantity: a price, where a quantity was expected: '2€'"),
        ("1;vendredi;Pain;2 euros;", "quantity: a price, where a quantity was expected: '2 euros'"),
        ("1;vendredi;Pain;;", "quantity: missing"),
        ("1;vendredi;;1;", "product: missing"),
        (";vendredi;Pain;1;", "member: missing"),
        ("1;;Pain;1;", "distribution: missing"),
        ("1;vendredi;Pain;1;cheap", "price: expected a number"),
        ("9;vendredi;Pain;1;", "member: names no member of the group: '9'"),
        ("1;samedi;Pain;1;", "distribution: no such distribution: 'samedi'"),
    ],
)
def test_a_bad_row_is_set_aside_and_no_other(tmp_path: Path, row: str, problem: str) -> None:
    text = f"member;distribution;product;quantity;price\n{row}\n2;vendredi;Pain;1;\n"
    orders = orders_of(tmp_path, {"orders.csv": text})

    assert [line.member_id for line in orders.books["vendredi"].lines] == ["2"]
    [line] = lines_of(orders.problems)
    assert line.startswith(f"orders.csv:2: {problem}")


def test_rows_that_name_one_distribution_that_there_is_not_are_counted(tmp_path: Path) -> None:
    rows = "1;samedi;Pain;1\n1;vendredi;Lait;1\n2;samedi;Pain;2\n2;dimanche;Pain;1\n2;samedi;Riz;x\n"
    orders = orders_of(tmp_path, {"orders.csv": f"member;distribution;product;quantity\n{rows}"})

    saturday, sunday = lines_of(orders.problems)
    assert saturday.startswith("orders.csv:2: distribution: no such distribution: 'samedi'")
    assert saturday.endswith("(such rows: 3)")
    assert sunday.startswith("orders.csv:5: distribution: no such distribution: 'dimanche'")
    assert "such rows" not in sunday


MEMBERS_ONE_BAD = (
    "id;first_name;last_name;email;last_seen\n"
    "1;Zoé;Martin;zoe@exemple.example;never\n"
    "2;Noël;Bœuf;noel@exemple.example;\n"
    "3;Zoé;Martin;lea@exemple.example;\n"
)


@pytest.mark.parametrize("name", ["1", "zoe@exemple.example"])
def test_an_order_of_somebody_whose_own_row_is_set_aside_says_so_once(tmp_path: Path, name: str) -> None:
    rows = f"{name};vendredi;Pain;1\n{name};vendredi;Lait;1\n2;vendredi;Pain;1\n"
    orders = orders_of(tmp_path, {"members.csv": MEMBERS_ONE_BAD, "orders.csv": HEADER + rows})

    assert lines_of(orders.problems) == [
        f"orders.csv:2: member: names a member whose own row is set aside (members.csv:2): {name!r}"
    ]


def test_what_is_shared_with_somebody_who_is_set_aside_stays_in_both_orders(tmp_path: Path) -> None:
    text = "member;distribution;product;quantity;shared_with\n1;vendredi;Pain;1;2\n2;vendredi;Lait;1;1\n"
    orders = orders_of(tmp_path, {"members.csv": MEMBERS_ONE_BAD, "orders.csv": text})

    lines = orders.books["vendredi"].lines
    assert [(line.member_id, line.shared_with, line.product) for line in lines] == [
        ("1", "2", "Pain"),
        ("2", "", "Lait"),
    ]
    assert orders.books["vendredi"].unread == ()


def test_an_order_that_may_be_of_somebody_who_is_set_aside_is_nobody_elses(tmp_path: Path) -> None:
    text = "Nom du membre;distribution;product;quantity\nMartin Zoé;vendredi;Pain;1\n"
    orders = orders_of(tmp_path, {"members.csv": MEMBERS_ONE_BAD, "orders.csv": text})

    book = orders.books["vendredi"]
    assert book.lines == ()
    assert {line.member_id for line in book.unread} == {"1", "3"}
    [problem] = lines_of(orders.problems)
    assert "names several members of the group: 'Martin Zoé'" in problem


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("N° adh.", "1"),
        ("Code adhérent", "1"),
        ("Membre;Code adhérent", "1;x"),
        ("Code adhérent;Membre", "x;1"),
    ],
)
def test_the_number_of_a_member_tells_whose_an_order_is_where_nothing_surer_does(
    tmp_path: Path, header: str, cell: str
) -> None:
    [line] = lines_in(tmp_path, f"{header};distribution;product;quantity\n{cell};vendredi;Pain;2\n")

    assert line.member_id == "1"


def test_an_order_that_names_nobody_is_said_once(tmp_path: Path) -> None:
    rows = "9;vendredi;Pain;1\n9;vendredi;Œufs;1\n8;vendredi;Pain;1\n"

    assert [problem.line for problem in orders_of(tmp_path, {"orders.csv": HEADER + rows}).problems] == [2, 4]


def test_what_names_nobody_in_two_groups_is_said_in_each(tmp_path: Path) -> None:
    head = "member;distribution;product;quantity;shared_with\n"
    alone = "1;vendredi;Pain;1;\n9;vendredi;Pain;1;\n9;samedi;Pain;1;\n9;dimanche;Pain;1;\n"
    shared = "2;samedi;Pain;1;8\n1;vendredi;Pain;1;8\n2;dimanche;Pain;1;8\n"
    files: dict[str, str | bytes] = {
        "groups.csv": TWO_GROUPS,
        "members.csv": "id;groups\n1;lac\n2;port\n",
        "distributions.csv": f"{ONE_DAY}samedi;port;2026-06-13 18:00;\ndimanche;port;2026-06-14 18:00;\n",
        "orders.csv": head + alone + shared,
    }

    found = [(problem.line, problem.group_id) for problem in orders_of(tmp_path, files).problems]

    assert found == [(3, "lac"), (4, "port"), (6, "port"), (7, "lac")]


@pytest.mark.parametrize(
    "row", ["9;vendredi;Pain;1;1", "2;vendredi;Pain;1;1;oups", "2;vendredo;Pain;1;1", ";vendredi;Pain;1;1"]
)
def test_a_row_that_is_set_aside_is_missing_to_whom_it_is_shared_with(tmp_path: Path, row: str) -> None:
    text = f"member;distribution;product;quantity;shared_with\n1;vendredi;Lait;1;\n{row}\n"

    unread = orders_of(tmp_path, {"orders.csv": text}).books["vendredi"].unread

    assert "1" in {line.member_id for line in unread}


def test_an_order_shared_with_nobody_stands_for_its_own_member(tmp_path: Path) -> None:
    text = "member;distribution;product;quantity;shared_with\n1;vendredi;Pain;1;9\n"
    orders = orders_of(tmp_path, {"orders.csv": text})

    assert [(line.member_id, line.shared_with) for line in orders.books["vendredi"].lines] == [("1", "")]
    assert lines_of(orders.problems) == ["orders.csv:2: shared_with: names no member of the group: '9'"]


def test_a_member_is_named_by_address_too(tmp_path: Path) -> None:
    [by_member, by_email] = (
        lines_in(tmp_path, f"{header};distribution;product;quantity\nZOE@exemple.example;vendredi;Pain;1\n")
        for header in ("member", "E-mail")
    )

    assert by_member[0].member_id == by_email[0].member_id == "1"


HOUSEHOLDS = (
    "id;Prénom;Nom;Email;Prénom partenaire;Nom partenaire;Email partenaire\n"
    "1;Léa;ROUX;lea@exemple.example;Anaïs;BŒUF;anais@exemple.example\n"
    "2;Zoé;MARTIN;zoe@exemple.example;Noël;PETIT;\n"
    "3;Yann;LE GOFF;;;;\n"
    "4;Yann;LE GOFF;;;;\n"
    "5;Eve;KŁOS;;Ana;KŁOS;ana.klos@exemple.example\n"
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ROUX Léa / BŒUF Anaïs", "1"),
        ("roux lea / boeuf anais", "1"),
        ("ROUX Léa", "1"),
        ("MARTIN Zoé / PETIT Noël", "2"),
        ("KŁOS Eve / KŁOS Ana", "5"),
        ("ROUX Léa / PETIT Noël", None),
        ("LE GOFF Yann", None),
        ("Yann LE GOFF", None),
        ("Léa ROUX", "1"),
        ("Léa ROUX / Anaïs BŒUF", "1"),
        ("Léa ROUX / Noël PETIT", None),
        ("MARTIN Zoé / Noël PETIT", "2"),
        ("MARTIN Zoé / INCONNU Paul", "2"),
        ("Zoé MARTIN / Paul INCONNU", "2"),
        ("Zoé MARTIN / Noël PETIT", "2"),
        ("MARTIN Zoé / ROUX Léa", None),
        ("Zoé MARTIN / Anaïs BŒUF", None),
        ("Zoé MARTIN / 1", None),
        ("MARTIN Zoé / anais@exemple.example", None),
        ("MARTIN Zoé / PETIT Noël et ROUX Léa", None),
        ("MARTIN Zoé / PETIT Noël / KŁOS Eve", None),
    ],
)
def test_the_orders_of_one_catalog_are_joined_by_name(tmp_path: Path, name: str, found: str | None) -> None:
    files: dict[str, str | bytes] = {
        "members.csv": HOUSEHOLDS,
        "distributions.csv": "id;group;starts_at;orders\nvendredi;lac;2026-06-12 18:00;catalogue.csv\n",
        "catalogue.csv": "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"
        f'"{name}";"Pain";"5";"1,5";"";"7,50";"true"\n',
    }
    orders = orders_of(tmp_path, files)

    assert [line.member_id for line in orders.books["vendredi"].lines] == ([found] if found else [])
    assert len(orders.problems) == (0 if found else 1)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Anaïs Bœuf", "1"),
        ("BOEUF Anaïs", "1"),
        ("Noël Petit", "2"),
        ("Ana Kłos", "5"),
        ("Noël", None),
        ("Anaïs Roux", None),
    ],
)
@pytest.mark.parametrize("product", ["produit", "productName"])
def test_a_household_is_known_by_the_partners_whole_name(
    tmp_path: Path, product: str, name: str, found: str | None
) -> None:
    text = f"Nom;distribution;{product};quantité\n{name};vendredi;Pain;1\n"
    orders = orders_of(tmp_path, {"members.csv": HOUSEHOLDS, "orders.csv": text})
    book = orders.books["vendredi"]

    assert [line.member_id for line in book.lines] == ([found] if found else [])
    assert len(orders.problems) == (0 if found else 1)


def test_a_name_is_first_that_of_whom_it_calls_as_cagette_does(tmp_path: Path) -> None:
    members = "id;Prénom;Nom;Email\n1;Paul;Martin;paul@example.org\n2;Martin;Paul;martin@example.org\n"
    orders = "Nom;distribution;productName;Quantité\nMartin Paul;vendredi;Pain;1\n"
    found = orders_of(tmp_path, {"members.csv": members, "orders.csv": orders})

    assert [line.member_id for line in found.books["vendredi"].lines] == ["1"]


NAMESAKES = (
    "id;Prénom;Nom;Email;Prénom partenaire;Nom partenaire;Email partenaire\n"
    "1;Zoé;MARTIN;zoe@exemple.example;Luc;PETIT;luc@exemple.example\n"
    "2;Zoé;MARTIN;zoe2@exemple.example;Noël;ROUX;\n"
    "3;Zoé;MARTIN;;;;\n"
    "4;Paul;LE GOFF;paul@exemple.example;;;\n"
    "5;Ana;KŁOS;ana@exemple.example;Paul;LE GOFF;paul5@exemple.example\n"
    "6;Martin;Ève;eve@exemple.example;;;\n"
    "7;Ève;Martin;martin@exemple.example;;;\n"
)
BY_HAND = "Nom;distribution;produit;quantité\n"
BY_CAGETTE = "Nom;distribution;productName;Quantité\n"


@pytest.mark.parametrize(
    ("header", "name", "perhaps"),
    [
        (BY_HAND, "Zoé Martin", "123"),
        (BY_HAND, "MARTIN Zoé", "123"),
        (BY_CAGETTE, "MARTIN Zoé", "23"),
        (BY_CAGETTE, "Zoé Martin", "123"),
        (BY_HAND, "Zoé Martin / Luc Petit", "1"),
        (BY_HAND, "Zoé Martin / Noël Roux", "2"),
        (BY_CAGETTE, "MARTIN Zoé / ROUX Noël", "2"),
        (BY_CAGETTE, "MARTIN Zoé / PETTI Luc", "123"),
        (BY_HAND, "Zoé Martin / Luc", "123"),
        (BY_HAND, "Paul Le Goff", "45"),
        (BY_CAGETTE, "LE GOFF Paul", "4"),
        (BY_HAND, "Ève Martin", "67"),
    ],
)
def test_a_name_of_several_members_is_of_each_perhaps(
    tmp_path: Path, header: str, name: str, perhaps: str
) -> None:
    orders = orders_of(
        tmp_path, {"members.csv": NAMESAKES, "orders.csv": f"{header}{name};vendredi;Pain;1\n"}
    )
    book = orders.books["vendredi"]

    assert [line.member_id for line in book.lines] == ([perhaps] if len(perhaps) == 1 else [])
    assert {line.member_id for line in book.unread} == (set(perhaps) if len(perhaps) > 1 else set())
    assert lines_of(orders.problems) == (
        [f"orders.csv:2: Nom: names several members of the group: {name!r}"] * (len(perhaps) > 1)
    )


@pytest.mark.parametrize(
    ("header", "name", "meant"),
    [
        (BY_HAND, "Luc Petitt", "MARTIN Zoé / PETIT Luc"),
        (BY_CAGETTE, "PETITT Luc", "MARTIN Zoé / PETIT Luc"),
        (BY_HAND, "1", "MARTIN Zoé / PETIT Luc"),
        (BY_HAND, "Ana Kłoss", "KŁOS Ana / LE GOFF Paul"),
        (BY_HAND, "Noël Rouxx", ""),
        (BY_HAND, "3", ""),
    ],
)
def test_who_was_probably_meant_is_named_as_it_would_be_understood(
    tmp_path: Path, header: str, name: str, meant: str
) -> None:
    def problems_with(named: str) -> list[str]:
        text = f"{header}{named};vendredi;Pain;1\n"
        return lines_of(orders_of(tmp_path, {"members.csv": NAMESAKES, "orders.csv": text}).problems)

    hint = f" (did you mean {meant!r}?)" if meant else ""
    if header == BY_CAGETTE:
        hint += "; correct it in members.csv:2: in the export it would be lost with the next one"
    [problem] = [one for one in problems_with(name) if ":2:" in one]

    assert problem == f"orders.csv:2: Nom: names no member of the group: {name!r}{hint}"
    assert not meant or problems_with(meant) == []


@pytest.mark.parametrize(
    ("beside", "whose", "others"),
    [
        ("PETIT Paul", "3", ""),
        ("LE GOFF Yann", "3", ""),
        ("LE GOF Yann", "3", ""),
        ("Roux", "3", ""),
        ("LE GOFF Yann / PETIT Paul", "3", ""),
        ("LE GOFF Yann / ROUX", "3", ""),
        ("LE GOFF Yann / ROUX Léa", "31", "'LE GOFF Yann / ROUX Léa', beside it, is Léa ROUX (1)"),
        ("ROUX Léa / LE GOFF Yann", "31", "'ROUX Léa / LE GOFF Yann', beside it, is Léa ROUX (1)"),
        ("LE GOFF Yann / PETIT Noël", "32", "'LE GOFF Yann / PETIT Noël', beside it, is Zoé MARTIN (2)"),
        ("Yann Le Goff et Zoé Martin", "32", "'Yann Le Goff et Zoé Martin', beside it, is Zoé MARTIN (2)"),
        ("ROUX Léa / BŒUF Anaïs", "31", "'ROUX Léa / BŒUF Anaïs', beside it, is Léa ROUX (1)"),
        ("léa roux", "31", "'léa roux', beside it, is Léa ROUX (1)"),
        ("Noël Petit", "32", "'Noël Petit', beside it, is Zoé MARTIN (2)"),
    ],
)
def test_an_id_with_another_members_name_beside_it_is_of_each_perhaps(
    tmp_path: Path, beside: str, whose: str, others: str
) -> None:
    rows = f"3;{beside};vendredi;Pain;1\n3;{beside};vendredi;Lait;1\n"
    text = f"userId;userName;distribution;product;quantity\n{rows}"
    orders = orders_of(tmp_path, {"members.csv": HOUSEHOLDS, "orders.csv": text})
    book = orders.books["vendredi"]
    ends = "the order may be of each of them"

    assert [line.member_id for line in book.lines] == ["3", "3"] * (not others)
    assert [line.member_id for line in book.unread] == [*whose, *whose] * bool(others)
    assert lines_of(orders.problems) == (
        [f"orders.csv:2: userId: '3' is Yann LE GOFF (3), but {others}: {ends}"] * bool(others)
    )


def test_an_id_with_another_members_address_beside_it_is_of_each_perhaps(tmp_path: Path) -> None:
    text = "id membre;email;distribution;product;quantity\n1;ana@exemple.example;vendredi;Pain;1\n"
    book = orders_of(tmp_path, {"orders.csv": text}).books["vendredi"]

    assert ([line.member_id for line in book.unread], book.lines) == (["1", "2"], ())


@pytest.mark.parametrize("name", ["LE GOFF Paul", "KŁOS Ana / LE GOFF Paul", "Le Goff Paul / Kłos Ana"])
def test_a_partners_name_beside_the_id_is_the_households_though_it_is_a_members_too(
    tmp_path: Path, name: str
) -> None:
    text = f"userId;userName;distribution;productName;quantity\n5;{name};vendredi;Pain;1\n"
    orders = orders_of(tmp_path, {"members.csv": NAMESAKES, "orders.csv": text})

    assert [line.member_id for line in orders.books["vendredi"].lines] == ["5"]


NAMED = "userId;userName;distribution;product;quantity\n1;MARTIN Zoé;vendredi;Lait;1\n"


@pytest.mark.parametrize("name", ["ROUX Léa", "Léa ROUX", "ROUX Léa / BŒUF Anaïs"])
def test_where_a_row_has_no_id_its_name_says_whose_it_is(tmp_path: Path, name: str) -> None:
    text = NAMED.replace("1;MARTIN Zoé", "2;MARTIN Zoé") + f";{name};vendredi;Pain;1\n"
    found = orders_of(tmp_path, {"members.csv": HOUSEHOLDS, "orders.csv": text})

    assert [line.member_id for line in found.books["vendredi"].lines] == ["2", "1"]
    assert (found.books["vendredi"].unread, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("cells", "whose", "problem"),
    [
        (";LE GOFF Yann", ["3", "4"], "userName: names several members of the group: 'LE GOFF Yann'"),
        (";ROUX Lea", ["1"], ""),
        (
            ";M. Léa ROUX",
            ["1"],
            "userName: names no member of the group: 'M. Léa ROUX' (did you mean 'ROUX Léa / ",
        ),
        (";Jean INCONNU", [], "userName: names no member of the group: 'Jean INCONNU'"),
        ("#N/A;ROUX Léa", ["1"], "userId: "),
        (";", ["1", "2", "3", "4", "5"], "userId: missing"),
    ],
)
def test_a_row_without_an_id_may_be_only_of_those_whom_its_name_may_mean(
    tmp_path: Path, cells: str, whose: list[str], problem: str
) -> None:
    text = f"userId;userName;distribution;product;quantity\n{cells};vendredi;Pain;1\n"
    found = orders_of(tmp_path, {"members.csv": HOUSEHOLDS, "orders.csv": text})
    book = found.books["vendredi"]

    assert [*(line.member_id for line in book.lines), *(line.member_id for line in book.unread)] == whose
    assert [str(one).startswith(f"orders.csv:2: {problem}") for one in found.problems] == [True] * bool(
        problem
    )


def test_a_sum_that_stands_where_names_do_is_one_without_an_id_too(tmp_path: Path) -> None:
    found = orders_of(tmp_path, {"orders.csv": f"{NAMED};TOTAL;;;1\n"})

    assert [line.product for line in found.books["vendredi"].lines] == ["Lait"]
    assert [one.is_warning for one in found.problems] == [True]


def test_an_order_reaches_only_members_of_its_own_group(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "groups.csv": TWO_GROUPS,
        "members.csv": "id;groups\n1;lac\n2;port\n",
        "orders.csv": f"{HEADER}1;vendredi;Pain;1\n2;vendredi;Pain;1\n",
    }
    orders = orders_of(tmp_path, files)

    assert [line.member_id for line in orders.books["vendredi"].lines] == ["1"]
    assert [problem.group_id for problem in orders.problems] == ["lac"]


def test_rows_of_other_distributions_are_passed_over(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "distributions.csv": "id;group;starts_at;language\nvendredi;lac;2026-06-12 18:00;\nbad;lac;soon;\n",
        "orders.csv": f"{HEADER}1;vendredi;Pain;1\n1;bad;Pain;none\n",
    }
    orders = orders_of(tmp_path, files)

    assert len(orders.books["vendredi"].lines) == 1
    assert orders.problems == ()


def test_a_distribution_may_carry_its_orders_as_rows(tmp_path: Path) -> None:
    text = """
- id: vendredi
  group: lac
  starts_at: 2026-06-12 18:00
  orders:
    - {member: 1, product: Pain, quantity: 1}
    - {member: 9, product: Pain, quantity: 1}
"""
    orders = orders_of(tmp_path, {"distributions.yaml": text})

    assert [line.member_id for line in orders.books["vendredi"].lines] == ["1"]
    assert lines_of(orders.problems) == ["distributions.yaml:7: member: names no member of the group: '9'"]


@pytest.mark.parametrize(
    ("row", "is_certain"),
    [
        ("{member: 1, distribution: '#N/A', product: Pain, quantity: 1}", False),
        ("{member: 1, distribution: 'Zo\u00c3\u00a9', product: Pain, quantity: 1}", False),
        ("{member: 1, product: Pain, quantity: one}", True),
    ],
)
def test_a_row_whose_distribution_cannot_be_read_may_be_of_another_than_that_whose_rows_they_are(
    tmp_path: Path, row: str, is_certain: bool
) -> None:
    text = f"- id: vendredi\n  group: lac\n  starts_at: 2026-06-12 18:00\n  orders:\n    - {row}\n"

    book = orders_of(tmp_path, {"distributions.yaml": text}).books["vendredi"]

    assert book.lines == ()
    assert [(line.member_id, line.quantity, line.is_certain) for line in book.unread] == [
        ("1", None, is_certain)
    ]


def test_without_any_orders_nobody_ordered(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, {})

    assert orders.books["vendredi"].state is OrdersState.READY
    assert orders.books["vendredi"].lines == ()
    assert orders.problems == ()


def own_file(folder: Path, name: str, files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    (folder / "exports").mkdir(exist_ok=True)
    day = (
        f"id;group;starts_at;orders_close_at;orders\nvendredi;lac;2026-06-12 18:00;2026-06-10 20:00;{name}\n"
    )
    return {"distributions.csv": day, **files}


EXPORT = "userId;productName;Quantité\n1;Pain;1\n"


@pytest.mark.parametrize(
    "name", ["exports/day.csv", "exports/Export-{date}-Cagette*.csv", "exports/Export-{date}.csv"]
)
def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path, name: str) -> None:
    orders = orders_of(tmp_path, own_file(tmp_path, name, {}))

    book = orders.books["vendredi"]
    assert (book.state, book.file) == (OrdersState.WAITING, name.replace("{date}", "2026-06-12"))
    assert lines_of(orders.problems) == [f"{book.file}: not there yet: the recaps of vendredi wait for it"]
    assert orders.problems[0].group_id == "lac"


def test_the_file_for_all_is_waited_for_too(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, {}, orders=str(tmp_path / "orders.csv"))

    assert orders.books["vendredi"].state is OrdersState.WAITING
    assert len(orders.problems) == 1


def test_the_newest_of_several_exports_is_read(tmp_path: Path) -> None:
    files = own_file(
        tmp_path,
        "exports/Export-{date}-Cagette*.csv",
        {
            "exports/Export-2026-06-12-Cagette.csv": EXPORT,
            "exports/Export-2026-06-12-Cagette (1).csv": EXPORT + "2;Pain;1\n",
            "exports/Export-2026-06-19-Cagette.csv": EXPORT + "2;Pain;1\n2;Œufs;1\n",
        },
    )
    orders_of(tmp_path, files)
    modified(tmp_path / "exports/Export-2026-06-12-Cagette.csv", paris("2026-06-01T00:00"))
    orders = orders_of_written(tmp_path, files)

    assert orders == ("exports/Export-2026-06-12-Cagette (1).csv", 2)


def orders_of_written(folder: Path, files: dict[str, str | bytes]) -> tuple[str, int]:
    kept = {name: text for name, text in files.items() if not name.startswith("exports/")}
    book = orders_of(folder, kept).books["vendredi"]
    return book.file, len(book.lines)


def test_a_folder_with_brackets_in_its_name_is_no_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "amap [2026]"
    folder.mkdir()
    files = own_file(folder, "exports/{date}*.csv", {"exports/2026-06-12-a.csv": EXPORT})

    assert orders_of(folder, files).books["vendredi"].state is OrdersState.READY


@pytest.mark.parametrize(
    ("modified_at", "now", "hold_stale", "state"),
    [
        (CLOSED_AT - timedelta(seconds=1), CLOSED_AT, True, OrdersState.STALE),
        (CLOSED_AT, CLOSED_AT, True, OrdersState.READY),
        (CLOSED_AT - timedelta(seconds=1), CLOSED_AT - timedelta(seconds=1), True, OrdersState.READY),
        (CLOSED_AT - timedelta(seconds=1), CLOSED_AT, False, OrdersState.READY),
    ],
)
def test_a_file_older_than_the_closing_of_orders_is_stale(
    tmp_path: Path, modified_at: datetime, now: datetime, hold_stale: bool, state: OrdersState
) -> None:
    files = own_file(tmp_path, "exports/day.csv", {"exports/day.csv": EXPORT})
    orders_of(tmp_path, files)
    modified(tmp_path / "exports/day.csv", modified_at)
    del files["exports/day.csv"]
    orders = orders_of(tmp_path, files, now=now.astimezone(timezone.utc), hold_stale=hold_stale)

    assert orders.books["vendredi"].state is state
    assert len(orders.problems) == (state is OrdersState.STALE)


def test_a_stale_file_is_named_with_what_to_fetch(tmp_path: Path) -> None:
    orders_of(tmp_path, {"orders.csv": HEADER})
    modified(tmp_path / "orders.csv", paris("2026-06-10T12:00"))
    orders = orders_of(tmp_path, {}, orders=str(tmp_path / "orders.csv"), hold_stale=True)

    [line] = lines_of(orders.problems)
    assert line.startswith("orders.csv: older than the end of orders (2026-06-10 20:00)")
    assert line.endswith("the recaps of vendredi wait for a new export")


def test_rows_in_the_distributions_file_are_never_stale(tmp_path: Path) -> None:
    text = """
- {id: vendredi, group: lac, starts_at: 2026-06-12 18:00, orders_close_at: 2026-06-10 20:00,
   orders: [{member: 1, product: Pain, quantity: 1}]}
"""
    orders_of(tmp_path, {"distributions.yaml": text})
    modified(tmp_path / "distributions.yaml", paris("2026-06-01T00:00"))
    (tmp_path / "distributions.csv").unlink(missing_ok=True)
    orders = orders_of(tmp_path, {"distributions.yaml": text}, hold_stale=True)

    assert orders.books["vendredi"].state is OrdersState.READY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('member;distribution;product;quantity\n1;vendredi;"Pain;1\n', "orders.csv:2: a quote"),
        ("member;product;quantity\n1;Pain;1\n", "orders.csv:1: no column for: distribution"),
        ("", "orders.csv: nothing in it"),
    ],
)
def test_an_unreadable_file_stops_the_recaps_that_need_it(tmp_path: Path, text: str, problem: str) -> None:
    files: dict[str, str | bytes] = {
        "distributions.csv": "id;group;starts_at;orders\n"
        "vendredi;lac;2026-06-12 18:00;\nsamedi;lac;2026-06-13 10:00;\njeudi;lac;2026-06-11 18:00;own.csv\n",
        "own.csv": EXPORT,
        "orders.csv": text,
    }
    orders = orders_of(tmp_path, files)

    assert {each: book.state for each, book in orders.books.items()} == {
        "vendredi": OrdersState.UNREADABLE,
        "samedi": OrdersState.UNREADABLE,
        "jeudi": OrdersState.READY,
    }
    [line] = lines_of(orders.problems)
    assert line.startswith(problem)


def test_a_folder_in_the_place_of_an_orders_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").mkdir()
    orders = orders_of(tmp_path, {}, orders=str(tmp_path / "orders.csv"))

    assert lines_of(orders.problems) == ["orders.csv: a folder, where a file was expected"]


def test_a_file_for_all_named_by_its_day_needs_no_column_for_the_distribution(tmp_path: Path) -> None:
    orders_of(tmp_path, {"2026-06-12.csv": EXPORT})
    orders = orders_of(tmp_path, {}, orders=str(tmp_path / "{date}.csv"))

    assert [line.member_id for line in orders.books["vendredi"].lines] == ["1"]


def test_it_does_need_one_on_a_day_with_two_distributions(tmp_path: Path) -> None:
    day = ONE_DAY + "soir;lac;2026-06-12 20:00;\n"
    orders_of(tmp_path, {"2026-06-12.csv": EXPORT})
    orders = orders_of(tmp_path, {"distributions.csv": day}, orders=str(tmp_path / "{date}.csv"))

    assert {book.state for book in orders.books.values()} == {OrdersState.UNREADABLE}


def test_orders_that_change_while_they_are_read_are_not_believed(tmp_path: Path) -> None:
    text = HEADER + "1;vendredi;Pain;1\n"
    path = tmp_path / "orders.csv"

    def clock() -> datetime:
        """Append a row, as somebody who writes while a run is under way."""
        with path.open("a") as file:
            file.write("2;vendredi;Pain;1\n")
        return datetime(2026, 6, 11, 16, tzinfo=timezone.utc)

    orders = orders_of(tmp_path, {"orders.csv": text}, next_run=NextRun(clock, frozenset({"vendredi"})))

    assert orders.books["vendredi"].state is OrdersState.UNREADABLE
    assert lines_of(orders.problems) == ["orders.csv: it changed while it was read"]


@pytest.mark.parametrize("row", ["2;vendredi;Pain", "2;vendredi;Pain;", "2;vend", '2;vendredi;"Pa'])
def test_a_file_cut_inside_a_row_has_no_orders_at_all(tmp_path: Path, row: str) -> None:
    orders = orders_of(tmp_path, {"orders.csv": HEADER + "1;vendredi;Pain;1\n" + row})

    assert orders.books["vendredi"].state is OrdersState.UNREADABLE
    assert [problem.line for problem in orders.problems if "cells" not in problem.message] == [3]


@pytest.mark.parametrize(
    ("rows", "is_cut"),
    [
        ("1;vendredi;Pain;2;2,50\n2;vendredi;Pain;28;", True),
        ("1;vendredi;Pain;2;2,50\n2;vendredi;Pain;28;2,5", True),
        ("1;vendredi;Pain;2;12,50\n2;vendredi;Pain;28;1", True),
        ("1;vendredi;Pain;2;2,50\n2;vendredi;Riz;2;\n2;vendredi;Pain;28;", True),
        ("1;vendredi;Pain;2;\n2;vendredi;Pain;28;", False),
        ("1;vendredi;Pain;2;2,50\n2;vendredi;Pain;28;3,20", False),
        ("1;vendredi;Pain;28;", False),
    ],
)
def test_a_file_that_may_end_in_its_last_cell_is_not_believed(
    tmp_path: Path, rows: str, is_cut: bool
) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"member;distribution;product;quantity;price\n{rows}"})

    assert orders.books["vendredi"].state is (OrdersState.UNREADABLE if is_cut else OrdersState.READY)
    said = [str(problem).partition(": ")[0] for problem in orders.problems]
    assert said == [f"orders.csv:{rows.count(chr(10)) + 2}"] * is_cut


@pytest.mark.parametrize(
    ("columns", "last"),
    [
        ("member;distribution;product;quantity", "1;vendredi;Lait;1,"),
        ("member;distribution;product;quantity;price", "1;vendredi;Lait;1;-"),
        ("member;distribution;product;quantity;paid", "1;vendredi;Lait;1;ou"),
        ("product;quantity;member;distribution", "Lait;1;1;ven"),
        ("distribution;product;quantity;member", "vendredi;Lait;1;10"),
        ("member;distribution;product;quantity;shared_with", "1;vendredi;Lait;1;10"),
    ],
)
def test_a_file_whose_last_cell_is_rather_half_a_one_is_not_believed(
    tmp_path: Path, columns: str, last: str
) -> None:
    cut = orders_of(tmp_path, {"orders.csv": f"{columns}\n{last}"})
    whole = orders_of(tmp_path, {"orders.csv": f"{columns}\n{last}\n"})

    assert cut.books["vendredi"].state is OrdersState.UNREADABLE
    assert str(cut.problems[0]).startswith("orders.csv:2: it ends in this row, or was cut there: ")
    assert whole.books["vendredi"].state is OrdersState.READY


def test_the_export_of_another_distribution_is_no_empty_one(tmp_path: Path) -> None:
    days = "id;group;starts_at;orders\nd1;lac;2026-06-12 18:00;d1.csv\nd2;lac;2026-06-19 18:00;d2.csv\n"
    rows = "member;distribution;product;quantity\n1;d1;Pain;1\n"

    orders = orders_of(tmp_path, {"distributions.csv": days, "d1.csv": rows, "d2.csv": rows})

    assert [orders.books[id_].state for id_ in ("d1", "d2")] == [OrdersState.READY, OrdersState.UNREADABLE]
    assert [str(one) for one in orders.problems] == ["d2.csv: no row is of d2: this is the export of d1"]


@pytest.mark.parametrize("rows", ["", "1;d1;Pain;1\n2;;Pain;1\n"])
def test_an_export_without_a_row_or_with_one_of_its_own_is_read(tmp_path: Path, rows: str) -> None:
    days = "id;group;starts_at;orders\nd1;lac;2026-06-12 18:00;\nd2;lac;2026-06-19 18:00;d2.csv\n"

    orders = orders_of(
        tmp_path, {"distributions.csv": days, "d2.csv": f"member;distribution;product;quantity\n{rows}"}
    )

    assert (orders.books["d2"].state, orders.problems) == (OrdersState.READY, ())


SUMS = [
    "TOTAL",
    "Sous-total",
    "sous total :",
    "Total général",
    "Total TTC",
    "Total de la commande",
    "Subtotal",
    "Totaux",
    "Montant total",
    "Sous totaux",
    "S/total",
    "TOTAL (€)",
    "Somme",
    "Net à payer",
    "Reste à payer",
]
"""As people write them below the rows of a spreadsheet."""


@pytest.mark.parametrize("word", SUMS)
@pytest.mark.parametrize(
    "row",
    ["1;vendredi;{};3;8", "1;vendredi;{};;8", ";;{};;8", ";vendredi;{};3;8", "{};;;;8", "{};vendredi;{};1;8"],
)
def test_a_row_that_sums_up_others_is_no_product(tmp_path: Path, word: str, row: str) -> None:
    rows = f"1;vendredi;Pain;2;6\n{row.format(word, word)}\n2;vendredi;Pain;1;3\n"

    orders = orders_of(tmp_path, {"orders.csv": f"member;distribution;product;quantity;total\n{rows}"})

    book = orders.books["vendredi"]
    assert [(line.member_id, line.product) for line in book.lines] == [("1", "Pain"), ("2", "Pain")]
    assert not book.unread
    assert [str(problem) for problem in orders.problems] == [
        f"orders.csv:3: product: '{word.strip()}' sums up other rows: such rows are left out (1 in this file)"
    ]


PRICED = "member;distribution;product;quantity;total\n1;vendredi;Pain;2;6\n1;vendredi;Lait;1;1,20\n"


@pytest.mark.parametrize(
    "row",
    [
        "1;vendredi;Total Zoé Martin;3;7,20",
        "1;vendredi;Total Lait;1;1,20",
        "1;vendredi;Sous-total légumes;;7,20",
        "1;vendredi;Total du mois;3;",
        ";vendredi;Total Lait;;1,20",
        "Total 1;;;;7,20",
        "Total Zoé Martin;vendredi;;;7,20",
    ],
)
def test_a_row_that_may_be_a_product_is_a_sum_where_it_adds_up_the_rows_above(
    tmp_path: Path, row: str
) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{PRICED}{row}\n2;vendredi;Pain;1;3\n"})

    book = orders.books["vendredi"]
    assert [line.product for line in book.lines] == ["Pain", "Lait", "Pain"]
    assert not book.unread
    assert ["sums up other rows" in str(problem) for problem in orders.problems] == [True]


@pytest.mark.parametrize(
    "row", ["1;vendredi;Total Grain;1;4,50", "1;vendredi;Total Grain;1;1,20", "1;vendredi;Total Grain;1;"]
)
def test_one_that_adds_up_nothing_is_mailed_and_said(tmp_path: Path, row: str) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{PRICED}{row}\n"})

    assert [line.product for line in orders.books["vendredi"].lines] == ["Pain", "Lait", "Total Grain"]
    assert [str(problem).partition(",")[0] for problem in orders.problems] == [
        "orders.csv:4: product: 'Total Grain' reads as the sum of other rows"
    ]
    assert orders.problems[0].is_warning


def test_rows_that_sum_up_others_are_said_once(tmp_path: Path) -> None:
    rows = "".join(f"{member};vendredi;Pain;2;6\n{member};vendredi;TOTAL;2;6\n" for member in (1, 2))

    orders = orders_of(tmp_path, {"orders.csv": f"member;distribution;product;quantity;total\n{rows}"})

    assert [str(problem) for problem in orders.problems] == [
        "orders.csv:3: product: 'TOTAL' sums up other rows: such rows are left out (2 in this file)"
    ]


@pytest.mark.parametrize("product", SUMS)
def test_a_sum_that_stands_alone_says_that_an_order_lacks_its_rows(tmp_path: Path, product: str) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{HEADER}1;vendredi;{product};1\n2;vendredi;Pain;1\n"})

    book = orders.books["vendredi"]
    assert [(line.member_id, line.product) for line in book.lines] == [("2", "Pain")]
    assert [(line.member_id, line.is_certain) for line in book.unread] == [("1", True)]
    (problem,) = orders.problems
    assert f"orders.csv:2: product: '{product.strip()}' sums up other rows, and none" in str(problem)
    assert not problem.is_warning


@pytest.mark.parametrize(("product", "is_said"), [("Total Grain", True), ("Totalement bio", False)])
def test_all_of_an_order_that_may_be_a_product_is_mailed_and_said(
    tmp_path: Path, product: str, *, is_said: bool
) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{HEADER}1;vendredi;{product};1\n2;vendredi;Pain;1\n"})

    assert {line.product for line in orders.books["vendredi"].lines} == {product, "Pain"}
    assert ["it is mailed as a product" in str(problem) for problem in orders.problems] == [True] * is_said


def test_a_product_whose_name_begins_like_a_sum_is_one(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{HEADER}1;vendredi;Pain;1\n1;vendredi;Total Grain;1\n"})

    assert [line.product for line in orders.books["vendredi"].lines] == ["Pain", "Total Grain"]


def test_orders_of_which_no_row_names_a_member_stop_nobody_else(tmp_path: Path) -> None:
    text = "- {ember: 1, distribution: vendredi, product: Pain, quantity: 1}\n"

    found = orders_of(tmp_path, {"orders.yaml": text})

    assert found.books["vendredi"].lines == ()
    assert [str(one) for one in found.problems] == [
        "orders.yaml:1: unknown key 'ember'; did you mean 'member'?"
    ]


def test_who_stands_twice_in_a_households_name_is_one_member(tmp_path: Path) -> None:
    members = "id;Prénom;Nom;Email\n1;Zoé;MARTIN;zoe@exemple.example\n"
    text = "member_name;distribution;product;quantity\nMARTIN Zoé / MARTIN Zoé;vendredi;Pain;1\n"

    found = orders_of(tmp_path, {"members.csv": members, "orders.csv": text})

    assert found.problems == ()
    assert [line.member_id for line in found.books["vendredi"].lines] == ["1"]
