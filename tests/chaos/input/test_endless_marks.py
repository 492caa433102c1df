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
    text = mark * min(10_000, 19_000 // len(mark))
    try:
        body = compose(text, a_group())
    except UsageError as refused:
        assert len(refused.problems) == 1
    else:
        assert body.text
