"""Show a mail in the browser before it is confirmed, as one of its readers would see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.for_others import no_programs
from cagette_notify.cli.open_in_browser import is_opened, private_file, write_privately
from cagette_notify.cli.session import path_to_type
from cagette_notify.core.addresses import readable_address
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _, why
from cagette_notify.core.text import fold_name, one_line, quoted
from cagette_notify.data.dataset import load_members
from cagette_notify.data.members.find_member import find_member, folded_name, reader_names
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names

if TYPE_CHECKING:
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.cli.broadcast.options import BroadcastJob
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.core.model import Mailbox


def look_in_browser(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Ask for whom, and open the mail as they would see it; false, as nothing of it changed."""
    if works_for_others():
        terminal.say(no_programs())
        return False
    first = proposal.audience.mailboxes[0]
    question = _(
        "As whom, an address, an id or a name? [{first}]: ", first=one_line(first.name) or first.address
    )
    readers: list[Mailbox] = []
    while len(readers) != 1:
        typed = terminal.ask(question)
        readers = _readers(job, proposal, typed) if typed else [first]
        if not readers:
            terminal.say("  " + _("this mail goes to nobody called {value}", value=quoted(typed)))
        elif len(readers) > 1:
            addresses = ", ".join(readable_address(one.address) for one in readers)
            terminal.say("  " + _("several are called so; type an address: {addresses}", addresses=addresses))
    [reader] = readers
    file = private_file(".html")
    try:
        write_privately(file, _with_images(proposal, with_reader_names(proposal.content, reader).html))
    except OSError as error:
        terminal.say(_("can't be written to: {reason}", reason=why(error)))
        return False
    who = f"{one_line(reader.name)} <{readable_address(reader.address)}>".strip()
    terminal.tell("  " + _("as {who} gets it", who=who))
    if not is_opened(file):
        terminal.say(_("no browser could be started: open {file} yourself", file=path_to_type(file)))
    return False


def _with_images(proposal: Proposal, html: str) -> bytes:
    """Return the HTML with what travels beside it put into it: a browser has only that."""
    for one in proposal.attachments:
        if one.content_id:
            html = html.replace(f'"cid:{one.content_id}"', f'"data:{one.content_type};base64,{one.base64}"')
    return html.encode()


def _readers(job: BroadcastJob, proposal: Proposal, typed: str) -> list[Mailbox]:
    """Return whose mailboxes may be meant among those that the mail goes to: by address or name, else by id.

    Of a household it is who has that first name, or, meant by its id, the first.
    """
    boxes = proposal.audience.mailboxes
    named = [box for box in boxes if folded_name(typed) in reader_names(box)]
    if named:
        return named
    households = _households(job, proposal, typed)
    called = [box for those in households for box in those if fold_name(box.first_name) == folded_name(typed)]
    return called or [those[0] for those in households]


def _households(job: BroadcastJob, proposal: Proposal, typed: str) -> list[list[Mailbox]]:
    """Return, for each member who may be meant, the mailboxes that the mail goes to."""
    try:
        members = load_members(job.calendar, [job.group.id]).members
    except NotifyError:  # as the screen says, where it matters
        return []
    boxes = {box.key: box for box in proposal.audience.mailboxes}
    found = find_member(typed, [one for one in members if job.group.id in one.group_ids]).members
    reached = ([boxes[box.key] for box in one.mailboxes if box.key in boxes] for one in found)
    return [those for those in reached if those]
