from __future__ import annotations

from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Status
from cagette_notify.planning.envelopes import envelopes
from cagette_notify.planning.plan import Owed
from tests.fixtures.builders import a_distribution, a_group, a_mailbox, a_member, a_notice, paris
from tests.fixtures.memory import an_entry

FIRST = a_notice(Kind.OPENING, distribution=a_distribution(id="first"))
SECOND = a_notice(Kind.OPENING, distribution=a_distribution(id="second"))


def test_openings_of_a_group_to_one_address_share_an_envelope() -> None:
    (mail,) = envelopes([Owed(FIRST), Owed(SECOND)], "led12345")

    assert mail.notices == (FIRST, SECOND)
    assert "first" in mail.campaign
    assert "second" in mail.campaign


def test_openings_of_two_groups_or_addresses_do_not() -> None:
    elsewhere = replace(SECOND, group=a_group(id="bois"))
    somebody = replace(SECOND, mailbox=a_mailbox(address="lea@example.org"))

    assert len(envelopes([Owed(FIRST), Owed(elsewhere), Owed(somebody)], "led12345")) == 3


def test_what_was_in_doubt_together_is_sent_again_together_and_with_nothing_else() -> None:
    again = an_entry(FIRST, status=Status.IN_DOUBT, custom_id="old", campaign="old campaign")

    old, new = envelopes([Owed(SECOND), Owed(FIRST, again)], "led12345")[::-1]

    assert (old.custom_id, old.campaign, old.notices) == ("old", "old campaign", (FIRST,))
    assert new.notices == (SECOND,)
    assert new.custom_id != "old"


def test_an_opening_that_expired_untried_joins_the_others() -> None:
    untried = an_entry(FIRST, status=Status.EXPIRED, custom_id="", campaign="")

    (mail,) = envelopes([Owed(FIRST, untried), Owed(SECOND)], "led12345")

    assert mail.notices == (FIRST, SECOND)


def test_each_recap_has_an_envelope_and_a_correction_one_for_both() -> None:
    day, hours = a_notice(Kind.RECAP_24H), a_notice(Kind.RECAP_4H)

    assert len(envelopes([Owed(day), Owed(hours)], "led12345")) == 2
    corrected = [replace(notice, correction=True, revision=2) for notice in (day, hours)]
    (mail,) = envelopes([Owed(notice) for notice in corrected], "led12345")
    assert "correction" in mail.campaign


def test_a_recap_that_is_due_since_a_correction_was_put_off_travels_in_it() -> None:
    late, early = (
        replace(a_notice(kind), correction=True, revision=2) for kind in (Kind.RECAP_4H, Kind.RECAP_24H)
    )
    put_off = an_entry(early, status=Status.DEFERRED, custom_id="old", campaign="old campaign")
    moved_on = replace(late, revision=3)

    (mail,) = envelopes([Owed(late), Owed(early, put_off)], "led12345")
    others = envelopes([Owed(moved_on), Owed(early, put_off)], "led12345")

    assert (mail.custom_id, mail.campaign, mail.notices) == ("old", "old campaign", (late, early))
    assert [other.notices for other in others] == [(moved_on,), (early,)]


def test_members_who_share_an_address_have_campaigns_of_their_own() -> None:
    first = a_notice(address_is_shared=True)
    second = replace(first, member=a_member(id="1014"))
    alone = a_notice(mailbox=a_mailbox(address="lea@example.org"))

    campaigns = [mail.campaign for mail in envelopes([Owed(first), Owed(second), Owed(alone)], "led12345")]

    assert len(set(campaigns)) == 3
    assert all("1007" not in campaign and "1014" not in campaign for campaign in campaigns)


def test_members_with_their_own_address_share_the_campaign_of_the_occasion() -> None:
    other = a_notice(member=a_member(id="1014"), mailbox=a_mailbox(address="lea@example.org"))

    assert len({mail.campaign for mail in envelopes([Owed(a_notice()), Owed(other)], "led12345")}) == 1


def test_revisions_kinds_and_distributions_are_different_campaigns() -> None:
    notices = [
        a_notice(),
        a_notice(revision=2),
        a_notice(Kind.RECAP_4H),
        a_notice(distribution=a_distribution(id="other")),
    ]

    campaigns = {mail.campaign for notice in notices for mail in envelopes([Owed(notice)], "led12345")}

    assert len(campaigns) == 4


def test_an_id_that_means_another_distribution_by_now_has_another_campaign() -> None:
    by_now = a_notice(distribution=a_distribution(starts_at=paris("2026-06-19T18:00")))

    assert (
        len({mail.campaign for one in (a_notice(), by_now) for mail in envelopes([Owed(one)], "led12345")})
        == 2
    )


def test_names_start_with_the_ledgers_own_and_hold_nothing_odd() -> None:
    odd = a_notice(distribution=a_distribution(id="Été / lac; « 12 »\n" * 20))
    alike = a_notice(distribution=a_distribution(id="Été / lac; « 13 »\n" * 20))

    (mail,), (other,) = envelopes([Owed(odd)], "led12345"), envelopes([Owed(alike)], "led12345")

    for name in (mail.custom_id, mail.campaign):
        assert name.startswith("led12345-")
        assert name.isascii()
        assert name.isprintable()
        assert " " not in name
        assert len(name) < 100
    assert mail.campaign != other.campaign


def test_no_custom_id_is_ever_given_twice() -> None:
    ids = {mail.custom_id for _ in range(1000) for mail in envelopes([Owed(a_notice())], "led12345")}

    assert len(ids) == 1000


def test_recaps_leave_before_openings() -> None:
    mails = envelopes([Owed(FIRST), Owed(a_notice())], "led12345")

    assert [mail.first.kind for mail in mails] == [Kind.RECAP_24H, Kind.OPENING]
