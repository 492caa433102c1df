"""What all tests of the ledger share: each makes its own from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger import schema, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _make_ledgers_anew() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "migrate", schema.migrate)
        yield
