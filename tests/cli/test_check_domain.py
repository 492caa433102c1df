"""What ``check`` says of the sender's domain: its records in DNS, and the one that mends each fault."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.coop import Coop
from tests.fixtures.dns_server import MAILJETS_KEY, DnsServer
from tests.fixtures.mailjet_account import domain_row
from tests.fixtures.mailjet_server import MailjetServer, drop_before_reading
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOMAIN = "mj.cagette.net"
OTHERS_KEY = "k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCsomebodyelse"
PLAIN = "v=DMARC1; p=none; rua=mailto:dmarc@mj.cagette.net"
LONG_KEY = "k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" * 20


class Registrar(NamedTuple):
    """A co-op, the account that its mail goes through, and the zone of its sender."""

    coop: Coop
    server: MailjetServer
    dns: DnsServer

    def check(self, *options: str) -> Result:
        config = str(self.coop.folder / "config.yaml")
        return CliRunner().invoke(main, ["-c", config, "--lang", "en", "check", *options])

    def mailjet_says(self, **facts: object) -> None:
        self.server.account.domains = {DOMAIN: [domain_row(**facts)]}


@pytest.fixture
def registrar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registrar]:
    with MailjetServer() as server, DnsServer() as dns:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        yield Registrar(Coop(tmp_path, extra=extra + dns.setting), server, dns)


class Zone(NamedTuple):
    """What a name has, what is said of that, and the value that the record should have."""

    name: str
    kind: str
    values: tuple[str, ...]
    said: str
    cure: str


def fields(name: str, kind: str, value: str) -> str:
    return f"    name:  {name}\n    type:  {kind}\n    value:  {value}\n"


@pytest.mark.parametrize("kind", ["A", "AAAA", "MX"])
def test_a_zone_without_a_fault_is_well(registrar: Registrar, kind: str) -> None:
    registrar.dns.has(DOMAIN, "MX")
    registrar.dns.has(DOMAIN, kind, {"A": "192.0.2.7", "AAAA": "2001:db8::7", "MX": "10 mx.example."}[kind])

    result = registrar.check()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("All is well: ")


@pytest.mark.parametrize(
    "zone",
    [
        Zone(DOMAIN, "MX", (), "mj.cagette.net has neither a mail server (MX) nor an address (A)", ""),
        Zone(f"_dmarc.{DOMAIN}", "TXT", (), "DMARC of mj.cagette.net: there is no record, and Orange", PLAIN),
        Zone(
            f"_dmarc.{DOMAIN}", "TXT", ("v=DMARC; p=none",), "DMARC of mj.cagette.net: there is no rec", PLAIN
        ),
        Zone(
            f"_dmarc.{DOMAIN}",
            "TXT",
            ("v=DMARC1; p=none; rua=mailto:a@b.example", "v=DMARC1; p=reject"),
            "DMARC of mj.cagette.net: 2 records, of which none counts",
            "v=DMARC1; p=none; rua=mailto:a@b.example",
        ),
        Zone(f"_dmarc.{DOMAIN}", "TXT", ("v=DMARC1; sp=none",), "the record has neither a policy", PLAIN),
        Zone(
            f"_dmarc.{DOMAIN}", "TXT", ("v=DMARC1; p=sure; rua=",), "the record has neither a policy", PLAIN
        ),
        Zone(
            f"mailjet._domainkey.{DOMAIN}",
            "TXT",
            (),
            "DKIM of mj.cagette.net is missing, and Orange refuses mail without it",
            MAILJETS_KEY,
        ),
        Zone(
            f"mailjet._domainkey.{DOMAIN}",
            "TXT",
            (OTHERS_KEY,),
            "DKIM of mj.cagette.net is wrong: at mailjet._domainkey.mj.cagette.net stands another key than",
            MAILJETS_KEY,
        ),
        Zone(f"mailjet._domainkey.{DOMAIN}", "TXT", ("k=rsa; p=",), "stands another key than", MAILJETS_KEY),
        Zone(
            f"mailjet._domainkey.{DOMAIN}",
            "TXT",
            (MAILJETS_KEY, OTHERS_KEY),
            "DKIM of mj.cagette.net is wrong: 2 records stand at mailjet._domainkey.mj.cagette.net",
            MAILJETS_KEY,
        ),
        Zone(DOMAIN, "TXT", (), "SPF of mj.cagette.net is missing", "v=spf1 include:spf.mailjet.com ~all"),
        Zone(
            DOMAIN,
            "TXT",
            (
                "v=spf1 include:spf.mailjet.com ~all",
                "google-site-verification=x",
                "v=spf1 ip4:192.0.2.1 -all",
            ),
            "SPF of mj.cagette.net is wrong: 2 records, of which none counts",
            "v=spf1 include:spf.mailjet.com ip4:192.0.2.1 ~all",
        ),
        Zone(
            DOMAIN,
            "TXT",
            ("v=spf1 a mx ptr exists:%{i}.x.example a:a.b mx:a.b a:c.d mx:c.d a:e.f mx:e.f a:g.h -all",),
            "takes out what sends no mail for it any more: a (1), mx (1), ptr (1), exists:%{i}.x.example (1)",
            "",
        ),
        Zone(
            DOMAIN,
            "TXT",
            ("v=spf1 incldue:spf.mailjet.com ~all",),
            "incldue:spf.mailjet.com is no term of SPF",
            "",
        ),
        Zone(
            DOMAIN,
            "TXT",
            (f"v=spf1 include:{DOMAIN} ~all",),
            "include:mj.cagette.net leads back to where it came from",
            "",
        ),
        Zone(
            DOMAIN,
            "TXT",
            ("v=spf1 include:nobody.example ~all",),
            "can't be read by receivers: include:nobody.example leads to 0 SPF records instead of one; ",
            "",
        ),
    ],
)
def test_what_receivers_refuse_is_named_with_the_record_that_mends_it(
    registrar: Registrar, zone: Zone
) -> None:
    name, kind, values, said, cure = zone
    registrar.dns.has(name, kind, *values)

    result = registrar.check()

    assert result.exit_code == 1
    first, *record = result.stderr.splitlines(keepends=True)
    assert said in first
    assert "".join(record) == (fields(name, kind, cure) if cure else "")


def test_what_was_named_is_well_once_its_record_was_copied(registrar: Registrar) -> None:
    registrar.dns.has(f"_dmarc.{DOMAIN}", "TXT")
    registrar.dns.has(f"mailjet._domainkey.{DOMAIN}", "TXT", OTHERS_KEY)
    registrar.dns.has(DOMAIN, "TXT", "v=spf1 ip4:192.0.2.1 -all", "v=spf1 a ~all")
    registrar.dns.has(f"bnc3.{DOMAIN}", "CNAME")
    form = registrar.check().output.split("    name:  ")[1:]

    for record in form:
        name, kind, value = (line.partition(":  ")[2] or line for line in record.splitlines()[:3])
        registrar.dns.has(name, kind, value)

    assert len(form) == 4
    assert registrar.check().output.startswith("All is well: ")


@pytest.mark.parametrize(
    "zone",
    [
        Zone(
            f"_dmarc.{DOMAIN}",
            "TXT",
            ("v=DMARC1;p=reject",),
            "DMARC of mj.cagette.net names no address for reports (rua), which laposte.net asks for",
            "v=DMARC1; p=reject; rua=mailto:dmarc@mj.cagette.net",
        ),
        Zone(
            f"bnc3.{DOMAIN}", "CNAME", (), "mails that come back could do so by mj.cag", "bnc3.mailjet.com."
        ),
        Zone(
            f"bnc3.{DOMAIN}",
            "CNAME",
            ("mail.example.",),
            "mails that come back could do",
            "bnc3.mailjet.com.",
        ),
    ],
)
def test_what_is_nice_to_have_is_advice_and_no_trouble(registrar: Registrar, zone: Zone) -> None:
    name, kind, values, said, cure = zone
    registrar.dns.has(name, kind, *values)

    result = registrar.check()

    assert (result.exit_code, result.stderr) == (0, "")
    first, *_lines = result.stdout.splitlines()
    assert first.startswith("All is well: ")
    assert said in result.stdout
    assert result.stdout.endswith(fields(name, kind, cure))


@pytest.mark.parametrize(
    ("records", "at", "policy"),
    [
        ({"cagette.net": "v=DMARC1; p=reject; rua=mailto:a@b.fr"}, "cagette.net", "reject"),
        ({"cagette.net": "v=DMARC1; rua=mailto:a@b.fr"}, "cagette.net", "none"),
        ({"cagette.net": "v=DMARC1; psd=n; rua=mailto:a@b.fr", "net": PLAIN}, "cagette.net", "none"),
        ({"net": "v=DMARC1; p=reject; psd=y; rua=mailto:a@b.fr"}, "net", "reject"),
        (
            {
                "cagette.net": "v=DMARC1; p=none; rua=mailto:a@b.fr",
                "net": "v=DMARC1; p=reject; psd=y; rua=mailto:a@b.fr",
            },
            "cagette.net",
            "none",
        ),
    ],
)
def test_the_policy_is_looked_for_up_the_tree(
    registrar: Registrar, records: dict[str, str], at: str, policy: str
) -> None:
    registrar.dns.has(f"_dmarc.{DOMAIN}", "TXT")
    for name, text in records.items():
        registrar.dns.has(f"_dmarc.{name}", "TXT", text)

    result = registrar.check("-v")

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"DMARC of mj.cagette.net is right (p={policy}, at _dmarc.{at})" in result.stdout


def test_a_long_name_costs_eight_questions_at_most(registrar: Registrar) -> None:
    long = ".".join("abcdefghijkl") + ".example"
    registrar.coop.replace("config.yaml", "noreply@mj.cagette.net", f"noreply@{long}")

    result = registrar.check()

    assert f"DMARC of {long}: there is no record" in result.stderr
    asked = [name for name, _kind, _by in registrar.dns.questions if name.startswith("_dmarc.")]
    assert asked == [
        f"_dmarc.{long}",
        *(f"_dmarc.{long.split('.', above)[-1]}" for above in range(6, 13)),
    ]


@pytest.mark.parametrize(
    ("signer", "alignment", "is_wrong"),
    [("cagette.net", "s", True), ("cagette.net", "r", False), (DOMAIN, "s", False)],
)
def test_strict_alignment_with_another_signer_is_wrong(
    registrar: Registrar, signer: str, alignment: str, *, is_wrong: bool
) -> None:
    registrar.mailjet_says(DKIMRecordName=f"mailjet._domainkey.{signer}.")
    registrar.dns.has(f"mailjet._domainkey.{signer}", "TXT", MAILJETS_KEY)
    registrar.dns.has(f"_dmarc.{DOMAIN}", "TXT", f"v=DMARC1; p=none; adkim={alignment}; rua=mailto:a@b.fr")

    result = registrar.check()

    assert result.exit_code == is_wrong
    assert ("(adkim=s), and Mailjet signs as cagette.net: every mail fails" in result.stderr) == is_wrong
    cure = fields(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none; adkim=r; rua=mailto:a@b.fr")
    assert (cure in result.stderr) == is_wrong


@pytest.mark.parametrize(
    ("includes", "said"), [(9, ""), (10, "more than 10 look-ups"), (60, "more than 10 look-ups")]
)
def test_look_ups_are_counted_through_what_a_record_leads_to(
    registrar: Registrar, includes: int, said: str
) -> None:
    for number in range(includes):
        registrar.dns.has(f"s{number}.example", "TXT", f"v=spf1 include:s{number + 1}.example ?all")
    registrar.dns.has(f"s{includes}.example", "TXT", "v=spf1 ip4:192.0.2.1 redirect=nowhere.example all")
    registrar.dns.has(DOMAIN, "TXT", "v=spf1 redirect=s0.example")

    result = registrar.check()

    assert result.exit_code == (1 if said else 0)
    assert said in result.stderr
    followed = [name for name, _kind, _by in registrar.dns.questions if name.endswith(".example")]
    assert len(followed) <= 40


def test_mailjet_is_asked_for_in_the_record_only_where_mailjet_itself_wants_that(
    registrar: Registrar,
) -> None:
    registrar.dns.has(DOMAIN, "TXT", "v=spf1 ip4:192.0.2.1 -all")
    fine = registrar.check()
    registrar.mailjet_says(SPFStatus="Error")

    result = registrar.check()

    assert (fine.exit_code, fine.stderr) == (0, "")
    assert result.stderr.startswith("SPF of mj.cagette.net lacks Mailjet, which asks to stand in it")
    assert result.stderr.endswith(fields(DOMAIN, "TXT", "v=spf1 include:spf.mailjet.com ip4:192.0.2.1 -all"))


@pytest.mark.parametrize(
    "record",
    [
        "+include:spf.mailjet.com ~all",
        "include:SPF.Mailjet.com. ~all",
        "redirect=spf.mailjet.com",
        "include:host.example ~all",
        "ip4:192.0.2.1 redirect=host.example",
    ],
)
def test_mailjet_may_stand_in_what_the_record_leads_to(registrar: Registrar, record: str) -> None:
    registrar.mailjet_says(SPFStatus="Error")
    registrar.dns.has(DOMAIN, "TXT", f"v=spf1 {record}")
    registrar.dns.has("host.example", "TXT", "v=spf1 a +include:spf.mailjet.com -all")

    assert "lacks Mailjet" not in registrar.check().output


@pytest.mark.parametrize(
    "record",
    [
        "-include:spf.mailjet.com ~all",
        "?include:host.example ~all",
        "ip4:192.0.2.1 -all include:spf.mailjet.com",
        "redirect=spf.mailjet.com -all",
    ],
)
def test_mailjet_is_not_in_a_record_that_does_not_let_it_send(registrar: Registrar, record: str) -> None:
    registrar.mailjet_says(SPFStatus="Error")
    registrar.dns.has(DOMAIN, "TXT", f"v=spf1 {record}")
    registrar.dns.has("host.example", "TXT", "v=spf1 a include:spf.mailjet.com -all")

    result = registrar.check()

    assert "SPF of mj.cagette.net lacks Mailjet" in result.stderr
    assert fields(DOMAIN, "TXT", f"v=spf1 include:spf.mailjet.com {record}") in result.stderr


def test_what_stands_behind_all_costs_no_look_up_and_must_be_readable(registrar: Registrar) -> None:
    registrar.dns.has(
        DOMAIN, "TXT", "v=spf1 ip4:192.0.2.1 -all a mx ptr a:a.b mx:a.b a:c.d mx:c.d a:e mx:e a:f mx:f"
    )
    fine = registrar.check()
    registrar.dns.has(DOMAIN, "TXT", "v=spf1 ip4:192.0.2.1 -all incldue:spf.mailjet.com")

    result = registrar.check()

    assert (fine.exit_code, fine.stderr) == (0, "")
    assert "incldue:spf.mailjet.com is no term of SPF" in result.stderr


@pytest.mark.parametrize("address", ["amap@gmail.com", "amap@Orange.fr", "amap@laposte.net", "amap@yahoo.fr"])
@pytest.mark.parametrize("options", [(), ("--offline",)])
def test_a_sender_at_a_mailbox_provider_is_refused(
    registrar: Registrar, address: str, options: tuple[str, ...]
) -> None:
    registrar.coop.replace("config.yaml", "noreply@mj.cagette.net", address)
    registrar.server.account.senders[address] = "Active"

    result = registrar.check(*options)

    assert result.exit_code == 78
    assert f"config.yaml: sender.email: {address} is an address at a mailbox provider" in result.stderr
    assert not registrar.dns.questions, "nothing there is ours to mend"


def test_a_truncated_answer_is_asked_for_over_tcp(registrar: Registrar) -> None:
    registrar.dns.is_small = True
    registrar.mailjet_says(DKIMRecordValue=LONG_KEY)
    registrar.dns.has(f"mailjet._domainkey.{DOMAIN}", "TXT", LONG_KEY)

    result = registrar.check()

    assert (result.exit_code, result.stderr) == (0, "")
    assert (f"mailjet._domainkey.{DOMAIN}", "TXT", "tcp") in registrar.dns.questions


def test_a_key_may_be_another_name_s_and_have_blanks_in_it(registrar: Registrar) -> None:
    registrar.dns.has(f"mailjet._domainkey.{DOMAIN}", "CNAME", "keys.example.")
    registrar.dns.has("keys.example", "TXT", MAILJETS_KEY.replace("MIGf", "MI Gf"))

    assert registrar.check().exit_code == 0


def test_what_the_resolver_cannot_tell_is_no_failure_and_the_rest_is_judged(registrar: Registrar) -> None:
    registrar.dns.broken.add(DOMAIN)
    registrar.dns.has(f"_dmarc.{DOMAIN}", "TXT")

    result = registrar.check()

    assert result.exit_code == 1
    first, *_record, last = result.stderr.splitlines()
    assert first.startswith("DMARC of mj.cagette.net: there is no record")
    assert last == (
        "DNS of mj.cagette.net: its servers (MX or A), SPF can't be told now (the resolver can't find it "
        "out); ask again later"
    )


def test_names_that_lead_to_each_other_are_no_failure(registrar: Registrar) -> None:
    registrar.dns.has(f"mailjet._domainkey.{DOMAIN}", "TXT")
    registrar.dns.has(f"mailjet._domainkey.{DOMAIN}", "CNAME", "loop.example.")
    registrar.dns.has("loop.example", "CNAME", f"mailjet._domainkey.{DOMAIN}.")

    result = registrar.check()

    assert result.exit_code == 0
    assert result.stderr.startswith(
        "DNS of mj.cagette.net: DKIM can't be told now (the resolver can't find it"
    )


@pytest.mark.dear
@pytest.mark.parametrize(("status", "exit_code"), [("OK", 0), ("Error", 1), ("Not checked", 0)])
def test_a_silent_resolver_is_no_failure_and_mailjet_s_own_word_stands(
    registrar: Registrar, status: str, exit_code: int
) -> None:
    registrar.dns.silent = {name for name in registrar.dns.zones if name.endswith(DOMAIN)}
    registrar.mailjet_says(DKIMStatus=status)
    began = time.monotonic()

    result = registrar.check()

    assert result.exit_code == exit_code
    first, *others = result.stderr.splitlines()
    assert first.startswith("DNS of mj.cagette.net: its servers (MX or A), DMARC, DKIM, SPF, the way back")
    assert first.endswith("can't be told now (no answer in time); ask again later")
    assert len(others) == (status != "OK")
    assert time.monotonic() - began < 4, "two time-outs of a second, and not one for each question"


def test_dns_is_judged_though_mailjet_says_nothing(registrar: Registrar) -> None:
    registrar.server.rest_script += [drop_before_reading] * 9
    registrar.dns.has(f"_dmarc.{DOMAIN}", "TXT")

    result = registrar.check()

    assert "DMARC of mj.cagette.net: there is no record" in result.stderr
    assert "DKIM of" not in result.stderr


def test_offline_asks_nobody(registrar: Registrar) -> None:
    registrar.check("--offline")

    assert (registrar.dns.questions, registrar.server.gets) == ([], [])


def sent_on_one_day(coop: Coop, mails: int) -> None:
    """Let the ledger remember as many mails as left yesterday."""
    ledger = coop.folder / "ledger.sqlite3"
    with open_ledger(ledger):
        pass
    change(
        ledger,
        f"""
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {mails})
        INSERT INTO notices (
            account, kind, group_id, distribution_id, occasion, member_id, address, recipient, status,
            custom_id, campaign, revision, starts_at, place, due_at, too_late_at, claimed_at
        )
        SELECT 'mailjet', 'opening', 'lac', 'old', '', '', n || '@example.org', n || '@example.org', 'sent',
            n, 'c', 0, day, '', day, day, day
        FROM numbers, (SELECT strftime('%Y-%m-%dT12:00:00+00:00', 'now', '-1 day') AS day)
        """,
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("mails", "said"),
    [
        (1000, []),
        (1001, ["up to 1001 mails a day: above 1000, Orange"]),
        (5000, ["above 1000, Orange"]),
        (5001, ["up to 5001 mails a day: above 1000, Orange", "near 5000, Gmail takes mj.cagette.net"]),
    ],
)
def test_above_some_volume_further_rules_are_said(registrar: Registrar, mails: int, said: list[str]) -> None:
    sent_on_one_day(registrar.coop, mails)

    result = registrar.check()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("mails a day") == len(said)
    assert all(part in result.stdout for part in said)
