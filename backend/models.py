"""Every table, in one place for migrations."""

from __future__ import annotations

from sqlmodel import SQLModel

from backend import idempotency
from backend.access import models as access
from backend.accounts import models as accounts
from backend.audit import models as audit
from backend.changes import models as changes
from backend.disputes import models as disputes
from backend.drafts import models as drafts
from backend.facilities import models as facilities
from backend.kiosks import models as kiosks
from backend.money import models as money
from backend.money import source_models as sources
from backend.notices import models as notices
from backend.restrictions import models as restrictions
from backend.roster import models as roster
from backend.support import models as support
from backend.timetables import models as timetables
from backend.visits import models as visits

NOUNS = (
    access,
    accounts,
    audit,
    changes,
    disputes,
    drafts,
    facilities,
    idempotency,
    kiosks,
    money,
    notices,
    restrictions,
    roster,
    sources,
    support,
    timetables,
    visits,
)
access.one_open_access()
kiosks.partial_indexes()
metadata = SQLModel.metadata
