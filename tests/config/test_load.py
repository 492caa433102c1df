from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from cagette_notify.config.credentials import credentials
from cagette_notify.config.load import Config, is_whole_in_a_copy, load
from cagette_notify.config.options import OPTIONS
from cagette_notify.config.paths import find_config
from cagette_notify.core.errors import EXIT_CONFIG, ConfigError
from cagette_notify.core.i18n import speak
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.core.package_files import example_config
from cagette_notify.core.transport_traits import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

LEAST = "data: {groups: g.yaml, distributions: d.yaml}\nsender: {email: noreply@example.org}\n"


def a_config(folder: Path, text: str = "") -> Path:
    path = folder / "config.yaml"
    path.write_text(LEAST + text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = "") -> Config:
    return load(a_config(folder, text))


def settings(folder: Path, text: str = "") -> Config:
    """Return what was read, whatever file it was read from."""
    return replace(loaded(folder, text), read_as={})


def problems(path: Path) -> list[str]:
    """Return the lines of the refusal, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value).replace(f"{path.parent}/", "").splitlines()


def defaults(**values: bool) -> AbstractSet[tuple[Kind, bool]]:
    return {(Kind(name), value) for name, value in values.items()}


def test_the_shipped_example_has_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(example_config().read_bytes())

    config = load(path)

    assert config.style.sender == Contact("noreply@mj.cagette.net", "Cagette.net")
    assert config.data.groups == tmp_path / "groups.yaml"
    assert config.data.members == tmp_path / "members.csv"
    assert config.data.orders == str(tmp_path / "orders.csv")
    assert config.delivery is OUTBOX


def test_what_the_example_comments_out_has_no_problem_either(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = example_config().read_text(encoding="utf-8")
    path.write_text(re.sub(r"^# ( *\w+:)", r"\1", text, flags=re.MULTILINE), encoding="utf-8")

    config = load(path)

    assert config.style.settings_url.startswith("https://")
    assert config.style.help_url.startswith("mailto:")


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = loaded(tmp_path)

    assert config.timezone == ZoneInfo("Europe/Paris")
    assert (config.path, config.folder) == (tmp_path / "config.yaml", tmp_path)
    assert (config.language, config.account) == ("fr", "outbox")
    assert (config.data.members, config.data.orders, config.style.overrides) == (None, None, None)
    assert config.outbox == tmp_path / "outbox"
    assert config.ledger == tmp_path / "ledger.sqlite3"
    assert config.notifications == tmp_path / "notifications.csv"
    assert (config.style.settings_url, config.style.leave_url, config.style.help_url) == ("", "", "")
    assert config.rules.defaults.items() >= defaults(opening=True, recap_24h=True, recap_4h=False)
    assert (config.rules.spans.late, config.rules.inactive_after) == (
        {Kind.OPENING: timedelta(hours=48)},
        None,
    )
    assert (config.hold_stale_orders, config.style.show_prices, config.style.calendar) == (True, True, False)
    assert (config.first_run_lookback, config.keep) == (timedelta(hours=1), timedelta(days=400))
    assert (config.alert_to, config.summary_to) == ((), "none")


def test_mailjets_defaults_are_those_of_the_readme(tmp_path: Path) -> None:
    mailjet = loaded(tmp_path).mailjet

    assert mailjet.credentials == tmp_path / "mailjet.key"
    assert mailjet.api_url == "https://api.mailjet.com/"
    assert (mailjet.parallel, mailjet.daily_quota) == (4, None)
    assert (mailjet.timeout, mailjet.settle_after) == (timedelta(seconds=30), timedelta(minutes=10))


def test_every_default_written_out_changes_nothing(tmp_path: Path) -> None:
    text = """
timezone: Europe/Paris
language: fr
delivery: outbox
outbox: outbox
ledger: ledger.sqlite3
notifications: notifications.csv
templates:
settings_url: ''
notices: {opening: {default: yes, late: 48h}, recap_24h: {default: yes}, recap_4h: {default: no}}
inactive_after: off
stale_orders: hold
prices: show
calendar: no
first_run_lookback: 1h
keep: 400d
alert_to: []
summary_to: none
mailjet: {credentials: mailjet.key, api_url: https://api.mailjet.com/, parallel: 4, timeout: 30s,
  settle_after: 10m, daily_quota:}
