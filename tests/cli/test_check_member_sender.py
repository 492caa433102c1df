"""``check-member`` before a sender was chosen: nobody is asked to add the example's to their contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import Coop
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE_S = "noreply@mj.cagette.net"
OWN = "nepasrepondre@paniersdulac.example"
CONTACT = "coordination@paniersdulac.example"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


@pytest.mark.parametrize("who", ["zoe", "somebody else"])
@pytest.mark.parametrize(("sender", "is_named"), [(EXAMPLE_S, False), (OWN, True)])
def test_the_sender_goes_to_the_contacts_once_there_is_one(
    coop: Coop, who: str, sender: str, is_named: bool
) -> None:
    coop.replace("config.yaml", EXAMPLE_S, sender)
    with MailjetServer(tls=False) as server:
        office = Office(coop, server)
        shown = office.invoke("check-member", who, "-v").stdout

    assert (sender in shown) is (is_named and who == "zoe")


def test_the_reply_names_the_contact_alone_and_no_one_where_there_is_none(coop: Coop) -> None:
    with MailjetServer(tls=False) as server:
        office = Office(coop, server)
        with_contact = office.reply_to("1")
        coop.replace("groups.yaml", f"  contact: {{name: Claire Fontaine, email: {CONTACT}}}\n", "")
        without = office.reply_to("1")

    assert f"ajoutez {CONTACT} à vos contacts" in with_contact
    assert "à vos contacts" not in without
    assert "Si vous ne recevez toujours rien" in without


def test_where_mails_leave_the_sender_is_named_whosever_it_is(office: Office) -> None:
    assert EXAMPLE_S in office.reply_to("1")
