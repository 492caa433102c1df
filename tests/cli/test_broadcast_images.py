"""Images beside a broadcast's text: from the file to the mail, to the screen, and to the browser."""

from __future__ import annotations

import email
import email.policy
import json
import re
import shlex
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.cli.test_broadcast_changes import an_opener, screen_after
from tests.cli.test_broadcast_terminal import MENU, at_the_keyboard
from tests.fixtures.browser import BROWSER, laid_out
from tests.fixtures.command import run
from tests.fixtures.images import a_jpeg, a_png
from tests.fixtures.mailjet_server import MailjetServer, status
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from email.message import EmailMessage

LAC = a_png(1_600, 400)
MAIL = ("broadcast", "-s", "La fête", "--body", "textes/lettre.md")
TEXT = "Bonjour {{ prénom }},\n\n![Le lac](<photos/lac été.png>)\n\nÀ samedi !\n"


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    folder = tmp_path / "coop"
    write_coop(folder, datetime.now(timezone.utc).replace(microsecond=0))
    (folder / "textes" / "photos").mkdir(parents=True)
    (folder / "textes" / "lettre.md").write_text(TEXT)
    (folder / "textes" / "photos" / "lac été.png").write_bytes(LAC)
    return folder


def mails(coop: Path) -> list[EmailMessage]:
    files = sorted((coop / "outbox").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def parts(mail: EmailMessage) -> dict[str, Any]:
    return {part.get_content_type(): part for part in mail.walk()}


def test_an_image_beside_the_text_is_in_each_mail_and_no_file_of_it(coop: Path) -> None:
    assert run(coop, *MAIL, "--yes").returncode == 0

    assert len(mails(coop)) == 4
    for mail in mails(coop):
        found = parts(mail)
        image, html, text = (found[kind] for kind in ("image/png", "text/html", "text/plain"))
        assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html.get_content()
        assert (image.get_content(), image.get_filename()) == (LAC, "lac été.png")
        assert "Le lac (lac été.png)" in text.get_content().splitlines()
        assert mail.get_content_type() == "multipart/alternative"


def test_the_screen_says_how_many_images_travel_and_what_they_weigh(coop: Path) -> None:
    (coop / "textes" / "photo.jpg").write_bytes(a_jpeg(4_000) + b"\0" * 1_100_000)
    (coop / "textes" / "lettre.md").write_text(f"{TEXT}\n![](photo.jpg)\n")
    (coop / "affiche.pdf").write_bytes(b"%PDF")

    shown = " ".join(run(coop, *MAIL, "--dry-run", "--attach", "affiche.pdf").stdout.split())

    assert "Images 2: lac été.png (3 kB); photo.jpg (1.1 MB) Attached affiche.pdf (1 kB) Outbox" in shown
    assert "Note the images weigh 1.1 MB, which a phone is slow to show: make them smaller" in shown


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nulle-part.png", "no such file in "),
        ("../groups.yaml", "expected a file beside the text, or in a folder there"),
        ("lettre.md", "no image that every mail program shows: save it as JPEG, PNG or GIF"),
        ("moitié.png", "it ends too early: it is still being copied, or was cut"),
        ("vide.png", "empty: there is nothing in this file"),
        ("lien.png", "a link leads there"),
        ("énorme.png", "too large: a mail may weigh 15 MB"),
    ],
)
def test_an_image_that_can_not_be_shown_is_said_with_file_and_line(
    coop: Path, name: str, reason: str
) -> None:
    texts = coop / "textes"
    (texts / "vide.png").touch()
    (texts / "moitié.png").write_bytes(LAC[: len(LAC) // 2])
    (texts / "lien.png").symlink_to(texts / "photos" / "lac été.png")
    (texts / "énorme.png").write_bytes(LAC + b"\0" * 11_300_000)
    (texts / "lettre.md").write_text(f"Bonjour,\n\n![Photo]({name})\n")

    refused = run(coop, *MAIL, "--yes")

    assert (refused.returncode, refused.stdout, mails(coop)) == (2, "", [])
    assert refused.stderr.startswith(f"textes/lettre.md:3: body: the image '{name}': {reason}")
    assert refused.stderr.count("\n") == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content", "option"),
    [
        ("affiche.pdf", b"%PDF-1.4", "--attach textes/affiche.pdf"),
        ("le menu.docx", b"PK\x03\x04", "--attach 'textes/le menu.docx'"),
        ("vieux.png", b"\xd0\xcf\x11\xe0", "--attach textes/vieux.png"),
    ],
)
def test_a_document_that_is_given_as_an_image_is_to_be_attached(
    coop: Path, name: str, content: bytes, option: str
) -> None:
    (coop / "textes" / name).write_bytes(content)
    (coop / "textes" / "lettre.md").write_text(f"Bonjour,\n\n![Affiche](<{name}>)\n")

    refused = run(coop, *MAIL, "--yes").stderr
    (coop / "textes" / "lettre.md").write_text("Bonjour,\n\nvoici l'affiche.\n")

    assert f"3: body: the image '{name}': a document, no image: take it out of the text" in refused
    assert option in refused
    assert run(coop, *MAIL, *shlex.split(option), "--yes").returncode == 0


@pytest.mark.dear
def test_in_french_what_is_wrong_is_said_of_the_text_or_of_the_subject_in_french(coop: Path) -> None:
    (coop / "textes" / "énorme.png").write_bytes(LAC + b"\0" * 11_300_000)
    (coop / "textes" / "lettre.md").write_text("Bonjour,\n\n![Photo](énorme.png)\n")
    (coop / "court.md").write_text("Bonjour\n")

    of_text = run(coop, "--lang", "fr", *MAIL, "--yes").stderr
    of_subject = run(
        coop, "--lang", "fr", "broadcast", "-s", "{{ nom }}", "--body", "court.md", "--yes"
    ).stderr
    document = run(coop, "--lang", "fr", *MAIL, "--yes", "--json").stdout

    assert of_text.replace("\u00a0", " ").startswith(
        "textes/lettre.md:3: texte: l’image 'énorme.png' : fichier trop lourd"
    )
    assert of_subject.startswith("objet: ")
    assert [one["field"] for one in json.loads(document)["problems"]] == ["body"]


def test_images_and_attachments_weigh_together(coop: Path) -> None:
    (coop / "textes" / "photos" / "lac été.png").write_bytes(LAC + b"\0" * 6_000_000)
    (coop / "film.mp4").write_bytes(b"\0" * 6_000_000)

    refused = run(coop, *MAIL, "--attach", "film.mp4", "--yes")

    assert (refused.returncode, mails(coop)) == (2, [])
    assert refused.stderr.startswith(
        "textes/lettre.md: body: the images, with any attachments, are too large"
    )
    assert "weighs 16.1 MB" in refused.stderr


@pytest.mark.dear
def test_another_image_is_another_mail_and_another_name_for_it_is_none(coop: Path) -> None:
    texts = coop / "textes"
    assert run(coop, *MAIL, "--yes").returncode == 0
    (texts / "photos" / "lac été.png").rename(texts / "lac.png")
    (texts / "lettre.md").write_text(TEXT.replace("photos/lac été.png", "lac.png"))
    renamed = run(coop, *MAIL, "--yes")
    (texts / "lac.png").write_bytes(a_png(1_601, 400))
    repainted = run(coop, *MAIL, "--yes")

    assert (renamed.returncode, "this very mail was written on" in renamed.stderr) == (1, True)
    assert (repainted.returncode, len(mails(coop))) == (0, 8)


@pytest.mark.dear
def test_mailjet_gets_what_was_confirmed_whatever_becomes_of_the_file(coop: Path) -> None:
    with MailjetServer(tls=False) as server:
        ours = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}'}}"
        config = coop / "config.yaml"
        config.write_text(config.read_text().replace("delivery: outbox", ours))
        server.script.append(status(429))
        run(coop, *MAIL, "--yes", environ=server.environment)
        (coop / "textes" / "photos" / "lac été.png").unlink()
        run(coop, "send-due", environ=server.environment)

    letters = [one.message for one in server.delivered if one.subject == "La fête"]
    assert len(letters) == 4
    for letter in letters:
        [image] = letter["InlinedAttachments"]
        assert (image["ContentType"], image["Filename"]) == ("image/png", "lac été.png")
        assert f'<img src="cid:{image["ContentID"]}" alt="Le lac" width="560"' in letter["HTMLPart"]
        assert "Attachments" not in letter


