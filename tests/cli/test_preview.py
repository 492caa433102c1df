"""``preview``: mails as they would leave, and a page of them all."""

from __future__ import annotations

import email
import email.policy
import os
import re
import time
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.mails.preview.preview import PREVIEW_KINDS
from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.rfc5322 import faults
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEXT = """\
- id: d0
  group: lac
  starts_at: 2026-06-12 18:00
  ends_at: 2026-06-12 19:30
  place: Salle des fêtes
- id: d1
  group: lac
  starts_at: {year}-06-11 18:00
  ends_at: {year}-06-11 19:30
  orders_open_at: {year}-06-05 08:00
  orders_close_at: {year}-06-10 20:00
  place: Salle des fêtes
"""
YEAR = 2099


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.write("distributions.yaml", NEXT.format(year=YEAR))
    return made


def preview(coop: Coop, *options: str) -> Result:
    config = str(coop.folder / "config.yaml")
    return CliRunner().invoke(main, ["-c", config, "--lang", "en", "preview", *options])


def words(text: str) -> str:
    """Return text with ordinary blanks on one line."""
    return " ".join(text.split())


def test_a_mail_is_shown_as_it_would_leave(coop: Coop) -> None:
    result = preview(coop, "--text")

    assert (result.exit_code, result.stderr) == (0, "")
    shown = words(result.stdout)
    assert shown.startswith(
        "From: Les Paniers du Lac <noreply@mj.cagette.net> Reply-To: Claire Fontaine "
        "<coordination@paniersdulac.example> To: Zoé Martin <zoe@example.org> "
        "Subject: Jeudi 11 juin, 18 h – 19 h 30 : votre commande Bonjour Zoé,"
    )
    assert f"Demain, jeudi 11 juin {YEAR}, de 18 h à 19 h 30 Salle des fêtes" in shown
    assert "2 × Tomates 2,50 € 5,00 €" in shown


def test_a_terminal_shows_the_text_and_says_how_to_see_the_rest(coop: Coop) -> None:
    def screen(*options: str) -> str:
        with Keyboard(coop.folder, "-c", "config.yaml", "--lang", "en", "preview", *options) as keyboard:
            assert keyboard.ends() == 0
        return words(keyboard.screen)

    shown = screen("opening")

    assert "Bonjour Zoé," in shown
    assert "<html" not in shown
    assert shown.endswith("--open shows the mail in the browser, -o FILE keeps its HTML.")
    assert "--open shows" not in screen("opening", "--text")
    assert screen("--all", "-o", "page").endswith("Open this page in a browser; --open does so by itself.")
    assert "<html" in preview(coop, "opening").stdout


def test_nobody_of_whose_order_no_line_can_be_read_is_shown(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50", "1;d1;Tomates;2;cheap")

    assert "1 × Panier" in words(preview(coop, "--text").stdout)


def test_nothing_is_sent_or_recorded(coop: Coop) -> None:
    before = sorted(coop.folder.iterdir())

    preview(coop)

    assert sorted(coop.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("opening", "Commandez pour jeudi 11 juin"),
        ("recap_24h", "Jeudi 11 juin, 18 h – 19 h 30 : votre commande"),
        ("ouverture", "Commandez pour jeudi 11 juin"),
        ("récap-4h", "Rappel : aujourd’hui, 18 h – 19 h 30"),
        ("recap_4h", "Rappel : aujourd’hui, 18 h – 19 h 30"),
        ("rectificatif", "Changement d’horaire : jeudi 11 juin, 18 h – 19 h 30"),
        ("correction", "Changement d’horaire : jeudi 11 juin, 18 h – 19 h 30"),
        ("broadcast", "Un message de la coordination"),
    ],
)
def test_every_kind_can_be_seen(coop: Coop, kind: str, subject: str) -> None:
    assert f"Subject: {subject} Bonjour" in words(preview(coop, kind, "--text").stdout)
    assert preview(coop, kind).stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("who", "to"),
    [
        ("Noël", "To: Noël Bœuf <noel@example.org>"),
        ("maelle@example.org", "To: Maëlle <maelle@example.org>"),
        ("lac/2", "To: Noël Bœuf <noel@example.org>"),
    ],
)
def test_it_is_made_for_whom_one_names(coop: Coop, who: str, to: str) -> None:
    shown = preview(coop, "--member", who, "--text").stdout

    assert to in shown
    assert "Panier" in shown


