"""Routes of support."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from backend.support import service
from backend.support.schemas import AskCode, FindAccount, FoundAccount, FoundAccounts, OneTimeCode
from backend.text import Key
from backend.web import Write

router = APIRouter(tags=["support"])


@router.post("/v1/support/accounts/search")
async def find_accounts(call: Write, body: FindAccount) -> FoundAccounts:
    """Find a customer by the exact address. The search is kept in the trace, which is why it is a POST."""
    return await call.once(
        FoundAccounts,
        lambda tx, actor: FoundAccounts(
            items=tuple(
                FoundAccount.model_validate(found) for found in service.find(tx, actor, call.context.key, body.email)
            )
        ),
    )


@router.post("/v1/support/accounts/{account_id}/one-time-code")
async def issue_code(call: Write, account_id: Annotated[Key, Path()], body: AskCode) -> OneTimeCode:
    """Make a one-time code for a customer who is locked out, to be read out on the telephone."""
    key = call.context.key
    issued = await call.once(
        service.IssuedCode, lambda tx, actor: service.issue_code(tx, actor, key, account_id, body.reason)
    )
    return OneTimeCode(code=key.one_time_code(issued.code_id), code_expires_at=issued.code_expires_at)
