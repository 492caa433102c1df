"""``check`` with Mailjet's account at hand: what is right, what is wrong, and what can't be asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.config.load import load
from cagette_notify.core.package_files import example_config
from cagette_notify.delivery.sender_check import EXAMPLE_S_SENDER
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.builders import paris
from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop, let_rest
from tests.fixtures.dns_server import DnsServer
from tests.fixtures.mailjet_account import domain_row
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept,
    drop_before_reading,
    hang_before_reading,
    redirect,
    rubbish,
    status,
)
from tests.fixtures.raw_ledger import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


KEY = {"IsActive": True, "Runlevel": "Normal", "QuarantineValue": 0, "SecretKey": "the-secret-key"}


class Post(NamedTuple):
    """A co-op whose mail goes through a stand-in, and whose domain another one knows."""

    coop: Coop
    server: MailjetServer
    dns: DnsServer

    def check(self, *options: str) -> Result:
        return CliRunner().invoke(
            main, ["-c", str(self.coop.folder / "config.yaml"), "--lang", "en", "check", *options]
        )

    def key_is(self, **overrides: Any) -> None:
        self.server.rest_script.append(status(200, {"Data": [KEY | overrides]}))

    def domain_is(self, **overrides: Any) -> None:
        self.server.account.domains = {"mj.cagette.net": [domain_row(**overrides)]}

    def quota_is(self, quota: int) -> None:
        self.coop.replace("config.yaml", "timeout: 1s", f"timeout: 1s, daily_quota: {quota}")


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with MailjetServer() as server, DnsServer() as dns:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        yield Post(Coop(tmp_path, extra=extra + dns.setting), server, dns)


@pytest.mark.dear
def test_an_account_without_a_fault_is_well(post: Post) -> None:
    result = post.check()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("All is well: ")
    assert result.stdout.endswith(
        "its data and its templates (1 group, 3 members, 4 addresses, 1 distribution).\n"
    )
    assert len(post.server.gets) == 3


ADDRESSES = (
    "; if mail is to go to the addresses in it, put them into 'email' or 'partner_email', "
    "or into rows of their own"
)
CHOICES = (
    "; if it tells who wants which notices, call it by one of them: opening, closing, recap_24h, recap_4h, "
    "duty, duty_vacant"
)
REFUSALS = (
    "; if it tells who is to get no mail, take their rows out, or say 'no' for them in columns of these "
    "names: opening, closing, recap_24h, recap_4h, duty, duty_vacant"
)


NAMES = "; if it holds whole names, part them into two columns: first_name and last_name"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        *(
            (name, f"'{name}'{NAMES}")
            for name in ("Nom Prénom", "Nom et prénom", "Prénom et nom", "Nom/Prénom")
        ),
        *((name, f"'{name}'{NAMES}") for name in ("Nom complet", "Votre nom et prénom", "Full name")),
        (
            "Nom et prénom (conjoint ou autre)",
            "'Nom et prénom (conjoint ou autre)'"
            + NAMES.replace("first", "partner_first").replace("last", "partner_last"),
        ),
        ("Prénom;Nom;Nom complet", ""),
        ("reccap_24h", "'reccap_24h'; did you mean recap_24h?"),
        ("courriel du conjont", "'courriel du conjont'; did you mean partner_email?"),
        ("Téléphone partenaire", ""),
        ("Adresse 2", ""),
        ("panier", ""),
        ("email perso", "'email perso'" + ADDRESSES),
        ("E-mails", "'E-mails'" + ADDRESSES),
        ("email 3", "'email 3'" + ADDRESSES),
        ("email 1", "'email 1'" + ADDRESSES),
        ("conjoint", ""),
        ("Rappel J-1", "'Rappel J-1'" + CHOICES),
        ("récap", "'récap'" + CHOICES),
        ("notifications", "'notifications'" + CHOICES),
        ("Notif", "'Notif'" + CHOICES),
        ("Rappel", "'Rappel'" + CHOICES),
        ("Rappels", "'Rappels'" + CHOICES),
        ("Rappels par mail", "'Rappels par mail'" + CHOICES),
        ("Reçoit les mails", "'Reçoit les mails'" + CHOICES),
        ("Appels", "'Appels'; did you mean duty_vacant?"),
        ("Rappel ouvertur", "'Rappel ouvertur'; did you mean opening?"),
        ("Désabonné", "'Désabonné'" + REFUSALS),
        ("Désinscrit", "'Désinscrit'" + REFUSALS),
        ("Désactivé", "'Désactivé'" + REFUSALS),
        ("Actif", "'Actif'" + REFUSALS),
        ("Ne pas contacter", "'Ne pas contacter'" + REFUSALS),
        ("STOP", "'STOP'" + REFUSALS),
        ("Sans mail", "'Sans mail'" + REFUSALS),
        ("Pas d'e-mail", '"Pas d\'e-mail"' + REFUSALS),
        ("Sans gluten", ""),
        ("Accepte le règlement", ""),
        ("Notification ouverture", ""),
    ],
)
def test_a_column_that_was_probably_meant_for_a_field_is_named(post: Post, column: str, said: str) -> None:
    cells = ";" * column.count(";")
    post.coop.write(
        "members.csv", f"id;email;{column}\n1;zoe@example.org;{cells}\n2;noel@example.org;{cells}\n"
    )

    result = post.check()

    expected = f"members.csv:1: a column that is not read: {said}\n" if said else ""
    assert (result.exit_code, result.stderr) == (0, expected)


CHANGES = (
    "; if it changes what is ordered or paid, take out those rows, or correct their quantities and totals"
)
A_PRICE = "; if recaps are to show it, call it 'unit price', or 'total' if it is that of the whole row"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Adhérent;Prénom", "Prénom"),
        ("Nom;Prénom du client", "Prénom du client"),
        ("Nom;Customer first name", "Customer first name"),
        ("Nom;Prénom", ""),
        ("member;Prénom", ""),
        ("userId;Nom;Prénom du client", ""),
        ("Nom;Prénom conjoint", ""),
    ],
)
def test_a_first_name_in_orders_that_is_read_with_no_name_is_named(
    post: Post, header: str, column: str
) -> None:
    post.coop.write("orders.csv", f"distribution;product;quantity;{header}\n")

    result = post.check()

    assert (f"a column that is not read: '{column}'; if it is a part of the names" in result.stderr) == bool(
        column
    )
    assert ("part of the names" in result.stderr) == bool(column)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("price;Statut", "'Statut'" + CHANGES),
        ("price;Annulé", "'Annulé'" + CHANGES),
        ("price;Remise", "'Remise'" + CHANGES),
        ("price;Commentaire", ""),
        ("Référence;catalogId;vendorId;frais", ""),
        ("Tarif", "'Tarif'" + A_PRICE),
        ("price;Total de la commande", "'Total de la commande'" + A_PRICE),
        ("Prix TTC;Prix HT", ""),
        ("Prix unitaire TTC;Prix total TTC", ""),
        ("price;Poids total", ""),
        ("price;total;Prix de gros", ""),
    ],
)
def test_a_column_by_which_an_order_may_be_another_one_is_named(post: Post, columns: str, said: str) -> None:
    cells = ";" * columns.count(";")
    post.coop.write("orders.csv", f"member;distribution;product;quantity;{columns}\n1;d1;Pain;2;{cells}\n")

    result = post.check()

    expected = f"orders.csv:1: a column that is not read: {said}\n" if said else ""
    assert (result.exit_code, result.stderr) == (0, expected)


def test_prices_that_may_be_of_one_or_of_all_are_named_by_check(post: Post) -> None:
    post.coop.write(
        "orders.csv", "member;distribution;product;quantity;Prix au kg;Prix\n1;d1;Poulet;2;12;21,30\n"
    )

    result = post.check()

    assert (
        "orders.csv:1: two columns for price: 'Prix au kg' and 'Prix'; call the price of one" in result.stderr
    )


def test_with_v_what_is_right_is_said_too(post: Post) -> None:
    post.quota_is(200)

    lines = post.check("-v").stdout.splitlines()

    assert lines[:-1] == [
        "mailjet.daily_quota: 200 mails a day are enough for the largest group, lac, with 4 addresses",
        "the API key is active",
        "Mailjet lets noreply@mj.cagette.net send",
        "mj.cagette.net has a server (MX or A)",
        "DMARC of mj.cagette.net is right (p=quarantine, at _dmarc.mj.cagette.net)",
        "DKIM of mj.cagette.net is right",
        "SPF of mj.cagette.net is right",
        "the way back of mj.cagette.net (Return-Path) is right",
    ]


@pytest.mark.parametrize("name", ["Runlevel", "QuarantineValue"])
@pytest.mark.parametrize("value", ["7" * 400, "7\n\x1b[2J" * 99, "7\ud800"])
def test_what_mailjet_says_of_the_key_fits_a_line(post: Post, name: str, value: str) -> None:
    post.key_is(**{name: value})

    result = post.check()

    (line,) = result.stderr.splitlines()
    assert line.isprintable()
    assert len(line) < 160
    assert " 7" in line


@pytest.mark.parametrize(
    ("row", "exit_code", "said"),
    [
        ({"IsActive": "true", "QuarantineValue": "0", "Runlevel": "normal"}, 0, ""),
        ({"IsActive": False}, 78, "the API key is switched off: switch it on"),
        ({"IsActive": "false"}, 78, "the API key is switched off"),
        ({"IsActive": 0}, 78, "the API key is switched off"),
        ({"IsActive": None}, 1, "the API key: Mailjet does not say whether it is active"),
        ({"Runlevel": "Softlock"}, 78, "Mailjet holds the account back (run level Softlock): ask"),
        ({"QuarantineValue": 1}, 1, "in quarantine (value 1): ask Mailjet's support why"),
        ({"QuarantineValue": "2"}, 1, "in quarantine (value 2)"),
    ],
)
def test_the_state_of_the_key(post: Post, row: dict[str, object], exit_code: int, said: str) -> None:
    post.key_is(**row)

    result = post.check()

    assert result.exit_code == exit_code
    assert said in result.stderr
    assert result.stderr.count("\n") == (1 if said else 0)


@pytest.mark.parametrize(
    ("row", "exit_code", "said"),
    [
        ({"SPFStatus": "ok", "DKIMStatus": "Ok"}, 0, []),
        (
            {"SPFStatus": "Error"},
            1,
            ["SPF of mj.cagette.net is right in DNS, and Mailjet hasn't seen it yet"],
        ),
        (
            {"DKIMStatus": "ERROR"},
            1,
            ["DKIM of mj.cagette.net is right in DNS, and Mailjet hasn't seen it yet"],
        ),
        (
            {"DKIMStatus": "Not checked"},
            0,
            ["DKIM of mj.cagette.net is right in DNS, and Mailjet hasn't seen"],
        ),
        ({"SPFStatus": None}, 0, []),
    ],
)
def test_what_mailjet_says_of_a_domain_that_is_right_in_dns(
    post: Post, row: dict[str, object], exit_code: int, said: list[str]
) -> None:
    post.domain_is(**row)

    result = post.check()

    assert result.exit_code == exit_code
    assert result.stderr.count("\n") == len(said)
    assert all(part in result.stderr for part in said)


def test_a_domain_that_the_account_does_not_know_is_a_warning(post: Post) -> None:
    post.server.account.domains = {}

    result = post.check()

    assert result.exit_code == 0
    assert result.stderr.startswith(
        "DKIM of mj.cagette.net: can't be told, as the domain is not in the Mailjet"
    )
    assert result.stderr.count("\n") == 1


def test_an_unknown_sender_is_78_and_its_domain_is_looked_at_all_the_same(post: Post) -> None:
    post.server.account.senders = {"noreply@mj.cagette.net": "Inactive"}
    post.domain_is(SPFStatus="Error", DKIMStatus="Error")

    result = post.check()

    assert result.exit_code == 78
    assert "config.yaml: sender.email: Mailjet would accept mail from noreply@mj" in result.stderr
    assert result.stderr.count("\n") == 3


@pytest.mark.parametrize("code", [401, 403])
@pytest.mark.parametrize("asked_before", [0, 1, 2])
def test_refused_keys_end_the_asking_at_once(post: Post, code: int, asked_before: int) -> None:
    post.server.rest_script += [accept] * asked_before + [status(code)] * 9

    result = post.check()

    assert result.exit_code == 78
    assert f"(HTTP {code})" in result.stderr
    assert len(post.server.gets) == asked_before + 1
    assert "private-key" not in result.output


@pytest.mark.parametrize("behaviour", [status(500), status(404), redirect(), rubbish])
def test_what_cannot_be_asked_is_said_and_the_rest_is_asked(post: Post, behaviour: Behaviour) -> None:
    post.server.rest_script.append(behaviour)
    post.domain_is(DKIMStatus="Error")

    result = post.check()

    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith("the API key: Mailjet can't be asked now: ")
    assert second.startswith("DKIM of mj.cagette.net is right in DNS, and Mailjet hasn't seen it yet")


@pytest.mark.dear
@pytest.mark.parametrize("behaviour", [hang_before_reading, drop_before_reading])
def test_a_mailjet_that_says_nothing_is_asked_nothing_more(post: Post, behaviour: Behaviour) -> None:
    post.server.rest_script += [accept, behaviour, behaviour]

    result = post.check()

    assert result.exit_code == 1
    assert result.stderr.startswith("the sender: Mailjet can't be asked now: ")
    assert (result.stderr.count("\n"), len(post.server.gets)) == (1, 2)


def test_each_thing_that_cannot_be_asked_is_named(post: Post) -> None:
    post.server.rest_script += [status(500)] * 9

    result = post.check()

    assert result.exit_code == 1
    named = [line.partition(": Mailjet can't")[0] for line in result.stderr.splitlines()]
    assert named == ["the API key", "the sender", "SPF and DKIM, as Mailjet sees them"]


def test_the_secret_is_never_shown(post: Post) -> None:
    post.key_is(IsActive=False, Runlevel="Hardlock", QuarantineValue=9)

    result = post.check("-v")

    assert result.stderr.count("\n") == 3
    assert "secret" not in result.output


@pytest.mark.parametrize(("quota", "days"), [(1, 4), (2, 2), (3, 2), (4, 0)])
def test_a_quota_too_small_for_the_largest_group_is_a_warning(post: Post, quota: int, days: int) -> None:
    post.quota_is(quota)

    result = post.check()

    assert result.exit_code == 0
    assert (f"takes {days} days" in result.stderr) is bool(days)


def test_offline_asks_nobody_and_still_compares_the_quota(post: Post) -> None:
    post.quota_is(3)

    result = post.check("--offline")

    assert (result.exit_code, post.server.gets) == (0, [])
    assert "group lac has 4 addresses, and 3 mails may leave in a day" in result.stderr


def test_under_the_outbox_nobody_is_asked(tmp_path: Path) -> None:
    Coop(tmp_path)

    result = CliRunner().invoke(main, ["-c", str(tmp_path / "config.yaml"), "--lang", "en", "check", "-v"])

    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        (["somebody@example.org"], "cagette-notify check-member somebody@example.org"),
        (["Zoé", "Martin"], "cagette-notify check-member 'Zoé Martin'"),
        (["--offline", "1007"], "cagette-notify check-member 1007"),
    ],
)
def test_who_asks_about_somebody_is_shown_the_command_for_it(typed: list[str], suggested: str) -> None:
    result = CliRunner().invoke(main, ["check", *typed])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"{suggested}\n")
    assert result.stderr.count("\n") == 1


def test_an_unknown_option_is_still_refused() -> None:
    result = CliRunner().invoke(main, ["check", "--bogus"])

    assert result.exit_code == 2
    assert "No such option" in result.stderr


def checked(coop: Coop) -> Result:
    return CliRunner().invoke(
        main, ["-c", str(coop.folder / "config.yaml"), "--lang", "en", "check", "--offline"]
    )


def test_what_was_read_is_said_beside_problems_too(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "zoe@example.org", "zoe@")

    result = checked(coop)

    assert (result.exit_code, result.stderr) == (1, "members.csv:2: email: not an address: 'zoe@'\n")
    assert result.stdout.startswith("Read: 1 group, 3 members, 3 addresses, 1 distribution.\n")


def test_a_row_that_counts_the_members_is_pointed_out_and_all_is_well(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("members.csv", (tmp_path / "members.csv").read_text("utf-8") + "Total;3 adhérents\n")

    result = checked(coop)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "members.csv:5: the row counts the others, and is no member\nAll is well: "
    )
    assert "(1 group, 3 members, 4 addresses, 1 distribution)" in result.stdout


def test_who_gets_nothing_for_want_of_an_address_is_named_and_nothing_is_wrong_with_that(
    tmp_path: Path,
) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "zoe@example.org", "1@no.mail")
    coop.replace("members.csv", "lea@example.org", "")

    result = checked(coop)

    assert (result.exit_code, result.stderr) == (0, "")
    named = "members.csv:2: Zoé Martin (1@no.mail)\n  members.csv:4: Léa Roux\n"
    assert f"2 members have no usable address, and get no mail:\n  {named}" in result.stdout


@pytest.mark.parametrize("problems", [False, True])
def test_as_long_as_the_sender_is_the_example_s_one_is_said_to_be_needed(
    tmp_path: Path, *, problems: bool
) -> None:
    coop = Coop(tmp_path)
    if problems:
        coop.replace("members.csv", "zoe@example.org", "zoe@")
    said = "No sender yet: before the first real mail, put an address of your own"

    before = checked(coop)
    coop.replace("config.yaml", "noreply@mj.cagette.net", "lettre@amap.example")

    assert (before.exit_code, said in before.stdout) == (int(problems), True)
    assert said not in checked(coop).stdout


def test_where_mails_leave_mailjet_knows_whether_the_example_s_sender_may(post: Post) -> None:
    assert "No sender yet" not in post.check().stdout


def test_the_example_s_sender_is_known() -> None:
    assert load(example_config()).style.sender.address == EXAMPLE_S_SENDER


def test_what_was_read_is_said_where_a_file_can_not_be_read_whole(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("distributions.yaml", "- {id: d1, id: d2}\n")

    result = checked(coop)

    assert result.exit_code == 65
    assert "distributions.yaml:1: the key 'id' is there twice\n" in result.stderr
    assert result.stdout.startswith("Read: 1 group, 3 members, 4 addresses.\n")
    assert "nothing can leave as long as" not in result.stderr


@pytest.mark.long
@pytest.mark.parametrize("name", ["9999", "Jo Petit", "jo@example.org"])
def test_a_change_of_settings_that_names_nobody_is_a_problem_of_check_and_of_a_run(
    tmp_path: Path, name: str
) -> None:
    coop = Coop(tmp_path)
    coop.write("notifications.csv", f"member;kind;value\n{name};opening;no\n{name};recap_4h;no\n")
    said = f"notifications.csv:2: member: names no member: {name!r}; this row changes nothing"

    result, report = checked(coop), coop.run(A_DAY_BEFORE)

    assert (result.exit_code, result.stderr) == (1, f"{said}\n")
    assert (report.news, exit_status_of(report)) == ((said,), 1)


def test_a_change_of_settings_of_who_has_left_is_pointed_out_by_check_alone(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("notifications.csv", "member;kind;value\n3;opening;no\n")
    coop.run(A_DAY_BEFORE)
    coop.replace("members.csv", "3;Léa;Roux;lea@example.org;;\n", "")

    result = checked(coop)

    assert (result.exit_code, result.stderr) == (
        0,
        "notifications.csv:2: member: names no member: '3'; this row changes nothing\n",
    )
    assert coop.run(A_DAY_BEFORE).news == ()  # whoever leaves would be said every day


def test_nobody_can_tell_whether_a_change_is_nobodys_while_a_list_cannot_be_read(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("notifications.csv", "member;kind;value\n9999;opening;no\n")
    with (coop.folder / "groups.yaml").open("a", encoding="utf-8") as groups:
        groups.write("- {id: port, name: Le Port, members: port.csv}\n")

    assert not [line for line in coop.run(A_DAY_BEFORE).news if "names no member" in line]


def test_a_zero_is_a_warning(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("members.csv", "id;email\n")
    coop.write("distributions.yaml", "[]\n")

    result = checked(coop)

    assert result.exit_code == 0
    assert result.stderr == (
        "nothing can leave as long as the data files have 0 members, 0 addresses, 0 distributions\n"
    )
    assert result.stdout.startswith("Read: 1 group, 0 members, 0 addresses, 0 distributions.\n")


FOURTEEN = "".join(
    f"- {{id: d{day}, group: lac, starts_at: 2027-06-{day} 18:00, place: Salle}}\n" for day in range(10, 23)
)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (
            "- {id: d9, group: lacs, starts_at: 2027-06-09 18:00}\n",
            "distributions.yaml:15: group: no such group: ",
        ),
        ("- {id: d12, group: lac, starts_at: 2027-06-09 18:00}\n", "distributions.yaml:15: id: 'd12' twice"),
    ],
)
def test_the_row_that_stops_everybody_is_named_first_and_nothing_is_counted_as_none(
    tmp_path: Path, broken: str, why: str
) -> None:
    coop = Coop(tmp_path)
    bad = "- {id: d1, group: lac, starts_at: 2026-06-32}\n"
    coop.write("distributions.yaml", bad + FOURTEEN + broken)

    result = checked(coop)

    heading, first, second, *_more = result.stderr.splitlines()
    assert heading == "nothing can leave until the next line is mended:"
    assert first.startswith(why)
    assert second.startswith("distributions.yaml:1: starts_at: ")
    assert "0 distributions" not in result.stderr + result.stdout
    assert result.exit_code == 65


def test_a_groups_own_file_that_can_not_be_read_stops_nobody_else(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write(
        "groups.yaml", (tmp_path / "groups.yaml").read_text() + "- {id: port, name: P, members: p.csv}\n"
    )
    coop.write("members.csv", "id;email;groups\n1;zoe@example.org;lac\n2;noel@example.org;lac\n")

    result = checked(coop)

    assert "p.csv: no such file" in result.stderr
    assert "nothing can leave" not in result.stderr


def test_exports_that_are_not_used_are_named(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    samples = Path(__file__).parents[1] / "data" / "samples"
    day = "Export-commandes-2026-06-12-Cagette.csv"
    for name in ("membres.csv", "membres-2020.csv", day):
        coop.write(name, (samples / name).read_bytes())
    coop.write("autres.csv", "a;b\n")
    coop.write("sous-liste.csv", "firstName;lastName;email\n")

    result = checked(coop)

    assert result.exit_code == 0
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        day,
        "membres-2020.csv",
        "membres.csv",
        "sous-liste.csv",
    ]
    assert "name it at its distribution, orders: Export-commandes-{date}-Cagette*\n" in result.stderr
    assert "members: membres.csv" in result.stderr


def test_a_file_of_any_name_that_is_passed_over_is_named(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    (tmp_path / "exports").mkdir()
    coop.write("exports/a.csv", MEMBERS)
    os.utime(tmp_path / "exports/a.csv", (1_700_000_000, 1_700_000_000))
    coop.write("exports/b.csv", "<html><body>Session expirée</body></html>\n")
    coop.replace("config.yaml", "members: members.csv", "members: exports/*")

    result = checked(coop)

    assert result.exit_code == 0
    assert "exports/b.csv: it is passed over, though exports/* means it and it is the newest" in result.stderr


def test_an_export_that_lost_its_header_holds_though_an_older_one_is_there(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="stale_orders: send\n")
    coop.write("commandes-1.csv", ORDERS)
    os.utime(tmp_path / "commandes-1.csv", (1_700_000_000, 1_700_000_000))
    let_rest(coop.write("commandes-2.csv", "1000;Pain;2;3\n"))
    coop.replace("config.yaml", "orders: orders.csv", "orders: commandes-*.csv")

    report = coop.run(A_DAY_BEFORE)

    assert not coop.mails()
    assert "commandes-2.csv:1: no header: its first line must name the columns" in map(str, report.problems)


def test_an_export_that_does_not_fit_the_name_of_its_likes_is_to_be_renamed(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    samples = Path(__file__).parents[1] / "data" / "samples"
    for name in ("membres.csv", "liste 2026-12.csv"):
        coop.write(name, (samples / "membres.csv").read_bytes())
    coop.replace("config.yaml", "members: members.csv", "members: membres*.csv")

    assert (
        "liste 2026-12.csv: looks like Cagette's export of members, and is not used: only names such as "
        "membres*.csv are, and the newest of them replaces the others; rename it"
    ) in checked(coop).stderr


def test_an_export_of_a_group_whose_distribution_is_gone_is_not_to_become_another_groups(
    tmp_path: Path,
) -> None:
    coop = Coop(tmp_path)
    export = Path(__file__).parents[1] / "data" / "samples" / "Export-commandes-2026-06-12-Cagette.csv"
    for name in ("lac-2026-06-12.csv", "mont-2026-11-06.csv"):
        coop.write(name, export.read_bytes())
    coop.replace("distributions.yaml", "  place:", "  orders: lac-{date}*.csv\n  place:")

    [line] = [one for one in checked(coop).stderr.splitlines() if one.startswith("mont-")]

    assert line.endswith(
        "only names such as lac-{date}*.csv are, and the newest of a day replaces the others; if other "
        "orders of its day stand in one of them, add its lines there, below one header; else rename it if it "
        "is of the same group"
    )


@pytest.mark.dear
@pytest.mark.parametrize(
    ("suffix", "said"), [("xlsx", "Export-{date}-Cagette*.xlsx are"), ("csv", "orders: ")]
)
def test_an_export_of_orders_is_to_be_renamed_with_its_own_day(
    tmp_path: Path, suffix: str, said: str
) -> None:
    coop = Coop(tmp_path)
    samples = Path(__file__).parents[1] / "data" / "samples"
    export = "Export-commandes-2026-06-12-Cagette"
    coop.write("Export-2026-06-12-Cagette.xlsx", (samples / f"{export}.xlsx").read_bytes())
    coop.write(f"commandes du 19.{suffix}", (samples / f"{export}.{suffix}").read_bytes())
    coop.replace("distributions.yaml", "  place:", "  orders: Export-{date}-Cagette*.xlsx\n  place:")

    [line] = [one for one in checked(coop).stderr.splitlines() if one.startswith("commandes du 19")]

    assert said in line


def test_of_several_exports_the_newest_is_named(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("membres-2026.csv", (tmp_path / "members.csv").read_bytes())
    coop.replace("config.yaml", "members: members.csv", "members: mem*.csv")
    os.utime(tmp_path / "members.csv", (0, 0))
    written = paris("2025-12-06T00:10").timestamp()  # the day before, in UTC
    os.utime(tmp_path / "membres-2026.csv", (written, written))

    result = checked(coop)

    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        "Members are read from membres-2026.csv (of 6 December), the newest of mem*.csv.",
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "chosen", "others"),
    [
        (
            "en",
            "Members are read from members 3.csv (of 6 December at 9:05 am), the newest of mem*.csv.",
            "  passed over, older: members.csv (of 6 December at 8:00 am), members 2.csv (of 5 December)",
        ),
        (
            "fr",
            (
                "Les membres sont lus dans members 3.csv (du 6 décembre à 9 h 05), le plus récent des "
                "fichiers mem*.csv."
            ),
            (
                "  laissés de côté, plus anciens : members.csv (du 6 décembre à 8 h), "
                "members 2.csv (du 5 décembre)"
            ),
        ),
    ],
)
def test_exports_of_one_day_are_told_apart_and_older_ones_are_named(
    tmp_path: Path, language: str, chosen: str, others: str
) -> None:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "members: members.csv", "members: mem*.csv")
    ages = {"members 3.csv": "06T09:05", "members.csv": "06T08:00", "members 2.csv": "05T23:00"}
    for name, age in ages.items():
        coop.write(name, MEMBERS)
        written = paris(f"2025-12-{age}").timestamp()
        os.utime(tmp_path / name, (written, written))

    said = run(tmp_path, "--lang", language, "check", "--offline").stdout.replace("\u00a0", " ")

    assert said.splitlines()[:2] == [chosen, others]


def test_of_the_exports_of_years_the_next_three_are_named(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "members: members.csv", "members: mem*.csv")
    for year in range(2020, 2026):
        written = paris(f"{year}-12-06T12:00").timestamp()
        os.utime(coop.write(f"mem{year}.csv", MEMBERS), (written, written))
    os.utime(tmp_path / "members.csv", (0, 0))

    said = checked(coop).stdout.splitlines()[1]

    assert said == (
        "  passed over, older: mem2024.csv (of 6 December 2024), mem2023.csv (of 6 December 2023), "
        "mem2022.csv (of 6 December 2022), …"
    )


def test_exports_that_are_used_or_of_another_day_are_not_named(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    samples = Path(__file__).parents[1] / "data" / "samples"
    day = "Export-commandes-2026-06-12-Cagette.csv"
    (tmp_path / "exports").mkdir()
    for name in ("membres.csv", f"exports/{day}", f"exports/{day.replace('06-12', '05-29')}"):
        coop.write(name, (samples / Path(name).name.replace("05-29", "06-12")).read_bytes())
    coop.replace("groups.yaml", "  name:", "  members: membres.csv\n  name:")
    coop.replace("config.yaml", "  members: members.csv\n", "")
    pattern = "exports/Export-commandes-{date}-Cagette*.csv"
    coop.replace("distributions.yaml", "  place:", f"  orders: {pattern}\n  place:")

    assert "not used" not in checked(coop).stderr


def test_a_domain_that_looks_mistyped_is_a_warning(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("members.csv", "zoe@example.org", "zoe@gmial.com")
    coop.replace("members.csv", "maelle@example.org", "maelle@orange.ft")
    coop.replace("groups.yaml", "paniersdulac.example", "hotmial.com")

    result = checked(coop)

    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "groups.yaml:1: coordination@hotmial.com: the domain looks mistyped; is it hotmail.com?",
        "members.csv:2: zoe@gmial.com: the domain looks mistyped; is it gmail.com?",
        "members.csv:3: maelle@orange.ft: the domain looks mistyped; is it orange.fr?",
    ]


def test_a_setting_that_a_hash_cuts_short_is_a_warning(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="outbox: boîte #2\n")

    result = checked(coop)

    assert result.exit_code == 0
    assert "config.yaml:7: '#2' is taken for a comment" in result.stderr


def a_file(path: Path) -> None:
    path.write_text("mine")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere")


def spoilt_within(path: Path) -> None:
    with open_ledger(path):
        pass
    ((page,),) = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'notices_by_member'")
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xaa" * 4096)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "breaks", "exit_status"),
    [
        ("outbox", a_file, 78),
        ("outbox", a_link, 78),
        ("ledger.sqlite3", a_folder, 65),
        ("ledger.sqlite3", a_link, 65),
        ("ledger.sqlite3", a_file, 65),
        ("ledger.sqlite3", spoilt_within, 65),
    ],
)
def test_an_outbox_or_a_ledger_that_stops_a_run_is_said_as_the_run_says_it(
    tmp_path: Path, name: str, breaks: Callable[[Path], None], exit_status: int
) -> None:
    coop = Coop(tmp_path)
    breaks(tmp_path / name)

    checked = run(tmp_path, "check")
    sent = run(tmp_path, "send-due", "--at", "2026-06-11 18:05")

    assert (checked.returncode, sent.returncode) == (exit_status, exit_status)
    assert set(sent.stderr.splitlines()) <= set(checked.stderr.splitlines())
    assert "All is well" not in checked.stdout
    assert str(coop.folder / name) in checked.stderr


def test_status_says_of_an_outbox_that_no_mail_can_be_written_to_it(tmp_path: Path) -> None:
    Coop(tmp_path)
    (tmp_path / "outbox").write_text("mine")

    assert "outbox: it must be a folder: something else has that name" in run(tmp_path, "status").stderr


@pytest.mark.long
@pytest.mark.parametrize("breaks", [a_file, a_folder, None])
def test_what_is_not_there_yet_is_looked_at_and_not_made(
    tmp_path: Path, breaks: Callable[[Path], None] | None
) -> None:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "sender:", "outbox: new/outbox\nledger: new/ledger.sqlite3\nsender:")
    if breaks:
        breaks(tmp_path / "new")
    before = sorted(path.name for path in tmp_path.rglob("*"))

    checked = run(tmp_path, "check")

    assert checked.returncode == (78 if breaks is a_file else 0), checked.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    assert checked.stderr.count("Not a directory") == (2 if breaks is a_file else 0)
