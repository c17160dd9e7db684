"""The client: one per terminal, with a resource per noun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from backend_client._pace import Pace
from backend_client._pipeline import Pipeline
from backend_client._tokens import TokenKeeper, looks_like_token
from backend_client.errors import BadAnswer
from backend_client.resources.about import AboutResource
from backend_client.resources.access import AccessResource
from backend_client.resources.accounts import AccountsResource
from backend_client.resources.cash import CashResource
from backend_client.resources.changes import ChangesResource
from backend_client.resources.desk import DeskResource
from backend_client.resources.disputes import DisputesResource
from backend_client.resources.drafts import DraftsResource
from backend_client.resources.facilities import FacilitiesResource
from backend_client.resources.holds import HoldsResource
from backend_client.resources.individuals import IndividualsResource
from backend_client.resources.kiosks import KiosksResource
from backend_client.resources.openings import OpeningsResource
from backend_client.resources.payments import PaymentsResource
from backend_client.resources.promo_codes import PromoCodesResource
from backend_client.resources.sign_in import SignInResource
from backend_client.resources.support import SupportResource
from backend_client.resources.transactions import TransactionsResource
from backend_client.resources.visits import VisitsResource

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import httpx

    from backend_client.errors import NotSignedIn
    from backend_client.models.common import Secret
    from backend_client.target import Target
    from backend_client.token_vault import TokenVault, VaultNotice


class Client:
    """Talks to one server for one terminal.

    `on_signed_out` is called once when the server says that the sign-in session has ended (never for a sign-out asked
    for here); the call that learned it raises NotSignedIn as well. `transport` takes the place of the network in
    tests. Making a client opens nothing; `aclose` (or `async with`) ends its connections.
    """

    def __init__(
        self,
        target: Target,
        vault: TokenVault,
        *,
        on_signed_out: Callable[[NotSignedIn], None] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._tokens = TokenKeeper(vault, target.name)
        self._pipeline = Pipeline(
            target, self._tokens, on_signed_out=on_signed_out, transport=transport, pace=pace or Pace()
        )
        self.about = AboutResource(self._pipeline)
        self.sign_in = SignInResource(self._pipeline, self._tokens)
        self.accounts = AccountsResource(self._pipeline, self._tokens)
        self.facilities = FacilitiesResource(self._pipeline)
        self.access = AccessResource(self._pipeline)
        self.individuals = IndividualsResource(self._pipeline)
        self.kiosks = KiosksResource(self._pipeline)
        self.openings = OpeningsResource(self._pipeline)
        self.disputes = DisputesResource(self._pipeline)
        self.drafts = DraftsResource(self._pipeline)
        self.holds = HoldsResource(self._pipeline)
        self.visits = VisitsResource(self._pipeline)
        self.cash = CashResource(self._pipeline)
        self.promo_codes = PromoCodesResource(self._pipeline)
        self.payments = PaymentsResource(self._pipeline)
        self.transactions = TransactionsResource(self._pipeline)
        self.changes = ChangesResource(self._pipeline)
        self.desk = DeskResource(self._pipeline)
        self.support = SupportResource(self._pipeline)

    def serve_as(self, kiosk: Secret) -> None:
        """Be the kiosk whose credential this is, from now on. Raises BadAnswer for what cannot be one."""
        if not looks_like_token(kiosk.reveal()):
            raise BadAnswer("kiosk: not a credential")
        self._pipeline.kiosk = kiosk

    def ask_whether_attended(self, attended: Callable[[], bool]) -> None:
        """Ask `attended` before each call whether a key was pressed for it; what no key asked for prolongs nothing."""
        self._pipeline.attended = attended

    async def restore(self) -> bool:
        """Take up the sign-in session of an earlier start from the vault (3 s at most); say whether there was one.

        Whether the server still knows it, only a call shows: `sign_in.current` is the one for that.
        """
        return await self._tokens.restore()

    @property
    def vault_notice(self) -> VaultNotice | None:
        """Why the next start will ask for the password again, where a person would not expect it."""
        return self._tokens.notice

    @property
    def has_token(self) -> bool:
        """Whether calls go out signed; a program that has no page to show asks this before it begins."""
        return self._tokens.current is not None

    def look_through(self, look_id: str | None) -> None:
        """From now on read as the customer whose account is looked at does, and change nothing; None: as oneself.

        What is about the agent goes on as before: signing out, and all of `support`.
        """
        self._pipeline.look = look_id

    async def aclose(self) -> None:
        """End every connection; calls under way fail."""
        await self._pipeline.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
