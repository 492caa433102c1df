"""Some days of a co-op: people change its files, cron runs, and somebody asks about everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.config import load as config
from cagette_notify.core.errors import NotifyError
from cagette_notify.helpdesk.check_member.answer import MemberAnswer, MemberQuestion, ask_about
from tests.chaos.answers.all_well import false_comforts
from tests.chaos.answers.asides import commands_refused, untruths_of_names
from tests.chaos.answers.changes import FEW, MORE, something_changes
from tests.chaos.answers.deeds import DEEDS, is_lost_sight_of, is_refused
from tests.chaos.answers.foresight import Foresight
from tests.chaos.answers.judge import short, untruths
from tests.chaos.answers.world import BEGINNING

if TYPE_CHECKING:
    from cagette_notify.config.load import Config
    from tests.chaos.answers.oracle import Landed, Oracle
    from tests.chaos.answers.world import Household, World
    from tests.fixtures.office import Office

PAUSES = [timedelta(minutes=minutes) for minutes in (10, 40, 60, 180, 300)]
NIGHT = timedelta(hours=9)


@dataclass
class Life:
    """The diary of a co-op, and what was told untruly in it."""

    world: World
    oracle: Oracle
    office: Office
    wildness: int
    diary: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    foreseen: Foresight | None = None  # None: something has changed since
    is_calm: bool = True  # nothing that left is in doubt or refused
    judged: int = 0

    def goes_on(self, steps: int) -> None:
        """Live so many moments, until somebody is told an untruth."""
        random = self.world.random
        for one in self.world.people:
            one.had |= set(one.addresses)
        self.world.write()
        for _step in range(steps):
            if not self._waits_for_what_is_foreseen():
                self.world.now += random.choice(PAUSES)
                for _change in range(random.choice([0, 1, 1, 1, 2, 3])):
                    self._changes()
                if random.random() < 0.4:
                    self._ask()
            if random.random() < 0.85:
                self._run()
                self._ask()
            if self.untrue:
                return

    def _waits_for_what_is_foreseen(self) -> bool:
        expected = self.foreseen.expected if self.foreseen else ()
        ahead = [at for at, _what in expected if timedelta() < at - self.world.now < NIGHT]
        if not ahead or self.world.random.random() < 0.6:
            return False
        self.world.now = min(ahead)
        return True

    def _changes(self) -> None:
        """Let something change."""
        self.foreseen = None
        world, random = self.world, self.world.random
        if not world.members_are_there and random.random() < 0.5:
            world.members_are_there = True
        if self.wildness > 1 and random.random() < 0.4:
            deed = random.choice(DEEDS)
            self.office.at = world.now
            deed(self.office, self.oracle)
            self.is_calm &= deed not in {is_lost_sight_of, is_refused}
            self._note(deed.__name__)
            self._look()
            return
        self._note(something_changes(world, FEW + MORE if self.wildness % 2 else FEW))

    def _run(self) -> None:
        """Let cron run."""
        try:
            self.world.coop.run(self.world.now)
            if self.world.first_run == BEGINNING:
                self.world.first_run = self.world.now
        except NotifyError:
            self._note("run: refused")
        landed = self._look()
        if self.foreseen and self.is_calm:
            self.untrue += self.foreseen.untruths(self.world, landed)

    def _look(self) -> list[Landed]:
        landed = self.oracle.look()
        for one in landed:
            self._note(f"landed {one}")
        return landed

    def _ask(self) -> None:
        """Ask about everybody, unless the list can't be read."""
        loaded, said = config.load(self.world.coop.folder / "config.yaml"), list[str]()
        self.foreseen = None
        foreseen = Foresight()
        for one in self.world.askers:
            answer = self._answer(loaded, one, one.handle)
            if answer is None or not answer.diagnoses:
                if answer is not None and self.world.members_are_there:
                    self.untrue.append(f"World: {one} is no member")
                return
            foreseen.note(one, answer.diagnoses[0])
            findings = answer.diagnoses[0].findings
            said += [text for finding in findings for text in (finding.summary, finding.advice)]
            if one.partner and self.world.random.random() < 0.3:
                self._answer(loaded, one, one.partner)
        self.foreseen = foreseen
        self.untrue += untruths_of_names(self.oracle, loaded)
        self.untrue += commands_refused(self.office, self.world.now, said)
        self.untrue += false_comforts(self.oracle, loaded)

    def _answer(self, loaded: Config, one: Household, who: str) -> MemberAnswer | None:
        """Ask about somebody, and judge what is said."""
        try:
            answer = ask_about(loaded, MemberQuestion(who), self.world.now, self.world.coop.environ)
        except NotifyError:
            self._note("ask: refused")
            return None
        for diagnosis, reply in zip(answer.diagnoses, answer.replies, strict=False):
            self.judged += 1
            events = (*diagnosis.case.upcoming, *diagnosis.case.history)
            said = "".join("\n      " + short(event) for event in events)
            for untruth in untruths(self.oracle, one, diagnosis, reply):
                self.untrue.append(f"{one}: {untruth} VERDICT {diagnosis.verdict}{said}")
        return answer

    def _note(self, text: str) -> None:
        self.diary.append(f"{self.world.now:%d %H:%M} {text}")
