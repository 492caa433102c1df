"""The floors: the least that somebody would write to do the same, each in a process of its own.

Each imports what it needs itself, so that none pays for another; readers print their own seconds.
"""

from __future__ import annotations

import json
import sys
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def script(url: str, bodies: str, data: str, ledger: str) -> None:
    """Do all of it once: read the files, fill a template for each mail, record, post as documents, settle.

    No check, no look-up, no choice of who gets what: the least that keeps a claim ahead of its call.
    """
    import sqlite3
    from itertools import islice

    client, mails = _client(url), _filled(Path(bodies), Path(data))
    books = sqlite3.connect(ledger, isolation_level=None)
    books.execute("PRAGMA synchronous = EXTRA")
    books.execute("CREATE TABLE mails (custom_id TEXT PRIMARY KEY, address TEXT, status TEXT)")
    while some := list(islice(mails, 50)):
        rows = [(mail["CustomID"], mail["To"][0]["Email"]) for mail in some]
        books.execute("BEGIN IMMEDIATE")
        books.executemany("INSERT INTO mails VALUES (?, ?, 'claimed')", rows)
        books.execute("COMMIT")
        answer = client.send.create(data={"Messages": some}).json()
        sent = [(one["Status"], one["CustomID"]) for one in answer["Messages"]]
        books.execute("BEGIN IMMEDIATE")
        books.executemany("UPDATE mails SET status = ? WHERE custom_id = ?", sent)
        books.execute("COMMIT")


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


def _filled(bodies: Path, data: Path) -> Iterator[dict[str, Any]]:
    """Yield every household's mails, made after the first mail that a real run posted."""
    from jinja2 import Environment

    orders: dict[str, list[str]] = {}
    for member, _distribution, product, *_others in _rows(data / "orders.csv"):
        orders.setdefault(member, []).append(product)
    with bodies.open("rb") as file:
        first = json.loads(file.readline())["Messages"][0]
    members = list(_rows(data / "members.csv"))
    fill = Environment(autoescape=True).from_string(_source(first, [members[0][1], *orders["0"]])).render
    for number, first_name, last_name, email, *partner in members:
        for name, surname, address in ((first_name, last_name, email), partner):
            if address:
                values = {f"word_{place}": word for place, word in enumerate((name, *orders[number]))}
                subject, text, page = fill(values).split("\0")
                yield {
                    **first,
                    "CustomID": f"{number}:{address}",
                    "To": [{"Email": address, "Name": f"{name} {surname}"}],
                    "Subject": subject,
                    "TextPart": text,
                    "HTMLPart": page,
                }


def _rows(path: Path) -> Iterator[list[str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        yield from rows


def _source(mail: dict[str, Any], words: list[str]) -> str:
    """Return one template of a mail's three parts, its reader and products left open."""
    source = "\0".join((mail["Subject"], mail["TextPart"], mail["HTMLPart"]))
    for place, word in enumerate(words):
        for written in (word, escape(word)):
            source = source.replace(written, f"{{{{ word_{place} }}}}")
    return source


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
    floors = {each.__name__: each for each in (post, post_documents, script, read_csv, read_events)}
    floors[name](*arguments)
