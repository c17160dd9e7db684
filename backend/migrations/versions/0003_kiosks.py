"""Kiosks, enrolled to a facility, with the clocks of those who stand at one; finding accounts, and looking at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.accounts.finding import keys_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of kiosks, let a sign-in session say at which one it is, and make those of the Support Desk."""
    _kiosks()
    _support()


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


def _support() -> None:
    bytewise = "C" if op.get_bind().dialect.name == "postgresql" else None  # as SQLite orders text by itself
    op.create_table(
        "account_key",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(collation=bytewise), primary_key=True),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), primary_key=True),
        sa.CheckConstraint("kind IN ('name', 'phone')", name="account_key_kind"),
    )
    op.create_index("ix_account_key_account_id", "account_key", ["account_id"])
    _find_who_is_there()
    op.create_table(
        "account_look",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("sign_in_session_id", sa.Text(), sa.ForeignKey("sign_in_session.id"), nullable=False),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("began_at < ends_at", name="account_look_ends"),
    )
    op.create_index("ix_account_look_sign_in_session_id", "account_look", ["sign_in_session_id"])
    op.create_index("audit_entry_by_subject", "audit_entry", ["subject"])
    op.create_index("outbox_by_account", "outbox", ["account_id"])
    op.create_index("payment_by_reference", "payment", ["processor_reference"])


def _find_who_is_there() -> None:
    """Keep what the accounts that are there already are found by."""
    connection = op.get_bind()
    accounts = connection.execute(
        sa.text("SELECT id, first_name, last_name, phone FROM account WHERE role = 'visitor'")
    )
    rows = [
        {"kind": kind, "key": key, "account": account}
        for account, first_name, last_name, phone in accounts.all()
        for kind, key in keys_of(first_name, last_name, phone)
    ]
    if rows:
        connection.execute(
            sa.text("INSERT INTO account_key (kind, key, account_id) VALUES (:kind, :key, :account)"), rows
        )
