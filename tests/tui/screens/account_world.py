"""What the account pages ask the scripted server for: accesses, visits, charges, requests, as LOOKS draws them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend_client import (
    Access,
    AccessRequest,
    AccessStatus,
    Applicant,
    ApprovalPolicy,
    Arrived,
    AttemptStatus,
    Attendee,
    Cancellation,
    CancelledBy,
    ComesBack,
    ComesBackTo,
    Confirmation,
    ConfirmationStatus,
    CurrencyTotal,
    DeskVisit,
    DeskVisits,
    EarlierRequest,
    Facility,
    FacilityRef,
    FeeSource,
    FlagKind,
    Join,
    Money,
    MonthTotal,
    Page,
    Payment,
    PaymentMethod,
    PaymentPage,
    PaymentStatus,
    RefundCause,
    Role,
    SourceTotal,
    State,
    StoryBy,
    StoryPart,
    StoryPayment,
    StoryStep,
    StoryThrough,
    StoryVisit,
    Transaction,
    TransactionDetails,
    TransactionKind,
    TransactionStory,
    TransactionTotals,
    Visit,
    VisitFlag,
    VisitStatus,
    VisitType,
    WaitsFor,
    Wallet,
)
from tests.tui.support import ABOUT, ACCOUNT, NOW, Desk, FakeServer
from tui.widgets.frame import Footer

HOSTILE = "Doe [DOC#123] [/nope] [@click=app.quit]x[/]\x1b]52;c;aGk=\x07\u202eevil"
"""A name that would act on a terminal, or vanish as markup, if anything drew it as it comes."""
HOSTILE_DRAWN = "Doe [DOC#123] [/nope] [@click=app.quit]x[/]"


def usd(minor: int) -> Money:
    """Return an amount in cents."""
    return Money(minor, "USD")


def at(zone: str, wall: str) -> datetime:
    """Return an instant by the wall clock of a zone, which is written as ``2026-11-20 09:02``."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


MEMPHIS, TUCSON = "America/Chicago", "America/Phoenix"
SHELBY = FacilityRef("F1", "Shelby County Jail", "TN", "Memphis", MEMPHIS)
PIMA = FacilityRef("F2", "Pima County Adult Detention", "AZ", "Tucson", TUCSON)
KNOX = FacilityRef("F3", "Knox County Detention Facility", "TN", "Knoxville", "America/New_York")
COOK = FacilityRef("F4", "Cook County Jail", "IL", "Chicago", MEMPHIS)

PROFILE = replace(
    ACCOUNT,
    birth_date=date(1971, 3, 14),
    address_line="12 Elm Street",
    city="Memphis",
    state="TN",
    postal_code="38103",
    phone="9015550142",
    id_kind="drivers_license",
    id_last4="0881",
)

APPROVED = Access(
    id="AC1",
    facility=SHELBY,
    status=AccessStatus.APPROVED,
    requested_at=at(MEMPHIS, "2026-11-02 09:02"),
    answer_days=3,
    missing=(),
    individual_name="Mateo Rivera",
    relationship="Mother",
    can_schedule=True,
    visit_types=(VisitType.REMOTE,),
    decided_at=at(MEMPHIS, "2026-11-03 14:10"),
    zone=MEMPHIS,
)
PENDING = Access(
    id="AC2",
    facility=PIMA,
    status=AccessStatus.PENDING,
    requested_at=at(TUCSON, "2026-11-20 09:02"),
    answer_days=3,
    missing=("Show your ID at the front desk of the facility.",),
    individual_name="Luz Ortega-Baca",
    relationship="Sister",
    can_schedule=False,
    visit_types=(),
    due_at=at(TUCSON, "2026-11-25 17:00"),
    typical_answer_hours=20,
    zone=TUCSON,
)
DENIED = replace(
    APPROVED,
    id="AC3",
    facility=KNOX,
    status=AccessStatus.DENIED,
    can_schedule=False,
    decided_at=at("America/New_York", "2026-10-05 11:00"),
    reason="The name does not match the ID.",
    zone="America/New_York",
)
WITHDRAWN = replace(DENIED, id="AC4", facility=COOK, status=AccessStatus.WITHDRAWN, reason=None, zone=MEMPHIS)
ACCESSES = (WITHDRAWN, PENDING, DENIED, APPROVED)
"""Newest first, as the server sends them."""