"""

    assert settings(tmp_path, text) == settings(tmp_path)


def test_an_empty_section_is_as_good_as_none(tmp_path: Path) -> None:
    assert settings(tmp_path, "mailjet:\nnotices: {opening:}\n") == settings(tmp_path)


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    text = """
timezone: America/New_York
language: en
delivery: mailjet
ledger: /var/lib/notify/ledger.sqlite3
templates: ours
settings_url: https://example.org/settings?a=1
leave_url: http://example.org
help_url: mailto:help@example.org
map_url: https://maps.example/?q={place}&z=15
notices: {opening: {default: non, late: 2d}, recap_24h: {default: no}, recap_4h: {default: oui}}
inactive_after: 180d
stale_orders: send
prices: hide
first_run_lookback: 0s
keep: 30d
mailjet: {credentials: ../key, api_url: 'http://127.0.0.1:8025', parallel: 32, timeout: 5s,
  settle_after: 0s, daily_quota: 200}
"""
    config = loaded(tmp_path, text)

    assert config.timezone == ZoneInfo("America/New_York")
    assert (config.language, config.account) == ("en", "mailjet")
    assert config.ledger == Path("/var/lib/notify/ledger.sqlite3")
    assert config.style.overrides == tmp_path / "ours"
    assert config.style.leave_url == "http://example.org"
    assert config.style.help_url == "mailto:help@example.org"
    assert config.style.map_url == "https://maps.example/?q={place}&z=15"
    assert config.rules.defaults.items() >= defaults(opening=False, recap_24h=False, recap_4h=True)
    assert (config.rules.spans.late[Kind.OPENING], config.rules.inactive_after) == (
        timedelta(days=2),
        timedelta(days=180),
    )
    assert (config.hold_stale_orders, config.style.show_prices) == (False, False)
    assert (config.first_run_lookback, config.keep) == (timedelta(0), timedelta(days=30))
    assert config.mailjet.credentials == tmp_path / "../key"
    assert config.mailjet.api_url == "http://127.0.0.1:8025/"
    assert (config.mailjet.parallel, config.mailjet.daily_quota) == (32, 200)


def test_three_mistakes_make_three_lines_in_one_run(tmp_path: Path) -> None:
    path = a_config(tmp_path, "timezon: Europe/Paris\nlanguage: de\nmailjet:\n  parallel: 99\n")

    assert problems(path) == [
        "config.yaml:3: timezon: unknown setting; did you mean 'timezone'?",
        "config.yaml:4: language: expected fr | en, not 'de'",
        "config.yaml:6: mailjet.parallel: expected a whole number from 1 to 32, not '99'",
    ]


def test_what_must_be_given_is_named_when_it_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")

    assert [line.split(": ")[1:3] for line in problems(path)] == [
        ["data.groups", "missing"],
        ["data.distributions", "missing"],
        ["sender.email", "missing"],
    ]


def test_what_is_missing_is_told_in_the_language_spoken(tmp_path: Path) -> None:
    path = a_config(tmp_path, "")
    path.write_text("# rien\n", encoding="utf-8")
    speak("fr")

    assert problems(path)[1] == "config.yaml: data.distributions: manquant\u00a0: les distributions"


def test_an_empty_value_of_what_must_be_given_is_missing_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("data:\n  groups:\n  distributions: d.yaml\nsender: {email: ' '}\n", encoding="utf-8")

    assert [line.split(": missing")[0] for line in problems(path)] == [
        "config.yaml:2: data.groups",
        "config.yaml:4: sender.email",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("parallel: 4", "parallel: unknown setting; did you mean 'mailjet.parallel'?"),
        (
            "notices: {opening: {lat: 3h}}",
            "notices.opening.lat: unknown setting; did you mean 'notices.opening.late'?",
        ),
        ("notices: {recap: {default: no}}", "notices.recap: unknown setting"),
        ("mailjets: {parallel: 4}", "mailjets: unknown setting; did you mean 'mailjet'?"),
        ("zzzzzz: 1", "zzzzzz: unknown setting"),
        ("notices.opening.late: 3h", "'notices.opening.late': unknown setting"),
        ('"a\\nb": 1', "'a\\nb': unknown setting"),
        ("mailjet: 4", "mailjet: settings were expected under it"),
        ("mailjet: [parallel]", "mailjet: settings were expected under it"),
        ("outbox: [a]", "outbox: one value was expected"),
        ("outbox: {a: b}", "outbox: one value was expected"),
        ("timezone: Europe/Pari", "timezone: no such time zone: 'Europe/Pari'; did you mean 'Europe/Paris'?"),
        ("timezone: ../../etc/passwd", "timezone: no such time zone"),
        ("delivery: smtp", "delivery: expected outbox | mailjet, not 'smtp'"),
        ("stale_orders: yes", "stale_orders: expected hold | send"),
        ("prices: no", "prices: expected show | hide"),
        ("templates: nowhere", "templates: no such folder"),
        ("settings_url: example.org", "settings_url: expected a link"),
        ("settings_url: javascript:alert(1)", "settings_url: expected a link"),
        ("settings_url: https://", "settings_url: expected a link"),
        ("map_url: https://maps.example/", "map_url: expected a link with {place} in it"),
        ("map_url: 'https://maps.example/{lieu}'", "map_url: expected a link with {place} in it"),
        ("map_url: 'mailto:{place}@maps.example'", "map_url: expected a link with {place} in it"),
        ("map_url: 'geo:{place}'", "map_url: expected a link"),
        ("help_url: 'https://a b'", "help_url: expected a link"),
        ("help_url: mailto:nobody", "help_url: expected a link"),
        ("notices: {opening: {late: 18:30}}", "notices.opening.late: expected a duration"),
        ("notices: {opening: {late: 0h}}", "notices.opening.late: expected a duration above zero"),
        ("notices: {opening: {default: perhaps}}", "notices.opening.default: expected yes or no"),
        ("inactive_after: 6 months", "inactive_after: expected a duration"),
        ("mailjet: {timeout: 0s}", "mailjet.timeout: expected a duration above zero"),
        ("mailjet: {parallel: 0}", "mailjet.parallel: expected a whole number from 1 to 32"),
        ("mailjet: {parallel: 33}", "mailjet.parallel: expected a whole number from 1 to 32"),
        ("mailjet: {parallel: 2.0}", "mailjet.parallel: expected a whole number from 1 to 32"),
        ("mailjet: {daily_quota: 0}", "mailjet.daily_quota: expected a whole number from 1"),
        ("ledger: ~nobody-of-that-name/x", "ledger: nobody's home folder"),
        ('ledger: "a\\0b"', "ledger: expected a path"),
        ("summary_to: everybody", "summary_to: expected none | contact, not"),
        ("alert_to: [ana@example.org, ana]", "alert_to: expected an address"),
        *(
            (
                f"dns_resolver: '{value}'",
                "dns_resolver: expected a resolver's address, such as 9.9.9.9 or 127",
            )
            for value in (
                "dns.example.org",
                "9.9.9.9:",
                "9.9.9.9:0",
                "9.9.9.9:65536",
                "9.9.9:53",
                "[::1]",
                ":53",
            )
        ),
    ],
)
def test_a_bad_setting_is_named_with_what_was_expected(tmp_path: Path, text: str, complaint: str) -> None:
    found = problems(a_config(tmp_path, text))

    assert len(found) == 1
    assert found[0].startswith(f"config.yaml:3: {complaint}")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("alert_to: ana@example.org", ("ana@example.org",)),
        ("alert_to: [ana@example.org, syslog]", ("ana@example.org", "syslog")),
        ("alert_to: ana@example.org | ana@example.org", ("ana@example.org",)),
        ("alert_to: []", ()),
    ],
)
def test_alerts_go_to_addresses_and_to_the_systems_log(
    tmp_path: Path, text: str, places: tuple[str, ...]
) -> None:
    assert loaded(tmp_path, text).alert_to == places


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@example.",
        "a na@example.org",
        "a@b@example.org",
        "ana@exa..mple.org",
        "Ana <ana@example.org>",
        "Ana<ana@example.org>",
        "ana@example.org,bob@example.org",
        r"ana\r\nBcc: x@example.org",
        r"ana\u200b@example.org",
    ],
)
def test_the_sender_must_be_one_address(tmp_path: Path, email: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        f'data: {{groups: g.yaml, distributions: d.yaml}}\nsender:\n  email: "{email}"\n', encoding="utf-8"
    )

    assert problems(path)[0].startswith("config.yaml:3: sender.email: expected an address")


@pytest.mark.parametrize("name", [r"a\nBcc: x@example.org", r"a\u2028b", r"a\x7fb", r"a\0b"])
def test_the_senders_name_cannot_inject_a_header(tmp_path: Path, name: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f'{LEAST[:-2]}, name: "{name}"}}\n', encoding="utf-8")

    assert "sender.name: expected one line" in problems(path)[0]


def test_the_senders_name_may_hold_what_french_needs(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f'{LEAST[:-2]}, name: "L’AMAP\u00a0: Œuf"}}\n', encoding="utf-8")

    assert load(path).style.sender.name == "L’AMAP\u00a0: Œuf"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.mailjet.com",
        "https://API.us.mailjet.com/",
        "https://api.mailjet.com:443/",
        "http://localhost:8025/",
        "http://127.0.0.1:1/",
        "http://127.9.9.9/",
        "http://[::1]:8025/",
        "https://localhost/",
    ],
)
def test_mailjet_is_called_over_https_or_on_this_machine(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f"mailjet: {{api_url: '{url}'}}").mailjet.api_url == f"{url.rstrip('/')}/"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.mailjet.com/",
        "http://api.mailjet.com:8025/",
        "https://mailjet.com.example.org/",
        "https://evilmailjet.com/",
        "https://example.org/",
        "https://key:secret@api.mailjet.com/",
        "http://localhost.example.org/",
        "api.mailjet.com",
        "http://127.0.0.1.example.org/",
        "ftp://localhost/",
        "https://example.org/.mailjet.com",
        "http://localhost@example.org/",
        "https://example.org#.mailjet.com",
        "https://example.org?.mailjet.com/",
        r"https://example.org\\.mailjet.com/",
    ],
)
def test_the_keys_go_nowhere_else(tmp_path: Path, url: str) -> None:
    found = problems(a_config(tmp_path, f'mailjet: {{api_url: "{url}"}}'))

    assert len(found) == 1
    assert found[0].startswith("config.yaml:3: mailjet.api_url: ")


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"a: 1\na: 2\n", "config.yaml:2: the key 'a' is there twice"),
        (b"\tlanguage: fr\n", "config.yaml:1: a tab"),
        (b"[" * 100_000, "config.yaml:1: nested more than"),
        (b"- language\n", "config.yaml:1: settings were expected"),
        (b"language", "config.yaml:1: settings were expected"),
        (b"language: \x81\n", "config.yaml: neither UTF-8"),
        (b"language: fr\n\0", "config.yaml:2: not a text"),
        (b"#" * 1_000_001, "config.yaml: too large"),
        (b"a: &a [x,x]\nb: &b [*a]\n<<: *b\n", "config.yaml:3: merge keys"),
    ],
)
def test_a_file_that_is_no_configuration_is_one_line(tmp_path: Path, raw: bytes, complaint: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(raw)

    found = problems(path)

    assert len(found) == 1
    assert found[0].startswith(complaint)


def test_a_configuration_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert problems(tmp_path / "config.yaml") == ["config.yaml: no such file"]
    assert problems(tmp_path / "config.yaml" / "") == ["config.yaml: no such file"]
    assert "a folder" in problems(tmp_path)[0]


def test_a_file_saved_by_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(f"{LEAST[:-2]}, name: Épagny}}\n".replace("\n", "\r\n").encode("cp1252"))

    assert load(path).style.sender.name == "Épagny"


def test_paths_start_at_the_files_folder_and_not_at_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conf").mkdir()
    a_config(tmp_path / "conf", "ledger: ~/l.sqlite3\nnotifications: /srv/n.csv\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ana")

    config = load(Path("conf/config.yaml"))

    assert config.folder == tmp_path / "conf"
    assert config.data.groups == tmp_path / "conf/g.yaml"
    assert (config.ledger, config.notifications) == (Path("/home/ana/l.sqlite3"), Path("/srv/n.csv"))


def test_the_orders_keep_their_pattern(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(LEAST.replace("{groups", "{orders: 'x/Export-{date}-*.csv', groups"), encoding="utf-8")

    assert load(path).data.orders == f"{tmp_path}/x/Export-{{date}}-*.csv"


def test_the_configuration_asked_for_comes_before_the_environments(tmp_path: Path) -> None:
    environ = {"CAGETTE_NOTIFY_CONFIG": "/env.yaml", "HOME": str(tmp_path)}

    assert find_config("asked.yaml", environ) == Path("asked.yaml")
    assert find_config(None, environ) == Path("/env.yaml")


def test_without_a_word_the_working_folder_comes_before_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    ours = home / ".config/cagette-notify/config.yaml"
    ours.parent.mkdir(parents=True)
    ours.touch()
    work.mkdir()
    monkeypatch.chdir(work)
    environ = {"HOME": str(home), "CAGETTE_NOTIFY_CONFIG": ""}

    assert find_config(None, environ) == ours
    Path("config.yaml").touch()
    assert find_config(None, environ) == Path("config.yaml")


@pytest.mark.skipif(Path("/etc/cagette-notify/config.yaml").exists(), reason="this machine has one")
def test_where_there_is_none_the_places_looked_at_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError) as caught:
        find_config(None, {"HOME": "/home/ana"})

    assert "config.yaml, /home/ana/.config/cagette-notify/config.yaml, /etc/cagette-notify/" in str(
        caught.value
    )
    assert caught.value.exit_status == EXIT_CONFIG


def a_key_file(folder: Path, text: str = "public1\nprivate1\n", *, mode: int = 0o600) -> Path:
    path = folder / "mailjet.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refused_keys(config: Config, environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        credentials(config, environ)
    assert caught.value.__cause__ is None
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_the_keys_of_the_environment_win(tmp_path: Path) -> None:
    environ = {"MJ_APIKEY_PUBLIC": "public2", "MJ_APIKEY_PRIVATE": " private2\n"}
    a_key_file(tmp_path, mode=0o644)

    assert credentials(loaded(tmp_path), environ) == ("public2", "private2")


@pytest.mark.parametrize(
    "environ", [{}, {"MJ_APIKEY_PUBLIC": "p"}, {"MJ_APIKEY_PUBLIC": "p", "MJ_APIKEY_PRIVATE": ""}]
)
@pytest.mark.parametrize(
    "text", ["public1\nprivate1\n", "\ufeffpublic1\r\n private1 \r\n\r\n", "public1\nprivate1"]
)
def test_else_the_keys_are_the_files_two_lines(tmp_path: Path, environ: dict[str, str], text: str) -> None:
    a_key_file(tmp_path, text)

    assert credentials(loaded(tmp_path), environ) == ("public1", "private1")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o777])
def test_keys_that_others_can_read_are_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = a_key_file(tmp_path, mode=mode)

    assert refused_keys(loaded(tmp_path), {}) == f"{path}: others can read it: chmod 600 {path}"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_keys_that_only_their_owner_can_read_are_taken(tmp_path: Path, mode: int) -> None:
    a_key_file(tmp_path, mode=mode)

    assert credentials(loaded(tmp_path), {})[0] == "public1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s3cret\n",
        "public1 s3cret\n",
        "public1\ns3cret\ns3cret\n",
        "public1\ns3c ret\n",
        "public1\ns3crét\n",
        "public1\n\0s3cret\n",
    ],
)
def test_a_malformed_key_file_is_refused_without_a_word_of_it(tmp_path: Path, text: str) -> None:
    a_key_file(tmp_path, text)

    message = refused_keys(loaded(tmp_path), {})

    assert message.startswith(f"{tmp_path}/mailjet.key: ")
    assert "s3c" not in message


def test_malformed_keys_in_the_environment_are_refused_without_a_word_of_them(tmp_path: Path) -> None:
    message = refused_keys(loaded(tmp_path), {"MJ_APIKEY_PUBLIC": "public", "MJ_APIKEY_PRIVATE": "s3c\nret"})

    assert message.startswith("$MJ_APIKEY_PUBLIC, $MJ_APIKEY_PRIVATE: ")
    assert "s3c" not in message


def test_missing_keys_are_one_line(tmp_path: Path) -> None:
    assert "no such file" in refused_keys(loaded(tmp_path), {})
    (tmp_path / "mailjet.key").mkdir(mode=0o700)
    assert "a folder" in refused_keys(loaded(tmp_path), {})


def test_loading_looks_at_no_key(tmp_path: Path) -> None:
    a_key_file(tmp_path, "s3cret", mode=0o644)

    assert "s3cret" not in repr(loaded(tmp_path, "delivery: mailjet"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_configuration_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    path = a_config(tmp_path)
    path.chmod(0)

    assert problems(path) == ["config.yaml: can't be read: Permission denied"]


def test_every_option_says_what_it_is_for() -> None:
    assert all(option.about for option in OPTIONS)
    assert len({option.key for option in OPTIONS}) == len(OPTIONS)


@pytest.mark.parametrize(
    "key",
    [
        *("data.groups", "data.members", "data.distributions", "data.orders", "outbox"),
        *("notifications", "templates", "mailjet.credentials"),
    ],
)
def test_what_is_on_the_network_is_no_path(tmp_path: Path, key: str) -> None:
    section, _dot, name = key.rpartition(".")
    text = f"{section}: {{{name}: 's3://a/b'}}\n" if section else f"{key}: s3://a/b\n"
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")

    message = "only files and folders of this machine are supported here, not 's3://a/b'"
    assert f"config.yaml:1: {key}: {message}" in problems(path)


@pytest.mark.parametrize(
    ("text", "at", "place", "setting"),
    [
        ("ledger: notifications.csv", "3: ledger", "notifications.csv", "notifications"),
        ("outbox: mails\nledger: ./mails", "4: ledger", "mails", "outbox"),
        ("notifications: x/../g.yaml", "3: notifications", "g.yaml", "data.groups"),
        ("mailjet: {credentials: outbox}", "3: mailjet.credentials", "outbox", "outbox"),
    ],
)
def test_what_is_written_has_a_place_of_its_own(
    tmp_path: Path, text: str, at: str, place: str, setting: str
) -> None:
    assert problems(a_config(tmp_path, f"{text}\n")) == [
        f"config.yaml:{at}: {place} is that of {setting} already"
    ]


def test_data_that_are_only_read_may_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(LEAST.replace("d.yaml", "d.yaml, orders: all.yaml, duties: all.yaml"), encoding="utf-8")

    assert load(path).data.duties == tmp_path / "all.yaml"


@pytest.mark.parametrize("url", ["mysql://u@h/db", "file:///srv/l.sqlite3", "sqlite:///l.sqlite3"])
def test_a_ledger_that_is_an_address_makes_no_folder_of_that_name(tmp_path: Path, url: str) -> None:
    assert "supported" in problems(a_config(tmp_path, f"ledger: {url}\n"))[0]
    assert [one.name for one in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("", True),
        ("ledger: memory/ledger.sqlite3\noutbox: out\n", True),
        ("ledger: {folder}/ledger.sqlite3\n", False),
        ("outbox: '{folder}/outbox'\n", False),
        ("outbox: ../outbox\n", False),
        ("notifications: {folder}/notifications.csv\n", False),
    ],
)
def test_a_copy_of_the_folder_has_a_memory_of_its_own_unless_the_configuration_leads_out_of_it(
    tmp_path: Path, text: str, is_whole: bool
) -> None:
    assert is_whole_in_a_copy(loaded(tmp_path, text.format(folder=tmp_path))) is is_whole


def test_a_copy_shares_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "memory").symlink_to(tmp_path / "elsewhere")

    assert not is_whole_in_a_copy(loaded(tmp_path, "ledger: memory/ledger.sqlite3\n"))


@pytest.mark.parametrize(
    ("value", "resolver"),
    [
        ("9.9.9.9", ("9.9.9.9", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("'::1'", ("::1", 53)),
        ("'[::1]:5353'", ("::1", 5353)),
        ("no", None),
        ("''", None),
    ],
)
def test_a_resolver_is_an_address_and_maybe_a_port(
    tmp_path: Path, value: str, resolver: tuple[str, int] | None
) -> None:
    assert loaded(tmp_path, f"dns_resolver: {value}").dns_resolver == resolver
