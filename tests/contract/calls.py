"""Every method of the client once, with arguments that say everything it can say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Final

from backend_client import (
    AccessStatus,
    Attendee,
    BlackoutTreatment,
    Client,
    DisputeOutcome,
    DisputeReason,
    Draft,
    FeeSource,
    Intent,
    Money,
    NewAccount,
    NewBlackout,
    NewPromoCode,
    NewRestriction,
    Override,
    Place,
    ProfileChanges,
    RestrictionKind,
    Secret,
    SignInKind,
    TransactionFilter,
    VisitStatus,
    VisitType,
    Wanted,
)

INTENT: Final = Intent.new()
PASSWORD: Final = Secret("correct horse battery")
KIND: Final = SignInKind.DESKTOP
WANTED: Final = Wanted("F1", VisitType.REMOTE, "I1", 30, moving="V1")
DAY: Final = date(2026, 12, 10)
AT: Final = datetime(2026, 12, 10, 15, tzinfo=UTC)
PRICE: Final = Money(570, "USD")
CHOSEN: Final = TransactionFilter(DAY, DAY, "Mateo", "Shelby", "card")
PEOPLE: Final = (Attendee("Luz Rivera", minor=True),)
OVERRIDE: Final = Override(("no_capacity",), "The family comes from far away.")
NEW: Final = NewAccount(
    email="ana@example.test",
    password=PASSWORD,
    first_name="Ana",
    last_name="Rivera",
    birth_date=date(1971, 3, 14),
    address_line="1 Main St",
    city="Memphis",
    state="TN",
    postal_code="38103",
    phone="901 555 0100",
    id_kind="drivers_license",
    id_last4="4881",
    time_zone="America/New_York",
)
PROFILE: Final = ProfileChanges(
    first_name="Ana",
    last_name="Rivera",
    birth_date=date(1971, 3, 14),
    address_line="1 Main St",
    city="Memphis",
    state="TN",
    postal_code="38103",
    phone="901 555 0100",
    id_kind="drivers_license",
    id_last4="4881",
    time_zone="America/New_York",
)
DRAFT: Final = Draft(
    facility_id="F1",
    visit_type=VisitType.REMOTE,
    terms_id="T1",
    individual_id="I1",
    individual_name="Mateo Rivera",
    booking_number="20418",
    duration_minutes=30,
    date=DAY,
    starts_at=AT,
    hold_id="H1",
    attendees=PEOPLE,
    step="date",
)

CLOSED: Final = NewBlackout(DAY, DAY, "Painting.", "The room is closed.", 540, 600, VisitType.REMOTE, "B2")
BAN: Final = NewRestriction(
    RestrictionKind.NO_CONTACT,
    "A court order.",
    individual="2026-1",
    other_individual="2026-2",
    visitor_email="jo@example.test",
    person_name="Jo Doe",
    person_birth_date=DAY,
    visit_type=VisitType.REMOTE,
    first_date=DAY,
    last_date=DAY,
)
PROMO: Final = NewPromoCode(PRICE, 100, DAY, uses_each=2, first_day=DAY, code="WELCOME")

CALLS: Final[dict[str, Callable[[Client], Awaitable[object]]]] = {
    "about.read": lambda c: c.about.read(),
    "sign_in.with_password": lambda c: c.sign_in.with_password(
        "ana@example.test", PASSWORD, kind=KIND, device="tty1", intent=INTENT
    ),
    "sign_in.current": lambda c: c.sign_in.current(),
    "sign_in.sign_out": lambda c: c.sign_in.sign_out(intent=INTENT),
    "kiosks.enrol": lambda c: c.kiosks.enrol("7KQ2-M4XN-0000-0000", intent=INTENT),
    "kiosks.here": lambda c: c.kiosks.here(),
    "kiosks.present": lambda c: c.kiosks.present(Place.FORM, intent=INTENT),
    "kiosks.more_time": lambda c: c.kiosks.more_time(intent=INTENT),
    "sign_in.demo_people": lambda c: c.sign_in.demo_people(),
    "sign_in.as_demo_person": lambda c: c.sign_in.as_demo_person("officer", kind=KIND, device="tty1", intent=INTENT),
    "accounts.create": lambda c: c.accounts.create(NEW, intent=INTENT),
    "accounts.confirm": lambda c: c.accounts.confirm(
        "ana@example.test", "12345678", kind=KIND, device="tty1", intent=INTENT
    ),
    "accounts.forgot_password": lambda c: c.accounts.forgot_password("ana@example.test", intent=INTENT),
    "accounts.reset_password": lambda c: c.accounts.reset_password(
        "ana@example.test", "12345678", PASSWORD, kind=KIND, device="tty1", intent=INTENT
    ),
    "accounts.change_password": lambda c: c.accounts.change_password(PASSWORD, PASSWORD, intent=INTENT),
    "accounts.read": lambda c: c.accounts.read(),
    "accounts.update": lambda c: c.accounts.update(PROFILE, intent=INTENT),
    "facilities.states": lambda c: c.facilities.states(),
    "facilities.in_state": lambda c: c.facilities.in_state("TN", cursor="c", limit=20),
    "facilities.read": lambda c: c.facilities.read("F1"),
    "facilities.terms": lambda c: c.facilities.terms("F1", VisitType.REMOTE),
    "facilities.accept_terms": lambda c: c.facilities.accept_terms("T1", intent=INTENT),
    "access.mine": lambda c: c.access.mine(),
    "access.request": lambda c: c.access.request("F1", "Mateo Rivera", "mother", intent=INTENT),
    "access.withdraw": lambda c: c.access.withdraw("A1", intent=INTENT),
    "individuals.by_name": lambda c: c.individuals.by_name("F1", "Mateo", "Rivera"),
    "individuals.by_number": lambda c: c.individuals.by_number("F1", "20418"),
    "openings.days": lambda c: c.openings.days(WANTED, from_date=DAY, to_date=DAY),
    "openings.on": lambda c: c.openings.on(WANTED, DAY),
    "drafts.read": lambda c: c.drafts.read(),
    "drafts.save": lambda c: c.drafts.save(DRAFT, intent=INTENT),
    "drafts.discard": lambda c: c.drafts.discard(intent=INTENT),
    "holds.take": lambda c: c.holds.take(WANTED, AT, override=OVERRIDE, intent=INTENT),
    "holds.current": lambda c: c.holds.current(),
    "holds.renew": lambda c: c.holds.renew("H1", intent=INTENT),
    "holds.release": lambda c: c.holds.release("H1", intent=INTENT),
    "visits.confirm": lambda c: c.visits.confirm(
        "H1",
        "T1",
        attendees=PEOPLE,
        payment_method="pm",
        expected_total=PRICE,
        sources=(FeeSource.FREE, FeeSource.BALANCE),
        promo_code="WELCOME",
        expected_from_method=PRICE,
        override=OVERRIDE,
        intent=INTENT,
    ),
    "visits.listed": lambda c: c.visits.listed("past", cursor="c", limit=20),
    "visits.read": lambda c: c.visits.read("V1"),
    "visits.calendar": lambda c: c.visits.calendar("V1"),
    "visits.cancellation": lambda c: c.visits.cancellation("V1"),
    "visits.cancel": lambda c: c.visits.cancel("V1", expected_back=PRICE, reason="ill", intent=INTENT),
    "visits.move_offer": lambda c: c.visits.move_offer("V1"),
    "visits.move": lambda c: c.visits.move("V1", AT, expected_starts_at=AT, intent=INTENT),
    "payments.methods": lambda c: c.payments.methods(),
    "payments.read": lambda c: c.payments.read("P1"),
    "payments.end": lambda c: c.payments.end("P1", intent=INTENT),
    "payments.ways": lambda c: c.payments.ways("WELCOME"),
    "payments.wallet": lambda c: c.payments.wallet(),
    "payments.top_up": lambda c: c.payments.top_up(PRICE, "pm", intent=INTENT),
    "transactions.listed": lambda c: c.transactions.listed(
        CHOSEN, sort="appointment", order="asc", cursor="c", limit=20
    ),
    "transactions.totals": lambda c: c.transactions.totals(CHOSEN),
    "transactions.story": lambda c: c.transactions.story("T1"),
    "transactions.export": lambda c: c.transactions.export(CHOSEN, cursor="c"),
    "transactions.statement": lambda c: c.transactions.statement(from_date=DAY, to_date=DAY, cursor="c"),
    "changes.head": lambda c: c.changes.head(facility_id="F1"),
    "changes.since": lambda c: c.changes.since(3, wait=25, facility_id="F1"),
    "desk.access_requests": lambda c: c.desk.access_requests("F1", status=AccessStatus.PENDING, cursor="c", limit=20),
    "desk.mark_id_seen": lambda c: c.desk.mark_id_seen("A1", intent=INTENT),
    "desk.decide": lambda c: c.desk.decide("A1", "denied", version=1, reason="No match.", intent=INTENT),
    "desk.revoke": lambda c: c.desk.revoke("A1", version=1, reason="Contraband.", intent=INTENT),
    "desk.suspend": lambda c: c.desk.suspend("A1", version=1, reason="Missed.", last_day=DAY, intent=INTENT),
    "desk.restore": lambda c: c.desk.restore("A1", version=1, reason="Settled.", intent=INTENT),
    "desk.blackouts": lambda c: c.desk.blackouts("F1"),
    "desk.preview_blackout": lambda c: c.desk.preview_blackout("F1", CLOSED, intent=INTENT),
    "desk.add_blackout": lambda c: c.desk.add_blackout(
        "F1", CLOSED, expected_visits=2, treatment=BlackoutTreatment.CANCEL, intent=INTENT
    ),
    "desk.remove_blackout": lambda c: c.desk.remove_blackout("B1", intent=INTENT),
    "desk.restrictions": lambda c: c.desk.restrictions("F1", ended=True),
    "desk.restrict": lambda c: c.desk.restrict("F1", BAN, intent=INTENT),
    "desk.end_restriction": lambda c: c.desk.end_restriction("R1", intent=INTENT),
    "desk.visits": lambda c: c.desk.visits("F1", day=DAY, cursor="c", limit=20),
    "desk.check_in": lambda c: c.desk.check_in("V1", intent=INTENT),
    "desk.record_outcome": lambda c: c.desk.record_outcome(
        "V1", VisitStatus.TECHNICAL_FAILURE, note="Froze.", intent=INTENT
    ),
    "desk.move_visit": lambda c: c.desk.move_visit(
        "V1", AT, expected_starts_at=AT, reason="The booth is repaired.", override=OVERRIDE, intent=INTENT
    ),
    "support.find_accounts": lambda c: c.support.find_accounts("ana@example.test", intent=INTENT),
    "support.look": lambda c: c.support.look("U1", "Ticket 4711", intent=INTENT),
    "support.end_look": lambda c: c.support.end_look("L1", intent=INTENT),
    "support.timeline": lambda c: c.support.timeline("L1", cursor="c", limit=20),
    "disputes.open": lambda c: c.disputes.open("T1", DisputeReason.CUT_SHORT, "It froze.", intent=INTENT),
    "disputes.own": lambda c: c.disputes.own(),
    "disputes.waiting": lambda c: c.disputes.waiting(cursor="c", limit=10),
    "disputes.decide": lambda c: c.disputes.decide("D1", DisputeOutcome.REFUND, "It froze.", 100, intent=INTENT),
    "cash.take": lambda c: c.cash.take("F1", "4711", PRICE, email="ana@example.test", intent=INTENT),
    "cash.of_day": lambda c: c.cash.of_day("F1", day=DAY, cursor="c", limit=20),
    "cash.put_right": lambda c: c.cash.put_right("C1", "Counted twice.", intent=INTENT),
    "cash.enter_code": lambda c: c.cash.enter_code("7KQ2-M4XN-0B3D", intent=INTENT),
    "promo_codes.listed": lambda c: c.promo_codes.listed("F1", ended=True),
    "promo_codes.make": lambda c: c.promo_codes.make("F1", PROMO, intent=INTENT),
    "promo_codes.end": lambda c: c.promo_codes.end("P1", intent=INTENT),
    "support.give_credit": lambda c: c.support.give_credit("U1", PRICE, "The picture froze.", intent=INTENT),
    "support.one_time_code": lambda c: c.support.one_time_code("U1", "ID seen at the desk", intent=INTENT),
}
