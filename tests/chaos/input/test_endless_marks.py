from __future__ import annotations

import pytest

from cagette_notify.core.errors import UsageError
from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


@pytest.mark.parametrize(
    "mark",
    [
        *"[*_>`~<(&\\@",
        "![",
        "[](",
        "|a\n",
        "[a](",
        "**a ",
        "http://a.b/(",
        "a@",
        "&#x",
        "<!",
        "[![",
        "[[]]",
        "- ",
    ],
)
def test_ten_thousand_marks_take_no_age(mark: str) -> None:
    assert mails_or_problems(mark * min(10_000, 19_000 // len(mark))) == 1


def mails_or_problems(text: str) -> int:
    try:
        return int(bool(compose(text, a_group()).text))
    except UsageError as refused:
        return len(refused.problems)
