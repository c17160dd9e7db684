"""What a page may ask of the app it runs in.

Pages know this class and not :mod:`tui.app`, which knows all pages: imports go one way.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.app import App

from tui.messages import Connection

if TYPE_CHECKING:
    from backend_client import About, Client, CurrentSignIn, Look, SignIn
    from tui.clock import Clock
    from tui.draft_keeper import DraftKeeper
    from tui.problems import Sentence
    from tui.session import Session
    from tui.settings import Settings
    from tui.writes import Writes


class Host(App[int]):
    """The app, as its pages see it.

    Attributes:
        settings: How this terminal runs.
        clock: The only one to ask for the time.
        session: Who is signed in.
        writes: The only way to change anything, but for the draft.
        drafts: Keeps the draft of a visit on the server.
        connection: How the terminal stands with its server.
        trouble: Why there is no connection, where that is known.
        about: What the server said of itself, once it did.
    """

    settings: Settings
    clock: Clock
    session: Session
    writes: Writes
    drafts: DraftKeeper
    connection: Connection = Connection.STARTING
    trouble: Sentence | None = None
    about: About | None = None

    @property
    def demonstration(self) -> bool:
        """Whether all data are invented; every page says so."""
        return self.settings.demo or (self.about is not None and self.about.demonstration)

    @property
    @abstractmethod
    def restorable(self) -> bool:
        """Whether a sign-in of an earlier start shall be taken up: once, and never after somebody has signed out."""

    @property
    @abstractmethod
    def client(self) -> Client:
        """The client; there from the moment that somebody is signed in, and on the sign-in page after ``ready()``."""

    @abstractmethod
    async def ready(self) -> Client:
        """Wait until the client is loaded and the server answers, and return the client."""

    @property
    @abstractmethod
    def reader_zone(self) -> str | None:
        """IANA name of the reader's zone: the account's, else the setting's, else this machine's (``None``)."""

    @abstractmethod
    def signed_in(self, sign_in: SignIn | CurrentSignIn) -> None:
        """Take somebody in: keep the sign-in, follow changes, show the home of their role."""

    @abstractmethod
    def follow_facility(self, facility_id: str | None) -> None:
        """Follow the changes of another of the officer's facilities; without one, those of the account."""

    async def changes_followed(self) -> None:
        """Wait until the changes are followed that tell when what is read now is out of date."""

    @abstractmethod
    def sign_out(self) -> None:
        """Sign out and show the sign-in page. On a kiosk nothing of this person stays."""

    @abstractmethod
    def signed_out_by_server(self) -> None:
        """The server knows this sign-in no more: show the sign-in page with a sentence that says so."""

    @abstractmethod
    def go_home(self) -> None:
        """Show the home page of whoever is signed in, above nothing else."""

    @abstractmethod
    def begin_look(self, look: Look) -> None:
        """From now on read as the customer whose account is looked at does, and follow their changes."""

    @abstractmethod
    def end_look(self) -> None:
        """Be the agent again; the server hears of it as soon as it can."""

    @abstractmethod
    def try_again(self) -> None:
        """Try now to reach (or start) the server, instead of waiting for the next turn."""
