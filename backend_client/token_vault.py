"""Where the token of a sign-in session waits for the next start; which place that is, the profile says.

=========  ======================================================  ===================================================
profile    kept in                                                 and where that cannot be used
=========  ======================================================  ===================================================
desktop    the desktop's keyring                                   memory, and `notice` says why
ssh        the session keyring of the Linux kernel, for as long    memory, and `notice` says why
           as the server would take the token
kiosk      memory: nothing of one person survives for the next
=========  ======================================================  ===================================================

A desktop keyring is a service that may be absent, locked, or mute for ever. So every call to it runs in a daemon
thread, which cannot keep the process from exiting, and is given three seconds; after the first failure this process
goes on in memory and `notice` says why. Only the backends named here are ever loaded: neither the
`PYTHON_KEYRING_BACKEND` variable nor keyring's own search is asked, for both take plain files and whatever class they
find. A token is never put into a file.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

PATIENCE_SECONDS: Final = 3.0
SERVICE: Final = "visitdesk"
"""The name that the keyring's own window shows."""

_LINUX: Final = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)
ALLOWED: Final = {
    "linux": _LINUX,
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
}
"""Module and class of every backend that may be loaded, by `sys.platform`, in the order they are tried."""

_log = logging.getLogger(__name__)


class VaultNotice(StrEnum):
    """Why tokens are not kept beyond this process: one line on the screen for the person to know."""

    NO_KEYRING = "no_keyring"
    KEYRING_SILENT = "keyring_silent"
    KEYRING_REFUSED = "keyring_refused"


class TokenVault(Protocol):
    """Keeps one token per server; each call takes three seconds at most, and none of them raises."""

    @property
    def notice(self) -> VaultNotice | None:
        """Why this vault forgets when the process ends, if a person would not expect it to."""

    async def load(self, server: str) -> str | None:
        """Return the token kept for `server` (a `Target.name`), if any."""

    async def save(self, server: str, token: str, *, lasts_seconds: int | None = None) -> None:
        """Keep `token` for `server` in the place of any other; for so many seconds at most, where that can be had."""

    async def renew(self, server: str, token: str, *, lasts_seconds: int) -> None:
        """Keep `token`, which is kept already, for so many seconds from now, where a time limit can be had."""

    async def forget(self, server: str) -> None:
        """Keep nothing for `server`."""


class MemoryVault:
    """Keeps tokens until the process ends."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    @property
    def notice(self) -> VaultNotice | None:
        """None: nobody expects more of memory."""
        return None

    async def load(self, server: str) -> str | None:
        """Return the token kept for `server`, if any."""
        return self._tokens.get(server)

    async def save(self, server: str, token: str, *, lasts_seconds: int | None = None) -> None:
        """Keep `token` for `server`."""
        self._tokens[server] = token

    async def renew(self, server: str, token: str, *, lasts_seconds: int) -> None:
        """Do nothing: memory keeps tokens until the process ends."""

    async def forget(self, server: str) -> None:
        """Keep nothing for `server`."""
        self._tokens.pop(server, None)


class _KeyringFailedError(Exception):
    """The keyring is of no use to this process, and why."""

    def __init__(self, notice: VaultNotice) -> None:
        super().__init__(notice)
        self.notice: Final = notice


class KeyringVault:
    """Keeps tokens in a keyring, and in memory from the moment that fails.

    `open_backend` finds the keyring (None: there is none), by default the desktop's; it runs in a daemon thread, as
    everything on it does.
    """

    def __init__(
        self,
        open_backend: Callable[[], KeyringBackend | None] | None = None,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._open_backend = open_backend or allowed_backend
        self._patience = patience_seconds
        self._backend: KeyringBackend | None = None
        self._memory = MemoryVault()
        self._notice: VaultNotice | None = None
        self._turn = asyncio.Lock()

    @property
    def notice(self) -> VaultNotice | None:
        """Why the keyring is not used; None as long as it is, or was not asked yet."""
        return self._notice

    async def load(self, server: str) -> str | None:
        """Return the token that the keyring, or this process, keeps for `server`."""
        kept = await self._memory.load(server)
        if kept is not None:
            return kept
        return await self._asked(lambda keyring: keyring.get_password(SERVICE, server))

    async def save(self, server: str, token: str, *, lasts_seconds: int | None = None) -> None:
        """Keep `token` for `server`, in memory too: this process needs no keyring to go on."""
        await self._memory.save(server, token)
        await self._asked(lambda keyring: _limited(keyring, lasts_seconds).set_password(SERVICE, server, token))

    async def renew(self, server: str, token: str, *, lasts_seconds: int) -> None:
        """Keep `token` for so long from now; what a desktop's keyring keeps has no time limit."""
        await self._asked(lambda keyring: _renew(keyring, server, token, lasts_seconds))

    async def forget(self, server: str) -> None:
        """Keep nothing for `server`."""
        await self._memory.forget(server)
        await self._asked(lambda keyring: _delete(keyring, server))

    async def _asked(self, work: Callable[[KeyringBackend], T]) -> T | None:
        """Return what `work` does with the keyring; None, and a notice, where there is none to rely on."""
        async with self._turn:
            if self._notice is not None:
                return None
            try:
                return await _in_daemon_thread(lambda: work(self._opened()), self._patience)
            except _KeyringFailedError as failed:
                self._notice = failed.notice
                return None

    def _opened(self) -> KeyringBackend:
        if self._backend is None:
            self._backend = self._open_backend()
        if self._backend is None:
            raise _KeyringFailedError(VaultNotice.NO_KEYRING)
        return self._backend


