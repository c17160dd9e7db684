"""Every screen of the program, and how hostile data comes to it. A new screen needs a line in :data:`FEEDS`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import tui.screens
from backend_client import Notice, Role
from backend_client import Page as PageOf
from tests.tui.hostile import worlds
from tests.tui.hostile.feed import Feed, keys
from tests.tui.hostile.poison import Poison
from tests.tui.screens import account_world as accounts
from tests.tui.screens import cash_world as cash
from tests.tui.screens import dispute_world as disputes
from tests.tui.screens import support_world as support
from tests.tui.screens.schedule_visit import world as wizard
from tests.tui.screens.test_move_visit import moving
from tests.tui.support import Desk, FakeServer
from tui.commands import BACK, HELP
from tui.problems import Sentence
from tui.screens.add_facility import AddFacility
from tui.screens.attract import AttractPage
from tui.screens.calendar_code import CalendarCode
from tui.screens.cash_code import CashCode
from tui.screens.cash_today import CashToday
from tui.screens.change_password import ChangePassword
from tui.screens.create_account import CreateAccount
from tui.screens.decide_dispute import DecideDispute, DecisionInWords
from tui.screens.deny_access import DenyAccess
from tui.screens.desk import Desk as OfficersDesk
from tui.screens.desk_visits import DeskVisits
from tui.screens.dialogs import Floating, Popup, Question
from tui.screens.dispute import DisputeInWords, OpenDispute
from tui.screens.edit_profile import EditProfile
from tui.screens.follow_payment import FollowPayment
from tui.screens.forgot_password import ForgotPassword
from tui.screens.forms import StagedForm
from tui.screens.help import HelpPage
from tui.screens.home import Home
from tui.screens.manage_account import AccountPage
from tui.screens.move_steps import CompareStep, MoveTime
from tui.screens.move_visit import MoveVisit
from tui.screens.my_facilities import MyFacilities
from tui.screens.page import Page
from tui.screens.profile import Profile
from tui.screens.put_cash_right import PutCashRight
from tui.screens.record_outcome import RecordOutcome
from tui.screens.save_calendar import SaveCalendar
from tui.screens.schedule_visit.attendees import AttendeesView
from tui.screens.schedule_visit.between import Loading, NoFacility, Resume
from tui.screens.schedule_visit.checking import CheckingView, ElsewhereView
from tui.screens.schedule_visit.confirm import ConfirmStep
from tui.screens.schedule_visit.date import DateStep
from tui.screens.schedule_visit.done import DoneView
from tui.screens.schedule_visit.duration import DurationStep
from tui.screens.schedule_visit.facility import FacilityStep
from tui.screens.schedule_visit.individual import IndividualStep
from tui.screens.schedule_visit.payment import PaymentStep
from tui.screens.schedule_visit.scan import ScanPage
from tui.screens.schedule_visit.step import StepView, Wizard
from tui.screens.schedule_visit.step_page import StepPage
from tui.screens.schedule_visit.terms import TermsStep
from tui.screens.schedule_visit.time import TimeStep
from tui.screens.schedule_visit.visit_type import TypeStep
from tui.screens.schedule_visit.wizard import ScheduleVisit
from tui.screens.sign_in import SignInPage
from tui.screens.still_there import StillThere
from tui.screens.support import Support
from tui.screens.support_code import GiveCode
from tui.screens.support_customer import Customer
from tui.screens.support_disputes import Disputes
from tui.screens.support_reason import WhyLook
from tui.screens.support_timeline import Timeline
from tui.screens.take_cash import TakeCash
from tui.screens.top_up import TopUp
from tui.screens.transaction_details import TransactionDetails
from tui.screens.transaction_export import SaveTransactions
from tui.screens.transaction_filter import Filter, TransactionFilter
from tui.screens.transaction_story import TransactionStory
from tui.screens.transaction_totals import Totals
from tui.screens.visit_details import VisitDetails
from tui.screens.visits import Visits

Shown = type[Page[Any]] | type[StepView]


def _plain(page: Callable[[], Page[Any]]) -> Callable[[Poison], Page[Any]]:
    return lambda _poison: page()


async def _resumed(at: Desk) -> None:
    await keys("1")(at)


async def _to_confirm(at: Desk) -> None:
    await keys("1", "1")(at)
    at.clock.step(1)


async def _to_end(at: Desk) -> None:
    await _to_confirm(at)
    await keys("enter")(at)


def _wizard(_poison: Poison) -> Page[Any]:
    return ScheduleVisit()


async def _to_both(at: Desk) -> None:
    await keys("enter", "enter")(at)
    at.clock.step(1)


def _waits() -> FakeServer:
    server = wizard.world()
    server.hold("GET", "/v1/access")
    return server


def _two_facilities() -> FakeServer:
    return wizard.world(*(wizard.access(place) for place in (wizard.SHELBY, wizard.PIMA) * 6))


def _no_facility() -> FakeServer:
    server = wizard.world()
    server.answer("GET", "/v1/access", PageOf(()))
    return server


def _sentence(poison: Poison) -> Sentence:
    return Sentence(poison.line(), poison.line(), poison.line(), "any", (poison.line(), poison.line()))


def _still_there(notice: Notice) -> Callable[[Poison], Page[Any]]:
    return lambda _poison: StillThere(notice)


def _edited(part: str) -> Callable[[Poison], Page[Any]]:
    return lambda poison: EditProfile(poison.model(accounts.PROFILE), part)


_OFFICER = accounts.OFFICER
_AGENT = replace(accounts.PROFILE, role=Role.SUPPORT)

BASES: frozenset[type[object]] = frozenset({Page, Floating, StagedForm, AccountPage, Wizard, StepPage, StepView})
"""What is never shown by itself."""

FEEDS: dict[Shown, tuple[Feed, ...]] = {
    # Pages of an account
    Home: (Feed(_plain(Home), server=worlds.full_world),),
    MyFacilities: (Feed(_plain(MyFacilities), keys("down", "down"), worlds.full_world),),
    AddFacility: (
        Feed(_plain(AddFacility), server=worlds.full_world),
        Feed(_plain(AddFacility), keys("enter", "enter"), worlds.full_world),
    ),
    TransactionDetails: (Feed(_plain(TransactionDetails), keys("down"), worlds.full_world),),
    TransactionFilter: (Feed(lambda poison: TransactionFilter(Filter(person=poison.line()))),),
    TransactionStory: (Feed(lambda _poison: TransactionStory("T1"), keys("pagedown")),),
    Totals: (Feed(lambda poison: Totals(Filter(person=poison.line())), sends_back=True),),
    SaveTransactions: (Feed(lambda poison: SaveTransactions(Filter(person=poison.line())), sends_back=True),),
    Visits: (Feed(_plain(Visits), keys("down"), worlds.full_world),),
    VisitDetails: (Feed(lambda _poison: VisitDetails("V1")), Feed(lambda _poison: VisitDetails("V1"), keys("c"))),
    Profile: (Feed(_plain(Profile), keys("down", "down")),),
    TopUp: (
        Feed(lambda poison: TopUp(poison.model(accounts.WALLET)), keys("1")),
        Feed(lambda poison: TopUp(poison.model(accounts.WALLET)), keys("4", "x", "enter")),
    ),
    FollowPayment: (
        Feed(lambda poison: FollowPayment(replace(poison.model(accounts.ON_A_PHONE), id="P1"))),
        Feed(lambda poison: FollowPayment(replace(poison.model(accounts.ON_A_PHONE), id="P1", waits_for=None))),
    ),
    EditProfile: tuple(Feed(_edited(part)) for part in ("name", "home", "phone", "id", "zone")),
    ChangePassword: (Feed(_plain(ChangePassword)),),
    SaveCalendar: (Feed(lambda poison: SaveCalendar("V1", poison.line())),),
    CalendarCode: (Feed(lambda poison: CalendarCode("BEGIN:VEVENT\nEND:VEVENT", poison.line())),),
    CashCode: (
        Feed(
            _plain(CashCode),
            keys("7", "k", "q", "2", "m", "4", "x", "n", "0", "b", "3", "d", "enter"),
            cash.cash_world,
        ),
    ),
    ScanPage: (Feed(lambda poison: ScanPage("https://visit.example.org/V1", poison.line())),),
    # Before anybody is signed in
    SignInPage: (Feed(lambda poison: SignInPage(_sentence(poison))),),
    CreateAccount: (Feed(lambda poison: CreateAccount(poison.line())),),
    ForgotPassword: (Feed(lambda poison: ForgotPassword(poison.line())),),
    # At a kiosk
    AttractPage: (
        Feed(lambda _poison: AttractPage(lambda: None, lambda _kiosk: None, over=True), server=worlds.enrolled),
        Feed(
            lambda poison: AttractPage(lambda: None, lambda _kiosk: None, problem=poison.line()), server=worlds.no_kiosk
        ),
    ),
    StillThere: tuple(Feed(_still_there(notice)) for notice in (Notice.IDLE, Notice.QUESTION, Notice.ENDING)),
    # What floats, and the help
    Popup: (Feed(lambda poison: Popup(poison.line(), poison.line(), poison.line())),),
    Question: (Feed(lambda poison: Question(poison.line(), poison.line(), yes=poison.line(), no=poison.line())),),
    HelpPage: (Feed(lambda poison: HelpPage(poison.line(), (BACK, HELP))),),
    # Officers and support
    OfficersDesk: (Feed(_plain(OfficersDesk), keys("down"), worlds.full_world, account=_OFFICER),),
    DenyAccess: (Feed(lambda poison: DenyAccess(poison.line(), "R1"), account=_OFFICER),),
    DeskVisits: (
        Feed(
            lambda poison: DeskVisits(poison.model(accounts.SHELBY)), keys("down"), worlds.full_world, account=_OFFICER
        ),
        Feed(
            lambda poison: DeskVisits(poison.model(accounts.SHELBY)),
            keys("down", "c"),
            worlds.full_world,
            account=_OFFICER,
        ),
    ),
    CashToday: (
        Feed(lambda poison: CashToday(poison.model(accounts.SHELBY)), keys("down"), cash.cash_world, account=_OFFICER),
    ),
    TakeCash: (
        Feed(
            lambda poison: TakeCash(poison.model(accounts.SHELBY)),
            keys("1", "enter", "2", "enter", "enter"),
            cash.cash_world,
            account=_OFFICER,
        ),
    ),
    PutCashRight: (Feed(lambda poison: PutCashRight(poison.line(), poison.line()), account=_OFFICER),),
    RecordOutcome: (Feed(lambda poison: RecordOutcome(poison.model(accounts.DESK_VISIT)), account=_OFFICER),),
    Support: (
        Feed(_plain(Support), account=_AGENT),
        Feed(_plain(Support), keys("a", "enter"), support.support_world, account=_AGENT),
    ),
    WhyLook: (Feed(lambda poison: WhyLook(poison.line(), "A1"), account=_AGENT),),
    Customer: (
        Feed(lambda poison: Customer(support.LOOK, poison.line()), server=support.support_world, account=_AGENT),
    ),
    Timeline: (
        Feed(lambda poison: Timeline(support.LOOK, poison.line()), keys("down"), support.support_world, account=_AGENT),
    ),
    OpenDispute: (Feed(lambda poison: OpenDispute("T1", poison.line())),),
    DisputeInWords: (
        Feed(lambda poison: DisputeInWords("T1", "other", poison.line()), keys("enter"), disputes.dispute_world),
    ),
    Disputes: (Feed(_plain(Disputes), server=disputes.dispute_world, account=_AGENT),),
    DecideDispute: (Feed(lambda poison: DecideDispute(poison.model(disputes.FOR_SUPPORT)), account=_AGENT),),
    DecisionInWords: (
        Feed(
            lambda poison: DecisionInWords(poison.model(disputes.FOR_SUPPORT), "refund", poison.line()), account=_AGENT
        ),
    ),
    GiveCode: (Feed(lambda poison: GiveCode("A1", poison.line()), account=_AGENT),),
    # Scheduling a visit, question by question
    ScheduleVisit: (Feed(_wizard, server=worlds.refused, walk=_to_end),),
    Loading: (Feed(_wizard, server=_waits, settles=False),),
    NoFacility: (Feed(_wizard, server=_no_facility),),
    Resume: (Feed(_wizard, server=worlds.held),),
    FacilityStep: (Feed(_wizard, server=_two_facilities),),
    TypeStep: (Feed(_wizard, server=wizard.world),),
    TermsStep: (Feed(_wizard, _resumed, worlds.drafted("terms")),),
    IndividualStep: (
        Feed(_wizard, _resumed, worlds.drafted("individual")),
        Feed(_wizard, keys("1", "enter"), worlds.drafted("individual"), sends_back=True),
    ),
    DurationStep: (Feed(_wizard, _resumed, worlds.drafted("duration")),),
    DateStep: (Feed(_wizard, _resumed, worlds.drafted("date")),),
    TimeStep: (Feed(_wizard, keys("1", "right"), worlds.drafted("time")),),
    PaymentStep: (
        Feed(_wizard, _resumed, worlds.held),
        Feed(_wizard, _resumed, worlds.rich),
        Feed(_wizard, keys("1", "end", "enter", "x", "enter"), worlds.held),
    ),
    ElsewhereView: (Feed(_wizard, _to_end, worlds.elsewhere),),
    ConfirmStep: (Feed(_wizard, _to_confirm, worlds.held),),
    AttendeesView: (Feed(_wizard, keys("1", "1", "5"), worlds.held),),
    CheckingView: (Feed(_wizard, _to_end, worlds.unsettled),),
    DoneView: (Feed(_wizard, _to_end, worlds.held),),
    # Moving one
    MoveVisit: (Feed(lambda poison: MoveVisit(poison.model(wizard.VISIT)), server=moving),),
    MoveTime: (Feed(lambda poison: MoveVisit(poison.model(wizard.VISIT)), keys("enter"), moving),),
    CompareStep: (Feed(lambda poison: MoveVisit(poison.model(wizard.VISIT)), _to_both, moving),),
}
"""Each screen with at least one way in which hostile data comes to it."""


def screens() -> Iterator[Shown]:
    """Yield every screen of the program that is ever shown: each page, and each step of the wizards."""
    for module in pkgutil.walk_packages(tui.screens.__path__, "tui.screens."):
        importlib.import_module(module.name)
    for base in (Page, StepView):
        yield from (kind for kind in _below(base) if kind not in BASES and kind.__module__.startswith("tui."))


def _below(base: type[Any]) -> Iterator[Any]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)
