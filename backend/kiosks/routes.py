"""Routes of kiosks: enrolling a device, what it is, and the clocks of whoever stands at it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from backend.accounts import profiles
from backend.accounts.models import SignInSession as SignInRow
from backend.accounts.schemas import SignInSession
from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.kiosk_policy import kiosk_policy_on
from backend.facilities.policy import local_today
from backend.facilities.schemas import FacilityRef
from backend.kiosks import clocks, devices
from backend.kiosks.models import Kiosk
from backend.kiosks.schemas import AskEnrolment, Enrolled, KioskView, Presence
from backend.security import SERVER, Actor
from backend.web import Open, OpenWrite, Write

router = APIRouter(tags=["kiosks"])


class _Taken(BaseModel):
    """The kiosk that a code has enrolled: its credential is derived again for every answer."""

    kiosk_id: str


@router.post("/v1/kiosks/enrolment", status_code=201)
async def enrol_kiosk(call: OpenWrite, body: AskEnrolment) -> Enrolled:
    """Enrol a device as a kiosk, with the one-time code that the operator was given for it."""
    key = call.context.key
    taken = await call.once_anonymous(_Taken, lambda tx: _Taken(kiosk_id=devices.enrol(tx, SERVER, key, body.code).id))
    view = await call.read_open(lambda tx: _view(tx, devices.standing(tx, taken.kiosk_id)))
    return Enrolled(credential=key.kiosk_credential(taken.kiosk_id), kiosk=view)


@router.get("/v1/kiosk")
async def read_kiosk(call: Open) -> KioskView:
    """Say which kiosk the calling device is; refused (403) where it is none, or was taken out of service."""
    return await call.read_open(lambda tx: _view(tx, devices.standing(tx, call.kiosk_id)))


@router.post("/v1/sign-in/presence")
async def note_presence(call: Write, body: Presence) -> SignInSession:
    """Say that a key was pressed. Each press is news, so that nothing is kept of its key."""

    def work(tx: Tx) -> SignInSession:
        call.actor(tx)
        clocks.note_presence(tx, tx.session.get_one(SignInRow, call.session_id), body.at)
        return _clocked(tx, call.session_id)

    return await call.context.db.write(work)


@router.post("/v1/sign-in/more-time")
async def more_time(call: Write) -> SignInSession:
    """Answer the question "More time?" with yes; refused (409) before it is asked, or when none is left."""

    def work(tx: Tx, _actor: Actor) -> SignInSession:
        clocks.more_time(tx, tx.session.get_one(SignInRow, call.session_id))
        return _clocked(tx, call.session_id)

    return await call.once(SignInSession, work)


def _clocked(tx: Tx, session_id: str) -> SignInSession:
    return SignInSession.of(profiles.session_view(tx, session_id), tx.now)


def _view(tx: Tx, kiosk: Kiosk) -> KioskView:
    facility = facilities.get(tx, kiosk.facility_id)
    policy = kiosk_policy_on(tx, facility.id, local_today(facility, tx.now))
    return KioskView(
        id=kiosk.id,
        name=kiosk.name,
        facility=FacilityRef.model_validate(facilities.ref(tx, facility.id)),
        idle_seconds=policy.idle_seconds,
        form_idle_seconds=policy.form_idle_seconds,
    )