STARTS = at(MEMPHIS, "2026-12-01 08:00")
VISIT = Visit(
    id="V1",
    reference="VD-7K3M9Q",
    facility=SHELBY,
    visit_type=VisitType.REMOTE,
    individual_id="I1",
    individual_name="Mateo Rivera",
    booking_number="20418",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=30),
    duration_minutes=30,
    zone=MEMPHIS,
    status=VisitStatus.CONFIRMED,
    attendees=(),
    session_fee=usd(570),
    transaction_fee=usd(0),
    tax=usd(0),
    total=usd(570),
    join=Join(
        "Open the link on a phone or computer with a camera.",
        STARTS - timedelta(minutes=15),
        link="https://visit.example.org/shelby/VD-7K3M9Q",
    ),
    paid_with="Visa 4242",
    free_cancel_until=STARTS - timedelta(hours=24),
)
SECOND_VISIT = replace(
    VISIT, id="V2", reference="VD-2M8XPT", starts_at=STARTS + timedelta(days=9), ends_at=STARTS + timedelta(days=9.02)
)
CANCELLED_VISIT = replace(
    VISIT,
    status=VisitStatus.CANCELLED,
    cancelled_at=NOW,
    cancelled_by=CancelledBy.VISITOR,
)
PAST_VISIT = replace(
    VISIT,
    id="V3",
    reference="VD-9Q4RSA",
    status=VisitStatus.COMPLETED,
    starts_at=at(MEMPHIS, "2026-10-30 09:00"),
    ends_at=at(MEMPHIS, "2026-10-30 09:30"),
)
FULL_RETURN = Cancellation(
    allowed=True,
    reasons=(),
    comes_back=usd(570),
    keeps=usd(0),
    sentence_code=ComesBack.FULL,
    places=(ComesBackTo("Visa 4242", usd(570)),),
    to="Visa 4242",
)


def line(
    line_id: str,
    paid: datetime,
    who: str,
    visit: datetime,
    zone: str,
    *,
    fee: int,
    source: tuple[FeeSource, str],
    details: TransactionDetails,
    sentence: str | None = None,
) -> Transaction:
    """Return a line of Transaction Details."""
    return Transaction(
        id=line_id,
        kind=TransactionKind.REFUND if fee < 0 else TransactionKind.CHARGE if fee else TransactionKind.NO_CHARGE,
        date_paid=paid,
        individual_name=who,
        zone=zone,
        session_fee=usd(fee),
        transaction_fee=usd(0),
        tax=usd(0),
        money=usd(0),
        total=usd(fee),
        fee_source=source[0],
        fee_source_label=source[1],
        details=details,
        appointment_at=visit,
        facility_name="Shelby County Jail" if zone == MEMPHIS else "Pima County Adult Detention",
        details_sentence=sentence,
        visit_id=f"V-{line_id}",
    )


