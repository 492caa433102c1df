"""Two machines with one ledger: what each leaves to the other, and what they know of each other."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.chaos.kills.warm import Warm
from tests.fixtures.machines import a_federation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fixtures.machines import Federation
    from tests.fixtures.postgresql import PostgresqlServer

SETTLED = timedelta(minutes=11)


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    with Warm() as started:
        yield started


@pytest.fixture
def federation(tmp_path: Path, postgresql: PostgresqlServer, warm: Warm) -> Iterator[Federation]:
    with a_federation(tmp_path, postgresql, warm) as made:
        yield made


@pytest.mark.dear
def test_what_one_sent_the_other_does_not(federation: Federation) -> None:
    paris, lyon = federation.machines

    assert paris.run().status == 0
    assert lyon.run().status == 0

    assert federation.mailed() == ["maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.mark.dear
def test_status_names_the_machine_of_the_last_run(federation: Federation) -> None:
    paris, lyon = federation.machines
    paris.run()
    federation.wait(timedelta(minutes=1))
    lyon.run()

    assert "The last run was on lyon." in paris.run("status").stdout
    assert paris.document("status")["machine"] == "lyon"


@pytest.mark.dear
def test_files_that_are_not_the_same_on_both_are_named_until_they_are(federation: Federation) -> None:
    paris, lyon = federation.machines
    shutil.copy(paris.folder / "members.csv", lyon.folder / "members.csv")
    with (lyon.folder / "members.csv").open("a") as file:
        file.write("9;Ugo;Noir;ugo@example.org;;\n")
    paris.run()
    lyon.run()

    warning = "members.csv: not the same on lyon, paris, as their last runs found it"
    assert warning in paris.run("status").stdout
    assert warning in lyon.run("check", "--offline").stderr + lyon.run("check", "--offline").stdout
    shutil.copy(paris.folder / "members.csv", lyon.folder / "members.csv")
    lyon.run()
    assert "not the same" not in paris.run("status").stdout


@pytest.mark.dear
def test_a_machine_that_is_out_of_use_is_compared_with_no_more(federation: Federation) -> None:
    paris, lyon = federation.machines
    (lyon.folder / "notifications.csv").write_text("member;kind;value;date\n")
    lyon.run()
    paris.run()
    assert "notifications.csv: not the same" in paris.run("status").stdout

    federation.wait(timedelta(hours=26))
    paris.run()

    assert "not the same" not in paris.run("status").stdout


@pytest.mark.dear
def test_both_rest_once_there_is_nothing_to_do_and_wake_up_for_what_the_other_records(
    federation: Federation,
) -> None:
    federation.become_quiet()
    paris, lyon = federation.machines
    for _time in range(3):
        assert (paris.run().status, lyon.run().status) == (0, 0)
        federation.wait(timedelta(minutes=1))

    assert (paris.rests(), lyon.rests(), paris.rests()) == (True, True, True)
    lyon.run("broadcast", "lac", "-s", "Pain", "--body", "pain.md", "--yes")
    assert (paris.rests(), "pain" in federation.texts()) == (False, True)


@pytest.mark.dear
def test_a_server_that_is_away_is_for_the_next_run_and_costs_no_mail(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, lyon = federation.machines
    postgresql.stop()
    try:
        said = paris.run()
        assert (said.status, "out of reach" in said.stderr) == (75, True)
        assert federation.mailed() == []
    finally:
        postgresql.start()

    assert lyon.run().status == 0
    assert len(federation.mailed()) == 3


@pytest.mark.dear
def test_that_the_server_is_away_is_said_once_a_day(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, _lyon = federation.machines
    postgresql.stop()
    try:
        said = []
        for hours in (0, 1, 22, 2, 1):
            federation.wait(timedelta(hours=hours))
            ended = paris.run()
            said.append((ended.status, "out of reach" in ended.stderr))
    finally:
        postgresql.start()

    assert said == [(75, True), (75, False), (75, False), (75, True), (75, False)]
    assert "out of reach" not in paris.run().stderr


ALL_WELL = "all well again"


def test_once_the_server_is_back_it_is_said_that_all_is_well_again(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, lyon = federation.machines
    postgresql.stop()
    try:
        for machine in (paris, paris, lyon):
            machine.run()
        paris.run("broadcast", "lac", "-s", "Pain", "--body", "members.csv", "--yes")
    finally:
        postgresql.start()
    lyon.run("settle", "x", "drop")

    said = [(machine.run().stderr.lower(), machine.run().stderr) for machine in (paris, lyon)]

    assert [(ALL_WELL in once, again) for once, again in said] == [(True, ""), (True, "")]


def test_a_server_that_was_away_in_mid_run_is_well_again_with_the_next_one(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, _lyon = federation.machines
    federation.when_posted(postgresql.kill)
    assert "postgresql://" in paris.run().stderr
    postgresql.start()

    federation.wait(SETTLED)
    assert ALL_WELL in paris.run().stderr.lower()
    assert paris.run().stderr == ""


def test_another_trouble_with_the_ledgers_place_is_said_at_once(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, _lyon = federation.machines
    config = paris.folder / "config.yaml"
    right, said = config.read_text("utf-8"), []
    postgresql.stop()
    try:
        for port in ("5432", "5432", "99999", "99999", "5432&service=nowhere", "5432"):
            config.write_text(right.replace("port=5432", f"port={port}"), "utf-8")
            ended = paris.run()
            said.append((ended.status, ended.stderr.count("postgresql://")))
    finally:
        postgresql.start()

    assert said == [(75, 1), (75, 0), (78, 1), (78, 0), (78, 1), (75, 0)]
    config.write_text(right, "utf-8")
    assert ALL_WELL in paris.run().stderr.lower()


def test_alerts_tell_of_an_outage_once_it_is_over(
    tmp_path: Path, postgresql: PostgresqlServer, warm: Warm
) -> None:
    with a_federation(tmp_path, postgresql, warm, "alert_to: [claire@example.org]\n") as federation:
        paris, _lyon = federation.machines
        postgresql.stop()
        try:
            paris.run()
        finally:
            postgresql.start()
        paris.run()
        paris.run()

        alerts = [copy for copy in federation.mailjet.delivered if copy.address == "claire@example.org"]
        assert len(alerts) == 1
        text = " ".join(alerts[0].message["TextPart"].split())
        assert "out of reach" in text
        assert ALL_WELL in text.lower()


@pytest.mark.dear
def test_a_server_that_dies_between_a_claim_and_its_settling_leaves_doubts_to_the_other(
    federation: Federation, postgresql: PostgresqlServer
) -> None:
    paris, lyon = federation.machines
    federation.when_posted(postgresql.kill)
    said = paris.run()
    postgresql.start()

    assert (said.status, len(federation.mailed()) in {2, 3}) == (75, True)
    federation.wait(SETTLED)
    assert lyon.run().status == 0
    assert len(federation.mailed()) == 3
    assert federation.statuses() == {"sent"}


@pytest.mark.dear
@pytest.mark.parametrize("is_ahead", [True, False])
def test_clocks_that_are_minutes_apart_double_no_doubt(federation: Federation, *, is_ahead: bool) -> None:
    """One posts and dies; the other, whose clock says that it was long ago, waits as long as any would."""
    paris, lyon = federation.machines
    (paris if is_ahead else lyon).clock_error = timedelta(minutes=-30)
    federation.mailjet.account.index_lag = 400
    federation.mailjet.account.deduplicates = False
    federation.when_posted(paris.kill)

    paris.run()
    federation.wait(timedelta(minutes=3))
    assert lyon.run().status in {0, 1}
    federation.wait(SETTLED)
    assert lyon.run().status == 0

    assert len(federation.mailed()) == 3
