"""Guards over every test: nothing leaves loopback, and nobody's home or keys are touched."""

from __future__ import annotations

import gc
import importlib
import ipaddress
import os
import socket
import sys
import tempfile
from collections import Counter
from pathlib import Path
from ssl import SSLContext
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from cagette_notify.core.given_files import work_for_others
from cagette_notify.core.i18n import speak
from cagette_notify.planning import due_times
from tests.fixtures.blank_ledger import make_once
from tests.fixtures.compiled import compile_once
from tests.fixtures.memory import PLANNED
from tests.fixtures.postgresql import PostgresqlServer, why_no_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator


settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3  # bytes; a whole run takes a seventh of it
_LONG = {Path(__file__).with_name(name) for name in ("chaos", "benchmarks")}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches for those with minutes or hours to spare, and the one for those who count."""
    parser.addoption(
        "--sample", action="store_true", help="try the tests that take long alone, in all their cases"
    )
    parser.addoption("--full", action="store_true", help="tests/chaos: try every point of every case")
    parser.addoption("--points", action="store_true", help="tests/chaos: say how many points each test tried")


def pytest_configure() -> None:
    """Keep what tests write in memory, where a system has room for it: most of their waiting is for disks."""
    if _MEMORY.is_dir() and not {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"}.intersection(os.environ):
        found = os.statvfs(_MEMORY)
        if found.f_bavail * found.f_frsize > _ROOM and not found.f_flag & os.ST_NOEXEC:
            os.environ |= {"TMPDIR": str(_MEMORY), "PYTEST_DEBUG_TEMPROOT": str(_MEMORY)}
            tempfile.tempdir = None  # asked for again


def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Compile what the processes of a first run would each compile: half of their start."""
    if sys.dont_write_bytecode:
        return
    files = Path(__file__).parent.glob("*/**/test_*.py")
    new = [each for each in files if not [*each.parent.glob(f"__pycache__/{each.stem}.*-pytest-*.pyc")]]
    names = [".".join(each.relative_to(config.rootpath).with_suffix("").parts) for each in sorted(new)]
    children = []
    for first in range(os.cpu_count() or 1):
        if not (child := os.fork()):
            for name in names[first :: os.cpu_count()]:
                importlib.import_module(name)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def pytest_xdist_auto_num_workers() -> int:
    """Let two tests share a processor: a third of their time is spent waiting."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests their first case, and none to the dear ones; or try only these, in all their cases."""
    if config.getoption("full"):
        return
    sample = config.getoption("sample")
    named = any("::" in each for each in config.args)
    seen: set[tuple[str, str]] = set()
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        name = (str(item.path), getattr(item, "originalname", item.name))
        is_chaos = bool(_LONG.intersection(item.path.parents))
        is_dear = bool(item.get_closest_marker("dear"))
        is_long = is_chaos or bool(item.get_closest_marker("long"))
        if sample:
            is_chosen = is_dear or is_long
        elif named and not is_chaos:
            is_chosen = True
        else:
            is_chosen = not (is_dear or (is_long and name in seen))
        (chosen if is_chosen else others).append(item)
        seen.add(name)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)


def pytest_collection_finish() -> None:
    """Spare the garbage collector ten thousand tests, which it would look through again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much the attempts at chaos tried, over all processes; with ``--points``, by which tests."""
    ended = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    properties = [(report.nodeid, *each) for report in ended for each in report.user_properties]
    uses = [case for _test, name, cases in properties if name == "cases" for case in cases]
    points_of: Counter[str] = Counter()
    for test, name, number in properties:
        if name == "points":
            points_of[test.partition("[")[0]] += number
    if terminalreporter.config.getoption("points"):
        for test, number in sorted(points_of.items()):
            terminalreporter.write_line(f"{number:>7,} {test}")
    points = points_of.total()
    if points or uses:
        terminalreporter.write_line(
            f"chaos: {points:,} points of injection,"
            f" {len(set(uses)):,} third-party cases in {len(uses):,} uses tried"
        )


left: list[str] = []
"""What the running test tried to reach; a test may clear it that tries on purpose."""


def _refuse_strangers(event: str, arguments: tuple[object, ...]) -> None:
    # An audit hook sees what any library does, in any thread. It can't be removed, nor need it be.
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        peer, address = arguments
        if not isinstance(peer, socket.socket) or peer.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0] if isinstance(address, tuple) else None
    else:
        return
    if not _is_loopback(host):
        left.append(f"{event}: {host!r}")
        msg = f"a test tried to leave loopback: {host!r}"
        raise AssertionError(msg)


def _is_loopback(host: object) -> bool:
    """Tell whether a host name or address stays on this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse_strangers)


@pytest.fixture(autouse=True)
def _speak_english() -> None:
    """Begin in English, whatever the test before spoke."""
    speak("en")


@pytest.fixture(autouse=True)
def _work_for_oneself() -> None:
    """Begin without what the test before allowed to others only."""
    work_for_others(is_so=False)


@pytest.fixture(autouse=True)
def _stay_on_loopback() -> Iterator[None]:
    """Fail the test even where the code under test swallowed the refusal."""
    left.clear()

    yield

    assert not left


@pytest.fixture(scope="session", autouse=True)
def _own_nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the tests a home that can't be, no configuration, no keys, no proxy and no language."""
    in_the_way = tmp_path_factory.mktemp("nowhere") / "a-file"
    in_the_way.touch()
    nowhere = str(in_the_way / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, nowhere)
        for name in list(os.environ):
            is_ours = name.startswith(("CAGETTE_NOTIFY_", "CAMAP_", "MJ_APIKEY_", "LC_"))
            if is_ours or name.lower().endswith("_proxy"):
                patch.delenv(name)
        for name in ("SUDO_UID", "PKEXEC_UID", "DOAS_USER"):
            patch.delenv(name, raising=False)
        patch.setattr(sys, "argv", ["cagette-notify"])  # whose path would stand in commands to type
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("LANGUAGE", "en")
        yield


@pytest.fixture(scope="session", autouse=True)
def _compile_templates_once() -> Iterator[None]:
    """Let all runs of this process share compiled templates: compiling takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        compile_once(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _make_ledgers_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let new ledgers be copies of one; how one is made, tests/ledger and the kills try."""
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch, tmp_path_factory.mktemp("ledger"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _load_no_certificates_in_vain() -> Iterator[None]:
    """Leave the system's certificates unread.

    mailjet-rest reads them, a quarter of the time of such a test, for an adapter that ours replaces.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SSLContext, "set_default_verify_paths", lambda _context: None)
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """Start a PostgreSQL, if there is one."""
    if reason := why_no_postgresql():
        pytest.skip(reason)
    started = PostgresqlServer()
    yield started
    started.remove()


@pytest.fixture
def _no_other_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make runs in this process plan openings and recaps alone, for tests that count all that there is."""
    monkeypatch.setattr(due_times, "NOTICE_KINDS", PLANNED)
