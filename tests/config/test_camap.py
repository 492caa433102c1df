"""``data.camap``: where the database is, which groups are served, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.config.camap import DatabaseUrl
from cagette_notify.config.credentials import database_password
from cagette_notify.config.load import load
from cagette_notify.core.errors import ConfigError
from cagette_notify.core.kinds import NOTICE_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.config.load import Config

URL = "mysql://notify@localhost/camap"
SENDER = "sender: {email: noreply@example.org}\n"


def written(folder: Path, camap: str, more: str = "") -> Path:
    path = folder / "config.yaml"
    path.write_text(f"data: {{camap: {camap}}}\n{SENDER}{more}", encoding="utf-8")
    return path


def loaded(folder: Path, camap: str, more: str = "") -> Config:
    return load(written(folder, camap, more))


def refused(folder: Path, camap: str, more: str = "") -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, camap, more)
    return [f"{one.field}: {one.message}" for one in error.value.problems]


@pytest.mark.parametrize(
    "url",
    ["n:s3cret@localhost/camap", "mysql:n:s3cret@localhost/c", "mysql:/n:s3cret@h/c", "mysql://n@h:s3cret/c"],
)
def test_what_may_be_a_password_is_never_repeated(tmp_path: Path, url: str) -> None:
    assert "s3cret" not in "".join(refused(tmp_path, f"{{url: '{url}', groups: all}}"))


@pytest.mark.parametrize("groups", ["[]", "none", "''"])
def test_groups_that_are_none_are_missing(tmp_path: Path, groups: str) -> None:
    (said,) = refused(tmp_path, f"{{url: '{URL}', groups: {groups}}}")

    assert said.startswith("data.camap.groups: missing: ")


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ("{12: lac, 15: }", {12: "lac", 15: "15"}),
        ("[12, 15]", {12: "12", 15: "15"}),
        ("12", {12: "12"}),
        ("all", {}),
    ],
)
def test_groups_are_a_list_or_keep_their_ids(tmp_path: Path, groups: str, found: dict[int, str]) -> None:
    camap = loaded(tmp_path, f"{{url: '{URL}', groups: {groups}}}").data.camap

    assert camap
    assert camap.groups == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (URL, DatabaseUrl("notify", "camap", "localhost")),
        ("mysql://a%20b@127.0.0.1:3307/camap", DatabaseUrl("a b", "camap", "127.0.0.1", 3307)),
        (
            f"{URL}?unix_socket=/run/mysqld/mysqld.sock",
            DatabaseUrl("notify", "camap", "localhost", unix_socket="/run/mysqld/mysqld.sock"),
        ),
        (
            "mysql://n@db.example.org/c?ssl_ca=ca.pem",
            DatabaseUrl("n", "c", "db.example.org", ssl_ca="ca.pem"),
        ),
    ],
)
def test_where_the_database_is(tmp_path: Path, url: str, found: DatabaseUrl) -> None:
    camap = loaded(tmp_path, f"{{url: '{url}', groups: all}}").data.camap

    assert camap
    assert camap.url == found
    assert camap.ssl_ca == (tmp_path / "ca.pem" if found.ssl_ca else None)


@pytest.mark.parametrize(
    "url", ["mysql://notify:s3cret@localhost/camap", "mariadb://notify:s3c@ret@db/camap"]
)
def test_a_password_in_the_url_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    (problem,) = refused(tmp_path, f"{{url: '{url}', groups: all}}")

    assert problem == (
        "data.camap.url: no password here, which logs and backups would show: it stands in "
        "data.camap.credentials"
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "postgresql://n@localhost/c",
            "expected mysql://user@host/database",
        ),
        ("mysql://localhost/camap", "expected mysql://user@host/database"),
        ("mysql://n@localhost", "expected mysql://user@host/database"),
        ("mysql://n@localhost:x/c", "expected mysql://user@host/database"),
        (f"{URL}?unix_soket=/s", "nothing is known of 'unix_soket' there (did you mean 'unix_socket'?)"),
        (f"{URL}?password=s3cret", "nothing is known of 'password' there"),
        (
            "mysql://n@db.example.org/camap",
            (
                "members' data would travel unencrypted to db.example.org: "
                "name the certificate of who answers for it, ?ssl_ca=camap-ca.pem"
            ),
        ),
    ],
)
def test_what_is_no_database_is_said(tmp_path: Path, url: str, message: str) -> None:
    assert refused(tmp_path, f"{{url: '{url}', groups: all}}") == [f"data.camap.url: {message}"]


@pytest.mark.parametrize("groups", ["lac", "[12, x]", "{x: lac}"])
def test_groups_are_numbers(tmp_path: Path, groups: str) -> None:
    (problem,) = refused(tmp_path, f"{{url: '{URL}', groups: {groups}}}")

    assert problem.startswith("data.camap.groups: expected the numbers of groups")


@pytest.mark.parametrize(("groups", "twice"), [("[12, 12]", "12"), ("{12: lac, 15: lac}", "15=lac")])
def test_no_group_is_there_twice(tmp_path: Path, groups: str, twice: str) -> None:
    assert refused(tmp_path, f"{{url: '{URL}', groups: {groups}}}") == [f"data.camap.groups: '{twice}' twice"]


def test_which_groups_must_be_written_out(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, f"{{url: '{URL}'}}")

    assert problem.startswith("data.camap.groups: missing: the numbers of its groups")


def test_files_and_a_database_exclude_each_other_but_for_duties(tmp_path: Path) -> None:
    path = written(tmp_path, f"{{url: '{URL}', groups: all}}, groups: groups.yaml, duties: duties.csv")

    with pytest.raises(ConfigError) as error:
        load(path)

    assert [str(one).partition(": ")[2] for one in error.value.problems] == [
        "data.groups: it is read from the database of data.camap: name one of the two"
    ]


def test_real_mails_need_that_camap_sends_none_itself(tmp_path: Path) -> None:
    camap = f"{{url: '{URL}', groups: all}}"
    stopped = f"{{url: '{URL}', groups: all, own_mails: stopped}}"

    (problem,) = refused(tmp_path, camap, "delivery: mailjet\n")

    assert problem.startswith("data.camap.own_mails: missing: CAMAP sends such mails itself")
    assert loaded(tmp_path, camap).data.camap
    assert loaded(tmp_path, stopped, "delivery: mailjet\n").data.camap


def test_without_files_of_duties_the_database_says_who_serves(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"{{url: '{URL}', groups: all}}").rules.spans.kinds == NOTICE_KINDS


def test_the_password_is_in_the_environment_or_in_a_private_file(tmp_path: Path) -> None:
    key = tmp_path / "camap.key"
    key.write_text("s3cret é\n", encoding="utf-8")
    key.chmod(0o644)

    with pytest.raises(ConfigError, match="others can read it: chmod 600"):
        database_password(key, {})
    key.chmod(0o600)

    assert database_password(key, {}) == "s3cret é"
    assert database_password(key, {"CAMAP_PASSWORD": "other"}) == "other"
    assert database_password(None, {}) == ""


@pytest.mark.parametrize("text", ["", "one\ntwo\n"])
def test_a_file_without_one_password_is_said(tmp_path: Path, text: str) -> None:
    key = tmp_path / "camap.key"
    key.write_text(text, encoding="utf-8")
    key.chmod(0o600)

    with pytest.raises(ConfigError, match="one line was expected") as error:
        database_password(key, {})

    assert "one\n" not in str(error.value)
