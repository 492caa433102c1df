import subprocess
import sys

import pytest

from cagette_notify.core.addresses import (
    _PLAIN,
    address_key,
    is_placeholder,
    mailable_address,
    readable_address,
)


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("zoe@exemple.example", "zoe@exemple.example"),
        ("  zoe@exemple.example ", "zoe@exemple.example"),
        ("Zoe.Martin+amap@Exemple.ORG", "Zoe.Martin+amap@exemple.org"),
        ("o'neil/x@mail.test", "o'neil/x@mail.test"),
        ("ana@app.localhost", "ana@app.localhost"),
        ("ana@épicerie.fr", "ana@xn--picerie-9xa.fr"),
        ("ana@xn--picerie-9xa.fr", "ana@xn--picerie-9xa.fr"),
        (f"{'a' * 64}@exemple.org", f"{'a' * 64}@exemple.org"),
    ],
)
def test_an_address_is_given_as_it_is_sent_to(typed: str, sent_to: str) -> None:
    assert mailable_address(typed) == sent_to


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "ana@",
        "@exemple.org",
        "ana@exemple",
        "ana@localhost",
        "ana@@exemple.org",
        "ana@exemple..org",
        "ana.@exemple.org",
        ".ana@exemple.org",
        "ana@-exemple.org",
        "ana@exemple.org, zoe@exemple.org",
        "ana@exemple.org\nBcc: zoe@exemple.org",
        "ana\x00@exemple.org",
        "ana@exem\tple.org",
        "Ana <ana@exemple.org>",
        '"ana"@exemple.org',
        "ana@[192.0.2.1]",
        "ana@192.0.2.1",
        "ana@xn--0.org",
        f"{'a' * 65}@exemple.org",
        f"ana@{'a' * 64}.org",
        f"ana@{'exemple.' * 31}org",
        "ﬁ@exemple.org\u202e",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        mailable_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "'ana@exemple.org",
            "ana@exemple.org'",
            "'ana@exemple.org'",
            '"ana@exemple.org"',
            "‘ana@exemple.org’",
        ),
        *(
            "“ana@exemple.org”",
            "«ana@exemple.org»",
            "`ana@exemple.org",
            "<ana@exemple.org>",
            "(ana@exemple.org)",
        ),
        *(
            "ana@exemple.org;",
            "ana@exemple.org,",
            "ana@exemple.org.",
            "ana@exemple.org :",
            "mailto:ana@exemple.org",
        ),
        *(
            "Ana Roux <ana@exemple.org>",
            "<mailto:ana@exemple.org>",
            "ana@exemple.org\u200b",
            "''ana@exemple.org",
        ),
    ],
)
def test_what_stands_around_an_address_is_no_part_of_it_and_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match=r"not an address: .*; did you mean 'ana@exemple\.org'\?"):
        mailable_address(typed)


@pytest.mark.parametrize(
    "typed", ["ana@épicerie.fr.", "ana@épicerie.fr;", "«ana@épicerie.fr»", "Ana <ana@épicerie.fr>"]
)
def test_an_address_with_accents_in_its_domain_is_seen_within_what_stands_around_it(typed: str) -> None:
    with pytest.raises(ValueError, match=r"not an address: .*; did you mean 'ana@épicerie\.fr'\?"):
        mailable_address(typed)


@pytest.mark.parametrize("typed", ["o'neil@exemple.org", "d'ana@exemple.org", "ana'@exemple.org"])
def test_an_apostrophe_within_an_address_stays(typed: str) -> None:
    assert mailable_address(typed) == typed


@pytest.mark.parametrize("typed", ["ana@exemple.org; zoe@exemple.org", "ana@exemple.org/zoe@exemple.org"])
def test_where_several_were_typed_none_is_proposed_and_all_are_named(typed: str) -> None:
    named = "one alone would do: 'ana@exemple.org', 'zoe@exemple.org'"
    with pytest.raises(ValueError, match=rf"not an address: '{typed}'; {named}\Z"):
        mailable_address(typed)


def test_accents_before_the_at_sign_are_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match=r"no accents can be used before the @"):
        mailable_address("zoé@exemple.org")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Zoe.Martin@Exemple.ORG ", "zoe.martin@exemple.org"),
        ("Ana@Épicerie.fr", "ana@xn--picerie-9xa.fr"),
        ("ana@e\u0301picerie.fr", "ana@xn--picerie-9xa.fr"),
        ("ANA@XN--PICERIE-9XA.FR", "ana@xn--picerie-9xa.fr"),
        ("ana@straße.de", "ana@xn--strae-oqa.de"),
        ("ZOE\u0301@exemple.org", "zoé@exemple.org"),
        ("Zoé@Exemple", "zoé@exemple"),
        ("", ""),
    ],
)
def test_an_address_compares_however_it_is_typed(typed: str, key: str) -> None:
    assert (address_key(typed), address_key(key)) == (key, key)


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("Ana@xn--picerie-9xa.fr", "Ana@épicerie.fr"),
        ("ana@exemple.org", "ana@exemple.org"),
        ("ana@xn--0.org", "ana@xn--0.org"),
    ],
)
def test_an_address_is_read_with_its_accents(address: str, read: str) -> None:
    assert readable_address(address) == read


def test_a_contact_list_of_mailjet_is_refused() -> None:
    with pytest.raises(ValueError, match="contact list"):
        mailable_address("abc123@Lists.Mailjet.com")


@pytest.mark.parametrize("typed", ["5@no.mail", " 5@NO.mail "])
def test_a_placeholder_is_told_whatever_its_case(typed: str) -> None:
    assert is_placeholder(typed)


def test_a_domain_that_only_ends_alike_is_no_placeholder() -> None:
    assert not is_placeholder("ana@casino.mail")


@pytest.mark.parametrize("typed", ["a@b.fr", "a.b-c_d+e@f-g.h1.org", "!#$%&'*+/=?^_`{|}~-@exemple.org"])
def test_the_short_cut_agrees_with_email_validator(typed: str) -> None:
    from email_validator import validate_email

    assert _PLAIN.fullmatch(typed)
    assert validate_email(typed, check_deliverability=False, strict=True).ascii_email == mailable_address(
        typed
    )


def test_ordinary_addresses_cost_no_import_of_email_validator() -> None:
    script = (
        "import sys; from cagette_notify.core.addresses import mailable_address;"
        "mailable_address('zoe@exemple.org'); print('email_validator' in sys.modules)"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"
