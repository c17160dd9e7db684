"""The app: theme and keys, who is signed in and which page that means, the connection, what changes on the server.

No HTTP and no layout here: the client has the one, pages have the other.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from tui import crash
from tui.attended import Attended
from tui.clock import Clock, SystemClock
from tui.connecting import Connecting
from tui.draft_keeper import DraftKeeper
from tui.feed import ChangeFeed
from tui.glyphs import GlyphFilter
from tui.homes import home_of
from tui.host import Host
from tui.inert import InertFilter
from tui.key_order import KeyOrder
from tui.messages import Changed, Connection, ConnectionChanged
from tui.on_line import OnLine
from tui.problems import Sentence, sentence_for, sign_in_over
from tui.screens.page import Page
from tui.screens.sign_in import SignInPage
from tui.session import Session
from tui.settings import Settings
from tui.stylesheet import Styles
from tui.themes import DARK, PLAIN, THEMES
from tui.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.types import CSSPathType
    from textual.worker import WorkType

    from backend_client import Change, Client, CurrentSignIn, Look, NotSignedIn, SignIn, VisitDeskError
    from tui.embedded import Embedded
    from tui.line import Line

_ACTIONS = frozenset({"focus_next", "focus_previous", "quit"})
"""Everything that a key, or a link in somebody's data, may make the app do."""
_NETS: Sequence[LineFilter] = (GlyphFilter(), InertFilter())
"""What every line goes through; made once, for a line that is unchanged is known by the filters it went through."""
_PLAIN_NETS: Sequence[LineFilter] = (NoColor(), *_NETS)


