"""A facility, a person, a month of openings and everything else that the wizard asks the scripted server for.

What stands in LOOKS's drawings stands here: Shelby County Jail, Mateo Rivera, thirty minutes at $5.70, Thu Dec 10.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend_client import (
    Access,
    AccessStatus,
    ApprovalPolicy,
    Confirmation,
    ConfirmationStatus,
    DayState,
    Draft,
    Duration,
    Facility,
    FacilityRef,
    FreeVisit,
    FromAccount,
    Hold,
    Individual,
    Join,
    Money,
    Offer,
    Opening,
    OpeningDay,
    OpeningDays,
    Openings,
    OpeningState,
    Page,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Price,
    Reason,
    Terms,
    Visit,
    VisitStatus,
    VisitType,
    WaysToPay,
)
from tests.tui.support import NOW, Desk, FakeServer, Json, wire

ZONE = ZoneInfo("America/Chicago")
WAYS_TO_PAY = "/v1/holds/current/ways-to-pay"


def usd(minor: int) -> Money:
    """Return an amount in cents."""
    return Money(minor, "USD")


def there(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant by the facility's wall clock."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


SHELBY = FacilityRef("F1", "Shelby County Jail", "TN", "Memphis", "America/Chicago")
PIMA = FacilityRef("F2", "Pima County Adult Detention", "AZ", "Tucson", "America/Phoenix")
THIRTY = Duration(30, usd(570), usd(0), usd(0), per_minute=True, unused_minutes_come_back=True)
FIFTEEN = Duration(15, usd(285), usd(0), usd(0), per_minute=True, unused_minutes_come_back=True)
FREE = Duration(45, usd(0), usd(0), usd(0), per_minute=False, unused_minutes_come_back=False)
REMOTE = Offer(VisitType.REMOTE, (FIFTEEN, THIRTY), 24, 28, 24, 2, "https://visit.example.org/shelby")
ONSITE = Offer(VisitType.ONSITE_VIDEO, (FREE,), 24, 28, 2, 3, "Front desk, 201 Poplar Avenue")
IN_PERSON = Offer(VisitType.IN_PERSON, (FREE,), 24, 28, 2, 3, "Front desk, 201 Poplar Avenue")
FACILITY = Facility(
    id="F1",
    name="Shelby County Jail",
    state="TN",
    kind="jail",
    bookable=True,
    approval=ApprovalPolicy.OFFICER,
    id_must_be_seen=True,
    answer_days=3,
    offers=(REMOTE, ONSITE),
    city="Memphis",
    zone="America/Chicago",
)


def access(facility: FacilityRef, name: str = "Mateo Rivera") -> Access:
    """Return an approved access."""
    return Access(
        id=f"AC-{facility.id}",
        facility=facility,
        status=AccessStatus.APPROVED,
        requested_at=NOW - timedelta(days=9),
        answer_days=3,
        missing=(),
        individual_name=name,
        relationship="Mother",
        can_schedule=True,
        visit_types=(VisitType.REMOTE, VisitType.ONSITE_VIDEO),
        zone=facility.zone,
    )


TERMS = Terms(
    "T1",
    "3",
    "Terms and Conditions",
    "\n\n".join(
        f"{number}. Be on time and be kind. A visit may be ended early where somebody is in danger, where the rules of "
        "the facility are broken, or where the line fails. What you pay for is what you get: unused minutes come back."
        for number in range(1, 9)
    ),
)
MATEO = Individual("I1", "Mateo Rivera", "20418", 1999)
OTHER_MATEO = Individual("I2", "Mateo Rivera", "31877", 1974, "housed in unit B")
DEC_10 = date(2026, 12, 10)
STARTS = there(DEC_10, 9)


def month(open_days: dict[int, tuple[int, int]] | None = None) -> OpeningDays:
    """Return the days from Nov 22 to Dec 20 as the drawing has them; ``open_days``: other counts by day of December."""
    counts = {10: 14, 11: 11, 12: 1, 7: 14, 8: 12, 9: 8, 1: 2, 2: 9, 3: 14, 4: 3, 14: 14, 15: 14, 16: 16, 17: 0, 18: 9}
    days = []
    day = date(2026, 11, 22)
    while day <= date(2026, 12, 20):
        if day.month == 11 and day < date(2026, 11, 24):
            reasons = (Reason("too_soon", "Visits here are scheduled at least 24 hours ahead.", date(2026, 12, 1)),)
            days.append(OpeningDay(day, 0, 16, DayState.CLOSED, reasons))
        elif day.month == 11 or day.day not in counts or (day.month, day.day) in ((12, 19), (12, 20)):
            days.append(OpeningDay(day, 0, 0, DayState.NONE, ()))
        else:
            count = (open_days or {}).get(day.day, (counts[day.day], 16))
            state = DayState.OPEN if count[0] else DayState.FULL
            days.append(OpeningDay(day, *count, state, (), there(day, 8), there(day, 18, 30)))
        day += timedelta(days=1)
    return OpeningDays("America/Chicago", tuple(days), date(2026, 12, 20), date(2026, 12, 1))


def openings(day: date = DEC_10, *, taken: tuple[tuple[int, int], ...] = ((11, 30),)) -> Openings:
    """Return half hours as the drawing has them: one taken, one at count time."""
    hours = [(h, m) for h in (8, 9, 10, 11, 13, 14, 15, 16, 18) for m in (0, 30)]
    items = []
    for hour, minute in hours:
        starts = there(day, hour, minute)
        state, reasons = OpeningState.OPEN, ()
        if (hour, minute) in taken:
            state = OpeningState.TAKEN
        items.append(Opening(starts, starts + timedelta(minutes=30), state, reasons))
    items[10] = replace(
        items[10], state=OpeningState.CLOSED, reasons=(Reason("outside_timetable", "People are counted at this time."),)
    )
    return Openings("America/Chicago", day, tuple(items))


def hold(starts: datetime = STARTS, seconds: int = 600, total: int = 570, *, can_renew: bool = True) -> Hold:
    """Return a hold of half an hour that was just taken."""
    return Hold(
        id="H1",
        facility_id="F1",
        visit_type=VisitType.REMOTE,
        individual_id="I1",
        duration_minutes=30,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        held_until=NOW + timedelta(seconds=seconds),
        remaining_seconds=seconds,
        can_renew=can_renew,
        price=Price(usd(total), usd(0), usd(0), usd(total), per_minute=total > 0, unused_minutes_come_back=total > 0),
        free_cancel_until=starts - timedelta(hours=24) if total else starts,
    )


METHODS = (
    PaymentMethod("tok_ok", "Visa 4242", "Visa", "4242", test=True, sentence="is approved"),
    PaymentMethod("tok_no", "Visa 0002", "Visa", "0002", test=True, sentence="is declined"),
    PaymentMethod("tok_slow", "Visa 3184", "Visa", "3184", test=True, sentence="is approved after a delay"),
)
WAYS = WaysToPay(
    price=Price(usd(570), usd(0), usd(0), usd(570), per_minute=True, unused_minutes_come_back=True),
    facility_pays=False,
    credit=FromAccount(usd(0), usd(0)),
    balance=FromAccount(usd(0), usd(0)),
    least=usd(50),
    methods=METHODS,
)
RICH = replace(
    WAYS,
    free=FreeVisit(0, usd(0)),
    credit=FromAccount(usd(400), usd(400)),
    balance=FromAccount(usd(1000), usd(570)),
)
"""Four dollars of credit and ten on the balance; every free visit of the week is used up."""
VISIT = Visit(
    id="H1",
    reference="VD-7K3M9Q",
    facility=SHELBY,
    visit_type=VisitType.REMOTE,
    individual_id="I1",
    individual_name="Mateo Rivera",
    booking_number="20418",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=30),
    duration_minutes=30,
    zone="America/Chicago",
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
PAYMENT = Payment("P1", PaymentStatus.SUCCEEDED, usd(570), "Visa 4242")
CHECKING = Confirmation(ConfirmationStatus.CHECKING, replace(PAYMENT, status=PaymentStatus.CHECKING))
CONFIRMED = Confirmation(ConfirmationStatus.CONFIRMED, PAYMENT, VISIT)
FULL_DRAFT = Draft(
    facility_id="F1",
    visit_type=VisitType.REMOTE,
    terms_id="T1",
    individual_id="I1",
    individual_name="Mateo Rivera",
    booking_number="20418",
    duration_minutes=30,
    date=DEC_10,
    starts_at=STARTS,
    hold_id="H1",
    step="confirm",
)


def drafted(step: str) -> Draft:
    """Return a draft in which every question before a step is answered, and none from there on."""
    draft = replace(FULL_DRAFT, starts_at=None, hold_id=None, step=step)
    if step == "time":
        return draft
    draft = replace(draft, date=None)
    if step == "date":
        return draft
    draft = replace(draft, duration_minutes=None)
    if step == "duration":
        return draft
    draft = replace(draft, individual_id=None, individual_name=None, booking_number=None)
    return draft if step == "individual" else replace(draft, terms_id=None)


def world(
    *accesses: Access, draft: Draft | None = None, held: Hold | None = None, facility: Facility = FACILITY
) -> FakeServer:
    """Return a server at which a whole visit can be scheduled; a test replaces the answers it is about."""
    server = FakeServer()
    server.answer("GET", "/v1/access", Page(accesses or (access(SHELBY),)))
    server.answer("GET", "/v1/draft", {"draft": draft})
    server.answer("PUT", "/v1/draft", {"draft": draft or FULL_DRAFT})
    server.answer("DELETE", "/v1/draft", None, status=204)
    server.answer("GET", "/v1/hold", {"hold": held})
    server.answer("GET", "/v1/facilities/F1", facility)
    server.answer("GET", "/v1/facilities/F2", replace(facility, id="F2", name=PIMA.name, state="AZ", zone=PIMA.zone))
    server.answer("GET", "/v1/facilities/F1/terms", TERMS)
    server.answer("POST", "/v1/terms/T1/acceptance", replace(TERMS, accepted_at=NOW))
    server.answer("GET", "/v1/facilities/F1/individuals", Page((MATEO,)))
    server.answer("GET", "/v1/opening-days", month())
    server.answer("GET", "/v1/openings", openings())
    server.answer("POST", "/v1/holds", hold(), status=201)
    server.answer("POST", "/v1/holds/H1/renewal", hold(seconds=900, can_renew=False))
    server.answer("DELETE", "/v1/holds/H1", None, status=204)
    server.answer("GET", WAYS_TO_PAY, WAYS)
    server.answer("POST", "/v1/visits", CONFIRMED, status=201)
    return server


async def resume(at: Desk) -> None:
    """Go on with what was kept."""
    await at.sees("You were scheduling a visit.")
    await at.press("1")


async def resume_at_individual(at: Desk) -> None:
    """Go on with a draft whose next question is the person."""
    await resume(at)
    await at.sees("Find the Incarcerated Individual", "filled in")


async def resume_at_date(at: Desk) -> None:
    """Go on with a draft whose next question is the day."""
    await resume(at)
    await at.sees("Select the Date", "You can schedule until Sun Dec 20.")


async def resume_at_time(at: Desk) -> None:
    """Go on with a draft whose next question is the time."""
    await resume(at)
    await at.sees("Select the Time", "Morning")


async def resume_at_confirm(at: Desk) -> None:
    """Go on with a draft that only lacks a way to pay, and choose one."""
    await resume(at)
    await at.sees("Payment information", "no money moves")
    await at.press("1")
    await at.sees("Check your answers")
    at.clock.step(1)


def break_rule(
    server: FakeServer,
    method: str,
    path: str,
    code: str,
    sentence: str,
    *,
    status: int = 409,
    then: object = None,
    nearest: tuple[datetime, ...] = (),
) -> None:
    """Let the server refuse by one rule, the first time or (without ``then``) every time."""
    reason: Json = {"code": code, "sentence": sentence, "first_passes_on": None}
    server.refuse(method, path, status, code, then=then, reasons=[reason], nearest=[wire(start) for start in nearest])


async def to_terms(at: Desk) -> None:
    """Choose Remote and press SCHEDULE VISIT."""
    await at.sees("Select the type of visit", "Remote (at home)")
    await at.press("1")
    await at.press("enter")
    await at.sees("Be on time")


async def to_individual(at: Desk) -> None:
    """Read the terms to their end and accept them."""
    await to_terms(at)
    while "You have read to the end" not in at.text():
        await at.press("pagedown")
    await at.press("enter")
    await at.sees("Find the Incarcerated Individual")


async def to_duration(at: Desk) -> None:
    """Find Mateo Rivera, whose name is filled in already."""
    await to_individual(at)
    await at.press("enter")
    await at.sees("Is it the right one?")
    await at.press("1")
    await at.sees("Select the Duration")


async def to_date(at: Desk) -> None:
    """Take thirty minutes."""
    await to_duration(at)
    await at.press("2")
    await at.sees("Select the Date", "You can schedule until Sun Dec 20.")


async def to_time(at: Desk) -> None:
    """Go from Dec 1, where the cursor is, to Dec 10, and take it."""
    await to_date(at)
    await at.press("down", "right", "right")
    await at.sees("Thu Dec 10   14 of 16 times open")
    await at.press("enter")
    await at.sees("Select the Time", "Morning")


async def to_payment(at: Desk) -> None:
    """Hold nine o'clock."""
    await to_time(at)
    await at.press("right", "right")
    await at.sees("9:00 AM CST, for you 10:00 AM EST")
    await at.press("enter")
    await at.sees("Payment information", "Visa 4242", "no money moves")


async def to_confirm(at: Desk) -> None:
    """Pay with the first method."""
    await to_payment(at)
    await at.press("1")
    await at.sees("Check your answers", "We keep this time until")
    at.clock.step(1)


async def to_confirmation(at: Desk) -> None:
    """Confirm the appointment."""
    await to_confirm(at)
    await at.press("enter")
    await at.sees("Your visit is confirmed.")
