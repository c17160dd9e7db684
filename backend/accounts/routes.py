"""Routes of accounts: signing in and out, creating an account, codes, passwords, and the profile."""

from __future__ import annotations

from fastapi import APIRouter, Response

from backend.accounts import profiles, service
from backend.accounts.attempts import Attempt
from backend.accounts.profile import ProfileChanges
from backend.accounts.schemas import (
    Account,
    AskAccount,
    AskDemoSignIn,
    AskSignIn,
    ChangePassword,
    CodeSent,
    ConfirmAccount,
    CurrentSignIn,
    DemoPeople,
    DemoPerson,
    ForgotPassword,
    LocalMessage,
    ResetPassword,
    SignIn,
)
from backend.accounts.service import CodePromise
from backend.db import Tx
from backend.demo.people import PEOPLE, person_of
from backend.errors import Problem, not_found
from backend.kiosks import ending
from backend.notices import service as notices
from backend.web import KIOSK_HEADER, Open, OpenCall, OpenWrite, Read, Write

router = APIRouter(tags=["accounts"])


@router.post("/v1/sign-in")
async def sign_in(call: OpenWrite, body: AskSignIn) -> SignIn:
    """Sign in with an address and its password. Unknown addresses answer, cost and lock like known ones."""
    terminal = body.terminal(call.kiosk_id)
    context = call.context
    known = await call.read_open(lambda tx: service.look_up(tx, context.key, body.email))
    matches = known.seconds_locked is None and await context.passwords.check(known.password_hash, body.password)
    attempt = await call.once_anonymous(Attempt, lambda tx: service.sign_in(tx, known, terminal, matches=matches))
    return await _signed_in(call, attempt)


@router.get("/v1/sign-in")
async def current_sign_in(call: Read) -> CurrentSignIn:
    """Say who is signed in and for how long. Asking does not count as activity."""
    view, now = await call.read(
        lambda tx, _actor: (profiles.session_view(tx, call.session_id), tx.now), counts_as_activity=False
    )
    return CurrentSignIn.of(view, now)


@router.delete("/v1/sign-in", status_code=204)
async def sign_out(call: Write) -> Response:
    """Sign out: the token is worth nothing from now on. A session that is over already is no error.

    At a kiosk, what the person kept there goes with it: the time that is held, and the draft.
    """

    def work(tx: Tx) -> None:
        service.sign_out(tx, call.session_id)
        ending.put_away(tx, call.session_id)

    await call.context.db.write(work)
    return Response(status_code=204)


@router.get("/v1/demo/people")
async def demo_people(call: Open) -> DemoPeople:
    """Say who there is to be in the demonstration."""
    _only_in_demonstration(call)
    return DemoPeople(
        items=tuple(DemoPerson(key=person.key, name=person.name, sentence=person.sentence) for person in PEOPLE)
    )


@router.post("/v1/demo/sign-in")
async def demo_sign_in(call: OpenWrite, body: AskDemoSignIn) -> SignIn:
    """Sign in as somebody of the demonstration, without a password."""
    terminal = body.terminal(call.kiosk_id)
    _only_in_demonstration(call)
    person = person_of(body.key)
    if person is None:
        raise not_found("This person")
    account_id = person.account_id
    attempt = await call.once_anonymous(Attempt, lambda tx: service.sign_in_as(tx, account_id, terminal))
    return await _signed_in(call, attempt)


@router.post("/v1/accounts", status_code=202)
async def ask_for_account(call: OpenWrite, body: AskAccount) -> CodeSent:
    """Ask for an account. It exists once the code has come back; the answer is the same for every address."""
    context = call.context
    password_hash = await context.passwords.hash(body.password)
    promise = await call.once_anonymous(
        CodePromise,
        lambda tx: service.ask_for_account(tx, context.key, body.email, body.profile, password_hash),
    )
    return await _code_sent(call, promise)


@router.post("/v1/accounts/confirm", status_code=201)
async def confirm_account(call: OpenWrite, body: ConfirmAccount) -> SignIn:
    """Create the account that waits for this code, and sign in."""
    terminal = body.terminal(call.kiosk_id)
    attempt = await call.once_anonymous(
        Attempt,
        lambda tx: service.confirm_account(tx, call.context.key, body.email, body.code, terminal),
    )
    return await _signed_in(call, attempt)


@router.post("/v1/password/forgot", status_code=202)
async def forgot_password(call: OpenWrite, body: ForgotPassword) -> CodeSent:
    """Have a code sent by which to set a new password; the answer is the same for every address."""
    promise = await call.once_anonymous(CodePromise, lambda tx: service.ask_for_reset(tx, call.context.key, body.email))
    return await _code_sent(call, promise)


@router.post("/v1/password/reset")
async def reset_password(call: OpenWrite, body: ResetPassword) -> SignIn:
    """Set a new password with a code, and sign in; every other sign-in session of the account ends."""
    terminal = body.terminal(call.kiosk_id)
    password_hash = await call.context.passwords.hash(body.new_password)
    attempt = await call.once_anonymous(
        Attempt,
        lambda tx: service.reset_password(
            tx,
            call.context.key,
            body.email,
            body.code,
            password_hash=password_hash,
            terminal=terminal,
        ),
    )
    return await _signed_in(call, attempt)


@router.post("/v1/account/password", status_code=204)
async def change_password(call: Write, body: ChangePassword) -> Response:
    """Change one's own password; every other sign-in session of the account ends."""
    context = call.context
    known = await call.read(lambda tx, actor: service.look_up_own(tx, context.key, actor))
    matches = await context.passwords.check(known.password_hash, body.current_password)
    password_hash = await context.passwords.hash(body.new_password)
    attempt = await call.once(
        Attempt, lambda tx, actor: service.change_password(tx, actor, known, password_hash, matches=matches)
    )
    attempt.settle()
    return Response(status_code=204)


@router.get("/v1/account")
async def read_account(call: Read) -> Account:
    """Show one's own account."""
    return Account.of(await call.read(profiles.read))


@router.patch("/v1/account")
async def change_profile(call: Write, body: ProfileChanges) -> Account:
    """Change what one's account says; what is missing or null stays as it is."""
    return await call.once(Account, lambda tx, actor: Account.of(profiles.change(tx, actor, body)))


def _only_in_demonstration(call: OpenCall) -> None:
    if not call.context.demonstration:
        raise Problem(
            "not_a_demonstration", 404, "This is not the demonstration.", "Sign in with your e-mail and password."
        )


async def _signed_in(call: OpenCall, attempt: Attempt) -> SignIn:
    """Return the sign-in session that an attempt opened, with its token derived again; raises its refusal."""
    session_id = attempt.opened()
    view, now = await call.read_open(lambda tx: (profiles.session_view(tx, session_id), tx.now))
    current = CurrentSignIn.of(view, now)
    return SignIn(
        token=call.context.key.token(session_id), sign_in_session=current.sign_in_session, account=current.account
    )


async def _code_sent(call: OpenCall, promise: CodePromise) -> CodeSent:
    """Return the answer; on a server without mail, its own user gets the message itself.

    A kiosk beside the server is that user's too, but strangers stand at it: they are told of no message.
    """
    message = None
    if call.is_local and call.context.messages == "local" and KIOSK_HEADER not in call.request.headers:
        message = await call.read_open(lambda tx: notices.message_of(tx, call.context.key, promise.notice_id))
    return CodeSent(
        email=promise.email,
        code_expires_at=promise.code_expires_at,
        local_message=LocalMessage.model_validate(message) if message else None,
    )
