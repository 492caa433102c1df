"""``check-member`` and ``broadcast`` while nothing can leave before somebody has mended something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.mailjet_server import status
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

FIRST_RUN = utc("2026-06-10T08:00")
REFUSED = [status(401)] * 20
SUSPENDED = [status(403, {"ErrorCode": "mj-0001", "StatusCode": 403})] * 20


def last_messages(office: Office, who: str = "1") -> tuple[str, str, str]:
    found = office.checks(who)["last_messages"]
    return found["status"], found["summary"], found["advice"]


@pytest.mark.long
@pytest.mark.parametrize("answers", [REFUSED, SUSPENDED])
def test_what_mailjet_refuses_to_send_does_not_leave_by_itself(office: Office, answers: list[object]) -> None:
    office.server.script = list(answers)  # type: ignore[arg-type]
    office.sends(A_DAY_BEFORE)

    health, summary, advice = last_messages(office)

    assert health == "problem"
    assert "nothing leaves until somebody mends this: Mailjet" in summary
    assert "waits for the next run" not in summary
    assert "by itself" not in advice
    reply = office.reply_to("1")
    assert "Un problème de notre côté" in reply
    assert "dans les prochaines minutes" not in reply
    assert "partira automatiquement" not in reply


def test_what_the_configuration_keeps_from_leaving_is_not_promised_either(office: Office) -> None:
    office.sends(FIRST_RUN)
    (office.coop.folder / "templates" / "fr").mkdir(parents=True)
    office.coop.write("templates/fr/recap_24h.txt.j2", "{{ nothing_like_it }}")
    config = office.coop.folder / "config.yaml"
    config.write_text(config.read_text() + "templates: templates\n")
    office.sends(A_DAY_BEFORE)

    assert "nothing leaves until somebody mends this" in last_messages(office)[1]
    assert "dans les prochaines minutes" not in office.reply_to("1")


def test_to_whom_nothing_was_due_no_problem_is_reported(office: Office) -> None:
    office.server.script = list(REFUSED)
    office.sends(A_DAY_BEFORE)

    assert last_messages(office, "3")[0] == "warning"
    assert "Un problème de notre côté" not in office.reply_to("3")


def test_once_it_is_mended_nothing_is_said_any_more(office: Office) -> None:
    office.server.script = list(REFUSED)
    office.sends(A_DAY_BEFORE)
    office.server.script = []
    office.sends(A_DAY_BEFORE)

    assert "nothing leaves" not in last_messages(office)[1]


def test_a_broadcast_that_mailjet_refuses_is_not_said_to_need_nobody(office: Office) -> None:
    body = office.coop.write("body.md", "Bonjour")
    office.server.script = list(REFUSED)

    said = office.invoke("broadcast", "lac", "-s", "Info", "--body", str(body), "--yes")

    assert said.exit_code == 78
    assert "Nothing to do" not in said.output
    assert "once that is mended, the next send-due sends" in said.output
    assert "nothing leaves until somebody mends this" in last_messages(office)[1]
    assert last_messages(office)[0] == "problem"