Profile = Literal["desktop", "ssh", "kiosk"]
"""Where the terminal stands."""


def vault_for(profile: Profile) -> TokenVault:
    """Return the vault for a profile."""
    if profile == "kiosk":
        return MemoryVault()
    return KeyringVault(allowed_backend if profile == "desktop" else session_backend)


def session_backend() -> KeyringBackend | None:
    """Return the session keyring of the kernel, if it gives us one for this login alone."""
    from backend_client.session_keyring import SessionKeyring, SessionKeyringError

    try:
        return SessionKeyring()
    except SessionKeyringError:
        return None


def _limited(keyring: KeyringBackend, lasts_seconds: int | None) -> KeyringBackend:
    """Return the keyring, told how long to keep what it gets, if it is one that can be told."""
    if lasts_seconds is None or not hasattr(keyring, "lasts_seconds"):
        return keyring
    return keyring.with_properties(lasts_seconds=lasts_seconds)


def _renew(keyring: KeyringBackend, server: str, token: str, lasts_seconds: int) -> None:
    if (limited := _limited(keyring, lasts_seconds)) is not keyring:
        limited.set_password(SERVICE, server, token)


def allowed_backend() -> KeyringBackend | None:
    """Return the first keyring of the allow-list that works here. May block for ever: only for a daemon thread."""
    for module, name in ALLOWED.get(sys.platform, ()):
        try:
            kind: type[KeyringBackend] = getattr(import_module(module), name)
        except ImportError:
            continue
        if kind.viable:
            return kind()
    return None


def _delete(keyring: KeyringBackend, server: str) -> None:
    if keyring.get_password(SERVICE, server) is not None:
        keyring.delete_password(SERVICE, server)


async def _in_daemon_thread(work: Callable[[], T], seconds: float) -> T:
    """Return what `work` returns. Unlike `asyncio.to_thread`, work that never ends does not keep the process alive."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, failed: Exception | None) -> None:
        if done.done():
            return
        if failed is None:
            done.set_result(result)  # type: ignore[arg-type]  # T may be None; without a failure it is work's result
        else:
            done.set_exception(failed)

    def run() -> None:
        result: T | None = None
        failed: Exception | None = None
        try:
            result = work()
        except _KeyringFailedError as known:
            failed = known
        except Exception as error:  # noqa: BLE001  # a desktop's services throw what they like, and nobody is above
            _log.warning("the keyring failed: %s", type(error).__name__)
            failed = _KeyringFailedError(VaultNotice.KEYRING_REFUSED)
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            return  # the loop was closed meanwhile: the process is on its way out

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await done
    except TimeoutError:
        raise _KeyringFailedError(VaultNotice.KEYRING_SILENT) from None