class VisitDeskApp(Attended, KeyOrder, OnLine, Host):
    """Visit Desk in a terminal.

    Args:
        settings: How this terminal runs.
        embedded: The local server; nothing where a remote one is named.
        make_client: Makes the client, for tests; by default one for the settings' server.
        clock: What tells the time.
        theme: The short name of a theme.
        restore: Whether a sign-in of an earlier start is taken up again.
        line: The terminal it is shown in; none in tests.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    # the first page is the default screen, for which Textual reads no stylesheet of its own
    CSS_PATH: ClassVar[CSSPathType | None] = ["screens/page.tcss", "screens/sign_in.tcss"]
    TITLE = "Visit Desk"

    def __init__(
        self,
        settings: Settings,
        *,
        embedded: Embedded | None = None,
        make_client: Callable[[Callable[[NotSignedIn], None]], Client] | None = None,
        clock: Clock | None = None,
        theme: str = "dark",
        restore: bool = True,
        line: Line | None = None,
    ) -> None:
        # said here, for Textual decides what becomes of colours before it knows of our themes
        super().__init__(ansi_color=THEMES.get(theme, DARK).ansi)
        self.line = line
        self.settings = settings
        self.clock = clock or SystemClock()
        self.session = Session()
        self.writes = Writes(self._tell_orphaned)
        self.drafts = DraftKeeper(self)
        self.feed = ChangeFeed(self)
        self._restore = restore and not settings.kiosk and not settings.demo
        self.connecting = Connecting(self, settings, embedded, make_client)
        self._use_theme(theme)
        self.animation_level = "none"

    def _use_theme(self, name: str) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        chosen = THEMES.get(name, DARK)
        # Set before anything is painted: no stylesheet is parsed twice.
        self.set_reactive(Host.theme, chosen.name)
        self.stylesheet = Styles()
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(chosen.ansi, "-ansi-colours")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DARK.variables)

    def get_default_screen(self) -> Screen[None]:
        page = SignInPage()
        # Textual puts the first page on its stack without the callback that leaving any page takes off.
        page._push_result_callback(self, None)
        return page

    # -- nets

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *(_PLAIN_NETS if self.theme == PLAIN.name else _NETS)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "quit":
            return not self.settings.kiosk
        return action in _ACTIONS

    def copy_to_clipboard(self, text: str) -> None:
        """Put nothing on the terminal's clipboard: it might be a password, and it outlives the person."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Start no browser: on a kiosk it would be a way out."""

    def _fatal_error(self) -> None:
        if self.line is not None:
            self.line.leave(1)
        self._exit_renderables.append(crash.farewell(self._exception, self.settings))
        self._close_messages_no_wait()

    # -- keys typed before there was a page

    def on_descendant_focus(self) -> None:
        self.call_next(self.take_keys)

    def content_is_coming(self) -> bool:
        page = self.screen
        return self.connection is Connection.READY and isinstance(page, Page) and page.content_is_coming

    # -- starting

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)
        self._next_minute()

    def _begin(self) -> None:
        gc.freeze()  # what was imported stays for good: the collector need not look at it
        gc.enable()
        # work is always given as a function: a coroutine that is cancelled before it began would never be awaited
        work: WorkType[None] = self.connecting.run
        self.run_worker(work, name="connecting", group="app")

    def _next_minute(self) -> None:
        now = self.clock.now()
        self.set_timer(60.2 - now.second - now.microsecond / 1e6, self._tick)

    def _tick(self) -> None:
        for page in self._pages():
            page.tick()
        self._next_minute()

    # -- what pages ask

    @property
    def client(self) -> Client:
        return self.connecting.client

    async def ready(self) -> Client:
        return await self.connecting.ready()

    @property
    def reader_zone(self) -> str | None:
        account = self.session.account
        return (account.time_zone if account else None) or self.settings.time_zone or None

    @property
    def restorable(self) -> bool:
        restore, self._restore = self._restore, False
        return restore

    def try_again(self) -> None:
        self.connecting.try_again()

    def signed_in(self, sign_in: SignIn | CurrentSignIn) -> None:
        self.session.begin(sign_in.account, sign_in.sign_in_session)
        facilities = sign_in.account.facilities
        self.follow_facility(facilities[0].id if facilities else None)
        self.go_home()

    def follow_facility(self, facility_id: str | None) -> None:
        self.feed.follow(facility_id)

    async def changes_followed(self) -> None:
        await self.feed.begun()

    def begin_look(self, look: Look) -> None:
        self.session.begin_look(look)
        self.client.look_through(look.id)
        self.follow_facility(None)

    def end_look(self) -> None:
        look = self.session.end_look()
        if look is None:
            return
        self.client.look_through(None)
        self.follow_facility(None)
        work: WorkType[None] = partial(self._end_look, look.id)
        self.run_worker(work, name="end look", group="app")

    async def _end_look(self, look_id: str) -> None:
        from backend_client import Intent, VisitDeskError

        with suppress(VisitDeskError):  # it ends by itself, and with the sign-in
            await self.client.support.end_look(look_id, intent=Intent.new())

    def go_home(self) -> None:
        account = self.session.account
        self._show_only(home_of(account.role if account else ""))

    def sign_out(self) -> None:
        work: WorkType[None] = self._sign_out
        self.run_worker(work, name="sign out", group="app")

    async def _sign_out(self) -> None:
        from backend_client import Intent, VisitDeskError

        self._nobody()
        self.session.forget()
        self._show_only(SignInPage())
        try:
            await self.client.sign_in.sign_out(intent=Intent.new())
        except VisitDeskError as error:
            if self.session.account is None:
                self.remark(str(sentence_for(error)))

    def sign_in_ended(self) -> None:
        """A call has learned that the sign-in is known no more: that call ends first, then everybody hears of it."""
        ended = self.session.sign_in

        def tell() -> None:
            if self.session.sign_in is ended:
                self.signed_out_by_server()

        self.call_later(tell)

    def signed_out_by_server(self) -> None:
        if self.session.account is None:
            return
        self.connection_is(Connection.READY)  # it was the server that said so
        self._nobody()
        self._show_only(SignInPage(sign_in_over()))

    def _nobody(self) -> None:
        self.client.look_through(None)
        self.feed.stop()
        self.session.end()
        self.writes.forget()
        self.drafts.forget()
        if self.connection is not Connection.READY:
            # Nothing else would find out when the server is there again: who follows changes is signed in.
            self.connecting.meet()

    def _show_only(self, page: Page[None]) -> None:
        async def show() -> None:
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            await self.switch_screen(page)

        self.call_later(show)

    # -- what comes from outside

    def connection_is(self, connection: Connection, trouble: Sentence | None = None) -> None:
        """The connection came or went: tell every page."""
        if (connection, trouble) == (self.connection, self.trouble):
            return
        self.connection, self.trouble = connection, trouble
        for page in self._pages():
            page.post_message(ConnectionChanged(connection))
        if connection is Connection.READY:
            self.drafts.again()

    def tell_of(self, change: Change) -> None:
        """Something changed on the server: tell every page."""
        for page in self._pages():
            page.post_message(Changed(change.kind, change.id))

    def _tell_orphaned(self, name: str, error: VisitDeskError | None) -> None:
        if error is not None and self.session.account is not None:
            self.remark(str(sentence_for(error)))

    def remark(self, sentence: str) -> None:
        """Say something in the frame of whatever page is shown."""
        for page in reversed(self._pages()):
            if page.has_frame:
                page.remark(sentence)
                return

    def _pages(self) -> list[Page[object]]:
        return [screen for screen in self.screen_stack if isinstance(screen, Page)]

    async def action_quit(self) -> None:
        self.exit(0)

    async def on_unmount(self) -> None:
        await self.connecting.close()