@pytest.mark.parametrize("who", ["Zoé", "Zoe Martine"])
def test_a_name_that_means_nobody_or_several_says_who_was_perhaps_meant(coop: Coop, who: str) -> None:
    coop.replace("members.csv", "Léa;Roux", "Zoé;Roux")

    result = preview(coop, "--member", who)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean" in result.stderr


@pytest.mark.parametrize("name", ["d0", "2026-06-12", "12/06/2026"])
def test_it_is_about_the_distribution_one_names(coop: Coop, name: str) -> None:
    result = preview(coop, "--distribution", name, "--text")

    assert "vendredi 12 juin 2026" in result.stdout
    assert result.stderr == "no order to show there; the one in the mail is made up\n"


@pytest.mark.parametrize(
    ("shown", "is_said"),
    [
        (("closing",), False),
        (("ouverture",), False),
        (("broadcast",), False),
        (("recap_4h",), True),
        (("correction",), True),
        (("--all", "-o", "pages"), True),
    ],
)
def test_an_order_that_is_made_up_is_said_only_of_a_mail_that_shows_one(
    coop: Coop, monkeypatch: pytest.MonkeyPatch, shown: tuple[str, ...], is_said: bool
) -> None:
    monkeypatch.chdir(coop.folder)

    result = preview(coop, *shown, "--member", "Léa")

    assert result.exit_code == 0
    assert ("made up" in result.stderr) is is_said


def test_no_such_distribution_is_said(coop: Coop) -> None:
    result = preview(coop, "--distribution", "d9")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--distribution: no distribution 'd9'")


def test_of_many_distributions_the_nearest_to_the_day_that_was_typed_are_named(coop: Coop) -> None:
    row = "- {{id: d{0}, group: lac, starts_at: 2026-0{0}-12 18:00}}\n"
    coop.write("distributions.yaml", "".join(row.format(month) for month in range(1, 10)))

    result = preview(coop, "--distribution", "2026-03-13")

    assert result.stderr.startswith("--distribution: no distribution '2026-03-13'; known here: d3, d2, d4, ")


def test_who_has_no_order_is_shown_one_that_is_made_up(coop: Coop) -> None:
    result = preview(coop, "--member", "Léa", "--text")

    assert "made up" in result.stderr
    assert "1,5 kg Tomates" in words(result.stdout)


def test_a_whole_mail_goes_into_a_file(coop: Coop) -> None:
    file = coop.folder / "mail.eml"

    result = preview(coop, "-o", str(file))

    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (result.exit_code, mail["To"]) == (0, "Zoé Martin <zoe@example.org>")
    assert faults(file.read_bytes()) == []
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["members.csv", "config.yaml"])
def test_no_file_of_the_co_op_is_written_over(coop: Coop, name: str) -> None:
    before = (coop.folder / name).read_bytes()

    result = preview(coop, "-o", str(coop.folder / name))

    assert (result.exit_code, (coop.folder / name).read_bytes()) == (2, before)
    assert "no preview" in result.stderr


def test_a_file_that_cannot_be_written_is_said(coop: Coop) -> None:
    result = preview(coop, "-o", str(coop.folder))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "can't be written to" in result.stderr


@pytest.mark.parametrize(("output", "file"), [("seen", "seen/index.html"), ("all.html", "all.html")])
def test_a_page_shows_every_kind_and_language_on_three_screens(coop: Coop, output: str, file: str) -> None:
    result = preview(coop, "--all", "-o", str(coop.folder / output))

    page = (coop.folder / file).read_text(encoding="utf-8")
    frames = re.findall(r'<iframe class="(\w+)" style="width: (\d+)px" .*? srcdoc="([^"]*)"', page)
    assert result.exit_code == 0
    assert len(frames) == len(PREVIEW_KINDS) * 2 * 3
    assert {(scheme, width) for scheme, width, _mail in frames} == {
        *(("light", "375"), ("dark", "375"), ("light", "800"))
    }
    mails = [unescape(mail) for _scheme, _width, mail in frames]
    for language in ("fr", "en"):
        theirs = [mail for mail in mails if f'<html lang="{language}">' in mail]
        assert ["Zoé" in mail for mail in theirs] == [True] * len(PREVIEW_KINDS) * 3


