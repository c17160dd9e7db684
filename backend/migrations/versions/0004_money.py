"""Money: every fee source, tax, hosted pages, refunds of their own, promotional codes, cash, disputes, connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FEE_SOURCES = ("card", "balance", "credit", "free", "promo", "facility", "none", "cash")
ENTRY_KINDS = ("charge", "refund", "no_charge", "top_up", "credit")
CAUSES = ("cancelled", "facility", "unused_minutes", "dispute", "lost", "twice", "mistake")
LINES = ("session_fee", "transaction_fee", "tax", "money")
REASONS = ("never_happened", "cut_short", "bad_quality", "charged_twice", "wrong_amount", "other")
PAYMENT_MOVES = (
    ("checking", "succeeded"),
    ("checking", "declined"),
    ("declined", "succeeded"),
    ("succeeded", "returning"),
    ("returning", "returned"),
)
"""Which status of a payment may follow which."""
APPEND_ONLY = ("ledger_entry", "transfer", "connection")
"""The first two have been so from the first schema on: SQLite makes their tables anew, and their triggers with them."""


def upgrade() -> None:
    """Make the new tables and columns, and keep as append-only what is only ever added to."""
    _ledger()
    _payments()
    _prices_and_visits()
    _sources()
    _disputes()
    _returns_that_were()
    sqlite = op.get_bind().dialect.name == "sqlite"
    _append_only_on_sqlite() if sqlite else _append_only_on_postgresql()
    _payment_statuses(sqlite=sqlite)


def _ledger() -> None:
    with op.batch_alter_table("ledger_entry") as entry:
        for name, kind in (
            ("facility_id", sa.Text()),
            ("individual_id", sa.Text()),
            ("appointment_at", sa.BigInteger()),
        ):
            entry.alter_column(name, existing_type=kind, nullable=True)
        for name in ("cause", "source_id", "receipt"):
            entry.add_column(sa.Column(name, sa.Text(), nullable=True))
        for constraint in ("ledger_entry_fee_source", "ledger_entry_kind"):
            entry.drop_constraint(constraint, type_="check")
        entry.create_check_constraint("ledger_entry_fee_source", f"fee_source IN {FEE_SOURCES}")
        entry.create_check_constraint("ledger_entry_kind", f"kind IN {ENTRY_KINDS}")
        entry.create_check_constraint("ledger_entry_cause", f"cause IN {CAUSES}")
        entry.create_check_constraint(
            "ledger_entry_of_a_visit_names_it",
            "kind IN ('top_up', 'credit', 'refund') OR (facility_id IS NOT NULL AND individual_id IS NOT NULL"
            " AND appointment_at IS NOT NULL)",
        )
        entry.drop_index("ledger_entry_by_account")
        # with the id, Transaction Details is a walk along it
        entry.create_index("ledger_entry_by_account", ["account_id", "entered_at", "id"])
        entry.create_index("ledger_entry_undoing", ["undoes_id"])
        entry.create_index("ledger_entry_by_payment", ["payment_id"])
        entry.create_index("ledger_entry_by_time", ["entered_at"])
    with op.batch_alter_table("transfer") as transfer:
        transfer.drop_constraint("transfer_line", type_="check")
        transfer.create_check_constraint("transfer_line", f"line IN {LINES}")
        transfer.create_index("transfer_by_debit", ["debit"])
        transfer.create_index("transfer_by_credit", ["credit"])


def _payments() -> None:
    for column in (
        sa.Column(
            "purpose",
            sa.Text(),
            sa.CheckConstraint("purpose IN ('visit', 'top_up')", name="payment_purpose"),
            nullable=False,
            server_default="visit",
        ),
        sa.Column("tax_minor", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("page_code", sa.Text(), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("page_reference", sa.Text(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("payment", column)
    op.create_index("payment_by_page", "payment", ["page_code"], unique=True)
    op.create_table(
        "payment_part",
        sa.Column("payment_id", sa.Text(), sa.ForeignKey("payment.id"), primary_key=True),
        sa.Column("fee_source", sa.Text(), primary_key=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("session_fee_minor", sa.Integer(), nullable=False),
        sa.Column("transaction_fee_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"fee_source IN {FEE_SOURCES} AND fee_source <> 'card'", name="payment_part_source"),
        sa.CheckConstraint(
            "session_fee_minor >= 0 AND transaction_fee_minor >= 0 AND tax_minor >= 0", name="payment_part_fees"
        ),
    )
    op.create_table(
        "payment_return",
        sa.Column("entry_id", sa.Text(), sa.ForeignKey("ledger_entry.id"), primary_key=True),
        sa.Column("payment_id", sa.Text(), sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem_code", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name="payment_return_is_of_something"),
        sa.CheckConstraint("status IN ('returning', 'returned')", name="payment_return_status"),
    )
    op.create_index("ix_payment_return_payment_id", "payment_return", ["payment_id"])
    op.create_index("payment_return_open", "payment_return", ["status", "created_at"])


def _prices_and_visits() -> None:
    op.add_column(
        "price",
        sa.Column(
            "tax_basis_points",
            sa.Integer(),
            sa.CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="price_tax"),
            nullable=False,
            server_default="0",
        ),
    )
    op.add_column("visit", sa.Column("tax_minor", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("visit", sa.Column("per_minute_minor", sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("tax_basis_points", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "visit",
        sa.Column(
            "used_minutes",
            sa.Integer(),
            sa.CheckConstraint("used_minutes BETWEEN 0 AND duration_minutes", name="visit_used_minutes"),
            nullable=True,
        ),
    )
    to_count = sa.text("per_minute_minor IS NOT NULL AND used_minutes IS NULL AND status <> 'cancelled'")
    op.create_index("visit_to_count", "visit", ["ends_at"], sqlite_where=to_count, postgresql_where=to_count)
    op.add_column("hold", sa.Column("sign_in_session_id", sa.Text(), nullable=True))
    op.add_column("kiosk", sa.Column("reader", sa.Text(), nullable=True))
    op.create_table(
        "connection",
        sa.Column("visit_id", sa.Text(), sa.ForeignKey("visit.id"), primary_key=True),
        sa.Column("side", sa.Text(), primary_key=True),
        sa.Column("connected_at", sa.BigInteger(), primary_key=True),
        sa.Column("disconnected_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("side IN ('visitor', 'individual')", name="connection_side"),
        sa.CheckConstraint("connected_at <= disconnected_at", name="connection_ends"),
    )


def _sources() -> None:
    op.create_table(
        "promo_code",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("code", sa.Text(), nullable=False, unique=True),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("most_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_each", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("most_minor > 0", name="promo_code_pays_something"),
        sa.CheckConstraint("uses > 0 AND uses_each > 0", name="promo_code_uses"),
    )
    op.create_index("ix_promo_code_facility_id", "promo_code", ["facility_id"])
    op.create_table(
        "cash_receipt",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("facility_id", sa.Text(), sa.ForeignKey("facility.id"), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=True, unique=True),
        sa.Column("code_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("credited_at", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.Text(), sa.ForeignKey("ledger_entry.id"), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("facility_id", "receipt", name="cash_receipt_once"),
        sa.CheckConstraint("amount_minor > 0", name="cash_receipt_is_of_something"),
        sa.CheckConstraint("(account_id IS NULL) = (credited_at IS NULL)", name="cash_receipt_credited"),
    )
    op.create_index("cash_receipt_by_time", "cash_receipt", ["facility_id", "taken_at"])
    op.create_table(
        "processor_customer",
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("processor", sa.Text(), primary_key=True),
        sa.Column("reference", sa.Text(), nullable=False),
    )
    op.create_table(
        "processor_event",
        sa.Column("processor", sa.Text(), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_processor_event_received_at", "processor_event", ["received_at"])


def _disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("entry_id", sa.Text(), sa.ForeignKey("ledger_entry.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("outcome_entry_id", sa.Text(), sa.ForeignKey("ledger_entry.id"), nullable=True),
        sa.CheckConstraint(f"reason IN {REASONS}", name="dispute_reason"),
        sa.CheckConstraint("status IN ('open', 'refunded', 'credited', 'refused')", name="dispute_status"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="dispute_decided"),
    )
    still_open = sa.text("status = 'open'")
    op.create_index(
        "dispute_open", "dispute", ["entry_id"], unique=True, sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_index("ix_dispute_account_id", "dispute", ["account_id"])
    op.create_index("dispute_by_status", "dispute", ["status", "due_on"])


def _returns_that_were() -> None:
    """Enter a return for each refund there is: until now its payment alone said where it was."""
    op.execute(
        """INSERT INTO payment_return
            (entry_id, payment_id, amount_minor, currency, status, problem_code, created_at, settled_at)
        SELECT e.id, p.id, SUM(t.amount_minor), p.currency, p.status,
            CASE WHEN p.status = 'returning' THEN p.problem_code END,
            e.entered_at, CASE WHEN p.status = 'returned' THEN e.entered_at END
        FROM ledger_entry e JOIN payment p ON p.id = e.payment_id JOIN transfer t ON t.entry_id = e.id
        WHERE e.kind = 'refund' AND p.status IN ('returning', 'returned')
        GROUP BY e.id, p.id, p.currency, p.status, p.problem_code, e.entered_at"""
    )


def _payment_statuses(*, sqlite: bool) -> None:
    """Let a payment that was given up have gone through after all: it is entered, and given back."""
    moves = ", ".join(f"'{before}>{after}'" for before, after in PAYMENT_MOVES)
    illegal = f"NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({moves})"
    begins = "CREATE TRIGGER payment_status_moves BEFORE UPDATE OF status ON payment"
    op.execute("DROP TRIGGER payment_status_moves" + ("" if sqlite else " ON payment"))
    if sqlite:
        op.execute(f"{begins} WHEN {illegal} BEGIN SELECT RAISE(ABORT, 'payment: this status cannot follow'); END")
    else:
        op.execute(f"{begins} FOR EACH ROW WHEN ({illegal}) EXECUTE FUNCTION payment_status_moves()")


def _append_only_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _append_only_on_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER connection_append_only BEFORE UPDATE OR DELETE ON connection "
        "FOR EACH ROW EXECUTE FUNCTION append_only()"
    )
    op.execute(
        "CREATE TRIGGER connection_no_truncate BEFORE TRUNCATE ON connection "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
    for table in APPEND_ONLY:
        # the role that made a table may take its own rights away, and would have to give them back before any change
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
    # what points at an entry locks it (FOR KEY SHARE), which needs the right to change some column; the trigger refuses
    op.execute("GRANT UPDATE (id) ON ledger_entry TO CURRENT_USER")
