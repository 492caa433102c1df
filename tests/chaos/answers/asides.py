"""What is asked and typed beside: by addresses of before, and the commands that an answer prints."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_USAGE
from cagette_notify.helpdesk.check_member.answer import MemberQuestion, ask_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from tests.chaos.answers.oracle import Oracle
    from tests.fixtures.office import Office


def untruths_of_names(oracle: Oracle, loaded: Config) -> Iterator[str]:
    """Yield whom check-member does not know by an address that their own mails went to."""
    world = oracle.world
    today = {address for one in world.people for address in one.addresses}
    for one in world.askers:
        own = {each.address for each in oracle.of(one) if each.told and each.member_id == one.id}
        for address in sorted(own - today):
            answer = ask_about(loaded, MemberQuestion(address), world.now, world.coop.environ)
            if one.id not in {member.id for member in answer.known_as}:
                yield f"World: nobody is known by their address of before: {address} {one} {answer.departed}"


def commands_refused(office: Office, now: datetime, said: Iterable[str]) -> Iterator[str]:
    """Yield what an answer says to type, and the program does not take."""
    office.at = now
    for text in sorted(set(said)):
        for typed in re.findall(r"cagette-notify ((?:broadcast|send-due) [^;()]*)", text):
            words = shlex.split(typed)
            if words[0] == "broadcast":
                office.coop.write("text.md", "Bonjour.")
                words += ["-s", "Info", "--body", str(office.coop.folder / "text.md")]
            result = office.invoke(*words, "--dry-run")
            if result.exit_code == EXIT_USAGE:
                yield f"World: printed, and refused: {typed} {result.exit_code} {result.output} {text}"
