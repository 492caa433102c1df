"""Why somebody gets no mail: one made-up case for each cause, and what is to be said of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.mailjet_server import accept_then_drop
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE, Office

if TYPE_CHECKING:
    from collections.abc import Callable


class Case(NamedTuple):
    """What happened, the check that must find it, how bad it is, what it says, and what the reply says."""

    name: str
    happens: Callable[[Office], None]
    check: str
    health: str
    sentence: str
    told: str
    cause: str = ""  # of the fates' causes


def say(old: str, new: str, file: str = "members.csv") -> Callable[[Office], None]:
    """Edit a file of the co-op."""
    return lambda office: office.coop.replace(file, old, new)


def cells(**cells: str) -> Callable[[Office], None]:
    return lambda office: office.member(**cells)


def fate(status: str, state: int = 0, **more: Any) -> Callable[[Office], None]:
    def play(office: Office) -> None:
        office.has_written(ZOE, status, state, **more)

    return play


def knows(**facts: Any) -> Callable[[Office], None]:
    return lambda office: office.knows(ZOE, **facts)


def extra(text: str) -> Callable[[Office], None]:
    def write(office: Office) -> None:
        path = office.coop.folder / "config.yaml"
        path.write_text(path.read_text() + text)

    return write


def all_of(*setups: Callable[[Office], None]) -> Callable[[Office], None]:
    def play(office: Office) -> None:
        for setup in setups:
            setup(office)

    return play


def over_quota(office: Office) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", "timeout: 2s, daily_quota: 1")
    office.coop.replace(
        "orders.csv", "1;d1;Tomates;2;2,50\n2;d1;Panier;1;12,50", "2;d1;Panier;1;12,50\n1;d1;Riz;1;1"
    )
    office.coop.replace(
        "members.csv",
        "1;Zoé;Martin;zoe@example.org;;\n2;Noël;Bœuf;noel@example.org;Maëlle;maelle@example.org",
        "2;Noël;Bœuf;noel@example.org;;\n1;Zoé;Martin;zoe@example.org;;",
    )
    office.sends()


def cron_died(office: Office) -> None:
    office.sends(utc("2026-06-10T06:00"))


def accepted_but_unknown(office: Office) -> None:
    office.sends()
    office.server.account.arrivals.clear()
    office.at = A_DAY_BEFORE + timedelta(hours=3)


def in_no_group(office: Office) -> None:
    office.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
    office.member(groups="")
    office.coop.replace("members.csv", "noel@example.org;", "noel@example.org;mer")


def misspelt_group(named: str) -> Callable[[Office], None]:
    def misspell(office: Office) -> None:
        office.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer}\n")
        office.member(groups=named)
        office.coop.replace("members.csv", "noel@example.org;", "noel@example.org;mer")

    return misspell


def group_set_aside(office: Office) -> None:
    office.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer, timezone: Mars}\n")
    office.member(groups="mer")
    office.coop.replace("members.csv", "noel@example.org;", "noel@example.org;lac")


def refused(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()


def in_doubt(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()
    office.server.account.arrivals.clear()


def shrank(office: Office) -> None:
    rows = "".join(f"{n};P{n};Q{n};p{n}@example.org;;\n" for n in range(10, 30))
    office.coop.replace("members.csv", "3;Léa", rows + "3;Léa")
    office.sends()
    office.coop.replace("members.csv", rows, "")


CASES = (
    Case("spam complaint", knows(IsSpamComplaining=True), "mailjet_block", "problem", "perhaps without meaning to", "peut-être par mégarde", cause="spam_complaint"),
    Case("spam complaint said in text", knows(IsSpamComplaining="true"), "mailjet_block", "problem", "declared as spam", "déblocage"),
    Case("unsubscribed at Mailjet", knows(UnsubscribedAt="2026-06-02T10:00:00Z"), "mailjet_block", "problem", "unsubscribed with Mailjet's link on Tuesday 2 June 2026", "désinscription a été enregistrée"),
    Case("used the link of a mail", fate("unsub"), "mailjet_block", "problem", "unsubscribed with Mailjet's link", "désinscription a été enregistrée", cause="unsubscribed"),
    Case("blocklisted", fate("blocked", 20), "mailjet_block", "problem", "on Mailjet's blocklist", "a bloqué l’adresse", cause="on_blocklist"),
    Case("reported one of our mails", fate("blocked", 21), "mailjet_block", "problem", "declared as spam", "signalé comme indésirable"),
    Case("complained of the last mail", fate("spam"), "mailjet_block", "problem", "declared as spam", "signalé comme indésirable"),
    Case("blocked since it bounced", fate("blocked", 14), "mailjet_block", "problem", "bounced lately", "a suspendu les envois", cause="bounced_lately"),
    Case("mailbox full", fate("softbounced", 3), "last_messages", "problem", "the mailbox was full", "était pleine", cause="mailbox_full"),
    Case("no such mailbox", fate("hardbounced", 1), "last_messages", "problem", "example.org knows no such mailbox", "n’existe pas ou n’est plus utilisée", cause="address_unknown"),
    Case("mailbox closed", fate("bounce", 2), "last_messages", "problem", "no longer in use", "n’est plus utilisée"),
    Case("no such domain", fate("hardbounced", 4), "last_messages", "problem", "no domain that takes mail", "ne correspond à aucun service de messagerie", cause="domain_unknown"),
    Case("no mail server", fate("hardbounced", 5), "last_messages", "problem", "no mail server answers", "ne correspond à aucun service de messagerie"),
    Case("access denied", fate("softbounced", 6), "last_messages", "problem", "denies us access", "a refusé notre dernier message", cause="refused_by_provider"),
    Case("sender blocked", fate("softbounced", 7), "last_messages", "problem", "blocks our sender", "a refusé notre dernier message"),
    Case("content blocked", fate("softbounced", 8), "last_messages", "problem", "took its content for spam", "a refusé notre dernier message", cause="took_for_spam"),
    Case("against a policy", fate("softbounced", 9), "last_messages", "problem", "against a rule", "a refusé notre dernier message"),
    Case("a fault of their server", fate("softbounced", 10), "last_messages", "warning", "had a fault", "panne passagère", cause="for_a_while"),
    Case("a protocol fault", fate("softbounced", 11), "last_messages", "warning", "spoke out of turn", "panne passagère"),
    Case("no connection", fate("softbounced", 12), "last_messages", "warning", "could not be reached", "panne passagère"),
    Case("greylisted", fate("softbounced", 13), "last_messages", "warning", "asked to try later", "panne passagère"),
    Case("held as spam by Mailjet", fate("blocked", 16), "last_messages", "problem", "Mailjet took it for spam", "a refusé notre dernier message"),
    Case("an empty template", fate("blocked", 17), "last_messages", "problem", "empty template", "problème de notre côté", cause="our_template"),
    Case("a broken template", fate("blocked", 18), "last_messages", "problem", "mistake in a template", "problème de notre côté"),
    Case("a domain that Mailjet finds odd", fate("blocked", 19), "last_messages", "problem", "typing mistake", "ne correspond à aucun service de messagerie"),
    Case("blocked without a reason", fate("blocked"), "last_messages", "problem", "blocked by Mailjet", "n’a pas remis notre dernier message à zoe@example.org, sans dire pourquoi", cause="blocked"),
    Case("blocked for a new reason", fate("blocked", 22), "last_messages", "problem", "blocked by Mailjet", "n’a pas remis notre dernier message"),
    Case("sent back without a reason", fate("hardbounced"), "last_messages", "problem", "was sent back by example.org", "example.org nous a retourné notre dernier message à zoe@example.org, sans dire pourquoi", cause="sent_back"),
    Case("sent back for a new reason", fate("softbounced", 99), "last_messages", "problem", "was sent back by example.org", "nous a retourné notre dernier message"),
    Case("put off by the provider", fate("deferred"), "last_messages", "warning", "Mailjet tries again by itself", "est en attente"),
    Case("waits at Mailjet", fate("queued"), "last_messages", "warning", "quota may be used up", "est en attente"),
    Case("a full mailbox that works again", all_of(fate("softbounced", 3, days_ago=5), fate("sent")), "last_messages", "warning", "was full", "Indésirables"),
    Case("all accepted", all_of(fate("sent"), fate("sent", days_ago=2), fate("clicked", days_ago=40)), "last_messages", "ok", "the last 2 mails to zoe@example.org were all accepted by example.org: look in the spam folder", "acceptés par example.org"),
    Case("opened", all_of(fate("sent"), fate("opened", days_ago=3)), "last_messages", "ok", "mails to zoe@example.org arrive: the newest that was opened is of Monday 8 June 2026", "semble avoir été ouvert"),
    Case("refused by Mailjet", refused, "last_messages", "problem", "refused for good", "refusée par notre service d’envoi"),
    Case("in doubt", in_doubt, "last_messages", "warning", "in doubt", "est peut-être parti"),
    Case("over our quota", over_quota, "last_messages", "warning", "the daily quota of 1 mails is used up", "partira automatiquement"),
    Case("cron has not run", cron_died, "last_messages", "problem", "no run of send-due got to its end since Wednesday 10 June 2026 at 8:00\u00a0am", "problème de notre côté"),
    Case("Mailjet lost it", accepted_but_unknown, "last_messages", "warning", "knows nothing of it", "problème de notre côté"),
    Case("all off", cells(opening="non", recap_24h="non", recap_4h="non"), "notifications", "problem", "all notices are off: opening off (members.csv:2)", "toutes désactivées"),
    Case("recap off", cells(recap_24h="non"), "notifications", "warning", "recap_24h off (members.csv:2)", "Certaines notifications"),
    Case("in no group", in_no_group, "membership", "problem", "a member of no group (members.csv:2)", "rattaché à aucun groupe"),
    Case("in a misspelt group", misspelt_group("lacc"), "membership", "problem", "the row members.csv:2 names no group that there is, so that nothing is sent: groups: no such group: 'lacc' (did you mean 'lac'?)", "problème de notre côté"),
    Case("in a misspelt group too", all_of(fate("sent"), misspelt_group("lac|merr")), "membership", "warning", "names another group too, from which nothing is sent: groups: no such group: 'merr' (did you mean 'mer'?)", "problème de notre côté"),
    Case("in a group whose row can't be read", group_set_aside, "membership", "problem", "a member of mer, but that group's own row can't be read", "problème de notre côté"),
    Case("in a disabled group", say("name: Les", "disabled: oui\n  name: Les", "groups.yaml"), "membership", "problem", "which is disabled (groups.yaml:1)", "n’est plus actif"),
    Case("a row that can't be read", cells(recap_4h="peut-être"), "membership", "problem", "members.csv:2", "problème de notre côté"),
    Case("a distribution of next year with a bad date", all_of(fate("sent"), say("- id: d1", "- {id: d9, group: lac, starts_at: 2027-13-01}\n- id: d1", "distributions.yaml")), "membership", "warning", "this is left out", "Indésirables"),
    Case("an export that shrank", shrank, "membership", "problem", "--accept-data lac", "envois de votre groupe sont suspendus"),
    Case("twice under two addresses", say("3;Léa;Roux;lea", "3;ZOE;Martin;z.martin"), "membership", "warning", "another account, 3 (z.martin@example.org)", "Deux comptes du groupe portent votre nom"),
    Case("inactive", all_of(extra("inactive_after: 90d\n"), cells(last_seen="2026-01-15"), say("1;d1;Tomates;2;2,50\n", "", "orders.csv")), "activity", "problem", "not seen since Thursday 15 January 2026", "pas servi depuis longtemps"),
    Case("no address", cells(email=""), "address", "problem", "no address in members.csv:2", "pas d’adresse e-mail"),
    Case("a placeholder", cells(email="1@no.mail"), "address", "problem", "only says that there is none", "pas d’adresse e-mail"),
    Case("not an address", cells(email="zoe@"), "address", "problem", "'zoe@' (members.csv:2) is not an address", "n’est pas valable"),
    Case("gmial.com", cells(email="zoe@gmial.com"), "address", "problem", "probably mistyped: zoe@gmail.com?", "serait-elle zoe@gmail.com"),
    Case("hotmial.fr", cells(email="zoe@hotmial.fr"), "address", "problem", "zoe@hotmail.fr?", "zoe@hotmail.fr"),
    Case("orange.f", cells(email="zoe@orange.f"), "address", "problem", "zoe@orange.fr?", "zoe@orange.fr"),
    Case("wanadoo.com", cells(email="zoe@wanadoo.com"), "address", "problem", "zoe@wanadoo.fr?", "zoe@wanadoo.fr"),
    Case("the same address twice", cells(partner_first_name="Max", partner_email="Zoe@Example.org"), "address", "warning", "twice, perhaps in another case", "n’y arrive donc qu’une fois"),
)  # fmt: skip
