"""Tokens wait in the desktop's keyring or in memory, never in a file, and a keyring that hangs hangs nobody."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from backend_client import BadAnswer, Client, KeyringVault, MemoryVault, Secret, Target, VaultNotice, vault_for
from backend_client._tokens import TokenKeeper
from backend_client.token_vault import ALLOWED, SERVICE

if TYPE_CHECKING:
    from backend_client import TokenVault

SERVER = "https://desk.test"


class DictKeyring(KeyringBackend):
    """A keyring of a desktop where all is well; `calls` names the threads that asked it."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves its constructor untyped
        self.kept: dict[tuple[str, str], str] = {}
        self.threads: list[threading.Thread] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.append(threading.current_thread())
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.threads.append(threading.current_thread())
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.threads.append(threading.current_thread())
        del self.kept[service, username]


class LockedKeyring(DictKeyring):
    """A keyring that the person did not unlock."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("no")

    set_password = get_password  # type: ignore[assignment]  # whatever is asked, the answer is the same


class MuteKeyring(DictKeyring):
    """A keyring that never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.never = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.never.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.never.wait()


@pytest.mark.parametrize("vault", [MemoryVault(), KeyringVault(DictKeyring)], ids=["memory", "desktop"])
async def test_a_vault_gives_back_what_it_was_given_until_it_forgets(vault: TokenVault) -> None:
    assert await vault.load(SERVER) is None
    await vault.save(SERVER, "one")
    await vault.save("https://other.test", "two")
    await vault.save(SERVER, "three")
    assert (await vault.load(SERVER), await vault.load("https://other.test")) == ("three", "two")
    await vault.forget(SERVER)
    await vault.forget(SERVER)
    assert (await vault.load(SERVER), await vault.load("https://other.test")) == (None, "two")
    assert vault.notice is None


async def test_a_desktop_vault_outlives_the_process_and_works_in_daemon_threads_only() -> None:
    keyring = DictKeyring()
    await KeyringVault(lambda: keyring).save(SERVER, "one")
    assert keyring.kept == {(SERVICE, SERVER): "one"}
    assert await KeyringVault(lambda: keyring).load(SERVER) == "one"
    assert all(thread.daemon and thread is not threading.main_thread() for thread in keyring.threads)


@pytest.mark.parametrize(
    ("found", "patience", "notice"),
    [
        (lambda: None, 30.0, VaultNotice.NO_KEYRING),
        (LockedKeyring, 30.0, VaultNotice.KEYRING_REFUSED),
        (MuteKeyring, 0.05, VaultNotice.KEYRING_SILENT),
    ],
)
async def test_without_a_keyring_that_works_tokens_stay_in_memory_and_one_line_says_why(
    found: type[KeyringBackend], patience: float, notice: VaultNotice
) -> None:
    vault = KeyringVault(found, patience_seconds=patience)
    await vault.save(SERVER, "one")
    assert vault.notice is notice
    assert await vault.load(SERVER) == "one"
    await vault.forget(SERVER)
    assert await vault.load(SERVER) is None


async def test_a_mute_keyring_is_waited_for_once_however_many_ask() -> None:
    asked: list[MuteKeyring] = []

    def open_mute() -> MuteKeyring:
        asked.append(MuteKeyring())
        return asked[-1]

    vault = KeyringVault(open_mute, patience_seconds=0.05)
    assert await asyncio.gather(*(vault.load(SERVER) for _ in range(10))) == [None] * 10
    assert len(asked) == 1


def test_a_process_exits_though_its_keyring_never_answers(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import asyncio, threading
        from backend_client import Client, KeyringVault, Target
        from keyring.backend import KeyringBackend

        class Mute(KeyringBackend):
            priority = 1
            def get_password(self, service, username):
                threading.Event().wait()
            def set_password(self, service, username, password):
                threading.Event().wait()

        async def main():
            vault = KeyringVault(Mute, patience_seconds=0.05)
            async with Client(Target.at_url("https://desk.test"), vault) as client:
                print(await client.restore(), vault.notice)

        asyncio.run(main())
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "False keyring_silent\n", "")


def test_no_environment_variable_chooses_the_keyring_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "canary.py").write_text("raise SystemExit('loaded the canary')")
    script = textwrap.dedent("""
        import asyncio, sys
        from backend_client import vault_for

        async def main():
            vault = vault_for("desktop")
            await vault.save("https://desk.test", "one")
            loaded = {name for name in sys.modules if name.startswith(("keyring.backends", "keyrings", "canary"))}
            print(vault.notice, sorted(loaded - {"keyring.backends"}))

        asyncio.run(main())
    """)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_"))}
    environment |= {
        "PYTHON_KEYRING_BACKEND": "canary.Keyring",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "HOME": str(tmp_path / "home"),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nobody",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    notice, _, loaded = done.stdout.partition(" ")
    assert notice == "no_keyring"
    allowed = {module for backends in ALLOWED.values() for module, _ in backends}
    helpers = {"keyring.backends.fail", "keyring.backends.kwallet"}
    assert {name.strip("'[]\n ") for name in loaded.split(",")} <= allowed | helpers
    assert not (tmp_path / "home").exists()


def test_at_a_kiosk_nothing_outlives_the_process() -> None:
    assert isinstance(vault_for("kiosk"), MemoryVault)


def test_every_backend_of_the_allow_list_exists() -> None:
    for module, name in ALLOWED["linux"]:
        __import__(module)
        assert issubclass(getattr(sys.modules[module], name), KeyringBackend)


@pytest.mark.parametrize("damaged", ["", "two words", "line\nbreak", "naïve", "\x1b[31m", "x" * 2000])
async def test_a_damaged_entry_is_as_good_as_none(damaged: str) -> None:
    vault = MemoryVault()
    target = Target.at_url(SERVER)
    await vault.save(target.name, damaged)
    async with Client(target, vault) as client:
        assert not await client.restore()
        assert not client.has_token


async def test_what_cannot_be_a_token_is_not_kept() -> None:
    vault = MemoryVault()
    with pytest.raises(BadAnswer):
        await TokenKeeper(vault, SERVER).keep(Secret("no token at all"), 60)
    assert await vault.load(SERVER) is None


async def test_forgetting_the_old_token_does_not_take_the_new_one_along() -> None:
    class SlowVault(MemoryVault):
        gate = asyncio.Event()

        async def save(self, server: str, token: str, *, lasts_seconds: int | None = None) -> None:
            await self.gate.wait()
            await super().save(server, token)

    vault = SlowVault()
    keeper = TokenKeeper(vault, SERVER)
    first = asyncio.create_task(keeper.keep(Secret("old"), 60))
    await asyncio.sleep(0)
    leaving = asyncio.create_task(keeper.forget())
    await asyncio.sleep(0)
    second = asyncio.create_task(keeper.keep(Secret("new"), 60))
    await asyncio.sleep(0)
    vault.gate.set()
    await asyncio.gather(first, leaving, second)
    assert keeper.current == Secret("new")
    assert await vault.load(SERVER) == "new"


def test_a_keyring_has_three_seconds_to_answer() -> None:
    assert KeyringVault()._patience == 3.0
