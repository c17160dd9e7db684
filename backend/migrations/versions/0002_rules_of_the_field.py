"""What the rules of the field need: blackouts, restrictions, pairs that are kept apart, quotas, flags; legal statuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("quota_entry",)
ON_QUANTA = "starts_at % 300000000 = 0 AND ends_at % 300000000 = 0"
"""Microseconds: both ends lie on five minutes."""
OUTCOMES = (
    "completed",
    "visitor_missed",
    "individual_refused",
    "individual_unavailable",
    "ended_early",
    "ended_by_staff",
    "technical_failure",
)
STATUS_MOVES = {
    "facility_access": (
        ("pending", "approved"),
        ("pending", "denied"),
        ("pending", "withdrawn"),
        ("approved", "revoked"),
        ("approved", "suspended"),
        ("suspended", "approved"),
    ),
    "payment": (
        ("checking", "succeeded"),
        ("checking", "declined"),
        ("succeeded", "returning"),
        ("returning", "returned"),
    ),
    "visit": (
        ("confirmed", "cancelled"),
        *(("confirmed", outcome) for outcome in OUTCOMES),
        *((said, better) for said in OUTCOMES for better in OUTCOMES if said != better),
    ),
}
"""Which status may follow which, by table. An outcome may be put right, a cancellation is for good."""


def upgrade() -> None:
    """Make the new tables and columns, and let the engine refuse a status that cannot follow the one before."""
    _blackouts_and_restrictions()
    _quotas_and_flags()
    _columns()
    op.execute(
        "INSERT INTO quota_entry (id, booking_id, facility_id, account_id, individual_id, visit_type, local_date, units, at)"
        " SELECT id, id, facility_id, account_id, individual_id, visit_type, local_date, 1, confirmed_at FROM visit"
        " WHERE status <> 'cancelled'"
    )
    _limits()
    sqlite = op.get_bind().dialect.name == "sqlite"
    _append_only_on_sqlite() if sqlite else _append_only_on_postgresql()
    for table, moves in STATUS_MOVES.items():
        illegal = f"NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({_listed(moves)})"
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_status_moves BEFORE UPDATE OF status ON {table} WHEN {illegal} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: this status cannot follow'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {table}_status_moves() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table}: this status cannot follow' USING ERRCODE = 'check_violation'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_status_moves BEFORE UPDATE OF status ON {table} "
                f"FOR EACH ROW WHEN ({illegal}) EXECUTE FUNCTION {table}_status_moves()"
            )


def _limits() -> None:
    """Enter every booking into the limits of its facility and type: they counted only what was booked under them."""
    op.execute("DELETE FROM place_taken WHERE limit_key = 'all' OR limit_key LIKE 'type:%'")
    op.execute(
        """INSERT INTO place_taken (facility_id, limit_key, quantum, seat, booking_id, held_until)
        SELECT l.facility_id, l.limit_key, t.quantum,
            ROW_NUMBER() OVER (PARTITION BY l.facility_id, l.limit_key, t.quantum ORDER BY t.booking_id),
            t.booking_id, t.held_until
        FROM (SELECT DISTINCT facility_id, visit_type,
                CASE name WHEN 'capacity_all' THEN 'all' ELSE 'type:' || visit_type END AS limit_key FROM setting
            WHERE (name = 'capacity_all' AND visit_type = '') OR (name = 'capacity_type' AND visit_type <> '')) l
        JOIN (SELECT id, facility_id, visit_type FROM visit WHERE status = 'confirmed'
            UNION SELECT id, facility_id, visit_type FROM hold) b
            ON b.facility_id = l.facility_id AND l.visit_type IN ('', b.visit_type)
        JOIN individual_taken t ON t.booking_id = b.id"""
    )


def _listed(moves: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"'{before}>{after}'" for before, after in moves)


def _append_only_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _append_only_on_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _columns() -> None:
    with op.batch_alter_table("hold") as hold:
        hold.add_column(sa.Column("overridden", sa.Text(), nullable=True))
        hold.add_column(sa.Column("override_reason", sa.Text(), nullable=True))
        hold.create_check_constraint("hold_on_quanta", ON_QUANTA)
    op.add_column("individual", sa.Column("moved_to", sa.Text(), nullable=True))
    with op.batch_alter_table("station") as station:
        station.add_column(sa.Column("housing_unit", sa.Text(), nullable=True))
        station.add_column(sa.Column("in_service", sa.Boolean(), nullable=False, server_default=sa.true()))
        station.create_unique_constraint("station_name", ["facility_id", "visit_type", "name"])
    with op.batch_alter_table("visit") as visit:
        visit.add_column(sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("0")))
        visit.add_column(sa.Column("checked_in_at", sa.BigInteger(), nullable=True))
        visit.create_check_constraint("visit_changes", "changes >= 0")
        visit.create_check_constraint("visit_on_quanta", ON_QUANTA)
        visit.create_check_constraint("visit_fees", "session_fee_minor >= 0 AND transaction_fee_minor >= 0")
        visit.drop_constraint("visit_status", type_="check")
        visit.create_check_constraint("visit_status", f"status IN {('confirmed', 'cancelled', *OUTCOMES)}")


def _blackouts_and_restrictions() -> None:
    op.create_table(
        "blackout",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("visit_type", sa.Text(), nullable=True),
        sa.Column("housing_unit", sa.Text(), nullable=True),
        sa.Column("first_date", sa.Text(), nullable=False),
        sa.Column("last_date", sa.Text(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first_date <= last_date", name="blackout_dates"),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="blackout_hours"
        ),
    )
    op.create_index("blackout_by_facility", "blackout", ["facility_id", "last_date"])
    op.create_table(
        "restriction",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("individual_id", sa.Text(), sa.ForeignKey("individual.id"), nullable=True),
        sa.Column("other_individual_id", sa.Text(), sa.ForeignKey("individual.id"), nullable=True),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("person_name", sa.Text(), nullable=True),
        sa.Column("person_birth_date", sa.Text(), nullable=True),
        sa.Column("visit_type", sa.Text(), nullable=True),
        sa.Column("first_date", sa.Text(), nullable=False),
        sa.Column("last_date", sa.Text(), nullable=True),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('no_contact', 'ban', 'segregation', 'unclassified', 'keep_apart')", name="restriction_kind"
        ),
        sa.CheckConstraint(
            "(kind = 'ban') = (individual_id IS NULL)"
            " AND (kind = 'keep_apart') = (other_individual_id IS NOT NULL)"
            " AND (kind IN ('ban', 'no_contact')) = (account_id IS NOT NULL OR person_name IS NOT NULL)",
            name="restriction_is_about",
        ),
        sa.CheckConstraint(
            "other_individual_id IS NULL OR individual_id < other_individual_id", name="restriction_pair"
        ),
        sa.CheckConstraint(
            "kind <> 'keep_apart'"
            " OR (last_date IS NULL AND visit_type IS NULL AND start_minute = 0 AND end_minute = 1440)",
            name="restriction_pair_is_for_all_time",
        ),
        sa.CheckConstraint("last_date IS NULL OR first_date <= last_date", name="restriction_dates"),
        sa.CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="restriction_hours"
        ),
    )
    op.create_index("restriction_by_facility", "restriction", ["facility_id", "kind"])
    op.create_index("restriction_by_individual", "restriction", ["individual_id"])
    op.create_index("restriction_by_other_individual", "restriction", ["other_individual_id"])
    op.create_table(
        "apart_taken",
        sa.Column("restriction_id", sa.Text(), sa.ForeignKey("restriction.id"), primary_key=True),
        sa.Column("quantum", sa.Integer(), primary_key=True),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_apart_taken_booking_id", "apart_taken", ["booking_id"])


def _quotas_and_flags() -> None:
    op.create_table(
        "quota_entry",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("individual_id", sa.Text(), sa.ForeignKey("individual.id"), nullable=False),
        sa.Column("visit_type", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("gives_back", sa.Text(), sa.ForeignKey("quota_entry.id"), nullable=True, unique=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(units = 1 AND gives_back IS NULL) OR (units = -1 AND gives_back IS NOT NULL)", name="quota_entry_units"
        ),
    )
    op.create_index("ix_quota_entry_booking_id", "quota_entry", ["booking_id"])
    op.create_index("quota_entry_by_individual", "quota_entry", ["individual_id", "local_date"])
    op.create_index("quota_entry_by_account", "quota_entry", ["account_id", "local_date"])
    op.create_table(
        "visit_flag",
        sa.Column("visit_id", sa.Text(), sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("source_id", sa.Text(), primary_key=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('blackout', 'released', 'moved', 'restriction', 'keep_apart', 'capacity', 'access')",
            name="visit_flag_kind",
        ),
    )
