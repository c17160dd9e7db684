"""Who is signed in at this terminal. Nothing of it is kept on disk; the token lives in the client's vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_client import Account, Look, Payment, SignInSession


@dataclass(frozen=True, slots=True)
class Looking:
    """A support agent looks at a customer's account.

    Attributes:
        look: The server's record of it.
        agent: Who looks.
    """

    look: Look
    agent: Account


@dataclass(slots=True)
class Session:
    """The present sign-in session, or nobody's.

    Attributes:
        account: Who is signed in; in a look the customer, once their account was read.
        sign_in: The server's record of it, with its ends.
        typed: What was typed into forms that are not sent yet, by the page's name and the field's, so that another
            tab, or signing in again after the time was up, loses nothing.
        checking: The payment that had no outcome when the wizard heard of it last.
        looking: The look at a customer's account, while there is one.
    """

    account: Account | None = None
    sign_in: SignInSession | None = None
    typed: dict[str, str] = field(default_factory=dict)
    checking: Payment | None = None
    looking: Looking | None = None
    _typed_by: str = ""

    def begin(self, account: Account, sign_in: SignInSession) -> None:
        """Somebody has signed in. What somebody else had typed is forgotten."""
        if account.id != self._typed_by:
            self.forget()
        self._typed_by = account.id
        self.account = account
        self.sign_in = sign_in

    def end(self) -> None:
        """Nobody is signed in any more."""
        self.account = None
        self.sign_in = None
        self.looking = None

    def begin_look(self, look: Look) -> None:
        """The agent who is signed in looks at a customer's account."""
        agent = self.looking.agent if self.looking else self.account
        if agent is None:
            raise ValueError("nobody is signed in")
        self.forget()
        self.looking = Looking(look, agent)

    def end_look(self) -> Look | None:
        """Be the agent again, and forget what was typed; return the look that there was."""
        if self.looking is None:
            return None
        ended, self.account, self.looking = self.looking.look, self.looking.agent, None
        self.forget()
        return ended

    def forget(self) -> None:
        """Forget what was typed: whoever typed it has signed out."""
        self.typed.clear()
        self.checking = None

    @property
    def name(self) -> str:
        """First and last name of who is signed in, or nothing."""
        return f"{self.account.first_name} {self.account.last_name}" if self.account else ""
