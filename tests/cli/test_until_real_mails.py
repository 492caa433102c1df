"""What ``status`` and the end of ``init`` say is left to do before real mails leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.desk import WITH_EXPORTS, Desk, begun
from tests.fixtures.documents import DOCS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.office import Office

KEYS = f"{'a' * 32}\n{'b' * 32}\n"


def left(coop: Coop) -> list[str]:
    shown = run(coop.folder, "status", "--lang", "en").stdout
    (named,) = re.findall(r"Left to do before real mails: (.+) \(README, step 4\)\.\n", shown)
    return str(named).split(", ")


def test_what_is_missing_for_real_mails_is_named_until_it_is_there(tmp_path: Path) -> None:
    coop = Coop(tmp_path, "mailjet: {credentials: mailjet.key}\n")

    at_first = left(coop)
    coop.replace("config.yaml", "noreply@mj.cagette.net", "amap@paniersdulac.example")
    with_sender = left(coop)
    coop.write("mailjet.key", KEYS).chmod(0o600)

    assert at_first == ["a sender of your own", "the two keys of Mailjet's API", "delivery: mailjet"]
    assert with_sender == ["the two keys of Mailjet's API", "delivery: mailjet"]
    assert left(coop) == ["delivery: mailjet"]


def test_once_mails_leave_nothing_is_said_to_be_left(office: Office) -> None:
    assert "Left to do" not in office.invoke("status").stdout


def test_it_is_no_trouble_and_no_warning(tmp_path: Path) -> None:
    assert "Left to do" not in run(Coop(tmp_path).folder, "status", "--lang", "en").stderr


@pytest.mark.usefixtures("exports")
def test_init_ends_with_what_is_left_and_names_the_step_that_explains_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    assert "Pour envoyer pour de vrai, il reste : un expéditeur à vous, les deux clés" in screen
    assert "(docs/fr/installer.md, étape 5)" in screen
    page = (DOCS / "fr" / "installer.md").read_text("utf-8").partition("## Envoyer pour de vrai")[2]
    assert re.search(r"^5\. ", page, re.MULTILINE)
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert re.search(r"^4\. To send for real", readme, re.MULTILINE)
