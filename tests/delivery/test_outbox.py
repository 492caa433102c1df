from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError
from cagette_notify.core.messages import Attachment, Outcome, StopReason
from cagette_notify.core.notices import Status
from cagette_notify.delivery.outbox.transport import OutboxTransport
from cagette_notify.delivery.transport import LookupFailed
from tests.fixtures.messages import a_message, messages
from tests.fixtures.rfc5322 import parsed

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 6, 11, 12, tzinfo=timezone.utc)

root_may_all = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def an_outbox(folder: Path) -> OutboxTransport:
    outbox = OutboxTransport(folder, NOON)
    outbox.prepare()
    return outbox


def look_up(outbox: OutboxTransport, *custom_ids: str) -> dict[str, Outcome]:
    return outbox.look_up(custom_ids, since=NOON, until=NOON)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fail_with(monkeypatch: pytest.MonkeyPatch, call: str, number: int, *, after: int = 0) -> None:
    """Let a call of the operating system fail once, after so many that succeed."""
    real, times = getattr(os, call), iter(range(1_000_000))

    def failing(*args: object, **options: object) -> object:
        if next(times) == after:
            raise OSError(number, os.strerror(number))
        return real(*args, **options)

    monkeypatch.setattr(os, call, failing)


def test_each_mail_is_a_private_file_named_by_its_custom_id(folder: Path) -> None:
    outcomes = an_outbox(folder).send(messages(2))

    assert outcomes == [
        Outcome(Status.SENT, message_id="l1-0.eml"),
        Outcome(Status.SENT, message_id="l1-1.eml"),
    ]
    assert names(folder) == ["l1-0.eml", "l1-1.eml"]
    assert (mode(folder), mode(folder / "l1-0.eml")) == (0o700, 0o600)
    assert parsed((folder / "l1-1.eml").read_bytes())["To"] == "Member 1 <member1@example.org>"


def test_a_wide_open_umask_opens_nothing(folder: Path) -> None:
    before = os.umask(0)
    try:
        an_outbox(folder).send(messages(1))
    finally:
        os.umask(before)

    assert (mode(folder), mode(folder / "l1-0.eml")) == (0o700, 0o600)


def test_a_mail_written_again_replaces_the_first(folder: Path) -> None:
    outbox = an_outbox(folder)
    outbox.send([a_message(subject="old")])
    outbox.send([a_message(subject="new")])

    assert names(folder) == ["l1-1.eml"]
    assert parsed((folder / "l1-1.eml").read_bytes())["Subject"] == "new"


def test_a_link_in_the_way_is_replaced_not_followed(folder: Path, tmp_path: Path) -> None:
    outbox = an_outbox(folder)
    (tmp_path / "elsewhere").write_text("mine")
    (folder / "l1-1.eml").symlink_to(tmp_path / "elsewhere")

    assert look_up(outbox, "l1-1") == {}
    outbox.send([a_message()])

    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (folder / "l1-1.eml").is_symlink()


def test_a_flawed_message_keeps_nobody_else_from_theirs(folder: Path) -> None:
    broken = Attachment("a.pdf", "application/pdf", "?")
    outcomes = an_outbox(folder).send(
        [
            a_message(custom_id="a", subject="x\r\nBcc: bob@example.org"),
            a_message("ana@", custom_id="b"),
            a_message(custom_id="c", attachments=(broken,)),
            a_message(custom_id="d"),
        ]
    )

    assert [(outcome.status, outcome.about_content) for outcome in outcomes] == [
        (Status.FAILED, True),
        (Status.FAILED, False),
        (Status.FAILED, True),
        (Status.SENT, False),
    ]
    assert names(folder) == ["d.eml"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_full_disk_defers_the_rest_and_leaves_no_half_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    outbox = an_outbox(folder)
    with monkeypatch.context() as patched:
        fail_with(patched, call, number, after=1)
        outcomes = outbox.send(messages(3))

    assert [(outcome.status, outcome.stop) for outcome in outcomes[1:]] == [
        (Status.DEFERRED, StopReason.SLOW_DOWN)
    ] * 2
    assert os.strerror(number) in outcomes[1].detail
    assert names(folder) == ["l1-0.eml"]


def test_a_name_that_may_vanish_with_the_power_is_a_doubt(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = an_outbox(folder)
    with monkeypatch.context() as patched:
        fail_with(patched, "fsync", errno.EIO, after=2)
        outcomes = outbox.send([*messages(2), a_message("ana@", custom_id="bad")])

    assert [outcome.status for outcome in outcomes] == [Status.IN_DOUBT, Status.IN_DOUBT, Status.FAILED]
    assert set(look_up(outbox, "l1-0", "l1-1", "bad")) == {"l1-0", "l1-1"}


def test_what_was_written_is_found(folder: Path) -> None:
    outbox = an_outbox(folder)
    outbox.send(messages(1))
    (folder / "l1-2.eml").mkdir()

    assert look_up(outbox, "l1-0", "l1-1", "l1-2") == {"l1-0": Outcome(Status.SENT, message_id="l1-0.eml")}


def test_in_an_outbox_that_is_gone_nothing_was_written(folder: Path) -> None:
    assert look_up(OutboxTransport(folder, NOON), "l1-1") == {}


def test_an_outbox_that_cannot_be_read_is_not_a_no(folder: Path) -> None:
    folder.symlink_to(folder)  # a link to itself: too many levels

    with pytest.raises(LookupFailed, match="can't read the outbox"):
        look_up(OutboxTransport(folder, NOON), "l1-1")


def test_what_a_dead_run_left_unfinished_is_swept_away(folder: Path) -> None:
    an_outbox(folder).send(messages(1))
    (folder / ".unfinished-l1-0.eml").write_text("half a ma")
    (folder / "notes.txt").write_text("mine")

    outcomes = an_outbox(folder).send(messages(1))

    assert [outcome.status for outcome in outcomes] == [Status.SENT]
    assert names(folder) == ["l1-0.eml", "notes.txt"]


def test_the_folder_is_made_with_its_parents(folder: Path) -> None:
    an_outbox(folder / "of" / "mine")

    assert names(folder / "of" / "mine") == []


def test_a_link_is_no_outbox(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    folder.symlink_to(tmp_path / "public")

    with pytest.raises(ConfigError, match="symbolic link"):
        an_outbox(folder)


def test_a_file_is_no_outbox(folder: Path) -> None:
    folder.write_text("")

    with pytest.raises(ConfigError, match="it must be a folder"):
        an_outbox(folder)


@root_may_all
def test_a_folder_that_cannot_be_written_to_is_no_outbox(folder: Path) -> None:
    folder.mkdir(mode=0o500)

    with pytest.raises(ConfigError, match="Permission denied"):
        an_outbox(folder)


@pytest.mark.parametrize("custom_id", ["", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a\0", "a b", "é"])
def test_a_custom_id_cannot_lead_out_of_the_folder(folder: Path, custom_id: str) -> None:
    outbox = an_outbox(folder)

    with pytest.raises(ValueError, match="can't name a file"):
        outbox.send([a_message(custom_id=custom_id)])
    with pytest.raises(ValueError, match="can't name a file"):
        look_up(outbox, custom_id)


def test_several_threads_write_at_once(folder: Path) -> None:
    outbox = an_outbox(folder)
    batches = [messages(80)[start : start + 10] for start in range(0, 80, 10)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = [outcome for some in pool.map(outbox.send, batches) for outcome in some]

    assert {outcome.status for outcome in outcomes} == {Status.SENT}
    assert len(names(folder)) == 80
