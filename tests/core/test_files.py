from __future__ import annotations

import errno
import os
import pwd
import stat
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.core.files import refuse_what_is_not_ours, replace_file, why_refused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "notifications.csv"
    path.write_bytes(b"old")
    path.chmod(0o644)
    return path


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


def test_a_replaced_file_is_its_owners_alone(path: Path) -> None:
    replace_file(path, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path) == ["notifications.csv"]


def test_who_has_the_old_file_open_reads_it_to_its_end(path: Path) -> None:
    with path.open("rb") as reader:
        replace_file(path, b"new")

        assert reader.read() == b"old"


def test_what_a_killed_command_left_is_cleared_away(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    path.with_name("notifications.csv.new").symlink_to(tmp_path / "elsewhere")

    replace_file(path, b"new")

    assert (tmp_path / "elsewhere").read_bytes() == b"mine"
    assert path.read_bytes() == b"new"
    assert names(path) == ["elsewhere", "notifications.csv"]


@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(DataError) as caught:
            replace_file(path, b"new")

    assert str(caught.value) == f"{path}: No space left on device"
    assert path.read_bytes() == b"old"
    assert names(path) == ["notifications.csv"]


def test_links_and_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for path in (tmp_path / "link", tmp_path):
        with pytest.raises(DataError, match="must be a plain file"):
            refuse_what_is_not_ours(path)
    refuse_what_is_not_ours(tmp_path / "missing")


def test_another_users_file_is_refused_with_what_to_type(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = path.stat().st_uid + 123_456
    monkeypatch.setattr(os, "geteuid", lambda: stranger)

    with pytest.raises(DataError, match=r"belongs to \S+; run it as: sudo -u \S+ cagette-notify"):
        refuse_what_is_not_ours(path)


def test_a_number_is_quoted_as_a_shell_would_take_it_for_a_comment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_has_it(_uid: int) -> pwd.struct_passwd:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr(pwd, "getpwuid", nobody_has_it)

    with pytest.raises(DataError, match=rf"sudo -u '#{path.stat().st_uid}' cagette-notify"):
        refuse_what_is_not_ours(path)


def test_a_refusal_names_the_owner_of_the_file_or_of_its_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied, full = PermissionError(13, "Permission denied"), OSError(28, "No space left on device")
    assert why_refused(path, denied) == "Permission denied"
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)

    assert why_refused(path, denied).startswith(f"Permission denied: {path} belongs to ")
    assert why_refused(path.parent / "a" / "b", denied).startswith(
        f"Permission denied: {path.parent} belongs to"
    )
    assert why_refused(path, full) == "No space left on device"
