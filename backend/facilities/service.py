"""Facilities as people see them: states, what each facility offers today, and its Terms and Conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from backend.access.answers import typical_answer_hours
from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import repository
from backend.facilities.models import Facility, Price, Setting, Terms, TermsAcceptance
from backend.facilities.policy import VISIT_TYPES, facility_policy, local_today, visit_policy
from backend.facilities.prices import price_line
from backend.facilities.setting_values import MinimumNotice, VisitType
from backend.facilities.us_states import state_name
from backend.facilities.views import DurationView, FacilityRef, FacilityView, OfferView, StateView, TermsView
from backend.paging import cursor_of, parts_of
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

NO_ZONE = "The time zone of this facility is not known yet, so no visit can be scheduled."
NO_OFFER = "This facility has not opened scheduling yet."
LONGEST_TERMS = 100_000


def states(tx: Tx) -> tuple[StateView, ...]:
    """Return every state that has facilities, by name."""
    found = [StateView(code, state_name(code), count) for code, count in repository.states(tx)]
    return tuple(sorted(found, key=lambda state: state.name))


def is_there_any(tx: Tx) -> bool:
    """Return whether this installation has a facility at all."""
    return repository.is_there_any(tx)


def facilities_in(tx: Tx, state: str, cursor: str | None, limit: int) -> tuple[tuple[FacilityView, ...], str | None]:
    """Return a page of a state's facilities by name, and the cursor of the next page if there is one."""
    after = None
    if cursor is not None:
        name, facility_id = parts_of(cursor, 2)
        after = (name, facility_id)
    found = repository.facilities_in(tx, state.upper(), after, limit + 1)
    page = found[:limit]
    following = cursor_of(page[-1].name, page[-1].id) if len(found) > limit else None
    return _views(tx, page), following


def facility(tx: Tx, facility_id: str) -> FacilityView:
    """Return one facility as it is on its own today. Raises ``not_found`` (404)."""
    return _views(tx, [get(tx, facility_id)])[0]


def get(tx: Tx, facility_id: str) -> Facility:
    """Return a facility's row. Raises ``not_found`` (404)."""
    found = repository.facility(tx, facility_id)
    if found is None:
        raise not_found("The facility")
    return found


def share(tx: Tx, facility_id: str) -> None:
    """Let nobody change what bookings at this facility stand on until this transaction ends.

    Whoever books shares the facility, before the rules are judged; whoever adds what stands in the way of bookings
    takes it with :func:`take_alone`. So either the booking sees what was added, or that sees the booking. SQLite
    has one writer and needs no locks.

    Locks are taken in the order account, payment (of whoever brings its outcome), facilities by their ids, everything
    else, the trace and rows that point at the facility among it: a share waits behind whoever waits to have the
    facility alone, and what is locked before waits as long. Who has a share locks no account any more, and no payment
    but those whose outcome is known, for which nobody asks for a share.
    """
    repository.lock(tx, facility_id, shared=True)


def take_alone(tx: Tx, facility_id: str) -> None:
    """Wait for every booking at this facility that is being made, and let no other begin until this ends.

    None begins while this waits either, however many people book: whoever asks for a share later waits behind it.
    """
    repository.lock(tx, facility_id, shared=False)


def called(tx: Tx, said: str) -> Sequence[Facility]:
    """Return the facilities that a file or an operator may mean by an id, a number in its list, or ``Name, ST``."""
    return repository.called(tx, said)


def ref(tx: Tx, facility_id: str) -> FacilityRef:
    """Return a facility in few words. Raises ``not_found`` (404)."""
    found = get(tx, facility_id)
    return FacilityRef(found.id, found.name, found.state, found.city, found.zone)


def current_terms(tx: Tx, facility_id: str, visit_type: VisitType) -> Terms | None:
    """Return the terms in force for a visit type, None where none were published."""
    return repository.latest_terms(tx, facility_id, visit_type)


def has_terms(tx: Tx, facility_id: str, visit_type: VisitType) -> bool:
    """Say whether terms were published for a visit type, without which it is not offered."""
    return (facility_id, visit_type) in repository.types_with_terms(tx, [facility_id])


def has_accepted(tx: Tx, account_id: str, terms_id: str) -> bool:
    """Say whether an account has accepted this version of the terms."""
    return repository.acceptance(tx, account_id, terms_id) is not None


def terms_for(tx: Tx, actor: Actor, facility_id: str, visit_type: VisitType) -> TermsView:
    """Return the terms in force as the signed-in account sees them. Raises ``not_found`` (404)."""
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=facility_id))
    get(tx, facility_id)
    terms = repository.latest_terms(tx, facility_id, visit_type)
    if terms is None:
        raise not_found("The Terms and Conditions")
    return _terms_view(tx, terms, actor.account)


def accept_terms(tx: Tx, actor: Actor, terms_id: str, *, shown_to_end: bool) -> TermsView:
    """Note that the signed-in account was shown these terms to their end and accepts them.

    Raises ``not_found`` (404), ``terms_changed`` (409) where a newer version is in force, or ``invalid`` (422).
    """
    terms = repository.terms(tx, terms_id)
    if terms is None:
        raise not_found("The Terms and Conditions")
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=terms.facility_id))
    if not shown_to_end:
        raise invalid("shown_to_end", "Read the Terms and Conditions to their end, then accept them.")
    newest = repository.latest_terms(tx, terms.facility_id, terms.visit_type)
    if newest is None or newest.id != terms.id:
        raise terms_changed()
    if repository.acceptance(tx, actor.account, terms_id) is None:
        tx.session.add(TermsAcceptance(account_id=actor.account, terms_id=terms_id, accepted_at=tx.now))
        tx.session.flush()
        audit.record(
            tx,
            actor,
            audit.facility_chain(terms.facility_id),
            action="terms accepted",
            subject=f"terms:{terms_id}",
            what={"account": actor.account, "visit_type": terms.visit_type, "version": terms.version},
        )
    return _terms_view(tx, terms, actor.account)


