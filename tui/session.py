"""Who is signed in at this terminal. Nothing of it is kept on disk; the token lives in the client's vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_client import Account, SignInSession


@dataclass(slots=True)
class Session:
    """The present sign-in session, or nobody's.

    Attributes:
        account: Who is signed in.
        sign_in: The server's record of it, with its ends.
    """

    account: Account | None = None
    sign_in: SignInSession | None = None

    def begin(self, account: Account, sign_in: SignInSession) -> None:
        """Somebody has signed in."""
        self.account = account
        self.sign_in = sign_in

    def end(self) -> None:
        """Nobody is signed in any more."""
        self.account = None
        self.sign_in = None

    @property
    def name(self) -> str:
        """First and last name of who is signed in, or nothing."""
        return f"{self.account.first_name} {self.account.last_name}" if self.account else ""
