"""notifications.csv on disk: real files, real encodings, real locks."""

from __future__ import annotations

import csv
import io
import os
import stat
import subprocess
import sys
import tempfile
import unicodedata
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cagette_notify.core.errors import ConfigError, DataError, LaterError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.lock import edit_lock
from cagette_notify.data.member_settings.read import MemberSettings, load_member_settings
from cagette_notify.data.member_settings.write import AppliedChange, SettingsChange, change_member_settings
from cagette_notify.data.rows.broken_values import why_broken
from cagette_notify.readers.encodings import decode_doubtful

DAY = date(2026, 6, 10)
FILE = "member;kind;value;date\n1;opening;no;2026-06-01\n2;opening;no;2026-06-02\nNoël;recap_4h;oui;\n"


def an_order(*names: str, **wanted: bool) -> SettingsChange:
    names = names or ("1", "lac/1")
    return SettingsChange(names, names[:1], {Kind(kind): value for kind, value in wanted.items()}, DAY)


def change(path: Path, order: SettingsChange) -> AppliedChange:
    return change_member_settings(path, path.parent, order)


def said(preferences: MemberSettings) -> dict[tuple[str, str], tuple[bool, str]]:
    return {
        (name, kind.value): (setting.value, setting.changed_on)
        for name, kinds in preferences.settings.items()
        for kind, setting in kinds.items()
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "notifications.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_change_rules_from_its_day_on_until_it_is_taken_back(path: Path) -> None:
    others = {("2", "opening"): (False, "2026-06-02"), ("Noël", "recap_4h"): (True, "")}

    on = change(path, an_order(opening=True))
    back = change(path, an_order())

    assert said(on.before) == said(load_member_settings(path, path.parent)) | {
        ("1", "opening"): (False, "2026-06-01")
    }
    assert said(on.after) == {("1", "opening"): (True, "2026-06-10"), **others}
    assert on.after.settings["1"][Kind.OPENING].origin.line == 4
    assert said(back.after) == said(load_member_settings(path, path.parent)) == others


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "notifications.csv"
    path.parent.mkdir()

    change(path, an_order("lac/1", recap_4h=True, opening=False))

    assert path.read_text(encoding="utf-8-sig") == (
        "member;kind;value;date\nlac/1;recap_4h;yes;2026-06-10\nlac/1;opening;no;2026-06-10\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "order", [an_order(opening=False), an_order("3"), an_order("Noël", recap_4h=True)], ids=str
)
def test_what_is_so_already_is_not_written(path: Path, order: SettingsChange) -> None:
    before = path.stat()

    assert not change(path, order).was_needed
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert path.read_text(encoding="utf-8") == FILE


def test_taking_back_from_no_file_makes_none(tmp_path: Path) -> None:
    assert not change(tmp_path / "notifications.csv", an_order()).was_needed
    assert not (tmp_path / "notifications.csv").exists()


def test_only_what_differs_is_written(path: Path) -> None:
    change(path, an_order(opening=False, recap_24h=False))

    assert path.read_text(encoding="utf-8-sig") == f"{FILE}1;recap_24h;no;2026-06-10\n"


def test_changes_under_every_name_of_somebody_are_replaced(path: Path) -> None:
    """Where they differ, ``group/id`` would rule over the row that was just written."""
    path.write_text("member;kind;value\n1;opening;yes\nlac/1;opening;no\nport/1;opening;no\n")

    change(path, an_order("1", "lac/1", opening=True))

    assert path.read_text(encoding="utf-8-sig") == "member;kind;value\nport/1;opening;no\n1;opening;yes\n"


@pytest.mark.parametrize(
    "content",
    [b"", b"member;kind\n", b'member;kind;value\n2;"opening;no\n', b"member;kind;value\n2\0;opening;no\n"],
)
def test_a_file_that_cannot_be_read_whole_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"notifications\.csv"):
        change(path, an_order(opening=True))

    assert path.read_bytes() == content


def test_a_quote_that_another_row_ends_is_written_where_it_belongs(path: Path) -> None:
    """The quote that row 2 leaves open ends where row 3 begins; without it, row 4 would be its end."""
    path.write_text(
        'value;kind;member;note\n"no";"opening";"2";"a ""\n"no";"opening";"1";"b"\nyes;opening;9"\n'
    )
    assert {"1", "2", '9"'} == load_member_settings(path, path.parent).settings.keys()

    change(path, an_order())

    assert said(load_member_settings(path, path.parent)) == {
        ("2", "opening"): (False, ""),
        ('9"', "opening"): (True, ""),
    }


@pytest.mark.parametrize("name", ["notifications.yaml", "notifications.json", "notifications"])
def test_only_a_csv_is_changed(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"only a \.csv file") as caught:
        change(tmp_path / name, an_order(opening=True))

    assert caught.value.exit_status == 78
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_refused_rather_than_replaced(path: Path) -> None:
    link = path.with_name("link.csv")
    link.symlink_to(path)

    with pytest.raises(DataError, match="not a symbolic link"):
        change(link, an_order(opening=True))

    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == FILE


