"""Images beside a text: where they may lie, what they are by their content, and how much they may weigh."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast import images
from cagette_notify.broadcast.attachments import LARGEST_MESSAGE
from cagette_notify.broadcast.images import ImagesBeside, heavy_images
from cagette_notify.broadcast.same_mail import Given, identity_of
from cagette_notify.core.messages import Attachment
from tests.fixtures.images import a_gif, a_jpeg, a_png

if TYPE_CHECKING:
    from pathlib import Path

TOO_EARLY = "it ends too early: it is still being copied, or was cut"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "mes photos").mkdir(parents=True)
    (tmp_path / "hors.png").write_bytes(a_png())
    (folder / "mes photos" / "fête.png").write_bytes(a_png(640))
    (folder / "plan (1).gif").write_bytes(a_gif(90))
    return folder


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("mes photos/fête.png", ("fête.png", "image/png", 640)),
        ("./mes photos/fe\u0302te.png", ("fête.png", "image/png", 640)),
        ("mes%20photos/f%C3%AAte.png", ("fête.png", "image/png", 640)),
        ("mes photos\\fête.png", ("fête.png", "image/png", 640)),
        ("plan (1).gif", ("plan (1).gif", "image/gif", 90)),
    ],
)
def test_an_image_is_named_as_people_type_it(folder: Path, name: str, found: tuple[str, str, int]) -> None:
    image = ImagesBeside(folder)(name)

    assert (image.file.filename, image.file.content_type, image.width) == found


def test_a_name_with_accents_apart_as_macs_write_it_is_found(folder: Path) -> None:
    (folder / "e\u0301te\u0301.png").write_bytes(a_png())

    assert ImagesBeside(folder)("été.png").file.filename == "été.png"


def test_a_name_that_looks_encoded_is_the_file_of_that_name_where_there_is_one(folder: Path) -> None:
    (folder / "a%20b.png").write_bytes(a_png(1))
    (folder / "a b.png").write_bytes(a_png(2))

    assert ImagesBeside(folder)("a%20b.png").width == 1


@pytest.mark.parametrize(
    "name",
    [
        "../hors.png",
        "mes photos/../../hors.png",
        "mes photos/../plan (1).gif",
        "%2e%2e/hors.png",
        "..\\hors.png",
        "/etc/hostname",
        "%2Fetc/hostname",
        "C:\\hors.png",
        "//server/hors.png",
    ],
)
def test_no_image_lies_outside_the_texts_folder(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="expected a file beside the text, or in a folder there"):
        ImagesBeside(folder)(name)


@pytest.mark.parametrize("name", ["lien.png", "ailleurs/hors.png", "mes photos/lien.png", "ici/fête.png"])
def test_no_link_is_followed_to_an_image(folder: Path, name: str) -> None:
    (folder / "lien.png").symlink_to(folder.parent / "hors.png")
    (folder / "mes photos" / "lien.png").symlink_to("fête.png")
    (folder / "ailleurs").symlink_to(folder.parent)
    (folder / "ici").symlink_to("mes photos")

    with pytest.raises(ValueError, match="a link leads there"):
        ImagesBeside(folder)(name)


def test_the_texts_folder_itself_may_be_reached_by_a_link(folder: Path) -> None:
    (folder.parent / "raccourci").symlink_to(folder)

    assert ImagesBeside(folder.parent / "raccourci")("plan (1).gif").width == 90


@pytest.mark.parametrize("name", ["rien.png", "x%00.png", "lac.png/plan.png", "MES PHOTOS/fête.png"])
def test_where_an_image_was_looked_for_in_vain_is_said(folder: Path, name: str) -> None:
    (folder / "lac.png").write_bytes(a_png())

    with pytest.raises((ValueError, OSError), match=f"no such file in {re.escape(str(folder))}"):
        ImagesBeside(folder)(name)


@pytest.mark.parametrize("name", ["PLAN (1).gif", "plan(1).gif", "mes photos\\fete.PNG"])
def test_an_image_of_nearly_that_name_is_named(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"did you mean '(plan \(1\)\.gif|fête\.png)'"):
        ImagesBeside(folder)(name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"coucou", "save it as JPEG, PNG or GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "save it as JPEG, PNG or GIF"),
        (b"\0\0\0\x18ftypheic", "save it as JPEG, PNG or GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "save it as JPEG, PNG or GIF"),
        (b"\x89PNG\r\n\x1a\n", "save it as JPEG, PNG or GIF"),
        (b"GIF89a", "save it as JPEG, PNG or GIF"),
        (b"\xff\xd8\xff", "save it as JPEG, PNG or GIF"),
        (b"\xff\xd8\xff\xe1\0\0" * 9, "save it as JPEG, PNG or GIF"),
        (a_jpeg(frame=0xD9), "save it as JPEG, PNG or GIF"),
    ],
)
def test_what_is_no_image_by_its_content_is_refused(folder: Path, content: bytes, reason: str) -> None:
    (folder / "lac.png").write_bytes(content)

    with pytest.raises(ValueError, match=reason):
        ImagesBeside(folder)("lac.png")


@pytest.mark.parametrize(
    ("whole", "known_from", "last_mark"),
    [
        (a_png(), len("_PNG____....IHDRwidth"), len("IEND_sum")),
        (a_gif(), len("GIF89awi"), len(";")),
        (a_jpeg(), a_jpeg().index(b"\xff\xda"), 1),
    ],
)
def test_an_image_that_is_still_being_copied_is_refused(
    folder: Path, whole: bytes, known_from: int, last_mark: int
) -> None:
    for size in range(known_from, len(whole) - last_mark + 1):
        assert _complaint(folder, whole[:size]) == TOO_EARLY
        assert _complaint(folder, whole[:size] + b"\0" * 99) == TOO_EARLY  # whose room was taken beforehand


@pytest.mark.parametrize("whole", [a_png(), a_gif(), a_jpeg()])
@pytest.mark.parametrize("behind", [b"\0" * 99, b"MotionPhoto_Data", a_jpeg()[:-9]])
def test_what_stands_behind_the_end_of_an_image_is_let_be(folder: Path, whole: bytes, behind: bytes) -> None:
    assert _complaint(folder, whole + behind) == ""


def _complaint(folder: Path, content: bytes) -> str:
    (folder / "lac.jpg").write_bytes(content)
    try:
        ImagesBeside(folder)("lac.jpg")
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("content", "kind", "width"),
    [
        (a_png(70_000, 1), "image/png", 70_000),
        (a_gif(1_200), "image/gif", 1_200),
        (a_gif(300).replace(b"89a", b"87a"), "image/gif", 300),
        (a_jpeg(4_000), "image/jpeg", 4_000),
        (a_jpeg(4_001, frame=0xC2), "image/jpeg", 4_001),
        (a_jpeg(4_002, before=b"\xff\xff\xff\xff\x01"), "image/jpeg", 4_002),
    ],
)
def test_kind_and_width_are_told_by_the_content(folder: Path, content: bytes, kind: str, width: int) -> None:
    (folder / "lac.txt").write_bytes(content)

    image = ImagesBeside(folder)("lac.txt")

    assert (image.file.content_type, image.width) == (kind, width)
    assert base64.b64decode(image.file.base64) == content


def test_an_image_is_known_by_its_content_wherever_it_lies(folder: Path) -> None:
    (folder / "copie.png").write_bytes(a_png(640))
    beside = ImagesBeside(folder)

    ids = [beside(name).file.content_id for name in ("copie.png", "mes photos/fête.png", "plan (1).gif")]

    assert ids[0] == ids[1] != ids[2]
    assert all(re.fullmatch(r"[0-9a-f]{32}@inline", one) for one in ids)


def test_what_is_no_plain_file_is_no_image(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")

    for name in ("pipe.png", "mes photos"):
        with pytest.raises(ValueError, match="not a file"):
            ImagesBeside(folder)(name)


def test_no_more_images_are_read_than_a_mail_may_weigh(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (folder / f"{number}.png").write_bytes(a_png(640 + number))
    one = len(ImagesBeside(folder)("0.png").file.base64)
    monkeypatch.setattr(images, "LARGEST_MESSAGE", 2 * one)
    beside = ImagesBeside(folder)

    beside("0.png")
    beside("./0.png")  # travels once
    beside("1.png")
    with pytest.raises(ValueError, match="too large, with the images before it"):
        beside("2.png")


def test_an_image_that_can_never_fit_is_not_read(folder: Path) -> None:
    (folder / "film.png").touch()
    os.truncate(folder / "film.png", 50 * LARGEST_MESSAGE)

    with pytest.raises(ValueError, match="too large"):
        ImagesBeside(folder)("film.png")


@pytest.mark.parametrize(
    ("sizes", "said"), [([999_999], []), ([1_000_002], ["1"]), ([600_000, 600_000], ["1.2"])]
)
def test_more_than_a_megabyte_of_images_is_pointed_out(sizes: list[int], said: list[str]) -> None:
    files = [Attachment("a.png", "image/png", "A" * (size // 3 * 4), "a@inline") for size in sizes]

    notes = list(heavy_images(files))

    assert [re.findall(r"weigh ([\d.]+) MB", one.message) for one in notes] == [[size] for size in said]
    assert all(one.is_warning for one in notes)


BODY = "Voici ![le lac](lac.png), ![](lac.png.jpg)\n"
SHOWN = {"lac.png": "1a@inline", "lac.png.jpg": "2b@inline"}


@pytest.mark.parametrize(
    ("body", "shown", "is_same"),
    [
        (BODY, SHOWN, True),
        (BODY.replace("lac.png", "eau"), {"eau": "1a@inline", "eau.jpg": "2b@inline"}, True),
        (BODY.replace("(lac.png)", "(photos/lac.png)"), {**SHOWN, "photos/lac.png": "1a@inline"}, True),
        (BODY, {**SHOWN, "lac.png": "3c@inline"}, False),
        (BODY, {**SHOWN, "lac.png.jpg": "3c@inline"}, False),
        (BODY, {"lac.png": "2b@inline", "lac.png.jpg": "1a@inline"}, False),
        (BODY.replace("le lac", "le pré"), SHOWN, False),
    ],
)
def test_another_image_or_other_words_for_it_make_another_mail_and_another_name_makes_none(
    body: str, shown: dict[str, str], is_same: bool
) -> None:
    def identity(text: str, images: dict[str, str]) -> str:
        return identity_of(Given("lac", "all", "", "Photo", text, images=images))

    assert (identity(body, shown) == identity(BODY, SHOWN)) is is_same
