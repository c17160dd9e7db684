"""Laying the demonstration's data."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Final

from backend.db import Tx
from backend.demo import bookings, others, stories
from backend.demo.catalogue import Ids, catalogue_of
from backend.demo.places import PLACES
from backend.demo.rows import insert_all
from backend.demo.telling import tell

SEED: Final = 20418


def lay(tx: Tx) -> datetime:
    """Lay all of it in one transaction, the same every time but for the dates, and return the instant."""
    rng = random.Random(SEED)
    ids = Ids(rng)
    catalogue = catalogue_of(PLACES, ids, rng, tx.now)
    insert_all(tx, catalogue.rows())
    strangers = others.people(catalogue, ids, rng, tx.now)
    stories.people(tx, catalogue, [stranger.profile for stranger in strangers])
    insert_all(tx, others.rows(strangers, others.Books(catalogue, ids, rng, tx.now)))
    tell(tx, (*stories.requests(catalogue, tx.now), *bookings.visits(catalogue, tx.now)))
    return tx.now