def test_the_page_shows_what_an_inbox_does_and_the_text_part(coop: Coop) -> None:
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Salle des fêtes & Cie")
    preview(coop, "--all", "-o", str(coop.folder / "all.html"))

    page = (coop.folder / "all.html").read_text(encoding="utf-8")
    sections = dict(re.findall('<section id="(.*?)">(.*?)</section>', page, re.DOTALL))
    recap = sections["fr-recap_24h"]
    assert len(sections) == len(PREVIEW_KINDS) * 2
    assert all(section.count("<figcaption>") == 4 for section in sections.values())
    assert re.search("<p><strong>.* : votre commande</strong> Salle des fêtes &amp; Cie – ", words(recap))
    [text] = re.findall("<pre .*?>(.*?)</pre>", recap, re.DOTALL)
    assert "  Salle des fêtes &amp; Cie\n" in text
    assert "flex-wrap: wrap" in page  # a window narrower than all of them cuts none


@pytest.mark.parametrize(
    ("languages", "folded"), [(",,", "en"), ("en,en,en", "fr"), ("en,,", ""), ("fr,,", "en")]
)
def test_mails_in_a_language_that_nobody_reads_stand_folded_behind_the_others(
    coop: Coop, languages: str, folded: str
) -> None:
    header, *rows = (coop.folder / "members.csv").read_text("utf-8").splitlines()
    cells = [f"{row};{language}" for row, language in zip(rows, languages.split(","), strict=True)]
    coop.write("members.csv", "\n".join([f"{header};language", *cells, ""]))

    preview(coop, "--all", "-o", str(coop.folder / "all.html"))

    page = (coop.folder / "all.html").read_text(encoding="utf-8")
    at_once, mark, behind = page.partition("<details>")
    assert bool(mark) is bool(folded)
    assert {*re.findall('<section id="(..)-', behind)} == ({folded} if folded else set())
    assert {*re.findall('<section id="(..)-', at_once)} == {"fr", "en"} - {folded}


def test_a_kind_that_leaves_to_nobody_is_shown_and_said_to(coop: Coop) -> None:
    coop.write(
        "config.yaml",
        (coop.folder / "config.yaml").read_text("utf-8") + "notices: {opening: {default: no}}\n",
    )
    coop.write("members.csv", "id;email;recap_4h\n1;zoe@example.org;yes\n2;noel@example.org;\n")

    preview(coop, "--all", "-o", str(coop.folder / "all.html"))

    page = (coop.folder / "all.html").read_text(encoding="utf-8")
    sections = re.findall('<section id="fr-(.*?)">(.*?)</section>', page, re.DOTALL)
    silent = {kind for kind, text in sections if "with the settings of today it leaves to nobody" in text}
    assert silent == {"opening", "closing", "duty", "duty_vacant"}


@pytest.mark.parametrize(
    "options", [("--all",), ("--all", "opening", "-o", "x"), ("--all", "--text", "-o", "x"), ("nonsense",)]
)
def test_what_makes_no_sense_is_refused(coop: Coop, options: tuple[str, ...]) -> None:
    assert preview(coop, *options).exit_code == 2


def test_the_browser_opens_it(coop: Coop) -> None:
    opener = coop.folder / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > {coop.folder}/opened\n')
    opener.chmod(0o700)
    path = f"{coop.folder}:{os.environ['PATH']}"

    result = run(coop.folder, "--lang", "en", "preview", "-o", "mail.html", "--open", environ={"PATH": path})

    assert (result.returncode, result.stdout, result.stderr) == (0, "mail.html\n", "")
    opened = eventually(lambda: (coop.folder / "opened").read_text().strip())
    assert opened.removeprefix("file://") == str(coop.folder / "mail.html")


def test_an_opener_that_finds_no_browser_is_said_in_one_line(coop: Coop) -> None:
    opener = coop.folder / "xdg-open"
    opener.write_text('#!/bin/sh\necho "xdg-open: no method available for opening" >&2\nexit 3\n')
    opener.chmod(0o700)
    path = f"{coop.folder}:{os.environ['PATH']}"

    result = run(coop.folder, "--lang", "fr", "preview", "-o", "mail.html", "--open", environ={"PATH": path})

    assert (result.returncode, result.stdout) == (1, "mail.html\n")
    assert result.stderr.replace("\u00a0", " ") == (
        "aucun navigateur n’a pu être lancé : ouvrez mail.html vous-même\n"
    )


@pytest.mark.dear
def test_a_browser_that_the_opener_waits_for_is_not_waited_for(coop: Coop) -> None:
    opener = coop.folder / "xdg-open"
    opener.write_text("#!/bin/sh\nexec sleep 60\n")
    opener.chmod(0o700)
    environ = {"PATH": f"{coop.folder}:{os.environ['PATH']}", "DISPLAY": ":0"}

    began = time.monotonic()
    result = run(coop.folder, "preview", "-o", "mail.html", "--open", environ=environ)

    assert (result.returncode, time.monotonic() - began < 30) == (0, True)