def publish_terms(tx: Tx, actor: Actor, facility_id: str, visit_type: VisitType, *, title: str, text: str) -> Terms:
    """Put a new version of the terms in force at once; the same words again change nothing.

    ``text`` has plain paragraphs separated by blank lines. Raises ``not_found`` (404) or ``invalid`` (422).
    """
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    get(tx, facility_id)
    title, text = title.strip(), "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if not title or len(title) > 200 or not title.isprintable():
        raise invalid("title", "The title is one line of at most 200 letters.")
    if not text or len(text) > LONGEST_TERMS or not text.replace("\n", "").replace("\t", "").isprintable():
        raise invalid("text", f"The text is plain, not empty, and has at most {LONGEST_TERMS} letters.")
    before = repository.latest_terms(tx, facility_id, visit_type)
    if before is not None and (before.title, before.text) == (title, text):
        return before
    terms = Terms(
        id=new_id(tx.now),
        facility_id=facility_id,
        visit_type=visit_type,
        version=before.version + 1 if before else 1,
        title=title,
        text=text,
        published_at=tx.now,
    )
    tx.session.add(terms)
    tx.session.flush()
    audit.record(
        tx,
        actor,
        audit.facility_chain(facility_id),
        action="terms published",
        subject=f"terms:{terms.id}",
        what={"visit_type": visit_type, "version": terms.version, "title": title},
    )
    return terms


def terms_changed() -> Problem:
    """Return the refusal of terms that are no longer in force."""
    return Problem(
        "terms_changed",
        409,
        "The Terms and Conditions have changed.",
        "Read the new ones and accept them. Your other answers are kept.",
    )


def _views(tx: Tx, facilities: Sequence[Facility]) -> tuple[FacilityView, ...]:
    """Return facilities with their offers, with as many queries for many as for one."""
    ids = [row.id for row in facilities]
    settings = _by_facility(repository.settings_on(tx, ids, date.max))
    prices = _prices_by_facility(repository.prices_on(tx, ids, date.max))
    with_terms = repository.types_with_terms(tx, ids)
    answers = typical_answer_hours(tx, ids)
    found = []
    for row in facilities:
        today = local_today(row, tx.now)
        said = [setting for setting in settings.get(row.id, ()) if setting.effective_from <= today]
        priced = [price for price in prices.get(row.id, ()) if price.effective_from <= today]
        types = [each for each in VISIT_TYPES if (row.id, each) in with_terms] if row.zone else []
        offers = tuple(offer for each in types if (offer := _offer(said, priced, each)) is not None)
        found.append(_view(row, said, offers, answers.get(row.id)))
    return tuple(found)


def _view(
    row: Facility, settings: Sequence[Setting], offers: tuple[OfferView, ...], typical: int | None
) -> FacilityView:
    policy = facility_policy(settings)
    because = NO_ZONE if row.zone is None else None if offers else NO_OFFER
    return FacilityView(
        id=row.id,
        name=row.name,
        state=row.state,
        city=row.city,
        address=row.address,
        zone=row.zone,
        phone=row.phone,
        kind=row.kind,
        bookable=because is None,
        not_bookable_because=because,
        approval=policy.approval,
        id_must_be_seen=policy.id_must_be_seen,
        answer_days=policy.answer_working_days,
        typical_answer_hours=typical,
        offers=offers,
    )


def _offer(settings: Sequence[Setting], prices: Sequence[Price], visit_type: VisitType) -> OfferView | None:
    policy = visit_policy(settings, visit_type)
    if not policy.offered:
        return None
    places = (policy.join_link, policy.join_place) if visit_type == "remote" else (policy.join_place,)
    return OfferView(
        visit_type=visit_type,
        durations=tuple(DurationView(minutes, price_line(prices, visit_type, minutes)) for minutes in policy.durations),
        notice_hours=_hours(policy.notice),
        horizon_days=policy.horizon_days,
        cancel_cutoff_hours=policy.cancel_cutoff_hours,
        attendees_max=policy.attendees_max,
        join=next((place for place in places if place), None),
    )


def _hours(notice: MinimumNotice) -> int:
    return notice.amount if notice.unit == "hours" else notice.amount * 24


def _by_facility(rows: Sequence[Setting]) -> Mapping[str, list[Setting]]:
    found: dict[str, list[Setting]] = {}
    for row in rows:
        found.setdefault(row.facility_id, []).append(row)
    return found


def _prices_by_facility(rows: Sequence[Price]) -> Mapping[str, list[Price]]:
    found: dict[str, list[Price]] = {}
    for row in rows:
        found.setdefault(row.facility_id, []).append(row)
    return found


def _terms_view(tx: Tx, terms: Terms, account_id: str) -> TermsView:
    accepted = repository.acceptance(tx, account_id, terms.id)
    return TermsView(
        id=terms.id,
        facility_id=terms.facility_id,
        visit_type=terms.visit_type,
        version=terms.version,
        title=terms.title,
        text=terms.text,
        accepted_at=accepted.accepted_at if accepted else None,
    )
