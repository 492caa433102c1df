"""What the kills share: processes that start in milliseconds, and stages that stay set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.register_assert_rewrite("tests.chaos.kills.stage")

from tests.chaos.kills.stage import Stage  # noqa: E402
from tests.chaos.kills.warm import Warm  # noqa: E402
from tests.fixtures.mailjet_server import MailjetServer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.chaos.kills.scenes import Scene


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Give what starts commands in milliseconds."""
    with Warm() as started:
        yield started


@pytest.fixture(scope="session")
def quick_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that lives as long as the stages in it."""
    return tmp_path_factory.mktemp("stages")


@pytest.fixture(scope="session")
def stage_of(warm: Warm, quick_folder: Path) -> Iterator[Callable[[Scene], Stage]]:
    """Give what sets a stage for a scene; it stays there for the next one who asks."""
    stages: dict[str, Stage] = {}
    with MailjetServer(tls=False) as server:

        def found(scene: Scene) -> Stage:
            if scene.name not in stages:
                folder = quick_folder / str(len(stages))
                stages[scene.name] = Stage(scene, warm=warm, server=server, folder=folder)
            return stages[scene.name]

        yield found
