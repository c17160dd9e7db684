"""Kiosks: devices that are enrolled to a facility, and the clocks of those who stand at one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of kiosks, and let a sign-in session say at which one it is."""
    _kiosks()


def _kiosks() -> None:
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=True, unique=True),
        sa.Column("code_expires_at", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("enrolled_at IS NULL OR code_digest IS NULL", name="kiosk_code_is_used_once"),
    )
    standing = sa.text("revoked_at IS NULL")
    op.create_index(
        "kiosk_name", "kiosk", ["facility_id", "name"], unique=True, sqlite_where=standing, postgresql_where=standing
    )
    with op.batch_alter_table("sign_in_session") as session:
        session.add_column(sa.Column("kiosk_id", sa.Text(), nullable=True))
        session.add_column(sa.Column("facility_id", sa.Text(), nullable=True))
        session.create_foreign_key("sign_in_session_kiosk", "kiosk", ["kiosk_id"], ["id"])
        session.create_foreign_key("sign_in_session_facility", "facility", ["facility_id"], ["id"])
        session.create_check_constraint("sign_in_session_at_kiosk", "kiosk_id IS NULL OR kind = 'kiosk'")
        session.create_check_constraint("sign_in_session_bound", "(kiosk_id IS NULL) = (facility_id IS NULL)")
    # sign-ins at kiosks that nobody has enrolled are over
    op.execute("UPDATE sign_in_session SET revoked_at = last_seen_at WHERE kind = 'kiosk' AND revoked_at IS NULL")
    op.create_table(
        "kiosk_stay",
        sa.Column("sign_in_session_id", sa.Text(), sa.ForeignKey("sign_in_session.id"), primary_key=True),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("form_idle_seconds", sa.Integer(), nullable=False),
        sa.Column("warning_seconds", sa.Integer(), nullable=False),
        sa.Column("stretch_seconds", sa.Integer(), nullable=False),
        sa.Column("question_seconds", sa.Integer(), nullable=False),
        sa.Column("asks_at", sa.BigInteger(), nullable=False),
        sa.Column("more_time_left", sa.Integer(), nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("more_time_left >= 0", name="kiosk_stay_more_time"),
    )
    open_stays = sa.text("over_at IS NULL")
    op.create_index("kiosk_stay_open", "kiosk_stay", ["asks_at"], sqlite_where=open_stays, postgresql_where=open_stays)
