"""Which facility is meant: by its id, by its number in the list it came from, or by its name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from sqlmodel import func, or_, select

from backend.cli.report import Refused
from backend.db import Tx
from backend.facilities.models import Facility

SHOWN = 5


def facility_meant(tx: Tx, said: str) -> Facility:
    """Return the one facility that ``said`` means: id, ``source:number``, name, or ``name, ST``; case is no difference.

    Raises :class:`backend.cli.report.Refused`, with what comes near, if there is none or more than one.
    """
    exact = tx.session.get(Facility, said)
    if exact is not None:
        return exact
    found = _found(tx, said)
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"{len(found)} facilities are called {said!r}.", f"Say which: {_listed(found)}.")
    near = get_close_matches(said, tx.session.exec(select(Facility.name)).all(), SHOWN, cutoff=0.5)
    hint = f"Did you mean {', '.join(dict.fromkeys(near))}?" if near else "List them with: facility list"
    raise Refused(f"There is no facility {said!r}.", hint)


def _found(tx: Tx, said: str) -> Sequence[Facility]:
    name, _, state = said.rpartition(", ")
    source, _, number = said.partition(":")
    return tx.session.exec(
        select(Facility).where(
            or_(
                func.lower(Facility.name) == said.lower(),
                (func.lower(Facility.name) == name.lower()) & (Facility.state == state.upper()),
                (Facility.source == source) & (Facility.external_id == number),
            )
        )
    ).all()


def _listed(found: Sequence[Facility]) -> str:
    shown = [f"{one.id} ({one.city or 'no city'}, {one.state})" for one in found[:SHOWN]]
    return " or ".join(shown) + (" …" if len(found) > SHOWN else "")
