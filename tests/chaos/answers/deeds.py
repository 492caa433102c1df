"""What people type, and what befalls mails: all that is no change of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.chaos.answers.world import GROUPS, KINDS
from tests.fixtures.mailjet_server import accept_then_drop, status

if TYPE_CHECKING:
    from tests.chaos.answers.oracle import Oracle
    from tests.fixtures.office import Office


def forgets(office: Office, oracle: Oracle) -> None:
    one = oracle.world.random.choice(oracle.world.askers)
    result = office.invoke("forget", one.handle, "--yes")
    if result.exit_code == 0:
        one.forgotten_after = len(oracle.landed)
        one.wishes = {}


def sets(office: Office, oracle: Oracle) -> None:
    random = oracle.world.random
    one, kind, wish = random.choice(oracle.world.askers), random.choice(KINDS), random.choice(["on", "off"])
    result = office.invoke("notifications", one.handle, f"--{wish}", kind)
    if result.exit_code == 0:
        one.wishes[kind] = "oui" if wish == "on" else "non"


def writes(office: Office, oracle: Oracle) -> None:
    office.coop.write("text.md", "Bonne nouvelle.")
    group = oracle.world.random.choice(GROUPS)
    office.invoke(
        "broadcast", group, "-s", "Info", "--body", str(office.coop.folder / "text.md"), "--yes", "--again"
    )


def accepts(office: Office, _oracle: Oracle) -> None:
    office.invoke("send-due", *(word for group in GROUPS for word in ("--accept-data", group)))


def is_refused(office: Office, oracle: Oracle) -> None:
    one = oracle.world.random.choice(oracle.world.askers)
    office.server.account.bad_addresses ^= set(one.addresses[:1])


def bounces(office: Office, oracle: Oracle) -> None:
    arrivals = [one for one in office.server.account.arrivals if one.status == "sent"]
    if arrivals:
        oracle.world.random.choice(arrivals[-6:]).status = oracle.world.random.choice(
            ["hardbounced", "softbounced", "opened", "blocked"]
        )


def is_lost_sight_of(office: Office, oracle: Oracle) -> None:
    office.server.script.append(oracle.world.random.choice([status(500), accept_then_drop]))


DEEDS = (forgets, sets, sets, writes, accepts, accepts, is_refused, bounces, is_lost_sight_of)
