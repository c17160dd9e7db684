"""The app of one visitor at a kiosk: it begins with the attract screen and ends when the visitor has gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.screen import Screen

from tui.app import VisitDeskApp
from tui.kiosk.clock import KioskClock
from tui.kiosk.standing import OVER
from tui.screens.attract import AttractPage
from tui.screens.sign_in import SignInPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.types import CSSPathType

    from backend_client import Client, CurrentSignIn, Kiosk, NotSignedIn, SignIn
    from tui.clock import Clock
    from tui.embedded import Embedded
    from tui.line import Line
    from tui.settings import Settings

EVERY_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One visitor's turn.

    Attributes:
        credential: What this machine proves itself with; empty: it cannot.
        problem: Why it cannot, as a sentence.
        over: Whether the time of the visitor before was over.
        broke: Told the error if this breaks: the person is told a reference by the parent, and nothing else.
    """

    credential: str = ""
    problem: str = ""
    over: bool = False
    broke: Callable[[BaseException | None], None] = lambda _error: None


class KioskApp(VisitDeskApp):
    """Visit Desk for one visitor at a kiosk. Takes what :class:`VisitDeskApp` takes, and the visitor's turn."""

    CSS_PATH: ClassVar[CSSPathType | None] = [
        "../screens/page.tcss",
        "../screens/attract.tcss",
        "../screens/sign_in.tcss",
    ]

    def __init__(
        self,
        settings: Settings,
        *,
        turn: Turn,
        embedded: Embedded | None = None,
        make_client: Callable[[Callable[[NotSignedIn], None]], Client] | None = None,
        clock: Clock | None = None,
        theme: str = "dark",
        line: Line | None = None,
    ) -> None:
        self._turn = turn
        super().__init__(
            settings, embedded=embedded, make_client=make_client, clock=clock, theme=theme, restore=False, line=line
        )
        self.kiosk_clock = KioskClock(self)
        self._zone: str | None = None

    def get_default_screen(self) -> Screen[None]:
        page = AttractPage(self.begin_turn, self._found, over=self._turn.over, problem=self._turn.problem)
        page._push_result_callback(self, None)
        return page

    def _found(self, kiosk: Kiosk) -> None:
        self._zone = kiosk.facility.zone
        self.kiosk_clock.at(kiosk)

    @property
    def reader_zone(self) -> str | None:
        """The clock on the wall of the facility is what everybody at a kiosk reads, until their account says more."""
        return super().reader_zone or self._zone

    @property
    def attracting(self) -> bool:
        """Whether nobody has pressed a key yet."""
        return bool(self.screen_stack) and isinstance(self.screen_stack[0], AttractPage)

    def begin_turn(self) -> None:
        """Somebody is here: show the sign-in page."""
        self._show_only(SignInPage())

    def on_mount(self) -> None:
        self.set_interval(EVERY_SECOND, self.kiosk_clock.tick)
        self.call_after_refresh(self.take_keys)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            if self.kiosk_clock.key(event):
                return
            if self.attracting:
                page = self.screen_stack[0]
                if isinstance(page, AttractPage) and isinstance(event, events.Key):
                    page.key_pressed(event)
                return
        await super().on_event(event)

    def client_made(self, client: Client) -> None:
        from backend_client import Secret

        # only keys count, and of those the clock tells
        client.ask_whether_attended(lambda: False)
        if self._turn.credential:
            client.serve_as(Secret(self._turn.credential))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "quit" and super().check_action(action, parameters)

    # -- the end of the turn

    def signed_in(self, sign_in: SignIn | CurrentSignIn) -> None:
        super().signed_in(sign_in)
        self.kiosk_clock.begin(sign_in.sign_in_session)

    def leave(self, *, over: bool = False) -> None:
        """End the turn: with this process everything goes that is the visitor's, the sign-in first."""
        self.feed.stop()
        self.exit(None, OVER if over else 0)

    def sign_out(self) -> None:
        self.leave()

    def signed_out_by_server(self) -> None:
        self.leave(over=True)

    def _fatal_error(self) -> None:
        if self.line is not None:
            self.line.leave(1)
        self._turn.broke(self._exception)
        self._return_code = 1
        self._close_messages_no_wait()