def test_a_text_that_goes_on_in_a_draft_keeps_the_images_beside_its_file(coop: Path) -> None:
    with at_the_keyboard(coop, *MAIL, writes="Encore ![deux fois](photos/lac été.png).\n") as keyboard:
        screen = screen_after(keyboard, [(MENU, "m")])
        keyboard.types("n\n")
        keyboard.ends()

    assert "deux fois (lac été.png)" in screen
    assert "Images 1: lac été.png" in screen


@pytest.mark.dear
@pytest.mark.parametrize("is_piped", [True, False])
def test_a_text_that_has_no_file_names_images_from_where_the_command_is_given(
    coop: Path, is_piped: bool
) -> None:
    body = ("--body", "-") if is_piped else ()
    (coop / "lac.png").write_bytes(LAC)
    text = "![Le lac](lac.png)\n"
    with at_the_keyboard(
        coop, "broadcast", "-s", "Samedi", *body, writes=text, piped=text if is_piped else None
    ) as keyboard:
        assert "Images 1: lac.png" in screen_after(keyboard, [])


def test_what_is_wrong_with_an_image_can_be_mended_at_the_keyboard(coop: Path) -> None:
    (coop / "lac.png").write_bytes(LAC)
    with at_the_keyboard(coop, "broadcast", "-s", "Samedi", writes="![](lac.pgn)\n") as keyboard:
        keyboard.sees("the image 'lac.pgn': no such file in")
        (coop / "lac.pgn").write_bytes(LAC)
        assert "Images 1: lac.pgn" in screen_after(keyboard, [("[m] edit  [N] cancel ", "m")])


