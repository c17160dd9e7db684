"""What the wizard knows: the answers so far, and what the server said that goes with them. No screen, no requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from tui import draft as drafts
from tui.draft import Step
from tui.presentation import local
from tui.screens.schedule_visit.paying import Paying
from tui.widgets.fee_lines import Fees

if TYPE_CHECKING:
    from backend_client import (
        Access,
        Draft,
        Duration,
        Facility,
        Hold,
        Money,
        Offer,
        OpeningDay,
        Terms,
        Visit,
        Wanted,
    )


@dataclass(slots=True)
class Scheduling:
    """The visit being scheduled.

    Attributes:
        draft: The answers that the server keeps too.
        accesses: The facilities at which this account may schedule.
        facility: The chosen facility, as the server described it last.
        terms: Its Terms and Conditions, where they were read.
        hold: The opening that is kept.
        deadline: The end of the hold on the clock's monotonic seconds.
        paying: What pays for it, as far as that is known; never part of the draft.
        promo_entered: The promotional code that holds for this visit, as it was entered.
        promo_typed: What stands in its field.
        days: What is known of the days of the month, for the chosen type, person and length.
        last_day: The last facility-local date that can be scheduled.
        visit: The visit, once it stands.
    """

    draft: Draft
    accesses: tuple[Access, ...] = ()
    facility: Facility | None = None
    terms: Terms | None = None
    hold: Hold | None = None
    deadline: float = 0.0
    paying: Paying | None = None
    promo_entered: str | None = None
    promo_typed: str = ""
    days: dict[date, OpeningDay] = field(default_factory=dict)
    last_day: date | None = None
    visit: Visit | None = None

    @property
    def zone(self) -> str | None:
        """IANA name of the facility's zone."""
        return self.facility.zone if self.facility else None

    @property
    def chooses_facility(self) -> bool:
        """Whether there is more than one facility to choose from."""
        return len(self.accesses) > 1

    @property
    def offer(self) -> Offer | None:
        """What the facility offers of the chosen type."""
        return next((offer for offer in self.offers if offer.visit_type == self.draft.visit_type), None)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All that the facility offers."""
        return self.facility.offers if self.facility else ()

    @property
    def duration(self) -> Duration | None:
        """The chosen length with its price."""
        offer = self.offer
        lengths = offer.durations if offer else ()
        return next((length for length in lengths if length.minutes == self.draft.duration_minutes), None)

    @property
    def wanted(self) -> Wanted | None:
        """What openings to ask for, once all that they hang on is answered."""
        from backend_client import Wanted

        draft = self.draft
        if not (draft.facility_id and draft.visit_type and draft.individual_id and draft.duration_minutes):
            return None
        return Wanted(draft.facility_id, draft.visit_type, draft.individual_id, draft.duration_minutes)

    @property
    def live_hold(self) -> Hold | None:
        """The hold that belongs to the time in the draft."""
        hold = self.hold
        return hold if hold is not None and hold.id == self.draft.hold_id else None

    @property
    def total(self) -> Money | None:
        """What the visit costs at most, as the server said it last; nothing where the length is open."""
        hold = self.live_hold
        if hold is not None:
            return hold.price.total
        length = self.duration
        return length.total if length else None

    @property
    def nothing_to_pay(self) -> bool:
        """Whether it is certain that nothing is to be paid."""
        total = self.total
        return total is not None and total.minor == 0

    @property
    def paid_with(self) -> bool:
        """Whether the question of payment is settled."""
        return self.nothing_to_pay or (self.paying is not None and self.paying.enough)

    @property
    def fees(self) -> Fees | None:
        """The price lines as far as the answers go; nothing only where no facility is known."""
        hold = self.live_hold
        if hold is not None:
            price = hold.price
            return Fees(
                price.session_fee.minor,
                price.transaction_fee.minor,
                price.total.minor,
                unused_come_back=price.unused_minutes_come_back,
                currency=price.total.currency,
                tax=price.tax.minor,
            )
        offer = self.offer
        lengths = [self.duration] if self.duration else list(offer.durations) if offer else self._all_lengths()
        return _fees(lengths) if lengths else None

    def _all_lengths(self) -> list[Duration]:
        return [length for offer in self.offers for length in offer.durations]

    @property
    def cutoff_hours(self) -> int:
        """How long before a visit cancelling stops being free; before the type is chosen, the longest of all types."""
        offers = (self.offer,) if self.offer else self.offers
        return max((offer.cancel_cutoff_hours for offer in offers), default=0)

    @property
    def free_until(self) -> datetime | None:
        """Until when cancelling loses nothing, in UTC, as the server said it with the hold."""
        hold = self.live_hold
        return hold.free_cancel_until if hold is not None else None

    def today(self, now: datetime) -> date:
        """Return the facility's date at an instant."""
        return local(now, self.zone).date()

    def first_open(self) -> Step:
        """Return the first question without an answer."""
        return drafts.first_open(self.draft, paid_with=self.paid_with)

    def answered(self, step: Step) -> bool:
        """Tell whether a question has its answer."""
        return drafts.answered(self.draft, step, paid_with=self.paid_with)

    def steps(self) -> tuple[Step, ...]:
        """Return the questions of this visit in order: no choice of facility where there is one only."""
        return tuple(step for step in Step if step is not Step.FACILITY or self.chooses_facility)

    def keep(self, hold: Hold, now: float) -> None:
        """Take in a hold; its end is counted from ``now``, a moment of the clock's monotonic seconds."""
        if self.paying is not None and self.hold != hold:
            self.paying = self.paying.for_price(hold.price)
        self.hold = hold
        self.deadline = now + hold.remaining_seconds

    def forget_days(self) -> None:
        """Forget what is known of days: it belongs to another type, person or length."""
        self.days.clear()
        self.last_day = None


def _fees(lengths: list[Duration]) -> Fees:
    dearest = max(lengths, key=lambda length: length.total.minor)
    cheapest = min(length.session_fee.minor for length in lengths)
    return Fees(
        dearest.session_fee.minor,
        dearest.transaction_fee.minor,
        dearest.total.minor,
        unused_come_back=any(length.unused_minutes_come_back for length in lengths),
        session_fee_from=cheapest,
        currency=dearest.session_fee.currency,
        tax=dearest.tax.minor,
    )
