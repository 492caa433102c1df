"""What is broken in a data file is said, and is neither mailed nor taken for a change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, MEMBERS, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

EVERYBODY = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
LATER = A_DAY_BEFORE + timedelta(minutes=15)
BOTH_RECAPS = "notices: {recap_4h: {default: yes}}\n"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path, extra=BOTH_RECAPS)
    coop.run(LONG_AGO)
    return coop


def said(report: RunReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


@pytest.mark.parametrize(
    "name",
    [
        *("Zo\x8e".encode("latin-1"), "ZoÃ©".encode(), "Zo\ufffd".encode()),
        *(
            b"#N/A",
            b"#NOM ?",
            "#VALEUR\u00a0!".encode(),
            b"#name?",
            b"Err:502",
            b"err:504",
            b"###",
            b"########",
        ),
        *(b"N/A", b"n/a", b"(vide)", b"(blank)", b"Loading...", "Chargement…".encode()),
        *(b"=A1", b"= -Feuil1!A1", b"='Feuille 1'!$B$12", b"=RECHERCHEV(A1,B:C,2)", b"=XLOOKUP(A1,B:B,C:C)"),
        *(b"?", b"-", b"--", "—".encode(), b"..."),
        *(b"nan", b"NaN", b"None", b"undefined"),
        *(b'"Zo&eacute;"', b'"Zo&#233;"', b'"Zo&#xE9;"', b'"Zo&amp;eacute;"', b"Zo=C3=A9", b"Zo\\u00e9"),
        *(b"H?l?ne", "HÚlÞne".encode(), b"Zo?", b"Andr? (fils)", b"Zo%C3%A9"),
        *(b"{prenom}", b"{{ first-name }}", b"${prenom}", b"%PRENOM%", b"<<prenom>>"),
        *(
            b"[object Object]",
            "«NOM»".encode(),
            "‹prénom>".encode(),
            b"<<nom>>",
            b"00:00:00",
            b"Jean_x0020_Paul",
        ),
        *("#¿NOMBRE?".encode(), b"#WERT!"),
        *(b"0", b"45819", b"12/06", b'"3,76E+12"', b"1E+10", b"TRUE", b"VRAI"),
        *(rb"Zo\xe9", rb"Zo\\xe9", rb"b'Zo\xc3\xa9'", b"b'Zoe'", rb"Zo\351", rb"Zo\303\251"),
        *(b"Zo=E9", b"Zo%E9", b"H=E9l=E8ne", b"%C9ric", b"Zo&eacute", b"Zo&eacute Martin", b"Zo&#233"),
        *("FrancÌ§ois".encode(), "FrancÃßois".encode(), "Franc╠ºois".encode(), "LÂ’Hôte".encode()),
        *(b"*|FNAME|*", b"[[data:firstname]]", b"%%first%%", b"$prenom", "[Prénom]".encode()),
        *(
            b"[first name]",
            "<b>Rémi</b>".encode(),
            "Rémi<br>".encode(),
            b"Remi<br/>",
            b"True",
            b"false",
            b"Vrai",
        ),
        *(b"https://x.fr", b"www.x.fr"),
    ],
)
def test_a_name_that_is_broken_is_said_and_greets_nobody(coop: Coop, name: bytes) -> None:
    rows = b"id;first_name;last_name;email\n1;%b;Martin;zoe@example.org\n2;Ana;Roux;noel@example.org\n"
    coop.write("members.csv", rows % name)

    report = coop.run(A_DAY_BEFORE)

    assert said(report)[0].startswith("members.csv:2: first_name: ")
    assert counted(report)["sent"] == 2
    [zoe] = [mail for mail in coop.mails() if "zoe@" in mail["To"]]
    assert text_of(zoe).startswith("Bonjour,")
    assert zoe["To"].addresses[0].display_name in {"", "Martin"}


@pytest.mark.parametrize(
    "name",
    [
        *("Na", "Nan", "Null", "NONE", "Zoé?", "O", "N", "Vide", "Anne-=A1", "=)", "=Z"),
        *("«Nom", "[Ana]", "Ana_x00", "#Ana!", "Ana: Zoé"),
        *("Faux", "FAUX", "Ana 2", "{Ana", "100 % Ana", "<3", "%C3", "Ana?!é", "E+12"),
        *("Sel & poivre", "R&D", '"AT&T;"', '"Max &nothing; Co"', "Zo=CAFE", "C:\\users"),
        *(
            "Vitamine=D3",
            "x=E5",
            "10%EAU",
            "12=E9cm",
            "Salle=E2",
            "a < b",
            "Ana <bio>",
            "C:\\xerox",
            "2\\351",
        ),
        *("$5", "*Ana*", "Vraie", "Truelle", "ZEKÂ’NIN", "R&Daring", "Mr. X", "b'Ana"),
    ],
)
def test_an_odd_name_is_a_name(coop: Coop, name: str) -> None:
    coop.replace("members.csv", "1;Zoé;Martin", f"1;{name};{name}")

    assert said(coop.run(A_DAY_BEFORE)) == []
    [zoe] = [mail for mail in coop.mails() if "zoe@" in mail["To"]]
    assert text_of(zoe).startswith("Bonjour {},".format(name.strip('"')))


def test_a_sign_in_place_of_the_contacts_name_is_said(coop: Coop) -> None:
    coop.replace("groups.yaml", "name: Claire Fontaine", "name: '?'")

    assert said(coop.run(A_DAY_BEFORE)) == ["groups.yaml:3: contact_name: '?' is nobody's name"]


def test_a_stand_in_for_an_address_costs_that_address_only(coop: Coop) -> None:
    coop.write("members.csv", "first_name;email;partner_email\nZoé;zoe@example.org;N/A\n")
    coop.write("orders.csv", "member;distribution;product;quantity\nzoe@example.org;d1;Pain;1\n")

    report = coop.run(A_DAY_BEFORE)

    assert said(report) == ["members.csv:2: partner_email: not an address: 'N/A'"]
    assert coop.mailed() == ["zoe@example.org"]


@pytest.mark.parametrize(
    "product",
    [
        "N/A",
        "(vide)",
        "=A1",
        "nan",
        "NaN",
        "Jus=C3=A9",
        "Eau &amp; sel",
        "%PRODUIT%",
        "3,76E+12",
        "<b>Miel</b>",
        r"Cr\xe8me",
    ],
)
def test_a_stand_in_for_a_product_is_said(coop: Coop, product: str) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", f'1;d1;Tomates;2;2,50\n1;d1;"{product}";1;3')

    assert said(coop.run(A_DAY_BEFORE))[0].startswith(f"orders.csv:3: product: {product!r}")
    assert not any(product in text_of(mail) for mail in coop.mails())


@pytest.mark.parametrize(
    "product",
    [
        *(
            "01/02/2026",
            "2026-01-02",
            "2026-01-02 00:00",
            "1/2/26",
            "TRUE",
            "False",
            "VRAI",
            "FAUX",
            "-",
            "—",
        ),
        *("12-juin", "juin-26", "1-févr.", "12-Jun", "Dec-25", "12/06", "31/01", "05/12"),
    ],
)
def test_what_a_spreadsheet_made_of_a_product_is_said_and_missing_in_the_recap(
    coop: Coop, product: str
) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", f"1;d1;Tomates;2;2,50\n1;d1;{product};1;3")

    report = coop.run(A_DAY_BEFORE)

    assert said(report)[0].startswith(f"orders.csv:3: product: {product!r}")
    [recap] = [text_of(mail) for mail in coop.mails() if "zoe@" in mail["To"]]
    assert "3,00" not in recap
    assert "n’a pas pu être lue" in recap
    assert "Total" not in recap


@pytest.mark.parametrize(
    "product",
    ["3", "1/2", "2026", "Faux-filet", "12-06", "-20 %", "01/02/2026 Panier", "10/12", "00/12", "Mars-Venus"],
)
def test_a_product_that_may_be_somebodys_shorthand_is_mailed(coop: Coop, product: str) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", f"1;d1;{product};2;2,50")

    report = coop.run(A_DAY_BEFORE)

    assert said(report) == []
    assert any(product in text_of(mail) for mail in coop.mails())


@pytest.mark.parametrize(("row", "price"), [("1500;g;3;4,50", "3"), ("2;;3,5;4,50", "3.5")])
def test_a_price_that_does_not_make_the_total_beside_it_is_said_and_not_mailed(
    coop: Coop, row: str, price: str
) -> None:
    header = "member;distribution;product;quantity;unit;price;total\n"
    coop.write("orders.csv", f"{header}1;d1;Pommes;{row}\n1;d1;Lait;2;l;2;4\n")

    report = coop.run(A_DAY_BEFORE)

    assert [one.partition(" x ")[0] for one in said(report)] == [f"orders.csv:2: price: {price}"]
    [recap] = [" ".join(text_of(mail).split()) for mail in coop.mails() if "zoe@" in mail["To"]]
    assert "Pommes 4,50 €" in recap
    assert "€/g" not in recap
    assert "3,50" not in recap
    assert "2,00 €/L" in recap
    assert "8,50 €" in recap


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_a_file_from_an_old_mac_or_dos_is_said_in_one_line_and_no_accent_of_it_is_mailed(
    coop: Coop, encoding: str
) -> None:
    rows = "id;prénom;last_name;email\n1;Zoé;à;zoe@example.org\n2;Benoît;Noël;noel@example.org\n"
    coop.write("members.csv", rows.encode(encoding, "replace"))

    report = coop.run(A_DAY_BEFORE)

    [line] = said(report)
    assert line.startswith("members.csv:1: the accents look wrong: this seems to be saved as ")
    assert line.endswith("save the file as UTF-8 (in a spreadsheet: CSV UTF-8)")
    assert counted(report)["sent"] == 2
    assert all(text_of(mail).startswith("Bonjour,") for mail in coop.mails())
    assert {mail["To"].addresses[0].display_name for mail in coop.mails()} <= {"", "Ana"}


def test_lost_names_of_columns_are_said_though_no_row_has_an_accent(coop: Coop) -> None:
    coop.write(
        "members.csv", "id;prénom;email\n1;Ana;zoe@example.org\n2;Luc;noel@example.org\n".encode("cp850")
    )

    report = coop.run(A_DAY_BEFORE)

    [line] = said(report)
    assert line.startswith("members.csv:1: the accents look wrong: this seems to be saved as DOS (CP850)")
    assert counted(report)["sent"] == 2


def test_accents_in_doubt_are_no_new_place_and_cost_nobody_their_mail(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    in_dos = (coop.folder / "distributions.yaml").read_text(encoding="utf-8").encode("cp850", "replace")
    coop.write("distributions.yaml", in_dos)

    report = coop.run(LATER)
    four_hours_before = coop.run(utc("2026-06-12T12:05"))

    assert [line.partition(": the accents")[0] for line in said(report)] == ["distributions.yaml:7: place"]
    assert counted(report).get("sent", 0) == 0
    assert counted(four_hours_before)["sent"] == 3


def test_orders_in_latin_9_are_mailed_with_their_ligatures_and_euros(coop: Coop) -> None:
    coop.replace("orders.csv", "Tomates", "Œufs et bœuf à 2 €")
    coop.write("orders.csv", (coop.folder / "orders.csv").read_text(encoding="utf-8").encode("iso-8859-15"))

    assert said(coop.run(A_DAY_BEFORE)) == []
    assert any("Œufs et bœuf à 2 €" in text_of(mail) for mail in coop.mails())


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_accents_that_are_no_letters_of_any_encoding_read_here_are_said_with_the_cure(
    coop: Coop, encoding: str
) -> None:
    coop.write(
        "members.csv", MEMBERS.replace("Zoé", "Élise, Hélène, François, ìã").encode(encoding, "replace")
    )

    [line] = said(coop.run(A_DAY_BEFORE))

    assert line.startswith("members.csv: neither UTF-8")
    assert line.endswith("save the file as UTF-8 (in a spreadsheet: CSV UTF-8)")


@pytest.mark.long
@pytest.mark.parametrize(
    "place",
    [
        "N/A",
        "(vide)",
        "=A1",
        "'#N/A'",
        "'#REF!'",
        "#N/A",
        "#NOM ?",
        "'#NOM ?'",
        "'Err:502'",
        "'Erreur :502'",
        "Salle des fÃªtes",
        "Salle de l&#39;église",
        "undefined",
    ],
)
def test_a_place_that_is_broken_is_no_new_place(coop: Coop, place: str) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "place: Salle des fêtes", f"place: {place}")

    broken = coop.run(LATER)
    four_hours_before = coop.run(utc("2026-06-12T12:05"))
    coop.replace("distributions.yaml", f"place: {place}", "place: Salle des fêtes")
    mended = coop.run(utc("2026-06-12T12:20"))

    assert said(broken)[0].startswith("distributions.yaml:7: place: ")
    assert counted(broken).get("sent", 0) == 0
    assert counted(four_hours_before)["sent"] == 3
    assert said(mended) == []
    assert counted(mended).get("sent", 0) == 0
    assert sum("Salle des fêtes" in text_of(mail) for mail in coop.mails()) == 6
    assert not any(place.strip("'") in text_of(mail) for mail in coop.mails())


def test_an_error_that_yaml_takes_for_a_comment_is_said_once_wherever_it_stands(coop: Coop) -> None:
    coop.write(
        "groups.yaml",
        "- id: lac\n  name: Les Paniers du Lac\n  contact:\n    name: #REF!\n    email: #N/A\n",
    )
    coop.replace("distributions.yaml", "place: Salle", "catalogs:\n    - #N/A\n    - Pain\n  place: Salle")

    lines = [line.partition(": ")[::2] for line in said(coop.run(A_DAY_BEFORE))]

    assert [(at, what.partition(" ")[0]) for at, what in lines][:2] == [
        ("groups.yaml:4", "contact_name:"),
        ("groups.yaml:5", "contact_email:"),
    ]
    assert [at for at, what in lines if what.startswith("'#N/A' is taken for a comment")] == [
        "distributions.yaml:8"
    ]


WITH_PLACE = "id;group;starts_at;Lieu\nd1;lac;2026-06-12 18:00;Salle des fêtes\n"


@pytest.mark.long
@pytest.mark.parametrize(
    "without",
    [
        "id;group;starts_at\nd1;lac;2026-06-12 18:00\n",
        "id;group;starts_at;Adresse du local\nd1;lac;2026-06-12 18:00;Salle des fêtes\n",
        "id;group;starts_at;Lieu\nd1;lac;2026-06-12 18:00;\n",
    ],
    ids=["no column", "another name", "an empty cell"],
)
def test_a_place_that_is_missing_is_no_new_place(coop: Coop, without: str) -> None:
    coop.replace("config.yaml", "distributions.yaml", "distributions.csv")
    coop.write("distributions.csv", WITH_PLACE)
    coop.run(A_DAY_BEFORE)
    coop.write("distributions.csv", without)
    lost = coop.run(LATER)
    coop.write("distributions.csv", WITH_PLACE)
    back = coop.run(LATER + timedelta(minutes=10))
    coop.write("distributions.csv", WITH_PLACE.replace("Salle des fêtes", "Gymnase"))
    moved = coop.run(LATER + timedelta(minutes=20))

    assert [counted(report).get("sent", 0) for report in (lost, back, moved)] == [0, 0, 3]


def test_an_hour_that_is_new_while_the_place_is_missing_is_told_with_the_place_that_was_told(
    coop: Coop,
) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place:")
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 17:00")
    corrected = coop.run(LATER)
    coop.replace("distributions.yaml", "place:", "place: Salle des fêtes")

    back = coop.run(LATER + timedelta(minutes=15))

    assert [counted(report).get("sent", 0) for report in (corrected, back)] == [3, 0]
    assert sum("Salle" in text_of(mail) for mail in coop.mails()) == 6


def test_a_place_that_comes_once_recaps_have_left_without_one_is_told(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place:")
    coop.run(A_DAY_BEFORE)
    still = coop.run(LATER)
    coop.replace("distributions.yaml", "place:", "place: Salle des fêtes")

    told = coop.run(LATER + timedelta(minutes=15))

    assert [counted(report).get("sent", 0) for report in (still, told)] == [0, 3]


def test_a_real_move_after_a_broken_place_is_told(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: '#N/A'")
    coop.run(LATER)
    coop.replace("distributions.yaml", "place: '#N/A'", "place: Gymnase")

    report = coop.run(LATER + timedelta(minutes=15))

    assert counted(report)["sent"] == 3
    assert coop.mailed() == sorted(EVERYBODY * 2)


@pytest.mark.long
@pytest.mark.parametrize("start", ["'#N/A'", "'#VALEUR!'", "#VALEUR!", "vendrÃ©di"])
def test_a_start_that_is_broken_is_no_new_start_and_calls_nothing_off(coop: Coop, start: str) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", f"starts_at: {start}")

    broken = coop.run(LATER)
    coop.replace("distributions.yaml", f"starts_at: {start}", "starts_at: 2026-06-12 18:00")
    mended = coop.run(LATER + timedelta(minutes=15))

    assert said(broken)[0].startswith("distributions.yaml:3: starts_at: ")
    assert (counted(broken), broken.events, counted(mended).get("sent", 0)) == ({}, (), 0)
    assert coop.mailed() == EVERYBODY


def test_an_id_that_is_broken_makes_nobody_somebody_else(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1", "zoe@example.org;d1")
    coop.run(A_DAY_BEFORE)
    coop.write("members.csv", MEMBERS.replace("\n1;", "\n#N/A;").replace("\n3;", "\n#N/A;"))
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Gymnase")

    broken = coop.run(LATER)

    assert [line.split(": ")[:2] for line in said(broken)[:2]] == [
        ["members.csv:2", "id"],
        ["members.csv:4", "id"],
    ]
    assert coop.mailed() == sorted([*EVERYBODY, "maelle@example.org", "noel@example.org"])


def test_an_address_that_is_broken_names_nobody_by_their_partner(coop: Coop) -> None:
    coop.write(
        "members.csv",
        "first_name;email;partner_first_name;partner_email\n"
        "Zoé;zoe@example.org;;\nNoël;#N/A;Maëlle;maelle@example.org\n",
    )

    report = coop.run(OPENED)

    assert said(report)[0].startswith("members.csv:3: email: '#N/A' is a spreadsheet's error")
    assert coop.mailed() == ["zoe@example.org"]


def test_a_product_that_is_broken_is_not_named(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", "1;d1;Tomates;2;2,50\n1;d1;#N/A;1;3")

    report = coop.run(A_DAY_BEFORE)

    assert "orders.csv:3: product: '#N/A' is a spreadsheet's error, not a value" in said(report)
    assert not any("#N/A" in text_of(mail) for mail in coop.mails())


def test_an_order_for_a_broken_distribution_is_no_order_for_the_one_whose_file_it_is(coop: Coop) -> None:
    coop.replace("distributions.yaml", "  place:", "  orders: orders.csv\n  place:")
    coop.replace("orders.csv", "1;d1;Tomates", "1;#N/A;Tomates")

    report = coop.run(A_DAY_BEFORE)

    assert "orders.csv:2: distribution: '#N/A' is a spreadsheet's error, not a value" in said(report)
    assert "zoe@example.org" not in coop.mailed()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Les Paniers de l’Ã©tang", "the accents look wrong"),
        (
            "Les Paniers de l&#039;&Icirc;le",
            "'Les Paniers de l&#039;&Icirc;le' is how a program writes \"Les Paniers de l'Île\": correct it",
        ),
    ],
)
def test_a_group_that_is_broken_in_name_is_not_served_under_it(coop: Coop, name: str, why: str) -> None:
    coop.replace("groups.yaml", "Les Paniers du Lac", name)

    report = coop.run(A_DAY_BEFORE)

    assert said(report)[0].startswith(f"groups.yaml:2: name: {why}")
    assert coop.mailed() == []


def test_a_link_as_a_web_page_has_it_in_its_source_costs_nobody_their_mail(coop: Coop) -> None:
    link = "https://camap.example/?group=1&amp;day=2"
    coop.replace("distributions.yaml", "  place:", f"  url: {link}\n  place:")

    report = coop.run(A_DAY_BEFORE)

    assert (said(report), counted(report)["sent"]) == ([], 3)


@pytest.mark.parametrize("nothing", ["NULL", r"\N", "null", " ", "\u00a0"])
def test_a_databases_sign_for_nothing_names_nobody(coop: Coop, nothing: str) -> None:
    coop.write(
        "members.csv",
        "id;first_name;last_name;email;partner_first_name;partner_email;language\n"
        f"1;{nothing};{nothing};zoe@example.org;{nothing};{nothing};{nothing}\n2;Null;;noel@example.org;;;\n"
        f"{nothing};{nothing};{nothing};{nothing};;;\n",
    )

    report = coop.run(A_DAY_BEFORE)

    assert said(report) == []
    assert [mail["To"] for mail in coop.mails() if "zoe@" in mail["To"]] == ["zoe@example.org"]
    assert any("Null" in str(mail["To"]) for mail in coop.mails())


def test_a_cell_above_the_limit_costs_its_row_only(coop: Coop) -> None:
    coop.replace("members.csv", "3;Léa;", f"3;{'a' * 131_073};")

    report = coop.run(A_DAY_BEFORE)

    assert said(report) == ["members.csv:4: a cell of more than 131072 characters"]
    assert coop.mailed() == EVERYBODY


def test_a_value_that_a_hash_cuts_short_is_said_and_costs_nobody_their_mail(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Salle, porte #2")

    report = coop.run(A_DAY_BEFORE)

    assert [line.partition(", or put")[0] for line in said(report)] == [
        "distributions.yaml:7: '#2' is taken for a comment: quote the whole value if it belongs to it"
    ]
    assert coop.mailed() == EVERYBODY


def test_a_value_that_loses_its_first_word_to_an_anchor_is_said(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: &Maison du lac")

    report = coop.run(A_DAY_BEFORE)

    assert said(report) == [
        "distributions.yaml:7: '&Maison' is taken for an anchor: quote the whole value if it belongs to it"
    ]
    assert coop.mailed() == EVERYBODY


def test_a_file_that_is_no_yaml_and_has_what_a_hash_cuts_off_is_said_with_its_line(coop: Coop) -> None:
    coop.write("distributions.yaml", "- id: d1\n  place: Maison, porte #2\n  broken\n  note: x\n")

    (problem,) = coop.run(A_DAY_BEFORE).problems

    assert str(problem).startswith("distributions.yaml:3: a ':' was expected")


def test_a_hash_that_leaves_a_bracket_open_is_a_problem_with_its_line(coop: Coop) -> None:
    coop.write("groups.yaml", "- {id: lac, name: Les Paniers #1, contact: claire@example.org}\n")

    report = coop.run(A_DAY_BEFORE)

    assert [line.partition(", a ','")[0] for line in said(report)] == [
        "groups.yaml:1: a bracket that opens here is never closed"
    ]
    assert coop.mailed() == []


def test_a_place_that_is_broken_stands_in_no_mail_and_no_calendar(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=f"{BOTH_RECAPS}calendar: yes\n")
    coop.run(LONG_AGO)
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: '#N/A'")

    coop.run(A_DAY_BEFORE)

    texts = [text_of(mail) for mail in coop.mails()]
    entries = [file.get_content() for mail in coop.mails() for file in mail.iter_attachments()]
    assert (len(texts), len(entries)) == (3, 3)
    assert not any("Salle" in text or "#N/A" in text for text in [*texts, *entries])
    assert not any("LOCATION" in entry for entry in entries)


UNSEEN = ["\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad", "\u202a"]


@pytest.mark.parametrize("char", UNSEEN)
def test_what_nobody_sees_makes_no_other_place_and_no_other_member(coop: Coop, char: str) -> None:
    coop.run(A_DAY_BEFORE)
    before = coop.mailed()

    coop.replace("distributions.yaml", "Salle des fêtes", f'"Salle{char} des fêtes{char}"')
    coop.replace("members.csv", "1;Zoé", f"1{char};Zo{char}é")
    report = coop.run(A_DAY_BEFORE + timedelta(minutes=10))

    assert (said(report), coop.mailed()) == ([], before)


def test_what_stops_everybody_is_said_with_all_else_that_is_wrong(coop: Coop) -> None:
    coop.write("groups.yaml", "- {id: lac, name: Le Lac, contact: claire@}\n")
    coop.replace("members.csv", "zoe@example.org", "zoe@")
    coop.write("notifications.csv", 'member;kind;value\n1;"recap')

    lines = said(coop.run(A_DAY_BEFORE))

    assert [line.partition(": ")[0] for line in lines] == [
        "groups.yaml:1",
        "members.csv:2",
        "notifications.csv:2",
    ]
    assert coop.mails() == []


def test_a_text_that_a_spreadsheet_guards_is_read_as_the_spreadsheet_means_it(coop: Coop) -> None:
    coop.write(
        "members.csv", 'id;first_name;email\n="1";="Zoé";zoe@example.org\n="2";"=""Ana""";noel@example.org\n'
    )
    coop.replace("orders.csv", "1;d1;Tomates", '="1";d1;="Jus ""frais"""')

    report = coop.run(A_DAY_BEFORE)

    assert (said(report), counted(report)["sent"]) == ([], 2)
    assert {text_of(mail).partition(",")[0] for mail in coop.mails()} == {"Bonjour Zoé", "Bonjour Ana"}
    assert any('Jus "frais"' in text_of(mail) for mail in coop.mails())


def test_what_is_made_of_several_texts_is_a_formula(coop: Coop) -> None:
    coop.replace("members.csv", "1;Zoé;", '1;="Zoé"&A2;')

    assert said(coop.run(A_DAY_BEFORE))[0].startswith("members.csv:2: first_name: ")