def test_a_look_in_the_browser_shows_the_images(coop: Path) -> None:
    with Keyboard(coop, "--lang", "en", *MAIL, environ=an_opener(coop)) as keyboard:
        screen_after(keyboard, [(MENU, "a"), ("[Zoé Martin]: ", "")])
        keyboard.types("n\n")
        keyboard.ends()

    page = Path((coop / "opened").read_text().strip()).read_text(encoding="utf-8")
    assert re.findall('<img src="([^,"]*)', page) == ["data:image/png;base64"]
    assert "cid:" not in page


@pytest.mark.dear
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed (apt install chromium)")
def test_no_image_is_wider_than_a_phone(coop: Path, tmp_path: Path) -> None:
    table = "| a | b |\n|---|---|\n| ![](<photos/lac été.png>) | ![](<photos/lac été.png>) |\n"
    (coop / "textes" / "lettre.md").write_text(f"{TEXT}\n{table}\n> - ![](<photos/lac été.png>)\n")
    with Keyboard(coop, "--lang", "en", *MAIL, environ=an_opener(coop)) as keyboard:
        screen_after(keyboard, [(MENU, "a"), ("[Zoé Martin]: ", "")])
    page = Path((coop / "opened").read_text().strip()).read_text(encoding="utf-8")

    seen = laid_out(tmp_path, {"images": page}, ((320, "dark"), (375, "light"), (1200, "light")))

    assert {name: view["overflow"] for name, view in seen.items()} == dict.fromkeys(seen, 0)


def test_a_draft_remembers_where_its_images_are(coop: Path) -> None:
    text = TEXT.replace("photos/", "textes/photos/")
    with at_the_keyboard(coop, "broadcast", "-s", "La fête", writes=text) as keyboard:
        keyboard.sees(MENU)
        keyboard.types("n\n")
        keyboard.ends()
    (draft,) = (coop / "drafts").glob("*.md")

    again = ("-c", "../config.yaml", "broadcast", "-s", "La fête", "--body", str(draft), "--yes")
    assert run(coop / "textes", *again).returncode == 0

    assert parts(mails(coop)[0])["image/png"].get_content() == LAC
