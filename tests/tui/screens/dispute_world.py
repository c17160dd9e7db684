"""What the pages of disputes ask the scripted server for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from backend_client import Connected, Dispute, DisputeReason, DisputeStatus, Evidence, Page, Side
from tests.tui.screens.account_world import usd
from tests.tui.screens.support_world import support_world
from tests.tui.support import NOW, FakeServer

OPEN: Final = "/v1/transactions/T1/disputes"
WAITING: Final = "/v1/support/disputes"
DECISION: Final = "/v1/support/disputes/D1/decision"
BEGAN: Final = NOW - timedelta(days=1)
ABOUT: Final = "$5.70 on Visa 4242, visit with Mateo Rivera"
DISPUTE: Final = Dispute(
    id="D1",
    transaction_id="T1",
    facility="Shelby County Jail",
    individual_name="Mateo Rivera",
    appointment_at=BEGAN,
    zone="America/Chicago",
    charged=usd(570),
    left=usd(570),
    fee_source_label="Visa 4242",
    reason=DisputeReason.CUT_SHORT,
    words="The picture froze after ten minutes.",
    opened_at=NOW,
    due_on=date(2026, 12, 8),
    status=DisputeStatus.OPEN,
    visit_id="V1",
)
EVIDENCE: Final = Evidence(
    reference="VD-7K3M9Q",
    visit_status="completed",
    starts_at=BEGAN,
    ends_at=BEGAN + timedelta(minutes=30),
    connected=(
        Connected(Side.VISITOR, BEGAN, BEGAN + timedelta(minutes=30)),
        Connected(Side.INDIVIDUAL, BEGAN + timedelta(minutes=1), BEGAN + timedelta(minutes=11)),
    ),
)
FOR_SUPPORT: Final = replace(DISPUTE, evidence=EVIDENCE, visitor_name="Ana Rivera")
LATER: Final = replace(
    FOR_SUPPORT,
    id="D2",
    reason=DisputeReason.NEVER_HAPPENED,
    words="",
    due_on=date(2026, 12, 9),
    evidence=replace(EVIDENCE, connected=()),
)


def dispute_world() -> FakeServer:
    """Return a server that takes disputes and lists two that wait."""
    server = support_world()
    server.answer("POST", OPEN, DISPUTE, status=201)
    server.answer("GET", WAITING, Page((FOR_SUPPORT, LATER)))
    server.answer("POST", DECISION, replace(FOR_SUPPORT, status=DisputeStatus.REFUNDED))
    return server
