"""Tables of kiosks, and of the clocks of each stay at one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, col

from backend.types import Table, UtcInstant


class Kiosk(Table, table=True):
    """A device at a facility's front desk. What proves it is derived from the server's key and kept by the device."""

    __tablename__ = "kiosk"
    __table_args__ = (CheckConstraint("enrolled_at IS NULL OR code_digest IS NULL", name="kiosk_code_is_used_once"),)

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    name: str
    reader: str | None = None
    """What the processor calls the card reader that stands beside it, if one does."""
    made_at: datetime = Field(sa_type=UtcInstant)
    code_digest: str | None = Field(default=None, unique=True)
    """Of the code that enrols it, until that is used; the code itself is shown once and kept nowhere."""
    code_expires_at: datetime = Field(sa_type=UtcInstant)
    enrolled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class KioskStay(Table, table=True):
    """The clocks of one sign-in session at a kiosk, with the facility's settings as they were when it began."""

    __tablename__ = "kiosk_stay"
    __table_args__ = (CheckConstraint("more_time_left >= 0", name="kiosk_stay_more_time"),)

    sign_in_session_id: str = Field(primary_key=True, foreign_key="sign_in_session.id")
    idle_seconds: int
    form_idle_seconds: int
    """On Terms, Payment and forms."""
    warning_seconds: int
    """How long before its end a stay warns."""
    stretch_seconds: int
    """How long until "More time?" is asked, and asked again."""
    question_seconds: int
    """How long the question waits for its answer."""
    asks_at: datetime = Field(sa_type=UtcInstant)
    more_time_left: int
    """How often the question can still be answered."""
    over_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When what was this person's was put away."""


def partial_indexes() -> tuple[Index, ...]:
    """Return the indexes that hold for some rows only, for migrations: see :func:`backend.access.models`."""
    standing, open_stays = text("revoked_at IS NULL"), text("over_at IS NULL")
    columns = (col(Kiosk.facility_id), col(Kiosk.name))
    return (
        Index("kiosk_name", *columns, unique=True, sqlite_where=standing, postgresql_where=standing),
        Index("kiosk_stay_open", col(KioskStay.asks_at), sqlite_where=open_stays, postgresql_where=open_stays),
    )
