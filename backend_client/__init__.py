"""The wire, from the client's side: the client, its models, its errors and its token vaults.

This is the public door: nobody outside imports from a module behind it. A name is loaded when it is first asked for,
so that `import backend_client` costs nothing, errors and models little, and httpx and keyring come only with `Client`
and a vault. Call `preload()` in a thread once the first screen is painted.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from backend_client.client import Client as Client
    from backend_client.errors import BadAnswer as BadAnswer
    from backend_client.errors import Conflict as Conflict
    from backend_client.errors import Declined as Declined
    from backend_client.errors import Invalid as Invalid
    from backend_client.errors import NotAllowed as NotAllowed
    from backend_client.errors import NotFound as NotFound
    from backend_client.errors import NotSignedIn as NotSignedIn
    from backend_client.errors import Problem as Problem
    from backend_client.errors import ServerTrouble as ServerTrouble
    from backend_client.errors import TimedOut as TimedOut
    from backend_client.errors import TooMany as TooMany
    from backend_client.errors import Unreachable as Unreachable
    from backend_client.errors import Unsettled as Unsettled
    from backend_client.errors import VisitDeskError as VisitDeskError
    from backend_client.intent import Intent as Intent
    from backend_client.models.about import About as About
    from backend_client.models.about import Installation as Installation
    from backend_client.models.about import MessagesBy as MessagesBy
    from backend_client.models.access import Access as Access
    from backend_client.models.access import AccessStatus as AccessStatus
    from backend_client.models.accounts import Account as Account
    from backend_client.models.accounts import CodeSent as CodeSent
    from backend_client.models.accounts import CurrentSignIn as CurrentSignIn
    from backend_client.models.accounts import DemoPerson as DemoPerson
    from backend_client.models.accounts import LocalMessage as LocalMessage
    from backend_client.models.accounts import NewAccount as NewAccount
    from backend_client.models.accounts import ProfileChanges as ProfileChanges
    from backend_client.models.accounts import Role as Role
    from backend_client.models.accounts import SignIn as SignIn
    from backend_client.models.accounts import SignInKind as SignInKind
    from backend_client.models.accounts import SignInSession as SignInSession
    from backend_client.models.blackouts import AddedBlackout as AddedBlackout
    from backend_client.models.blackouts import Blackout as Blackout
    from backend_client.models.blackouts import BlackoutPreview as BlackoutPreview
    from backend_client.models.blackouts import BlackoutTreatment as BlackoutTreatment
    from backend_client.models.blackouts import NewBlackout as NewBlackout
    from backend_client.models.blackouts import TouchedVisit as TouchedVisit
    from backend_client.models.cash import CashDay as CashDay
    from backend_client.models.cash import CashReceipt as CashReceipt
    from backend_client.models.cash import CashState as CashState
    from backend_client.models.cash import CreditGiven as CreditGiven
    from backend_client.models.cash import NewPromoCode as NewPromoCode
    from backend_client.models.cash import PromoCode as PromoCode
    from backend_client.models.cash import PromoState as PromoState
    from backend_client.models.cash import ToppedUp as ToppedUp
    from backend_client.models.changes import Change as Change
    from backend_client.models.changes import ChangeKind as ChangeKind
    from backend_client.models.changes import Changes as Changes
    from backend_client.models.common import FacilityRef as FacilityRef
    from backend_client.models.common import FieldError as FieldError
    from backend_client.models.common import Money as Money
    from backend_client.models.common import Page as Page
    from backend_client.models.common import Reason as Reason
    from backend_client.models.common import Secret as Secret
    from backend_client.models.common import VisitType as VisitType
    from backend_client.models.common import WireEnum as WireEnum
    from backend_client.models.desk import AccessRequest as AccessRequest
    from backend_client.models.desk import Applicant as Applicant
    from backend_client.models.desk import DeskVisit as DeskVisit
    from backend_client.models.desk import DeskVisits as DeskVisits
    from backend_client.models.desk import EarlierRequest as EarlierRequest
    from backend_client.models.desk import FlagKind as FlagKind
    from backend_client.models.desk import VisitFlag as VisitFlag
    from backend_client.models.disputes import Connected as Connected
    from backend_client.models.disputes import Dispute as Dispute
    from backend_client.models.disputes import DisputeOutcome as DisputeOutcome
    from backend_client.models.disputes import DisputeReason as DisputeReason
    from backend_client.models.disputes import DisputeStatus as DisputeStatus
    from backend_client.models.disputes import Evidence as Evidence
    from backend_client.models.disputes import Side as Side
    from backend_client.models.facilities import ApprovalPolicy as ApprovalPolicy
    from backend_client.models.facilities import Duration as Duration
    from backend_client.models.facilities import Facility as Facility
    from backend_client.models.facilities import Offer as Offer
    from backend_client.models.facilities import State as State
    from backend_client.models.facilities import Terms as Terms
    from backend_client.models.kiosks import Enrolled as Enrolled
    from backend_client.models.kiosks import KeptFor as KeptFor
    from backend_client.models.kiosks import Kiosk as Kiosk
    from backend_client.models.kiosks import KioskClocks as KioskClocks
    from backend_client.models.kiosks import Notice as Notice
    from backend_client.models.kiosks import Place as Place
    from backend_client.models.openings import DayState as DayState
    from backend_client.models.openings import Individual as Individual
    from backend_client.models.openings import Opening as Opening
    from backend_client.models.openings import OpeningDay as OpeningDay
    from backend_client.models.openings import OpeningDays as OpeningDays
    from backend_client.models.openings import Openings as Openings
    from backend_client.models.openings import OpeningState as OpeningState
    from backend_client.models.payments import Confirmation as Confirmation
    from backend_client.models.payments import ConfirmationStatus as ConfirmationStatus
    from backend_client.models.payments import FeeSource as FeeSource
    from backend_client.models.payments import Payment as Payment
    from backend_client.models.payments import PaymentMethod as PaymentMethod
    from backend_client.models.payments import PaymentPage as PaymentPage
    from backend_client.models.payments import PaymentStatus as PaymentStatus
    from backend_client.models.payments import WaitsFor as WaitsFor
    from backend_client.models.restrictions import NewRestriction as NewRestriction
    from backend_client.models.restrictions import RestrictedIndividual as RestrictedIndividual
    from backend_client.models.restrictions import Restriction as Restriction
    from backend_client.models.restrictions import RestrictionKind as RestrictionKind
    from backend_client.models.support import DoneBy as DoneBy
    from backend_client.models.support import FoundAccount as FoundAccount
    from backend_client.models.support import FoundAccounts as FoundAccounts
    from backend_client.models.support import FoundBy as FoundBy
    from backend_client.models.support import Look as Look
    from backend_client.models.support import OneTimeCode as OneTimeCode
    from backend_client.models.support import TimelineItem as TimelineItem
    from backend_client.models.support import TimelineSource as TimelineSource
    from backend_client.models.transactions import Arrived as Arrived
    from backend_client.models.transactions import AttemptStatus as AttemptStatus
    from backend_client.models.transactions import CurrencyTotal as CurrencyTotal
    from backend_client.models.transactions import ExportPiece as ExportPiece
    from backend_client.models.transactions import MonthTotal as MonthTotal
    from backend_client.models.transactions import RefundCause as RefundCause
    from backend_client.models.transactions import SourceTotal as SourceTotal
    from backend_client.models.transactions import StatementPiece as StatementPiece
    from backend_client.models.transactions import StoryBy as StoryBy
    from backend_client.models.transactions import StoryDispute as StoryDispute
    from backend_client.models.transactions import StoryPart as StoryPart
    from backend_client.models.transactions import StoryPayment as StoryPayment
    from backend_client.models.transactions import StoryStep as StoryStep
    from backend_client.models.transactions import StoryThrough as StoryThrough
    from backend_client.models.transactions import StoryVisit as StoryVisit
    from backend_client.models.transactions import Transaction as Transaction
    from backend_client.models.transactions import TransactionDetails as TransactionDetails
    from backend_client.models.transactions import TransactionKind as TransactionKind
    from backend_client.models.transactions import TransactionStory as TransactionStory
    from backend_client.models.transactions import TransactionTotals as TransactionTotals
    from backend_client.models.visits import Attendee as Attendee
    from backend_client.models.visits import Cancellation as Cancellation
    from backend_client.models.visits import CancelledBy as CancelledBy
    from backend_client.models.visits import ComesBack as ComesBack
    from backend_client.models.visits import ComesBackTo as ComesBackTo
    from backend_client.models.visits import Draft as Draft
    from backend_client.models.visits import Hold as Hold
    from backend_client.models.visits import Join as Join
    from backend_client.models.visits import MoveOffer as MoveOffer
    from backend_client.models.visits import Override as Override
    from backend_client.models.visits import Price as Price
    from backend_client.models.visits import Visit as Visit
    from backend_client.models.visits import VisitStatus as VisitStatus
    from backend_client.models.wallet import FreeVisit as FreeVisit
    from backend_client.models.wallet import FromAccount as FromAccount
    from backend_client.models.wallet import Promotion as Promotion
    from backend_client.models.wallet import Wallet as Wallet
    from backend_client.models.wallet import WaysToPay as WaysToPay
    from backend_client.resources.desk import Decision as Decision
    from backend_client.resources.openings import Wanted as Wanted
    from backend_client.resources.transactions import SortOrder as SortOrder
    from backend_client.resources.transactions import TransactionFilter as TransactionFilter
    from backend_client.resources.transactions import TransactionSort as TransactionSort
    from backend_client.resources.transactions import TransactionSource as TransactionSource
    from backend_client.resources.visits import VisitsWhen as VisitsWhen
    from backend_client.target import BadTarget as BadTarget
    from backend_client.target import Target as Target
    from backend_client.token_vault import KeyringVault as KeyringVault
    from backend_client.token_vault import MemoryVault as MemoryVault
    from backend_client.token_vault import Profile as Profile
    from backend_client.token_vault import TokenVault as TokenVault
    from backend_client.token_vault import VaultNotice as VaultNotice
    from backend_client.token_vault import vault_for as vault_for

_HOMES: Final = {
    "client": "Client",
    "errors": (
        "BadAnswer Conflict Declined Invalid NotAllowed NotFound NotSignedIn Problem ServerTrouble TimedOut "
        "TooMany Unreachable Unsettled VisitDeskError"
    ),
    "intent": "Intent",
    "models.about": "About Installation MessagesBy",
    "models.access": "Access AccessStatus",
    "models.accounts": (
        "Account CodeSent CurrentSignIn DemoPerson LocalMessage NewAccount ProfileChanges Role SignIn "
        "SignInKind SignInSession"
    ),
    "models.cash": "CashDay CashReceipt CashState CreditGiven NewPromoCode PromoCode PromoState ToppedUp",
    "models.changes": "Change ChangeKind Changes",
    "models.common": "FacilityRef FieldError Money Page Reason Secret VisitType WireEnum",
    "models.desk": "AccessRequest Applicant DeskVisit DeskVisits EarlierRequest FlagKind VisitFlag",
    "models.disputes": "Connected Dispute DisputeOutcome DisputeReason DisputeStatus Evidence Side",
    "models.facilities": "ApprovalPolicy Duration Facility Offer State Terms",
    "models.kiosks": "Enrolled KeptFor Kiosk KioskClocks Notice Place",
    "models.blackouts": "AddedBlackout Blackout BlackoutPreview BlackoutTreatment NewBlackout TouchedVisit",
    "models.restrictions": "NewRestriction RestrictedIndividual Restriction RestrictionKind",
    "models.openings": "DayState Individual Opening OpeningDay OpeningDays OpeningState Openings",
    "models.payments": (
        "Confirmation ConfirmationStatus FeeSource Payment PaymentMethod PaymentPage PaymentStatus WaitsFor"
    ),
    "models.support": "DoneBy FoundAccount FoundAccounts FoundBy Look OneTimeCode TimelineItem TimelineSource",
    "models.transactions": (
        "Arrived AttemptStatus CurrencyTotal ExportPiece MonthTotal RefundCause SourceTotal StatementPiece StoryBy "
        "StoryDispute StoryPart StoryPayment StoryStep StoryThrough StoryVisit "
        "Transaction TransactionDetails TransactionKind TransactionStory TransactionTotals"
    ),
    "models.visits": (
        "Attendee Cancellation CancelledBy ComesBack ComesBackTo Draft Hold Join MoveOffer Override Price Visit "
        "VisitStatus"
    ),
    "models.wallet": "FreeVisit FromAccount Promotion Wallet WaysToPay",
    "resources.desk": "Decision",
    "resources.openings": "Wanted",
    "resources.transactions": "SortOrder TransactionFilter TransactionSort TransactionSource",
    "resources.visits": "VisitsWhen",
    "target": "BadTarget Target",
    "token_vault": "KeyringVault MemoryVault Profile TokenVault VaultNotice vault_for",
}
"""Where each name lives: module → names."""

_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names.split()}


def preload() -> None:
    """Load everything that a first call would load: for a thread, while a person reads the first screen."""
    for name in _HOME_OF:
        __getattr__(name)


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_HOME_OF, "preload"])
