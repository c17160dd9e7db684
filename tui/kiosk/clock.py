"""The clocks of a visitor at a kiosk, as the terminal sees them: it tells of keys, and shows what the server decides.

A key is told to the server at most every :data:`TELL_EVERY` seconds. When a notice is due the server is asked first,
for time that is held, a payment, or progress on a phone may have moved it. Where the server cannot be reached, and
before anybody has signed in, the same idle times are kept here, so that nothing is left on the screen for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual import events
from textual.screen import Screen
from textual.worker import WorkType

from tui.screens.sign_in import SignInPage
from tui.screens.still_there import StillThere
from tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from backend_client import Kiosk, SignInSession
    from tui.kiosk.app import KioskApp

TELL_EVERY: Final = 5.0
ASK_EVERY: Final = 5.0
"""Seconds between two questions to the server while a notice is on the screen."""
IDLE_SECONDS, FORM_IDLE_SECONDS = 120, 300
"""Until the server has said what its facility has set."""
WARNING_SECONDS: Final = 30


class KioskClock:
    """Sees every key before the app does, and every second that goes by.

    Args:
        app: Whose keys.
        now: Seconds of a clock that never goes back.
    """

    def __init__(self, app: KioskApp, now: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._now = now
        self._last_key = now()
        self._untold = False
        self._told_at = self._asked_at = float("-inf")
        self._told_form = False
        self._busy = False
        self._idle, self._form_idle = IDLE_SECONDS, FORM_IDLE_SECONDS
        self._session: SignInSession | None = None
        self._heard_at = 0.0
        self._page: StillThere | None = None
        self._dismissed = False

    # -- what is heard

    def at(self, kiosk: Kiosk) -> None:
        """The server has said which kiosk this is."""
        self._idle, self._form_idle = kiosk.idle_seconds, kiosk.form_idle_seconds

    def begin(self, session: SignInSession) -> None:
        """Somebody has signed in; the keys for that have been heard."""
        self._untold = self._told_form = False
        self._hear(session)

    def key(self, event: events.Key | events.Paste) -> bool:
        """A key was pressed. Return whether it was the answer to what is on the screen, and nobody else's."""
        self._last_key, self._untold = self._now(), True
        page = self._page
        if page is None:
            return False
        pressed = event.key if isinstance(event, events.Key) else ""
        if pressed == "f10":
            self._app.leave()
        elif page.notice is not None and page.notice.value == "question":
            if pressed == "enter":
                self._ask(self._more_time)
        else:
            self._dismissed = page.notice is not None and page.notice.value == "ending"
            self._hide()
            self._tell()
        return True

    def tick(self) -> None:
        """A second has gone."""
        if self._app.session.account is None:
            self._watch_stranger()
        else:
            self._watch()

    # -- nobody is signed in

    def _watch_stranger(self) -> None:
        self._session = None
        if self._app.attracting:
            return
        allowed = self._form_idle if self._on_form() else self._idle
        left = allowed - (self._now() - self._last_key)
        if left <= 0:
            self._app.leave()
        elif left <= min(WARNING_SECONDS, allowed / 2):
            self._show(None).count(int(left + 0.99))
        else:
            self._hide()

    # -- somebody is

    def _watch(self) -> None:
        session, now = self._session, self._now()
        if session is None or session.kiosk is None:
            return
        form = self._on_form()
        if self._untold and (now - self._told_at >= TELL_EVERY or form != self._told_form):
            self._tell()
        since = now - self._heard_at
        left = session.remaining_seconds - since
        clocks = session.kiosk
        due = clocks.notice is not None or since >= clocks.notice_in_seconds
        if due and now - max(self._asked_at, self._heard_at) >= (ASK_EVERY if clocks.notice else 0.0):
            self._ask(self._look)
        if clocks.notice is not None and not self._dismissed:
            page = self._show(clocks.notice)
            page.count(max(0, int(left + 0.99)), more_left=clocks.more_time_left, kept_for=clocks.kept_for)
        elif clocks.notice is None:
            self._hide()
        if left <= 0:
            self._ask(self._look)
            if now - self._last_key >= (self._form_idle if form else self._idle):
                self._app.leave(over=True)

    def _tell(self) -> None:
        """Tell the server that a key was pressed."""
        if self._session is None:
            return
        self._untold, self._told_at, self._told_form = False, self._now(), self._on_form()
        self._ask(self._present)

    async def _present(self) -> SignInSession:
        from backend_client import Intent, Place

        place = Place.FORM if self._told_form else Place.PAGE
        return await self._app.client.kiosks.present(place, intent=Intent.new())

    async def _look(self) -> SignInSession:
        return (await self._app.client.sign_in.current()).sign_in_session

    async def _more_time(self) -> SignInSession:
        from backend_client import Intent

        return await self._app.client.kiosks.more_time(intent=Intent.new())

    def _ask(self, call: Callable[[], Awaitable[SignInSession]]) -> None:
        """Ask the server, one question at a time; what it answers are the clocks."""
        if self._busy:
            self._untold = self._untold or call == self._present
            return
        self._busy, self._asked_at = True, self._now()
        # a function, not a coroutine: one that is cancelled before it began would never be awaited
        work: WorkType[None] = partial(self._answered, call)
        self._app.run_worker(work, name="clocks", group="clocks")

    async def _answered(self, call: Callable[[], Awaitable[SignInSession]]) -> None:
        from backend_client import VisitDeskError

        before = self._session
        try:
            session = await call()
        except VisitDeskError:
            return  # who is signed out is told by the client; a server that is gone is asked again
        finally:
            self._busy = False
        if self._app.session.account is not None and before is not None:
            self._hear(session)

    def _hear(self, session: SignInSession) -> None:
        self._session, self._heard_at = session, self._now()
        if session.kiosk is None or session.kiosk.notice is None:
            self._dismissed = False
            self._hide()

    # -- the screen

    def _on_form(self) -> bool:
        """Whether a page is open that takes longer to read or fill in. Signing in does not."""
        return any(_takes_time(page) for page in self._app.screen_stack)

    def _show(self, notice: object) -> StillThere:
        from backend_client import Notice

        wanted = notice if isinstance(notice, Notice) else None
        if self._page is None or self._page.notice is not wanted:
            self._hide()
            self._page = StillThere(wanted)
            self._app.push_screen(self._page)
        return self._page

    def _hide(self) -> None:
        if self._page is not None:
            page, self._page = self._page, None
            if page.is_attached and self._app.screen is page:
                self._app.pop_screen()


def _takes_time(page: Screen[object]) -> bool:
    from tui.draft import Step
    from tui.screens.schedule_visit.step import StepView
    from tui.widgets.pay_elsewhere import PayElsewhere

    if isinstance(page, SignInPage):
        return False
    long = (Step.TERMS, Step.PAYMENT)
    is_asked = bool(page.query(Field)) or bool(page.query(PayElsewhere))
    return is_asked or any(view.STEP in long for view in page.query(StepView))
