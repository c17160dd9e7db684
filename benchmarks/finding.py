"""How long the Support Desk takes to find a customer among very many: ``make bench-finding``.

One database of SQLite with 100,000 customers (``--customers`` for another number), whose names are made of 2,000 given
and 20,000 family names, the common ones as common as they are among people. Each search runs at the service, in a
transaction of its own with its trace. Limit: one second for the slowest. Exit code 1 if it is passed over.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from backend.accounts.finding import keys_of
from backend.accounts.models import Account, AccountKey
from backend.db import Database, Tx
from backend.demo.rows import Raw, insert_all
from backend.keys import ServerKey
from backend.migrations import migrate
from backend.security import Actor
from backend.support import service

SEED: Final = 4711
BATCH: Final = 20_000
TURNS: Final = 5
LIMIT_SECONDS: Final = 1.0
BORN: Final = datetime(2026, 1, 1, tzinfo=UTC)
AGENT: Final = Actor(role="support", channel="terminal", account_id="agent")
SYLLABLES: Final = (
    "ma",
    "ri",
    "a",
    "jo",
    "se",
    "lu",
    "an",
    "na",
    "el",
    "ro",
    "ka",
    "ti",
    "mo",
    "ben",
    "son",
    "ez",
    "o",
)
KEY: Final = ServerKey(b"a key for figures only: 32 bytes")


def words(rng: random.Random, number: int) -> list[str]:
    """Return so many different words that could be names."""
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(found)


def customers(rng: random.Random, number: int) -> Iterator[Account]:
    """Yield so many accounts of visitors: name by name as common as names are."""
    givens, families = words(rng, 2_000), words(rng, 20_000)
    for place in range(number):
        given = givens[min(int(rng.paretovariate(0.8)) - 1, len(givens) - 1)]
        family = families[min(int(rng.paretovariate(0.6)) - 1, len(families) - 1)]
        yield account(f"C{place}", given, family, f"{2_000_000_000 + place}", "visitor")


def account(name: str, given: str, family: str, phone: str, role: str) -> Account:
    """Return one account, with as little as there must be."""
    return Account(
        id=name,
        email=f"{name.lower()}@example.org",
        email_key=f"{name.lower()}@example.org",
        role=role,
        first_name=given.capitalize(),
        last_name=family.capitalize(),
        phone=phone,
        created_at=BORN,
    )


def fill(tx: Tx, some: list[Account]) -> None:
    """Write these accounts, and what they are found by."""
    insert_all(tx, [Raw(Account, one.model_dump()) for one in some])
    keys = (
        Raw(AccountKey, {"kind": kind, "key": key, "account_id": one.id})
        for one in some
        if one.role == "visitor"
        for kind, key in keys_of(one.first_name, one.last_name, one.phone)
    )
    insert_all(tx, keys)


def lay(db: Database, number: int) -> None:
    """Fill the database, a batch at a time."""
    known = [
        account("agent", "Robin", "Sato", "", "support"),
        account("one", "Zoe", "Quintanilla", "9015550142", "visitor"),
    ]
    every = itertools.chain(known, customers(random.Random(SEED), number))
    while some := list(itertools.islice(every, BATCH)):
        db.write_now(partial(fill, some=some))


def search(tx: Tx, said: str) -> service.Search:
    """Find customers as an agent does."""
    return service.find(tx, AGENT, KEY, said)


def main() -> int:
    """Measure, print and judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=100_000)
    number: int = asked.parse_args().customers
    searches = {
        "a name that one has": "zoe quintanilla",
        "with a typo in each word": "zoee quintanila",
        "the beginning of a name that many have": "ma",
        "two beginnings that many have": "ma ri",
        "a name that nobody has": "xavier nobody",
        "an e-mail address": "c77@example.org",
        "a phone number": "(901) 555-0142",
        "its last four digits": "0142",
        "a reference": "VD-7K3M9Q",
    }
    slowest = 0.0
    with tempfile.TemporaryDirectory() as place:
        db = Database(f"sqlite:///{Path(place) / 'visitdesk.sqlite3'}")
        migrate(db)
        lay(db, number)
        for what, said in searches.items():
            times = []
            for _turn in range(TURNS):
                began = perf_counter()
                db.write_now(partial(search, said=said))
                times.append(perf_counter() - began)
            found = db.write_now(partial(search, said=said))
            slowest = max(slowest, *times)
            more = " and more" if found.more else ""
            print(f"{what:40} {max(times) * 1000:8.1f} ms  {len(found.items):3} found{more}")
        db.close()
    print(f"slowest {slowest:.3f} s among {number:,} customers; limit {LIMIT_SECONDS:g} s")
    return int(slowest > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