VISA, FREE = (FeeSource.CARD, "Visa 4242"), (FeeSource.NONE, "No charge")
BALANCE = (FeeSource.BALANCE, "Balance")
TRANSACTIONS = (
    line(
        "T1",
        at(MEMPHIS, "2026-11-22 09:00"),
        "Mateo Rivera",
        at(MEMPHIS, "2026-12-10 09:00"),
        MEMPHIS,
        fee=570,
        source=VISA,
        details=TransactionDetails.BOOKED,
    ),
    line(
        "T2",
        at(MEMPHIS, "2026-11-16 09:00"),
        "Mateo Rivera",
        at(MEMPHIS, "2026-11-18 18:30"),
        MEMPHIS,
        fee=-570,
        source=VISA,
        details=TransactionDetails.REFUND,
        sentence="Cancelled by the facility on Nov 16 (lockdown). $5.70 came back to Visa 4242.",
    ),
    line(
        "T3",
        at(MEMPHIS, "2026-11-15 09:00"),
        "Mateo Rivera",
        at(MEMPHIS, "2026-11-18 18:30"),
        MEMPHIS,
        fee=570,
        source=VISA,
        details=TransactionDetails.CANCELLED,
        sentence="Cancelled by the facility on Nov 16 (lockdown). $5.70 came back to Visa 4242.",
    ),
    line(
        "T4",
        at(TUCSON, "2026-11-02 09:00"),
        "Luz Ortega-Baca",
        at(TUCSON, "2026-11-04 13:00"),
        TUCSON,
        fee=0,
        source=FREE,
        details=TransactionDetails.DONE,
    ),
    line(
        "T5",
        at(MEMPHIS, "2025-12-28 09:00"),
        "Mateo Rivera",
        at(MEMPHIS, "2025-12-30 09:00"),
        MEMPHIS,
        fee=1570,
        source=BALANCE,
        details=TransactionDetails.DONE,
    ),
)

TOP_UP = replace(
    TRANSACTIONS[0],
    id="T6",
    kind=TransactionKind.TOP_UP,
    individual_name="",
    appointment_at=None,
    facility_name=None,
    session_fee=usd(0),
    money=usd(2000),
    total=usd(2000),
    details=TransactionDetails.TOP_UP,
    details_sentence="$20.00 was put on your prepaid balance.",
    visit_id=None,
)
TAXED = replace(TRANSACTIONS[0], id="T7", tax=usd(40), total=usd(610))
TOTALS = TransactionTotals(
    lines=5,
    currencies=(
        CurrencyTotal(
            currency="USD",
            paid_by_you=usd(2710),
            paid_by_others=usd(0),
            came_back=usd(570),
            net=usd(2140),
            tax=usd(40),
            put_on_balance=usd(2000),
            credited=usd(0),
            sources=(
                SourceTotal(FeeSource.BALANCE, usd(1570), usd(0), usd(1570)),
                SourceTotal(FeeSource.CARD, usd(1140), usd(570), usd(570)),
            ),
            months=(
                MonthTotal(date(2026, 11, 1), usd(1140), usd(570), usd(570)),
                MonthTotal(date(2025, 12, 1), usd(1570), usd(0), usd(1570)),
            ),
        ),
    ),
)
STORY = TransactionStory(
    transaction=TAXED,
    parts=(
        StoryPart(TAXED, StoryBy.YOU, Arrived.DONE, "01MATEO"),
        StoryPart(
            replace(TRANSACTIONS[1], total=usd(-610)),
            StoryBy.FACILITY,
            Arrived.RETURNED,
            "01BACK",
            RefundCause.FACILITY,
            at(MEMPHIS, "2026-11-23 09:00"),
        ),
    ),
    payments=(
        StoryPayment(
            "P1",
            at(MEMPHIS, "2026-11-22 08:58"),
            "Visa 0002",
            "Visa",
            "0002",
            usd(610),
            AttemptStatus.DECLINED,
            sentence="The card was declined.",
        ),
        StoryPayment(
            "P2", at(MEMPHIS, "2026-11-22 09:00"), "Visa 4242", "Visa", "4242", usd(610), AttemptStatus.RETURNED
        ),
    ),
    steps=(
        StoryStep(at(MEMPHIS, "2026-11-22 09:00"), "visit confirmed", StoryBy.YOU, StoryThrough.KIOSK),
        StoryStep(
            at(MEMPHIS, "2026-11-22 10:00"), "visit cancelled", StoryBy.FACILITY, StoryThrough.TERMINAL, "lockdown"
        ),
    ),
    visit=StoryVisit(
        "V1",
        "VD-7K3M9Q",
        at(MEMPHIS, "2026-12-10 09:00"),
        at(MEMPHIS, "2026-12-10 09:30"),
        MEMPHIS,
        VisitType.REMOTE,
        "cancelled",
    ),
)

