"""The floors: the least that somebody would write to do the same, each in a process of its own.

Each imports what it needs itself, so that none pays for another; readers print their own seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailjet_rest import Client


def post(url: str, bodies: str, calls: str) -> None:
    """Post the bodies, a line each, so many times in all; from the beginning again where they end."""
    client = _client(url)
    for body in _repeated(bodies, int(calls)):
        client.send.create(data=body, headers={"Content-Type": "application/json"})


def post_documents(url: str, bodies: str, calls: str) -> None:
    """Post the same as documents, as the package's own examples do."""
    client = _client(url)
    for body in _repeated(bodies, int(calls)):
        client.send.create(data=json.loads(body))


def read_csv(path: str) -> None:
    """Read a file with ``csv.reader``."""
    import csv

    started = _clocks()
    with Path(path).open(encoding="utf-8", newline="") as file:
        for _row in csv.reader(file, delimiter=";"):
            pass
    _say(started)


def read_events(path: str) -> None:
    """Read a file as the events of YAML's parser in C."""
    import yaml

    started = _clocks()
    with Path(path).open("rb") as file:
        for _event in yaml.parse(file, yaml.CSafeLoader):
            pass
    _say(started)


def _client(url: str) -> Client:
    from mailjet_rest import Client

    return Client(auth=("public-key", "private-key"), version="v3.1", api_url=url)


def _repeated(path: str, count: int) -> Iterator[bytes]:
    while count:
        with Path(path).open("rb") as file:
            for line in file:
                yield line
                count -= 1
                if not count:
                    return


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _say(started: tuple[float, float]) -> None:
    took = [now - before for now, before in zip(_clocks(), started, strict=True)]
    sys.stdout.write(json.dumps({"reading": took}))


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    floors = {each.__name__: each for each in (post, post_documents, read_csv, read_events)}
    floors[name](*arguments)