def eventually(read: Callable[[], str]) -> str:
    """Return what a program that runs on by itself writes, within five seconds."""
    for _attempt in range(100):
        with suppress(OSError):
            if text := read():
                return text
        time.sleep(0.05)
    return ""


def test_without_a_browser_it_says_which_file_to_open(coop: Coop) -> None:
    result = run(
        coop.folder,
        "--lang",
        "en",
        "preview",
        "-o",
        "mail.html",
        "--open",
        environ={"PATH": str(coop.folder)},
    )

    assert (result.returncode, result.stdout) == (1, "mail.html\n")
    assert result.stderr == "no browser could be started: open mail.html yourself\n"


@pytest.mark.parametrize("option", ["--member", "--distribution"])
def test_an_empty_name_means_nobody_and_nothing(coop: Coop, option: str) -> None:
    result = preview(coop, option, "")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{option}: no")


def test_a_co_op_without_distributions_or_members_has_nothing_to_show(coop: Coop) -> None:
    coop.write("members.csv", "id;first_name\n")
    assert preview(coop).exit_code == 65

    coop.write("distributions.yaml", "[]\n")
    assert preview(coop).exit_code == 65


@pytest.mark.parametrize(
    ("options", "exit_status"), [((), 65), (("--distribution", "d0"), 2), (("--member", "Léa"), 65)]
)
def test_a_row_set_aside_is_said_where_nothing_else_is_there_to_be_shown(
    coop: Coop, options: tuple[str, ...], exit_status: int
) -> None:
    coop.write("distributions.yaml", "- {id: d0, group: lac, starts_at: 2026-13-12 18:00}\n")

    result = preview(coop, *options)

    assert (result.exit_code, result.stdout) == (exit_status, "")
    assert "distributions.yaml:1: starts_at: " in result.stderr
    assert "no distribution" in result.stderr


@pytest.mark.parametrize(("who", "exit_status"), [("Zoé", 2), (None, 65)])
def test_a_member_whose_row_is_set_aside_is_said_where_nobody_can_be_shown(
    coop: Coop, who: str | None, exit_status: int
) -> None:
    coop.write("members.csv", "id;first_name;email;recap_4h\n1;Zoé;zoe@example.org;peut-être\n")

    result = preview(coop, *(("--member", who) if who else ()))

    assert (result.exit_code, result.stdout) == (exit_status, "")
    assert "members.csv:2: recap_4h: expected yes or no" in result.stderr


MADE_UP = "no such duties to show there; those in the mail are made up"
SERVES_LEA = "distribution;role;member;needed\nd1;Accueil;3;\nd1;Pesée;;\n"


@pytest.fixture
def served(coop: Coop) -> Coop:
    """A co-op in which Léa serves, who comes last and has ordered nothing."""
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    coop.write("permanences.csv", SERVES_LEA)
    return coop


def test_a_duty_is_shown_with_somebody_who_serves(served: Coop) -> None:
    shown = run(served.folder, "preview", "duty", "--text")
    page = run(served.folder, "preview", "--all", "-o", str(served.folder / "all.html"))

    assert "lea@example.org" in shown.stdout
    assert "Votre rôle : Accueil" in " ".join(shown.stdout.split())
    assert MADE_UP not in shown.stderr + page.stderr
    assert "Léa, merci d’être de permanence" in (served.folder / "all.html").read_text("utf-8")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["duty", "duty_vacant"])
def test_the_distribution_that_has_duties_is_the_one_that_is_shown(served: Coop, kind: str) -> None:
    later = f"- {{id: d2, group: lac, starts_at: {YEAR}-06-18 18:00, place: Gymnase}}\n"
    served.write("distributions.yaml", NEXT.format(year=YEAR) + later)
    served.write("permanences.csv", SERVES_LEA.replace("d1", "d2"))

    shown = run(served.folder, "preview", kind, "--text")
    of_the_other = run(served.folder, "preview", kind, "--text", "--distribution", "d1")

    assert "Gymnase" in shown.stdout
    assert MADE_UP not in shown.stderr
    assert "Salle des fêtes" in of_the_other.stdout
    assert MADE_UP in of_the_other.stderr


def test_a_duty_of_who_was_named_and_serves_nowhere_is_made_up(served: Coop) -> None:
    shown = run(served.folder, "preview", "duty", "--text", "--member", "1")

    assert "zoe@example.org" in shown.stdout
    assert MADE_UP in shown.stderr
