from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.delivery.choose_transport import transport_for
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc
from tests.fixtures.messages import a_message

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("delivery", ["outbox", "mailjet"])
def test_a_dry_run_has_no_way_out_whoever_asks(tmp_path: Path, delivery: str) -> None:
    coop = Coop(tmp_path, extra=f"delivery: {delivery}\n")
    loaded = config.load(coop.folder / "config.yaml")

    transport = transport_for(loaded, {}, lambda: utc("2026-06-11T16:30"), dry_run=True)

    transport.prepare()
    assert transport.traits.account == delivery
    assert not (tmp_path / "outbox").exists()
    with pytest.raises(AssertionError, match="dry run"):
        transport.send([a_message()])