OFFICER = replace(
    ACCOUNT,
    id="A9",
    role=Role.OFFICER,
    first_name="Dana",
    last_name="Whitfield",
    email="whitfield@example.org",
    time_zone=MEMPHIS,
    facilities=(SHELBY,),
)
APPLICANT = Applicant(
    first_name="Ana",
    last_name="Rivera",
    birth_date=date(1971, 3, 14),
    address_line="12 Elm Street",
    city="Memphis",
    state="TN",
    postal_code="38103",
    phone="9015550142",
    email="ana@example.org",
    id_kind="drivers_license",
    id_last4="0881",
)
REQUEST = AccessRequest(
    id="R1",
    status=AccessStatus.PENDING,
    requested_at=at(MEMPHIS, "2026-11-20 09:02"),
    due_at=at(MEMPHIS, "2026-11-22 23:30"),
    version=1,
    applicant=APPLICANT,
    individual_name="Mateo Rivera",
    relationship="Mother",
    individual_found=True,
    id_must_be_seen=True,
    earlier=(EarlierRequest(AccessStatus.WITHDRAWN, at(MEMPHIS, "2026-10-03 12:00")),),
    id_seen_at=at(MEMPHIS, "2026-11-21 10:00"),
    id_seen_by="Dana Whitfield",
)
SEAN = replace(
    REQUEST,
    id="R2",
    due_at=at(MEMPHIS, "2026-11-23 17:00"),
    applicant=replace(APPLICANT, first_name="Sean", last_name="Boyle", id_kind="state_id", email="sean@example.org"),
    individual_name="Marcus Tan",
    relationship="Friend",
    individual_found=False,
    earlier=(),
    id_seen_at=None,
    id_seen_by=None,
)
LUZ = replace(
    SEAN,
    id="R3",
    due_at=at(MEMPHIS, "2026-11-25 17:00"),
    applicant=replace(APPLICANT, first_name="Luz", last_name="Ortega-Baca", email="luz@example.org"),
    individual_name="Ramon Ortega",
    relationship="Wife",
    individual_found=True,
)
REQUESTS = (REQUEST, SEAN, LUZ)

STATES = (State("AZ", "Arizona", 2), State("TN", "Tennessee", 3), State("TX", "Texas", 112))


def facility(
    place: FacilityRef,
    *,
    automatic: bool = False,
    id_first: bool = False,
    not_bookable: str | None = None,
    hours: int | None = None,
) -> Facility:
    """Return a facility of the catalogue with its policy."""
    return Facility(
        id=place.id,
        name=place.name,
        state=place.state,
        kind="jail",
        bookable=not_bookable is None,
        approval=ApprovalPolicy.AUTOMATIC if automatic else ApprovalPolicy.OFFICER,
        id_must_be_seen=id_first,
        answer_days=3,
        offers=(),
        city=place.city,
        zone=place.zone,
        not_bookable_because=not_bookable,
        typical_answer_hours=hours,
    )


IN_TENNESSEE = (
    facility(FacilityRef("F5", "Bledsoe County Correctional Complex", "TN", "Pikeville", MEMPHIS), id_first=True),
    facility(KNOX, hours=20),
    facility(SHELBY),
)
IN_TEXAS = tuple(
    facility(FacilityRef(f"X{n}", name, "TX", f"Town {n}", MEMPHIS))
    for n, name in enumerate(
        sorted(
            [f"{letter}{rest} County Jail" for letter in "ABCDEFGHKLMNOPRS" for rest in ("anson", "elton", "ilam")]
            + [f"Travis Unit {n:02}" for n in range(1, 55)]
            + ["Bartlett State Jail, a privately operated institution of the second kind"]
        )
    )
)


