"""Files that go with a mail: their type, their names, and how large they may be."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.broadcast import attachments
from cagette_notify.broadcast.attachments import LARGEST_MESSAGE, read_attachments, refuse_too_large
from cagette_notify.core.errors import UsageError
from cagette_notify.core.i18n import speaking
from cagette_notify.core.messages import Attachment, Content

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = Content("subject", "text", "<p>html</p>")


def a_file(folder: Path, name: str, content: bytes = b"content") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("affiche.pdf", "application/pdf"),
        ("AFFICHE.PDF", "application/pdf"),
        ("photo.jpeg", "image/jpeg"),
        ("dates.csv", "text/csv"),
        ("archive.tar.gz", "application/octet-stream"),
        ("unknown.xyzzy", "application/octet-stream"),
        ("README", "application/octet-stream"),
    ],
)
def test_the_type_is_told_by_the_name(tmp_path: Path, name: str, kind: str) -> None:
    (attachment,) = read_attachments([a_file(tmp_path, name)])

    assert (attachment.filename, attachment.content_type) == (name, kind)
    assert base64.b64decode(attachment.base64) == b"content"


def test_accents_are_composed_as_everybody_but_macs_writes_them(tmp_path: Path) -> None:
    (attachment,) = read_attachments([a_file(tmp_path, "e\u0301te\u0301.pdf")])

    assert attachment.filename == "\u00e9t\u00e9.pdf"


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    bad = [tmp_path / "missing.pdf", tmp_path, tmp_path / "pipe", a_file(tmp_path, "a\nb.pdf")]

    with pytest.raises(UsageError) as refused:
        read_attachments([a_file(tmp_path, "good.pdf"), *bad])

    messages = [problem.message for problem in refused.value.problems]
    assert [message.split(":")[0].split(" can't")[0] for message in messages] == [
        "no such file",
        "not a file",
        "not a file",
        "a file name with control characters",
    ]
    assert {problem.field for problem in refused.value.problems} == {"--attach"}


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    empty = a_file(tmp_path, "vide.pdf", b"")

    with pytest.raises(UsageError) as refused:
        read_attachments([a_file(tmp_path, "good.pdf"), empty])

    assert str(refused.value) == f"{empty}: --attach: empty: there is nothing in this file"


def test_a_file_that_can_never_fit_is_not_read(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    os.truncate(film, 50_000_000_000)

    with pytest.raises(UsageError, match="too large"):
        read_attachments([film])


def test_a_mail_may_weigh_15_mb_in_base64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "_ENVELOPE", 0)
    room = LARGEST_MESSAGE - sum(len(part) for part in (CONTENT.subject, CONTENT.text, CONTENT.html))
    fits, one_more = (
        Attachment("a.bin", "application/octet-stream", "A" * size) for size in (room, room + 1)
    )

    refuse_too_large(CONTENT, [fits])
    with pytest.raises(UsageError, match="encoded for mail this one weighs"):
        refuse_too_large(CONTENT, [one_more])


def test_what_each_reader_has_alone_is_not_weighed_together() -> None:
    entry = Attachment("distribution.ics", "text/calendar", "x" * (LARGEST_MESSAGE // 2))

    refuse_too_large(CONTENT, [replace(entry, reader=who) for who in ("ana@example.org", "zoe@example.org")])
    with pytest.raises(UsageError):
        refuse_too_large(CONTENT, [replace(entry, reader="ana@example.org"), entry])


def test_several_files_weigh_together() -> None:
    half = Attachment("a.bin", "application/octet-stream", "A" * 8_000_000)

    refuse_too_large(CONTENT, [half])
    with pytest.raises(UsageError, match=r"16\.1 MB"):
        refuse_too_large(CONTENT, [half, half])


@pytest.mark.parametrize(
    ("language", "letters", "size"),
    [
        ("fr", 15_979_000, "pèse 16 Mo"),
        ("fr", 16_370_000, "pèse 16,4 Mo"),
        ("fr", 14_979_990, "pèse 15,1 Mo"),
        ("en", 15_979_000, "weighs 16 MB"),
        ("en", 16_370_000, "weighs 16.4 MB"),
    ],
)
def test_how_much_is_too_much_is_said_as_the_language_writes_it(
    language: str, letters: int, size: str
) -> None:
    large = Attachment("a.bin", "application/octet-stream", "A" * letters)

    with speaking(language), pytest.raises(UsageError) as refused:
        refuse_too_large(CONTENT, [large])

    assert size in str(refused.value.problems[0]).replace("\u00a0", " ")


def test_a_file_name_that_is_not_utf_8_is_said_to_be_none(tmp_path: Path) -> None:
    path = a_file(tmp_path, os.fsdecode(b"aff\xe9.txt"))

    with pytest.raises(UsageError, match="a file name that isn't UTF-8 can't be attached; rename it"):
        read_attachments([path])
