"""What these share: processes that start in milliseconds, and two machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.kills.warm import Warm
from tests.fixtures.machines import a_federation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.machines import Federation
    from tests.fixtures.postgresql import PostgresqlServer


@pytest.fixture(scope="session")
def federation(
    tmp_path_factory: pytest.TempPathFactory, postgresql: PostgresqlServer
) -> Iterator[Federation]:
    """Give two machines that have a mail for each of three addresses to send, in two calls; to be reset."""
    with Warm() as warm, a_federation(tmp_path_factory.mktemp("machines"), postgresql, warm) as made:
        yield made