def test_another_users_file_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 123_456)

    with pytest.raises(DataError, match="sudo -u"):
        change(path, an_order(opening=True))


def test_a_change_waits_for_another_one_and_then_gives_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 100, 6))
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))

    with edit_lock(path), pytest.raises(LaterError) as caught:
        change(path, an_order(opening=True))

    assert caught.value.exit_status == 75
    assert path.read_text(encoding="utf-8") == FILE


@pytest.mark.dear
def test_two_processes_at_once_lose_no_change(path: Path) -> None:
    code = """
import sys
from datetime import date
from functools import partial
from pathlib import Path
from cagette_notify.core.kinds import Kind
from cagette_notify.data.member_settings.write import SettingsChange, change_member_settings
path, who = Path(sys.argv[1]), sys.argv[2]
for number in range(40):
    name = f"{who}{number}"
    order = SettingsChange((name,), (name,), {Kind.OPENING: False}, date(2026, 6, 10))
    change_member_settings(path, path.parent, order)
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, path, who]) for who in "abc"]
    while any(writer.poll() is None for writer in writers):
        assert ("2", "opening") in said(load_member_settings(path, path.parent))  # never half a file

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    names = load_member_settings(path, path.parent).settings.keys()
    assert names >= {f"{who}{number}" for who in "abc" for number in range(40)}


NAMES = (
    st.one_of(
        st.sampled_from(("1", "2", "lac/1", "zoe@example.org", "Noël", "=1+1", "@x", 'the "2"', "NULL")),
        st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=6),
    )
    .map(partial(unicodedata.normalize, "NFC"))  # as ids are read
    .filter(
        lambda name: not why_broken(name) and not name.startswith("#")
    )  # which no id is, once it was read
)
NO_NAMES = ("NULL", "null", r"\N", "#", "#7")
"""What a CSV says for nothing, and what takes a row out that it begins."""
KINDS = st.sampled_from(("opening", "recap_24h", "recap_4h", "recap", ""))
VALUES = st.sampled_from(("yes", "non", "x", "maybe", ""))
DAYS = st.sampled_from(("2026-06-01", "01/06/2026", "soon", ""))
NOTES = st.sampled_from(("", "called", "two\nlines", "a;b,c", 'a "quote"'))
ROWS = st.lists(st.tuples(NAMES, KINDS, VALUES, DAYS, NOTES), max_size=8)
WISHES = st.dictionaries(st.sampled_from(("opening", "recap_24h", "recap_4h")), st.booleans())
HEADER = ("membre", "Type", "value", "Date", "note")


def written(rows: list[tuple[str, ...]], delimiter: str, end: str, columns: tuple[int, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([row[at] for at in columns] for row in (HEADER, *rows))
    return text.getvalue()


@pytest.mark.dear
@settings(max_examples=300, deadline=None)
@given(
    rows=ROWS,
    form=st.tuples(
        st.sampled_from(";,\t"), st.sampled_from(("\n", "\r\n", "\r")), st.permutations(range(5)).map(tuple)
    ),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252")),
    cut=st.integers(0, 3),
    wish=st.tuples(NAMES, WISHES),
)
def test_a_change_reads_back_and_leaves_every_other_rows_reading_alone(
    rows: list[tuple[str, ...]],
    form: tuple[str, str, tuple[int, ...]],
    encoding: str,
    cut: int,
    wish: tuple[str, dict[str, bool]],
) -> None:
    name, wanted = wish
    text = written(rows, *form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notifications.csv"
        path.write_bytes(text[: len(text) - cut].encode(encoding, "replace"))
        content = path.read_bytes()
        try:
            before = load_member_settings(path, path.parent)
        except DataError:
            with pytest.raises(DataError):
                change(path, an_order(name, **wanted))
            assert path.read_bytes() == content
            return
        if decode_doubtful(content).in_doubt:
            with pytest.raises(DataError, match="save the file as UTF-8"):
                change(path, an_order(name, **wanted))
            assert path.read_bytes() == content
            return
        if wanted and name in NO_NAMES:
            with pytest.raises(DataError, match="such a cell counts as empty"):
                change(path, an_order(name, **wanted))
            assert path.read_bytes() == content
            return

        change(path, an_order(name, **wanted))

        after = load_member_settings(path, path.parent)
        kinds = wanted or ("opening", "recap_24h", "recap_4h")
        mine = {(name, kind) for kind in kinds}
        others = {key: row for key, row in said(before).items() if key not in mine}
        assert {key: row for key, row in said(after).items() if key not in mine} == others
        assert {key[1]: row[0] for key, row in said(after).items() if key in mine} == wanted
        assert [one.message for one in after.problems] == [one.message for one in before.problems]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_cell_can_hold_is_refused_rather_than_lost(tmp_path: Path, name: str) -> None:
    path = tmp_path / "notifications.csv"
    path.write_bytes(b"member;kind;value;date\r\n2;opening;no;2026-06-01\r\n")
    content = path.read_bytes()

    with pytest.raises(DataError, match="such a cell counts as empty"):
        change(path, an_order(name, opening=False))

    assert path.read_bytes() == content