DESK_VISIT = DeskVisit(
    id="V1",
    reference="VD-7K3M9Q",
    visit_type=VisitType.REMOTE,
    visitor_name="Ana Rivera",
    attendees=(Attendee("Sean Boyle", minor=False),),
    individual_name="Mateo Rivera",
    booking_number="20418",
    starts_at=NOW + timedelta(minutes=19),
    ends_at=NOW + timedelta(minutes=49),
    zone=MEMPHIS,
    status=VisitStatus.CONFIRMED,
    check_in_opens_at=NOW - timedelta(minutes=41),
    flags=(),
    housing_unit="B2",
    station="Booth 1",
)
BEGUN_VISIT = replace(
    DESK_VISIT,
    id="V2",
    reference="VD-8Q2XWZ",
    visitor_name="Luz Ortega-Baca",
    attendees=(),
    starts_at=NOW - timedelta(minutes=11),
    ends_at=NOW + timedelta(minutes=19),
    flags=(VisitFlag(FlagKind.BLACKOUT, "There are no visits at this time any more."),),
)
DESK_DAY = DeskVisits(date(2026, 11, 22), MEMPHIS, (BEGUN_VISIT, DESK_VISIT))

WALLET = Wallet(balance=Money(300, "USD"), credit=Money(150, "USD"))
BY_PHONE = PaymentMethod("page", "your phone", "", "", test=False)
A_CARD = PaymentMethod("tok_ok", "Visa 4242", "Visa", "4242", test=True, sentence="is approved")
ON_A_PHONE = Payment(
    "P1",
    PaymentStatus.CHECKING,
    Money(2500, "USD"),
    "your phone",
    page=PaymentPage("https://visits.example.org/p/K7M2QX4TRD", NOW + timedelta(minutes=8), 480),
    waits_for=WaitsFor.PHONE,
)


def world(*accesses: Access, demonstration: bool = False) -> FakeServer:
    """Return a server that answers everything the account pages read; without ``accesses``, with all four of them."""
    server = FakeServer(replace(ABOUT, demonstration=demonstration))
    server.answer("GET", "/v1/access", Page(accesses or ACCESSES))
    server.answer("GET", "/v1/visits", Page((VISIT, SECOND_VISIT)))
    server.answer("GET", "/v1/visits/V1", VISIT)
    server.answer("GET", "/v1/visits/V1/cancellation", FULL_RETURN)
    server.answer("GET", "/v1/draft", {"draft": None})
    server.answer("GET", "/v1/hold", {"hold": None})
    server.answer("GET", "/v1/transactions", Page(TRANSACTIONS))
    server.answer("GET", "/v1/transactions/totals", TOTALS)
    for line in (*TRANSACTIONS, TOP_UP, TAXED):
        server.answer("GET", f"/v1/transactions/{line.id}", STORY)
    server.answer("GET", "/v1/account", PROFILE)
    server.answer("GET", "/v1/wallet", WALLET)
    server.answer("GET", "/v1/payment-methods", Page((BY_PHONE, A_CARD)))
    server.answer("POST", "/v1/top-ups", Confirmation(ConfirmationStatus.CHECKING, ON_A_PHONE), status=202)
    server.answer("GET", "/v1/payments/P1", Confirmation(ConfirmationStatus.CHECKING, ON_A_PHONE))
    server.answer("GET", "/v1/states", Page(STATES))
    server.answer("GET", "/v1/facilities", Page(IN_TENNESSEE))
    server.answer("GET", "/v1/desk/F1/access-requests", Page(REQUESTS))
    server.answer("GET", "/v1/desk/F1/visits", DESK_DAY)
    return server


async def reads(here: Desk, *sentences: str) -> None:
    """Wait until these sentences are on the glass, wherever their lines break."""

    def all_there() -> bool:
        glass = " ".join(here.text().split())
        return all(sentence in glass for sentence in sentences)

    await here.until(all_there)


async def dims(here: Desk, *names: str) -> None:
    """Wait until the footer shows the commands of these names, and no others, as what cannot work now."""

    def as_said() -> bool:
        return {key.command.name for key in here.screen.query_one(Footer).keys if key.dim} == set(names)

    await here.until(as_said)
